"""The lives of requests, plan entries, reuses and bundles, as data: each move with who may make it and why.

No law gives a figure for answering a wish for open data. This city promises faster than 政府信息公开条例 art. 33 allows
for answering applications for information (20 working days), which is the ceiling here.
"""

from enum import StrEnum
from typing import Final

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from haihe.kernel.clocks import Clock
from haihe.kernel.workflow import Move, Workflow


class Part(StrEnum):
    """In which part somebody acts."""

    REQUESTER = "REQUESTER"
    OWNER_STEWARD = "OWNER_STEWARD"
    OWNER_APPROVER = "OWNER_APPROVER"
    AUTHORITY = "AUTHORITY"
    ASSOCIATION = "ASSOCIATION"
    AUTHOR = "AUTHOR"
    SYSTEM = "SYSTEM"


class RequestState(TextChoices):
    """Where a data request stands."""

    SUBMITTED = "SUBMITTED", _("待审核")
    FORWARDED = "FORWARDED", _("部门办理中")
    HANDED_BACK = "HANDED_BACK", _("部门退回，待转办")
    ACCEPTED = "ACCEPTED", _("已列入计划")
    FULFILLED = "FULFILLED", _("已经开放")
    ALREADY_OPEN = "ALREADY_OPEN", _("本来就已开放")
    REFUSED = "REFUSED", _("不能开放")
    REJECTED = "REJECTED", _("未通过审核")
    WITHDRAWN = "WITHDRAWN", _("已撤回")


class PlanState(TextChoices):
    """Where an entry of the opening plan stands."""

    PLANNED = "PLANNED", _("计划中")
    PREPARING = "PREPARING", _("准备中")
    PUBLISHED = "PUBLISHED", _("已发布")
    POSTPONED = "POSTPONED", _("已推迟")
    DROPPED = "DROPPED", _("不再开放")


class ReuseState(TextChoices):
    """Where a reuse stands in the showcase."""

    SUBMITTED = "SUBMITTED", _("待审核")
    PUBLISHED = "PUBLISHED", _("已展示")
    BROKEN = "BROKEN", _("打不开了")
    REJECTED = "REJECTED", _("未通过审核")
    HIDDEN = "HIDDEN", _("已隐藏")
    WITHDRAWN = "WITHDRAWN", _("已撤回")


class BundleState(TextChoices):
    """Where a bundle of needs stands on its way from members back to members."""

    FOLLOWING = "FOLLOWING", _("跟进中")
    ANSWERED = "ANSWERED", _("部门已答复，待向会员确认")
    CONFIRMED = "CONFIRMED", _("已向会员确认")


_Q, _P, _R, _B = RequestState, PlanState, ReuseState, BundleState
_OWNER: Final = (Part.OWNER_STEWARD, Part.OWNER_APPROVER)
_OPENING: Final = gettext_noop("天津市公共数据资源开放管理暂行办法：数据提供单位负责开放数据的审核、发布和更新")
_DEMAND: Final = gettext_noop("数据安全法 第四十二条：构建统一规范、互联互通、安全可控的政务数据开放平台")
_ANSWER: Final = gettext_noop("本市承诺，不慢于政府信息公开条例第三十三条的二十个工作日")
_TEXTS: Final = gettext_noop("网络安全法：网络运营者应当加强对其用户发布的信息的管理")
_REFUSAL: Final = gettext_noop("政府信息公开条例 第三十六条：不予公开的应当告知并说明理由")

MODERATION: Final = Clock("moderation", working_days=2, ceiling=20, clause=_ANSWER)
ANSWER: Final = Clock("answer", working_days=10, ceiling=20, clause=_ANSWER)
REMIND_WORKING_DAYS: Final = (1, 3)

