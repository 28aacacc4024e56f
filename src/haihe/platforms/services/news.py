"""What those on the applicant's side are told of each event of a case: what happened, and what they can do now.

`TOLD` and `UNTOLD` together name every event there is (tests/test_every_change_is_told.py): who adds an event says here
whether it is news to the applicant, and why not where it isn't.
"""

from collections.abc import Mapping
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext, gettext_lazy
from django.utils.translation import gettext_noop as _

from haihe.base.notices.api import Facts
from haihe.platforms.services.wording import organisation_name
from haihe.platforms.services.workflow import AppealState, CaseState

LATE: Final = "late"
"""The promised time, or a step's, is over."""
UNDER_NOTICE: Final = "under_notice"
"""What was found is shown to the public."""
OTHER_BODY: Final = "other_body"
"""A step is another body's, which had none before."""

TOLD: Final[Mapping[str, str]] = {
    "open": _("办件 %(number)s 已收到。现在不用做什么，要您补什么、办好了，都会通知您。"),
    "fall_back_to_paper": _(
        "办件 %(number)s 有一项暂时查不到数据。可以不做什么，系统会自动再查；急着办的，请打开办件看怎样补交证明。"
    ),
    "request_correction": _("办件 %(number)s 已请来源部门核实更正数据。不用做什么，更正后自动重新核验。"),
    "approve_on_evidence": _("办件 %(number)s 已凭数据准予，没有要您交证明。不用做什么，办结时会通知您。"),
    "complete_papers": _("办件 %(number)s 的材料已齐，等待决定。不用做什么，决定后会通知您。"),
    "ready": _("办件 %(number)s 已送达受理单位。不用做什么，是否受理会通知您。"),
    "accept": _("办件 %(number)s 已受理，承诺时限开始计算。不用做什么，请在办件里看期限。"),
    "ask_supplement": _("办件 %(number)s 需要补正。请打开办件，按一次性告知的内容补齐后提交，不要超过期限。"),
    "refuse_acceptance": _("办件 %(number)s 不予受理。请打开办件看理由；不同意的，可以申诉，也可以重新申请。"),
    "hand_in": _("办件 %(number)s 的补正已收到。不用做什么，是否受理会通知您。"),
    "lapse": _("办件 %(number)s 逾期没有补正，不予受理。还要办的，可以重新申请；不同意的，可以申诉。"),
    "to_decision": _("办件 %(number)s 审查完成，等待决定。不用做什么，决定后会通知您。"),
    "send_back": _("办件 %(number)s 退回重新审查。不用做什么，承诺时限照样计算。"),
    "pause": _("办件 %(number)s 中止计时。请打开办件看原因；需要您配合的，那里会写明。"),
    "resume": _("办件 %(number)s 恢复计时，继续审查。不用做什么，新的期限请看办件。"),
    "resume_decision": _("办件 %(number)s 恢复计时，等待决定。不用做什么，新的期限请看办件。"),
    "approve": _("办件 %(number)s 已准予。请打开办件看怎样领取结果；还在送达的，送到会通知您。"),
    "decline": _("办件 %(number)s 不予批准。请打开办件看理由；不同意的，可以在那里申诉。"),
    "grant_on_review": _("办件 %(number)s 经申诉复核，已准予。请打开办件看怎样领取结果。"),
    "withdraw": _("办件 %(number)s 已撤回。还要办的，可以重新申请。"),
    "close": _("办件 %(number)s 已办结。请打开办件查看结果；办得怎样，可以评价。"),
    "answer_corrected": _("办件 %(number)s 依据的数据被来源部门更正了。不用做什么，工作人员会复核，结果会通知您。"),
    "review_corrected": _("办件 %(number)s 的数据更正已复核。请打开办件查看结果；不同意的，可以申诉。"),
    LATE: _("办件 %(number)s 超过了时限，已催办并上报。不用做什么；想问原因，可以拨打办件里的咨询电话。"),
    UNDER_NOTICE: _("办件 %(number)s 审查通过，正在公示。不用做什么，起止时间请看办件；期满后作出决定，会通知您。"),
    OTHER_BODY: _("办件 %(number)s 有一个环节由%(body)s办理。不用做什么，不用再去一个地方。"),
}
UNTOLD: Final[Mapping[str, str]] = {
    "ask": "they have just applied; the answer, or the lack of one, is told",
    "answered": "the move that the answer leads to is told",
    "unanswered": "the move to paper is told, once",
    "accept_paper": "they handed it in at the window; what follows is told",
    "step": "a step within the same state asks nothing of them; the time line has it",
    "take": "who of a body does it is the body's matter",
    "give_back": "who of a body does it is the body's matter",
    "reassign": "who of a body does it is the body's matter; another body's step is told",
    "appeal": "appeals are told as such (tell_appeal)",
    "appeal_taken": "appeals are told as such (tell_appeal)",
    "appeal_late": "those who may review are told; the applicant's case says until when",
    "escalate": "that the time is over is told; to whom within the body it went is the body's matter",
    "renew": "the appeal that led to it is told (tell_appeal)",
    "appeal_withdrawn": "appeals are told as such (tell_appeal)",
    "appeal_uphold": "appeals are told as such (tell_appeal)",
    "appeal_send_back": "appeals are told as such (tell_appeal)",
    "appeal_replace": "appeals are told as such (tell_appeal)",
}
APPEAL_TOLD: Final[Mapping[str, str | Promise]] = {
    AppealState.FILED: gettext_lazy("您对办件 %(number)s 的申诉已收到。不用做什么，由作出决定以外的人员复核。"),
    AppealState.IN_REVIEW: gettext_lazy("您对办件 %(number)s 的申诉正在复核。不用做什么，复核期限请看办件。"),
    AppealState.UPHELD: gettext_lazy(
        "您对办件 %(number)s 的申诉已复核，维持原决定。请打开办件看理由；仍不同意的，可以依法申请行政复议。"
    ),
    AppealState.SENT_BACK: gettext_lazy("您对办件 %(number)s 的申诉成立，退回重新办理。不用做什么，请看新的期限。"),
    AppealState.REPLACED: gettext_lazy("您对办件 %(number)s 的申诉成立，已改正原决定。请打开办件查看。"),
    AppealState.WITHDRAWN: gettext_lazy("您对办件 %(number)s 的申诉已撤回。在申诉期限内还可以再次提出。"),
}


def case_told(facts: Facts) -> str:
    """Return the sentence of one change; notices of before there was a table say only how far the case is."""
    number = {"number": facts["number"]}
    if sentence := TOLD.get(str(facts.get("event", ""))):
        body = str(facts.get("body") or "")
        return gettext(sentence) % (number | {"body": organisation_name(body) if body else ""})
    state = CaseState(str(facts["state"])).label
    return gettext("您的办件 %(number)s 有新进展：%(state)s。") % (number | {"state": state})


def appeal_told(facts: Facts) -> str:
    """Return the sentence of one change of an appeal."""
    return str(APPEAL_TOLD[str(facts["state"])]) % {"number": facts["number"]}
