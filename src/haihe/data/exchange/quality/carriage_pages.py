"""How the file with a return's rejects stands on its way back, in words."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from haihe.data.exchange.connectors.faults import KINDS, Fault
from haihe.data.exchange.nodes.models import Node
from haihe.data.exchange.quality.models import CarriageState, RejectCarriage, RejectReturn
from haihe.data.exchange.sources import wording
from haihe.data.exchange.sources.models import Source

_TONES = {"WAITING": "info", "SENT": "info", "DONE": "success", "GIVEN_UP": "danger"}
_ON_THE_WAY = (Fault.CONNECTION_LOST, Fault.TIMED_OUT, Fault.SOURCE_CHANGED, Fault.INTERNAL_ERROR)


@dataclass(frozen=True, slots=True)
class ToldCarriage:
    """`to` names the source or node; `fault` says why the last try failed."""

    row: RejectCarriage
    to: str
    tone: str
    fault: str
    may_try: bool


def told_carriage(returned: RejectReturn, *, may_keep: bool) -> ToldCarriage | None:
    """Tell it; None where the rows came from nothing that takes files."""
    row = RejectCarriage.objects.filter(returned=returned).first()
    if row is None:
        return None
    tone = "warning" if row.state == CarriageState.WAITING and row.fault else _TONES[row.state]
    return ToldCarriage(row, _to(row), tone, _fault(row), may_keep and row.state == CarriageState.GIVEN_UP)


def _to(row: RejectCarriage) -> str:
    if row.source is None:
        return Node.objects.values_list("title", flat=True).filter(pk=row.node).first() or row.node
    return Source.objects.values_list("title", flat=True).filter(pk=row.source).first() or _("已删除的数据源")


def _fault(row: RejectCarriage) -> str:
    match row.fault:
        case "":
            return ""
        case "SENDER_GONE":
            return _("报送这些行的数据源或前置机已不在，或不再属于这个单位，没有送给别处；请下载后转交。")
        case "NODE_REFUSED":
            return _("前置机没有收下这份文件。")
        case "DAMAGED":
            return _("退回行文件已损坏或被移走，请联系大数据中心。")
    fault = Fault(row.fault)
    if fault in _ON_THE_WAY:
        return _("送回途中中断，还没有送到。")
    if fault is Fault.NOT_PERMITTED:
        return _("账号没有在该文件夹中建立 returned 文件夹或写入的权限，请对方授予。")
    told = KINDS[fault].sentence
    return str(wording.told(fault, f"{told}（{row.outcome}）" if row.outcome else told))
