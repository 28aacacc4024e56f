"""How versions of match models and runs may move, as data.

A model is written by one person and confirmed by another; only a confirmed version runs. Every run ends, and every
result ends with the grants that fed it.
"""

from enum import StrEnum
from typing import Final

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from haihe.kernel.workflow import Move, Workflow


class Part(StrEnum):
    """In which part somebody acts: who writes, who confirms, this program; who hands out visits, who makes them.

    SUBJECT is the person whom a check is about.
    """

    STEWARD = "STEWARD"
    APPROVER = "APPROVER"
    SYSTEM = "SYSTEM"
    DISPATCHER = "DISPATCHER"
    FIELD_WORKER = "FIELD_WORKER"
    SUBJECT = "SUBJECT"


class VersionState(TextChoices):
    """Where a version of a model stands."""

    DRAFT = "DRAFT", _("草稿")
    SUBMITTED = "SUBMITTED", _("待确认")
    CONFIRMED = "CONFIRMED", _("已确认")
    REPLACED = "REPLACED", _("已被新版替换")
    WITHDRAWN = "WITHDRAWN", _("已停用")


class MatchRunState(TextChoices):
    """Where a run stands."""

    QUEUED = "QUEUED", _("等待运行")
    RUNNING = "RUNNING", _("运行中")
    DONE = "DONE", _("已完成")
    FAILED = "FAILED", _("未完成")
    CANCELLED = "CANCELLED", _("已取消")
    EXPIRED = "EXPIRED", _("结果已到期删除")


class LeadKind(TextChoices):
    """What is to be done: help somebody to what is due to them, or check whether something is due."""

    VISIT = "VISIT", _("走访")
    CHECK = "CHECK", _("核查")


class LeadState(TextChoices):
    """Where a lead stands."""

    NEW = "NEW", _("待分派")
    ASSIGNED = "ASSIGNED", _("待走访")
    VISITED = "VISITED", _("已走访")
    APPLIED = "APPLIED", _("已帮助申办")
    SETTLED = "SETTLED", _("已落实")
    TOLD = "TOLD", _("已告知本人")
    HEARD = "HEARD", _("已听取陈述")
    DECIDED = "DECIDED", _("已作决定")
    WRONG = "WRONG", _("反映数据有误")
    REFERRED = "REFERRED", _("待来源核实")
    CLOSED = "CLOSED", _("已了结")
    LAPSED = "LAPSED", _("授权到期")


ENDED_LEADS: Final = (LeadState.SETTLED, LeadState.DECIDED, LeadState.CLOSED, LeadState.LAPSED)


class Decision(TextChoices):
    """How a check ended. All but KEEP are adverse."""

    KEEP = "KEEP", _("继续享受，不作变动")
    ADJUST = "ADJUST", _("调整")
    STOP = "STOP", _("停止")


class OpeningReason(TextChoices):
    """Why a match is looked at in clear."""

    VISIT = "VISIT", _("上门服务")
    CHECK = "CHECK", _("核实情况")
    CORRECT = "CORRECT", _("纠正数据")
    COMPLAINT = "COMPLAINT", _("答复本人或者投诉")


_TWO_PERSONS = gettext_noop("本平台规则：比对模型由一人编写、另一人确认，确认后才能运行")
_ENDS = gettext_noop("本平台规则：每次运行都有结局，基准数据的每一行都有去向")
_WITH_THE_GRANT = gettext_noop("政务数据共享条例 第27条：授权终止后，获取的数据按要求处置")

VERSION: Final = Workflow(
    name="match model version",
    initial=VersionState.DRAFT,
    states=tuple(VersionState.values),
    moves=(
        Move("submit", (VersionState.DRAFT,), VersionState.SUBMITTED, (Part.STEWARD,), _TWO_PERSONS),
        Move("return", (VersionState.SUBMITTED,), VersionState.DRAFT, (Part.APPROVER,), _TWO_PERSONS),
        Move("confirm", (VersionState.SUBMITTED,), VersionState.CONFIRMED, (Part.APPROVER,), _TWO_PERSONS),
        Move("replace", (VersionState.CONFIRMED,), VersionState.REPLACED, (Part.SYSTEM,), _TWO_PERSONS),
        Move("withdraw", (VersionState.CONFIRMED,), VersionState.WITHDRAWN, (Part.APPROVER,), _TWO_PERSONS),
    ),
    final=(VersionState.REPLACED, VersionState.WITHDRAWN),
)
RUN: Final = Workflow(
    name="match run",
    initial=MatchRunState.QUEUED,
    states=tuple(MatchRunState.values),
    moves=(
        Move("begin", (MatchRunState.QUEUED,), MatchRunState.RUNNING, (Part.SYSTEM,), _ENDS),
        Move("finish", (MatchRunState.RUNNING,), MatchRunState.DONE, (Part.SYSTEM,), _ENDS),
        Move("fail", (MatchRunState.QUEUED, MatchRunState.RUNNING), MatchRunState.FAILED, (Part.SYSTEM,), _ENDS),
        Move(
            "cancel",
            (MatchRunState.QUEUED, MatchRunState.RUNNING),
            MatchRunState.CANCELLED,
            (Part.STEWARD, Part.APPROVER),
            _ENDS,
        ),
        Move("expire", (MatchRunState.DONE,), MatchRunState.EXPIRED, (Part.SYSTEM,), _WITH_THE_GRANT),
    ),
    final=(MatchRunState.FAILED, MatchRunState.CANCELLED, MatchRunState.EXPIRED),
)

