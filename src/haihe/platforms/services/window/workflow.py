"""How a calling number may move, as data."""

from enum import StrEnum
from typing import Final

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from haihe.kernel.workflow import Move, Workflow


class Part(StrEnum):
    """In which part somebody acts: who waits, who sits at the counter, or the end of the day."""

    VISITOR = "VISITOR"
    CLERK = "CLERK"
    SYSTEM = "SYSTEM"


class TicketState(TextChoices):
    """Where a number stands. WAITING comes again after a pass-on, or when somebody who missed the call is back."""

    WAITING = "WAITING", _("等候中")
    CALLED = "CALLED", _("已叫号")
    SERVING = "SERVING", _("办理中")
    NO_SHOW = "NO_SHOW", _("已过号")
    FINISHED = "FINISHED", _("已办完")
    LEFT = "LEFT", _("已取消")
    LAPSED = "LAPSED", _("当日作废")


_IN_TURN = gettext_noop("大厅按取号先后和公布的优先规则叫号")
_CALLED_TWICE = gettext_noop("叫号后没有到窗口的，至少叫两次才作过号处理")
_ONE_NUMBER = gettext_noop("一个号办完所有要办的事项，转窗口不用重新取号")
_ONE_DAY = gettext_noop("号码当日有效")

_W, _C, _S, _N = TicketState.WAITING, TicketState.CALLED, TicketState.SERVING, TicketState.NO_SHOW

TICKET: Final = Workflow(
    name="ticket",
    initial=_W,
    states=tuple(TicketState.values),
    final=(TicketState.FINISHED, TicketState.LEFT, TicketState.LAPSED),
    moves=(
        Move("call", (_W,), _C, (Part.CLERK,), _IN_TURN),
        Move("call_again", (_C,), _C, (Part.CLERK,), _CALLED_TWICE),
        Move("start", (_C,), _S, (Part.CLERK,), _IN_TURN),
        Move("no_show", (_C,), _N, (Part.CLERK,), _CALLED_TWICE),
        Move("come_back", (_N,), _W, (Part.VISITOR, Part.CLERK), _CALLED_TWICE),
        Move("pass_on", (_C, _S), _W, (Part.CLERK,), _ONE_NUMBER),
        Move("finish", (_S,), TicketState.FINISHED, (Part.CLERK,), _ONE_NUMBER),
        Move("leave", (_W, _N), TicketState.LEFT, (Part.VISITOR,), _IN_TURN),
        Move("lapse", (_W, _C, _S, _N), TicketState.LAPSED, (Part.SYSTEM,), _ONE_DAY),
    ),
)
ENDED: Final = (TicketState.FINISHED, TicketState.LEFT, TicketState.LAPSED)
AT_A_COUNTER: Final = (TicketState.CALLED, TicketState.SERVING)
OPEN: Final = (TicketState.WAITING, TicketState.CALLED, TicketState.SERVING, TicketState.NO_SHOW)
CALLS_BEFORE_NO_SHOW: Final = 2
