"""How a fetch may move, as data. Every fetch ends, and only one way of ending changes what serves."""

from typing import Final

from haihe.base.accounts.api import Role
from haihe.data.exchange.sources.models import SourceRunState as State
from haihe.kernel.workflow import Move, Workflow

SYSTEM: Final = "SYSTEM"
_ONCE: Final = "本平台规则：同一数据源同时只有一次取数，中断后重来，不重复装载"
_LAST_GOOD: Final = "本平台规则：不合格或中断的数据不替换上一份可用数据"
_OWNER: Final = "本平台规则：数据源由提供部门的数据专员管理"

SOURCE_RUN: Final = Workflow(
    name="source run",
    initial=State.WAITING,
    states=tuple(State.values),
    moves=(
        Move("begin", (State.WAITING,), State.FETCHING, (SYSTEM,), _ONCE),
        Move("try_again", (State.FETCHING, State.HANDED_OVER), State.WAITING, (SYSTEM,), _ONCE),
        Move("hand_over", (State.FETCHING,), State.HANDED_OVER, (SYSTEM,), _ONCE),
        Move("find_nothing", (State.FETCHING,), State.NOTHING_NEW, (SYSTEM,), _ONCE),
        Move("find_unchanged", (State.FETCHING,), State.UNCHANGED, (SYSTEM,), _ONCE),
        Move("publish", (State.HANDED_OVER,), State.PUBLISHED, (SYSTEM,), _LAST_GOOD),
        Move("refuse", (State.FETCHING, State.HANDED_OVER), State.REFUSED, (SYSTEM,), _LAST_GOOD),
        Move("fail", (State.WAITING, State.FETCHING, State.HANDED_OVER), State.FAILED, (SYSTEM,), _LAST_GOOD),
        Move("cancel", (State.WAITING,), State.CANCELLED, (Role.STEWARD,), _OWNER),
    ),
)
