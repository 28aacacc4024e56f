"""Why a fetch failed: stable codes, the leg that failed, whether trying again may help, and a Chinese sentence.

No sentence repeats what a source answered: an error of a database may quote a row.
"""

from enum import StrEnum
from typing import Final, NamedTuple

from haihe.data.exchange.connectors.ports import Leg


class Fault(StrEnum):
    SETTINGS_WRONG = "SETTINGS_WRONG"
    DRIVER_MISSING = "DRIVER_MISSING"
    NAME_UNKNOWN = "NAME_UNKNOWN"
    ADDRESS_NOT_ALLOWED = "ADDRESS_NOT_ALLOWED"
    NO_CONNECTION = "NO_CONNECTION"
    CONNECTION_LOST = "CONNECTION_LOST"
    TIMED_OUT = "TIMED_OUT"
    NOT_TRUSTED = "NOT_TRUSTED"
    HOST_KEY_UNKNOWN = "HOST_KEY_UNKNOWN"
    HOST_KEY_CHANGED = "HOST_KEY_CHANGED"
    LOGIN_REFUSED = "LOGIN_REFUSED"
    NOT_PERMITTED = "NOT_PERMITTED"
    NO_SUCH_PLACE = "NO_SUCH_PLACE"
    NO_SUCH_COLUMN = "NO_SUCH_COLUMN"
    QUERY_REFUSED = "QUERY_REFUSED"
    QUERY_FAILED = "QUERY_FAILED"
    SOURCE_CHANGED = "SOURCE_CHANGED"
    REPEATED_KEY = "REPEATED_KEY"
    TOO_MUCH = "TOO_MUCH"
    STORE_FULL = "STORE_FULL"
    RATE_LIMITED = "RATE_LIMITED"
    ANSWER_REFUSED = "ANSWER_REFUSED"
    ANSWER_WRONG = "ANSWER_WRONG"
    ANSWER_NESTED = "ANSWER_NESTED"
    SOURCE_FAILED = "SOURCE_FAILED"
    PAGES_REPEAT = "PAGES_REPEAT"
    STILL_UNSETTLED = "STILL_UNSETTLED"
    NEEDS_FULL = "NEEDS_FULL"
    OTHER_KEY = "OTHER_KEY"
    INCOMPLETE = "INCOMPLETE"
    ENDED = "ENDED"
    INTERRUPTED = "INTERRUPTED"
    INTERNAL_ERROR = "INTERNAL_ERROR"


class _Kind(NamedTuple):
    leg: Leg
    transient: bool
    sentence: str