REQUEST: Final = Workflow(
    name="data request",
    initial=_Q.SUBMITTED,
    states=tuple(_Q.values),
    moves=(
        Move("forward", (_Q.SUBMITTED, _Q.HANDED_BACK), _Q.FORWARDED, (Part.AUTHORITY,), _DEMAND, ANSWER.working_days),
        Move("reject", (_Q.SUBMITTED, _Q.HANDED_BACK), _Q.REJECTED, (Part.AUTHORITY,), _TEXTS),
        # Everybody knows of it by now: it stays in sight, with the reason, until another department has it.
        Move("hand_back", (_Q.FORWARDED,), _Q.HANDED_BACK, _OWNER, _ANSWER),
        Move("accept", (_Q.FORWARDED,), _Q.ACCEPTED, _OWNER, _OPENING),
        Move("refuse", (_Q.FORWARDED,), _Q.REFUSED, (Part.OWNER_APPROVER,), _REFUSAL),
        Move("point", (_Q.SUBMITTED, _Q.HANDED_BACK), _Q.ALREADY_OPEN, (Part.AUTHORITY,), _OPENING),
        Move("point", (_Q.FORWARDED,), _Q.ALREADY_OPEN, _OWNER, _OPENING),
        Move("fulfil", (_Q.ACCEPTED,), _Q.FULFILLED, (*_OWNER, Part.SYSTEM), _OPENING),
        # With its entry of the plan; the entry says why.
        Move("drop", (_Q.ACCEPTED,), _Q.REFUSED, (Part.SYSTEM,), _REFUSAL),
        Move("withdraw", (_Q.SUBMITTED, _Q.FORWARDED, _Q.HANDED_BACK), _Q.WITHDRAWN, (Part.REQUESTER,), _DEMAND),
        Move(
            "reopen",
            (_Q.FULFILLED, _Q.ALREADY_OPEN, _Q.REFUSED),
            _Q.FORWARDED,
            (Part.AUTHORITY,),
            _ANSWER,
            ANSWER.working_days,
        ),
        Move("overdue", (_Q.FORWARDED,), _Q.FORWARDED, (Part.SYSTEM,), _ANSWER),
        Move("overdue", (_Q.SUBMITTED,), _Q.SUBMITTED, (Part.SYSTEM,), _ANSWER),
        Move("overdue", (_Q.HANDED_BACK,), _Q.HANDED_BACK, (Part.SYSTEM,), _ANSWER),
    ),
    final=(_Q.REJECTED, _Q.WITHDRAWN),
)
PLAN: Final = Workflow(
    name="plan entry",
    initial=_P.PLANNED,
    states=tuple(_P.values),
    moves=(
        Move("prepare", (_P.PLANNED, _P.POSTPONED), _P.PREPARING, (Part.OWNER_STEWARD,), _OPENING),
        Move(
            "publish",
            (_P.PLANNED, _P.PREPARING, _P.POSTPONED),
            _P.PUBLISHED,
            (Part.OWNER_STEWARD, Part.SYSTEM),
            _OPENING,
        ),
        Move("postpone", (_P.PLANNED, _P.PREPARING), _P.POSTPONED, (Part.OWNER_APPROVER,), _OPENING),
        Move("drop", (_P.PLANNED, _P.PREPARING, _P.POSTPONED), _P.DROPPED, (Part.OWNER_APPROVER,), _REFUSAL),
    ),
    final=(_P.PUBLISHED, _P.DROPPED),
)
REUSE: Final = Workflow(
    name="reuse",
    initial=_R.SUBMITTED,
    states=tuple(_R.values),
    moves=(
        Move("publish", (_R.SUBMITTED, _R.HIDDEN, _R.BROKEN), _R.PUBLISHED, (Part.AUTHORITY,), _TEXTS),
        Move("reject", (_R.SUBMITTED,), _R.REJECTED, (Part.AUTHORITY,), _TEXTS),
        Move("hide", (_R.PUBLISHED, _R.BROKEN), _R.HIDDEN, (Part.AUTHORITY,), _TEXTS),
        Move("mark_broken", (_R.PUBLISHED,), _R.BROKEN, (Part.AUTHORITY,), _TEXTS),
        Move(
            "revise",
            (_R.SUBMITTED, _R.PUBLISHED, _R.BROKEN, _R.REJECTED, _R.HIDDEN),
            _R.SUBMITTED,
            (Part.AUTHOR,),
            _TEXTS,
        ),
        Move("withdraw", (_R.SUBMITTED, _R.PUBLISHED, _R.BROKEN, _R.REJECTED), _R.WITHDRAWN, (Part.AUTHOR,), _TEXTS),
    ),
    final=(_R.WITHDRAWN,),
)
BUNDLE: Final = Workflow(
    name="bundle",
    initial=_B.FOLLOWING,
    states=tuple(_B.values),
    moves=(
        Move("add", (_B.FOLLOWING,), _B.FOLLOWING, (Part.ASSOCIATION,), _DEMAND),
        Move("answered", (_B.FOLLOWING,), _B.ANSWERED, (Part.SYSTEM,), _DEMAND),
        Move("reopen", (_B.ANSWERED, _B.CONFIRMED), _B.FOLLOWING, (Part.SYSTEM,), _DEMAND),
        Move("confirm", (_B.ANSWERED,), _B.CONFIRMED, (Part.ASSOCIATION,), _DEMAND),
    ),
)
WORKFLOWS: Final = {"request": REQUEST, "plan": PLAN, "reuse": REUSE, "bundle": BUNDLE}

