"""How versions of rules, and returned rejects, move, as data."""

from typing import Final

from haihe.base.accounts.api import Role
from haihe.data.exchange.quality.models import CarriageState, ReturnState, RuleState
from haihe.kernel.workflow import Move, Workflow

_CONFIRMED = "本平台规则：数据规则由数源部门的数据专员确认后生效，生效后不再改动"

RULES: Final = Workflow(
    name="rule version",
    initial=RuleState.DRAFT,
    states=tuple(RuleState.values),
    moves=(
        Move("edit", (RuleState.DRAFT,), RuleState.DRAFT, (Role.STEWARD,), _CONFIRMED),
        Move("confirm", (RuleState.DRAFT,), RuleState.CONFIRMED, (Role.STEWARD,), _CONFIRMED),
    ),
    final=(RuleState.CONFIRMED,),
)

SYSTEM: Final = "SYSTEM"
_MENDED = "本平台规则：退回行返还数源改正，后来的数据已含改正的行时了结；无法按主体辨认的，由数据专员写明后了结"

RETURNS: Final = Workflow(
    name="reject return",
    initial=ReturnState.SENT,
    states=tuple(ReturnState.values),
    moves=(
        Move("settle", (ReturnState.SENT,), ReturnState.SENT, (SYSTEM,), _MENDED),
        Move("close", (ReturnState.SENT,), ReturnState.CLOSED, (SYSTEM, Role.STEWARD), _MENDED),
    ),
    final=(ReturnState.CLOSED,),
)

_TO_THE_SENDER = "本平台规则：退回行只送回报送这些行的数据源或前置机，送到后读回核对，只送一次"

CARRIAGE: Final = Workflow(
    name="reject carriage",
    initial=CarriageState.WAITING,
    states=tuple(CarriageState.values),
    moves=(
        Move("send", (CarriageState.WAITING,), CarriageState.SENT, (SYSTEM,), _TO_THE_SENDER),
        Move("retry", (CarriageState.WAITING,), CarriageState.WAITING, (SYSTEM,), _TO_THE_SENDER),
        Move("finish", (CarriageState.WAITING, CarriageState.SENT), CarriageState.DONE, (SYSTEM,), _TO_THE_SENDER),
        Move("give_up", (CarriageState.WAITING, CarriageState.SENT), CarriageState.GIVEN_UP, (SYSTEM,), _TO_THE_SENDER),
        Move("try_again", (CarriageState.GIVEN_UP,), CarriageState.WAITING, (Role.STEWARD,), _TO_THE_SENDER),
    ),
    final=(CarriageState.DONE,),
)