KINDS: Final[dict[Fault, _Kind]] = {
    Fault.SETTINGS_WRONG: _Kind(Leg.PLACE, False, "数据源的设置有误，请改正后再试。"),
    Fault.DRIVER_MISSING: _Kind(Leg.CONNECT, False, "没有安装这种数据库的驱动程序，请系统管理员安装后再试。"),
    Fault.NAME_UNKNOWN: _Kind(Leg.NAME, True, "找不到这个主机名，请核对主机名和域名解析。"),
    Fault.ADDRESS_NOT_ALLOWED: _Kind(
        Leg.NAME, False, "主机的地址不在允许取数的网段之内，请大数据中心核对后加入允许的网段。"
    ),
    Fault.NO_CONNECTION: _Kind(Leg.CONNECT, True, "连不上主机，请核对地址、端口和防火墙，并确认对方服务已启动。"),
    Fault.CONNECTION_LOST: _Kind(Leg.CONNECT, True, "取数途中连接断开，没有采用任何行，稍后自动重试。"),
    Fault.TIMED_OUT: _Kind(Leg.CONNECT, True, "对方没有按时回答，稍后自动重试。"),
    Fault.NOT_TRUSTED: _Kind(Leg.TRUST, False, "对方的证书不被信任，请核对主机名或者填写签发机构的证书。"),
    Fault.HOST_KEY_UNKNOWN: _Kind(Leg.TRUST, False, "还没有登记对方的主机公钥；请与对方核实下面这一行，再填进设置。"),
    Fault.HOST_KEY_CHANGED: _Kind(
        Leg.TRUST, False, "对方的主机公钥与登记的不一致，可能连到了别的主机；请与对方核实后再更新登记的公钥。"
    ),
    Fault.LOGIN_REFUSED: _Kind(Leg.LOGIN, False, "用户名、密码或密钥不被接受，请核对账号。"),
    Fault.NOT_PERMITTED: _Kind(Leg.PLACE, False, "账号没有读取的权限，请对方授予只读权限。"),
    Fault.NO_SUCH_PLACE: _Kind(Leg.PLACE, False, "找不到所填的表、文件夹或路径，请核对名称。"),
    Fault.NO_SUCH_COLUMN: _Kind(Leg.PLACE, False, "找不到所填的列，请核对主键列、水位列和所选的列。"),
    Fault.QUERY_REFUSED: _Kind(Leg.PLACE, False, "只接受一条 SELECT 查询语句，不含写入、加锁和多条语句。"),
    Fault.QUERY_FAILED: _Kind(Leg.ROWS, False, "对方数据库不能执行这个查询，请核对查询语句、列名和权限。"),
    Fault.SOURCE_CHANGED: _Kind(Leg.ROWS, True, "取数途中源数据的结构或文件发生变化，没有采用任何行，稍后自动重试。"),
    Fault.REPEATED_KEY: _Kind(
        Leg.ROWS, False, "主键列的值有空值或者重复，不能据此比对增删改；请改选能区分每一行的列。"
    ),
    Fault.TOO_MUCH: _Kind(Leg.ROWS, False, "一次取得的数据超过上限，请缩小范围或改用增量方式。"),
    Fault.STORE_FULL: _Kind(Leg.ROWS, True, "数据中心存放数据的磁盘已满，没有采用任何行；腾出空间后自动重试。"),
    Fault.RATE_LIMITED: _Kind(Leg.ROWS, True, "对方限制了访问频率，稍后自动重试。"),
    Fault.ANSWER_REFUSED: _Kind(Leg.PLACE, False, "对方接口拒绝了请求，请核对地址、参数和权限。"),
    Fault.ANSWER_WRONG: _Kind(Leg.ROWS, False, "对方接口的回答不是约定的格式，请核对接口文档和设置。"),
    Fault.ANSWER_NESTED: _Kind(Leg.ROWS, False, "对方接口的行里有嵌套的对象或数组；请选择展开，或者只取不嵌套的列。"),
    Fault.SOURCE_FAILED: _Kind(Leg.ROWS, True, "对方接口出错，没有采用任何行，稍后自动重试。"),
    Fault.PAGES_REPEAT: _Kind(
        Leg.ROWS, False, "翻页没有前进：对方一再给出同一页。请核对翻页方式和参数；会重复最后一页的接口请填总数的位置。"
    ),
    Fault.STILL_UNSETTLED: _Kind(
        Leg.ROWS, True, "上一次取走而没有确认的消息还没有重新送到，等它们到齐再取，稍后自动重试。"
    ),
    Fault.NEEDS_FULL: _Kind(
        Leg.ROWS, False, "消息只有变化，还没有可以合并的整份数据；请先报送一次全量并确认规则中的主键，消息在对方等着。"
    ),
    Fault.OTHER_KEY: _Kind(
        Leg.PLACE, False, "所填的主键列不是规则中的主键，不能据此合并变化；请按规则中的主键填写列名。"
    ),
    Fault.INCOMPLETE: _Kind(Leg.ROWS, True, "取得的行数与对方声明的总数不一致，没有采用任何行，稍后自动重试。"),
    Fault.ENDED: _Kind(Leg.ROWS, False, "这次取数已被结束。"),
    Fault.INTERRUPTED: _Kind(Leg.ROWS, True, "处理中途中断（服务重启或进程被终止），没有采用任何行，稍后自动重试。"),
    Fault.INTERNAL_ERROR: _Kind(Leg.ROWS, True, "内部错误，没有采用任何行，稍后自动重试；再失败请联系大数据中心。"),
}


class FetchFailed(Exception):
    """A fetch came to nothing. `detail` names a thing from the settings (a table, a column), never from the data.

    `retry_after_s` is what the source itself asked for.
    """

    def __init__(self, fault: Fault, detail: str = "", *, retry_after_s: float | None = None) -> None:
        super().__init__(fault if not detail else f"{fault}: {detail}")
        self.fault = fault
        self.detail = detail
        self.retry_after_s = retry_after_s

    @property
    def leg(self) -> Leg:
        return KINDS[self.fault].leg

    @property
    def is_transient(self) -> bool:
        return KINDS[self.fault].transient

    @property
    def sentence(self) -> str:
        told = KINDS[self.fault].sentence
        return f"{told}（{self.detail}）" if self.detail else told
