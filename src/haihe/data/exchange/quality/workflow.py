"""How versions of rules move, as data."""

from typing import Final

from haihe.base.accounts.api import Role
from haihe.data.exchange.quality.models import RuleState
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
