"""How a feed run may move, as data. Every run ends: published, rejected or failed."""

from typing import Final

from haihe.base.accounts.api import Role
from haihe.data.exchange.models import RunState
from haihe.kernel.workflow import Move, Workflow

SYSTEM: Final = "SYSTEM"
_ACCOUNT = "本平台规则：收到的行数等于采用的行数加退回的行数，每一退回行写明理由"
_NOBODY_GUESSES = "本平台规则：列或内容与约定不同时，由数源部门的数据专员决定，不猜测；决定前上一份可用数据继续服务"
_LAST_GOOD = "本平台规则：不合格或中断的数据不替换上一份可用数据"

FEED_RUN: Final = Workflow(
    name="feed run",
    initial=RunState.RECEIVED,
    states=tuple(RunState.values),
    moves=(
        Move("begin", (RunState.RECEIVED,), RunState.READING, (SYSTEM,), _ACCOUNT),
        Move("check", (RunState.READING,), RunState.CHECKED, (SYSTEM,), _ACCOUNT),
        Move("hold", (RunState.READING, RunState.CHECKED), RunState.HELD, (SYSTEM,), _NOBODY_GUESSES),
        Move("resume", (RunState.HELD,), RunState.RECEIVED, (Role.STEWARD,), _NOBODY_GUESSES),
        Move("refuse", (RunState.HELD,), RunState.REJECTED, (Role.STEWARD,), _NOBODY_GUESSES),
        Move("publish", (RunState.CHECKED,), RunState.PUBLISHED, (SYSTEM,), _ACCOUNT),
        Move("reject", (RunState.READING, RunState.CHECKED), RunState.REJECTED, (SYSTEM,), _LAST_GOOD),
        Move(
            "fail",
            (RunState.RECEIVED, RunState.READING, RunState.CHECKED, RunState.HELD),
            RunState.FAILED,
            (SYSTEM,),
            _LAST_GOOD,
        ),
    ),
)
