"""How versions of rules, and returned rejects, move, as data."""

from typing import Final

from haihe.base.accounts.api import Role
from haihe.data.exchange.quality.models import ReturnState, RuleState
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
