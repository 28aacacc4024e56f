"""What a person reads about a node's feeds: why a fetch failed there, and what a fetch from the start would do."""

from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from haihe.data.exchange.connectors.faults import KINDS, Fault

type Text = str | Promise

_AT_A_NODE: Final[dict[str, Text]] = {
    Fault.SETTINGS_WRONG: _("采集任务的设置有误，或前置机 connections.toml 缺少这个连接，请改正后再试。"),
    Fault.DRIVER_MISSING: _("前置机没有安装这种数据库的驱动程序，请安装后再试。"),
    Fault.ADDRESS_NOT_ALLOWED: _("主机的地址不在前置机允许取数的网段之内，请在 connections.toml 的 [site] 中加入。"),
    Fault.STORE_FULL: _("前置机的磁盘或待发存储已满，取数暂停，已取的都保留；腾出空间后自动继续。"),
    Fault.INTERRUPTED: _("前置机的存储服务暂时不可用，取数暂停，恢复后自动继续。"),
    Fault.INTERNAL_ERROR: _("前置机内部错误，没有采用任何行，稍后自动重试；再失败请查看前置机的 agent.log。"),
}
CONNECTORS: Final[dict[str, Text]] = {
    "folder": _("投放文件夹"),
    "sftp": _("SFTP 文件夹"),
    "database": _("数据库"),
    "http_api": _("HTTP 接口"),
}
"""Ways of fetching by their names; a new one shows its name until it has a word here."""
ANEW: Final[dict[str, Text]] = {
    "database": _("前置机把表里的全部行从头再取一遍，作为新的一次报送检查；原来的数据继续服务，直到新的被采用。"),
    "folder": _(
        "前置机把最近取走的文件从 done 文件夹再取一遍，作为新的一次报送检查；文件已删除的，请数源部门重新放入。"
    ),
}
_DISK_FULL: Final = _("前置机的磁盘已满：已收到的都保留，接收和取数暂停；腾出空间后自动继续。")
_ANEW_OTHERWISE: Final = _("前置机立即再取一次；已经取走的，请数源部门重新放入或重新发送。")


def trouble_told(trouble: str) -> str:
    """Return in words what a node said; a name of a thing may stand behind the code, and an unknown word is kept."""
    code, _colon, detail = trouble.partition(": ")
    if not code:
        return ""
    try:
        fault = Fault(code)
    except ValueError:
        fault, detail = Fault.INTERNAL_ERROR, code
    sentence = str(_AT_A_NODE.get(fault) or gettext(KINDS[fault].sentence))
    return f"{sentence}（{detail}）" if detail else sentence


def node_trouble_told(trouble: str) -> Text:
    """Return in words what holds up what was sent to a node."""
    return _DISK_FULL if trouble == "DISK_FULL" else trouble


def anew_told(connector: str) -> Text:
    return ANEW.get(connector, _ANEW_OTHERWISE)