REQUESTS_FOR_ALL: Final = (
    _Q.FORWARDED,
    _Q.HANDED_BACK,
    _Q.ACCEPTED,
    _Q.FULFILLED,
    _Q.ALREADY_OPEN,
    _Q.REFUSED,
)
"""States in which everybody may read a request; before, only who wrote it and who moderates."""
ANSWERED_REQUESTS: Final = (_Q.ACCEPTED, _Q.FULFILLED, _Q.ALREADY_OPEN, _Q.REFUSED)
HELPFUL_REQUESTS: Final = (_Q.FULFILLED, _Q.ALREADY_OPEN)
"""States in which those who wanted it may say whether it helped."""
RUNNING_REQUESTS: Final = (_Q.SUBMITTED, _Q.FORWARDED, _Q.HANDED_BACK)
"""States with a clock."""
TO_FORWARD: Final = (_Q.SUBMITTED, _Q.HANDED_BACK)
"""States in which the data centre has to find a department."""
UNANSWERED: Final = (_Q.FORWARDED, _Q.HANDED_BACK)
"""States in which everybody sees a clock run."""
VOTABLE: Final = (*UNANSWERED, _Q.ACCEPTED)
"""States in which others may say that they want it too."""
REUSES_FOR_ALL: Final = (_R.PUBLISHED, _R.BROKEN)
OPEN_PLAN: Final = (_P.PLANNED, _P.PREPARING, _P.POSTPONED)
NEEDS_WORDS: Final = frozenset(
    {
        ("request", "reject"),
        ("request", "hand_back"),
        ("request", "refuse"),
        ("request", "reopen"),
        ("plan", "postpone"),
        ("plan", "drop"),
        ("reuse", "reject"),
        ("reuse", "hide"),
        ("reuse", "mark_broken"),
        ("bundle", "confirm"),
    }
)
"""Moves that must say why."""


class RefusalGround(TextChoices):
    """Why data can't be opened: grounds that a law gives, with the law's name in the label."""

    STATE_SECRET = "STATE_SECRET", _("属于国家秘密（保守国家秘密法）")
    PERSONAL = "PERSONAL", _("含有个人信息，去掉后不能再用（个人信息保护法）")
    TRADE_SECRET = "TRADE_SECRET", _("含有商业秘密，权利人不同意（反不正当竞争法、政府信息公开条例第十五条）")
    SAFETY = "SAFETY", _("开放可能危及国家安全、公共安全、经济安全、社会稳定（政府信息公开条例第十四条）")
    NOT_HELD = "NOT_HELD", _("各部门都没有这项数据，需要加工汇总（政府信息公开条例第三十八条）")
    FORBIDDEN = "FORBIDDEN", _("其他法律、行政法规禁止公开（政府信息公开条例第十四条）")
