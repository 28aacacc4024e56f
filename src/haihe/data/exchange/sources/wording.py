"""What a person reads about sources: kinds, legs, causes, and why something failed, in the reader's language."""

from typing import Final

from django.utils.functional import Promise
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop as _noop

from haihe.data.exchange.connectors.faults import Fault
from haihe.data.exchange.connectors.ports import Leg
from haihe.data.exchange.sentences import outcome_told

type Text = str | Promise

KINDS: Final[dict[str, tuple[Text, Text]]] = {
    "folder": (_("投放文件夹"), _("对方把文件放进本平台的投放目录，写完即取。")),
    "sftp": (_("SFTP 文件夹"), _("登录对方的 SFTP 服务器，取写完的文件。")),
    "database": (_("数据库"), _("从对方数据库的表、视图或一条查询取数，只读。")),
    "nats_stream": (_("NATS 消息流"), _("从对方的 JetStream 取消息：每条是增加、修改或删除的行。")),
    "mqtt_stream": (_("MQTT 消息"), _("从对方的 MQTT 服务取消息：每条是增加、修改或删除的行。")),
    "http_api": (_("HTTP 接口"), _("向对方的接口要 JSON 或文件，逐页取，只读。")),
}
_DROPS: Final = frozenset({"folder", "sftp"})
LEGS: Final[dict[Leg, Text]] = {
    Leg.NAME: _("找到主机并在允许的网段之内"),
    Leg.CONNECT: _("能连上"),
    Leg.TRUST: _("证书或主机公钥可信"),
    Leg.LOGIN: _("账号能登录"),
    Leg.PLACE: _("找到表、文件夹或路径"),
    Leg.ROWS: _("能读出数据"),
}
EVENTS: Final[dict[str, Text]] = {
    "add": _("新建"),
    "change": _("修改设置"),
    "plan": _("修改计划"),
    "pause": _("暂停"),
    "resume": _("启用"),
    "probe": _("测试"),
}
MOVES: Final[dict[str, tuple[Text, str]]] = {
    "ask": (_("要求取数"), "info"),
    "begin": (_("开始取数"), "info"),
    "try_again": (_("没有成功，等待重试"), "warning"),
    "hand_over": (_("取到数据，交付检查"), "info"),
    "find_nothing": (_("没有新数据"), "neutral"),
    "find_unchanged": (_("内容没有变化"), "neutral"),
    "publish": (_("采用并开始服务"), "success"),
    "refuse": (_("未采用"), "warning"),
    "fail": (_("取数失败"), "danger"),
    "cancel": (_("已取消"), "neutral"),
}
_SENTENCES: Final[dict[str, str]] = {
    Fault.SETTINGS_WRONG: _noop("数据源的设置有误，请改正后再试。"),
    Fault.DRIVER_MISSING: _noop("没有安装这种数据库的驱动程序，请系统管理员安装后再试。"),
    Fault.NAME_UNKNOWN: _noop("找不到这个主机名，请核对主机名和域名解析。"),
    Fault.ADDRESS_NOT_ALLOWED: _noop("主机的地址不在允许取数的网段之内，请大数据中心核对后加入允许的网段。"),
    Fault.NO_CONNECTION: _noop("连不上主机，请核对地址、端口和防火墙，并确认对方服务已启动。"),
    Fault.CONNECTION_LOST: _noop("取数途中连接断开，没有采用任何行，稍后自动重试。"),
    Fault.TIMED_OUT: _noop("对方没有按时回答，稍后自动重试。"),
    Fault.NOT_TRUSTED: _noop("对方的证书不被信任，请核对主机名或者填写签发机构的证书。"),
    Fault.HOST_KEY_UNKNOWN: _noop("还没有登记对方的主机公钥；请与对方核实下面这一行，再填进设置。"),
    Fault.HOST_KEY_CHANGED: _noop("对方的主机公钥与登记的不一致，可能连到了别的主机；请与对方核实后再更新登记的公钥。"),
    Fault.LOGIN_REFUSED: _noop("用户名、密码或密钥不被接受，请核对账号。"),
    Fault.NOT_PERMITTED: _noop("账号没有读取的权限，请对方授予只读权限。"),
    Fault.NO_SUCH_PLACE: _noop("找不到所填的表、文件夹或路径，请核对名称。"),
    Fault.NO_SUCH_COLUMN: _noop("找不到所填的列，请核对主键列、水位列和所选的列。"),
    Fault.QUERY_REFUSED: _noop("只接受一条 SELECT 查询语句，不含写入、加锁和多条语句。"),
    Fault.QUERY_FAILED: _noop("对方数据库不能执行这个查询，请核对查询语句、列名和权限。"),
    Fault.SOURCE_CHANGED: _noop("取数途中源数据的结构或文件发生变化，没有采用任何行，稍后自动重试。"),
    Fault.REPEATED_KEY: _noop("主键列的值有空值或者重复，不能据此比对增删改；请改选能区分每一行的列。"),
    Fault.TOO_MUCH: _noop("一次取得的数据超过上限，请缩小范围或改用增量方式。"),
    Fault.STORE_FULL: _noop("数据中心存放数据的磁盘已满，没有采用任何行；腾出空间后自动重试。"),
    Fault.RATE_LIMITED: _noop("对方限制了访问频率，稍后自动重试。"),
    Fault.ANSWER_REFUSED: _noop("对方接口拒绝了请求，请核对地址、参数和权限。"),
    Fault.ANSWER_WRONG: _noop("对方接口的回答不是约定的格式，请核对接口文档和设置。"),
    Fault.ANSWER_NESTED: _noop("对方接口的行里有嵌套的对象或数组；请选择展开，或者只取不嵌套的列。"),
    Fault.SOURCE_FAILED: _noop("对方接口出错，没有采用任何行，稍后自动重试。"),
    Fault.PAGES_REPEAT: _noop(
        "翻页没有前进：对方一再给出同一页。请核对翻页方式和参数；会重复最后一页的接口请填总数的位置。"
    ),
    Fault.STILL_UNSETTLED: _noop("上一次取走而没有确认的消息还没有重新送到，等它们到齐再取，稍后自动重试。"),
    Fault.NEEDS_FULL: _noop(
        "消息只有变化，还没有可以合并的整份数据；请先报送一次全量并确认规则中的主键，消息在对方等着。"
    ),
    Fault.OTHER_KEY: _noop("所填的主键列不是规则中的主键，不能据此合并变化；请按规则中的主键填写列名。"),
    Fault.INCOMPLETE: _noop("取得的行数与对方声明的总数不一致，没有采用任何行，稍后自动重试。"),
    Fault.ENDED: _noop("这次取数已被结束。"),
    Fault.INTERRUPTED: _noop("处理中途中断（服务重启或进程被终止），没有采用任何行，稍后自动重试。"),
    Fault.INTERNAL_ERROR: _noop("内部错误，没有采用任何行，稍后自动重试；再失败请联系大数据中心。"),
    "NO_RULES": _noop("这个数据资源还没有确认的规则，请先确认规则。"),
    "PUBLISHED": _noop("数据已采用。"),
    "UNCHANGED": _noop("内容与上次采用的相同，没有重复装载。"),
    "NOTHING_NEW": _noop("没有新数据。"),
    "CANCELLED": _noop("数据源已暂停，这次取数已取消。"),
}


def found_told(connector: str, leg: Leg, found: str) -> str:
    """Say what a test found at a leg that holds; connectors have no language and tell figures and names."""
    if connector in _DROPS and leg is Leg.PLACE and found == "/":
        return gettext("投放目录本身")
    if connector in _DROPS and leg is Leg.ROWS:
        number, _colon, first = found.partition(": ")
        if not first:
            return gettext("文件夹里还没有写完的文件；放进文件后可以再测，也可以直接继续。")
        return gettext("有 %(n)s 个文件等待取走，先取 %(first)s") % {"n": number, "first": first}
    if connector == "database" and leg is Leg.ROWS:
        return gettext("%(n)s 列") % {"n": found}
    return found


def told(code: str, stored: str) -> str:
    """Return why a fetch ended or waits; `stored` is the Chinese sentence kept with it."""
    if (get_language() or "zh").startswith("zh"):
        return stored
    if code not in _SENTENCES:
        return outcome_told(code, stored)
    # What stands behind the sentence names a thing: a table, a host, a key.
    return gettext(_SENTENCES[code]) + stored.removeprefix(_SENTENCES[code])