_DOWN_TO_THE_TOWN: Final = "政务数据共享条例 第30条"
_HELP: Final = gettext_noop("社会救助暂行办法：主动发现、主动服务困难群众")
_SOURCE_CORRECTS: Final = "政务数据共享条例 第26条"
_TOLD_AND_HEARD: Final = gettext_noop("行政处罚法、行政许可法的告知、陈述和申辩原则：作出不利决定前告知本人、听取意见")
_A_PERSON_DECIDES: Final = gettext_noop("个人信息保护法 第24条：不得仅凭自动化方式作出对个人权益有重大影响的决定")
HEARING_WORKING_DAYS: Final = 5
"""How long somebody has to answer before a decision is taken without their words."""
_GOING: Final = (
    Move("assign", (LeadState.NEW, LeadState.ASSIGNED), LeadState.ASSIGNED, (Part.DISPATCHER,), _DOWN_TO_THE_TOWN),
    Move("take", (LeadState.NEW,), LeadState.ASSIGNED, (Part.FIELD_WORKER,), _DOWN_TO_THE_TOWN),
    Move("hand_back", (LeadState.ASSIGNED,), LeadState.NEW, (Part.FIELD_WORKER,), _DOWN_TO_THE_TOWN),
    Move("miss", (LeadState.ASSIGNED,), LeadState.ASSIGNED, (Part.FIELD_WORKER,), _HELP),
    Move("visit", (LeadState.ASSIGNED,), LeadState.VISITED, (Part.FIELD_WORKER,), _HELP),
    Move(
        "report_wrong", (LeadState.ASSIGNED, LeadState.VISITED), LeadState.WRONG, (Part.FIELD_WORKER,), _SOURCE_CORRECTS
    ),
    Move("correct", (LeadState.WRONG,), LeadState.REFERRED, (Part.STEWARD,), _SOURCE_CORRECTS),
    Move("source_corrected", (LeadState.REFERRED,), LeadState.CLOSED, (Part.SYSTEM,), _SOURCE_CORRECTS),
    Move("source_rejected", (LeadState.REFERRED,), LeadState.ASSIGNED, (Part.SYSTEM,), _SOURCE_CORRECTS),
    Move("source_withdrawn", (LeadState.REFERRED,), LeadState.WRONG, (Part.SYSTEM,), _SOURCE_CORRECTS),
    Move("dismiss", (LeadState.WRONG,), LeadState.ASSIGNED, (Part.STEWARD,), _SOURCE_CORRECTS),
    Move(
        "lapse",
        (
            LeadState.NEW,
            LeadState.ASSIGNED,
            LeadState.VISITED,
            LeadState.APPLIED,
            LeadState.WRONG,
            LeadState.REFERRED,
        ),
        LeadState.LAPSED,
        (Part.SYSTEM,),
        _WITH_THE_GRANT,
    ),
)
VISIT_LEAD: Final = Workflow(
    name="lead to visit",
    initial=LeadState.NEW,
    states=tuple(one for one in LeadState.values if one not in ("TOLD", "HEARD", "DECIDED")),
    moves=(
        *_GOING,
        Move("apply", (LeadState.VISITED,), LeadState.APPLIED, (Part.FIELD_WORKER,), _HELP),
        Move("settle", (LeadState.VISITED, LeadState.APPLIED), LeadState.SETTLED, (Part.FIELD_WORKER,), _HELP),
        Move("close", (LeadState.VISITED, LeadState.APPLIED), LeadState.CLOSED, (Part.FIELD_WORKER,), _HELP),
    ),
    final=(LeadState.SETTLED, LeadState.CLOSED, LeadState.LAPSED),
)
CHECK_LEAD: Final = Workflow(
    name="lead to check",
    initial=LeadState.NEW,
    states=tuple(one for one in LeadState.values if one not in ("APPLIED", "SETTLED")),
    moves=(
        *(
            Move(m.name, tuple(s for s in m.sources if s != LeadState.APPLIED), m.target, m.roles, m.clause)
            for m in _GOING
        ),
        Move("clear", (LeadState.NEW, LeadState.VISITED), LeadState.CLOSED, (Part.APPROVER,), _A_PERSON_DECIDES),
        Move("tell", (LeadState.ASSIGNED, LeadState.VISITED), LeadState.TOLD, (Part.FIELD_WORKER,), _TOLD_AND_HEARD),
        Move("hear", (LeadState.TOLD,), LeadState.HEARD, (Part.FIELD_WORKER,), _TOLD_AND_HEARD),
        Move("answer", (LeadState.TOLD, LeadState.HEARD), LeadState.HEARD, (Part.SUBJECT,), _TOLD_AND_HEARD),
        Move("decide", (LeadState.TOLD, LeadState.HEARD), LeadState.DECIDED, (Part.APPROVER,), _A_PERSON_DECIDES),
        Move("lapse", (LeadState.TOLD, LeadState.HEARD), LeadState.LAPSED, (Part.SYSTEM,), _WITH_THE_GRANT),
    ),
    final=(LeadState.DECIDED, LeadState.CLOSED, LeadState.LAPSED),
)
LEAD: Final = {LeadKind.VISIT: VISIT_LEAD, LeadKind.CHECK: CHECK_LEAD}
