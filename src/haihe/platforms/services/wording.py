"""What happened, in plain words: for events of a case, answers of a source, and entries of the ledger."""

from collections.abc import Callable, Iterable
from datetime import datetime

from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from haihe.base.accounts.api import Actor, Role
from haihe.city import api as city
from haihe.kernel.answers import Answer, UnknownReason
from haihe.platforms.services.items.api import ItemDefinition, Verify
from haihe.platforms.services.models import Case, CaseEvent, Channel
from haihe.platforms.services.parties import is_applicant
from haihe.platforms.services.workflow import CaseState

type Facts = dict[str, str | int | None]


def organisation_name(code: str | None) -> str:
    """Return the body's name in the reader's language, or its code where it is unknown."""
    return organisation_names([code])[code] if code else _("未识别的系统")


def organisation_names(codes: Iterable[str]) -> dict[str, str]:
    """Return the full name of each code; an unknown code stands for itself."""
    english = in_english()
    names = {}
    for code in set(codes):
        found = city.organisation(code)
        names[code] = (found.name_en if english and found.name_en else found.name) if found else code
    return names


def moment(at: datetime | None) -> str:
    """Return the local time as people write it."""
    return date_format(timezone.localtime(at), "j F Y H:i" if in_english() else "DATETIME_FORMAT") if at else ""


def in_english() -> bool:
    """Say whether the reader has chosen English."""
    return (get_language() or "").startswith("en")


def reason_told(reason: str | None, source: str) -> str:
    """Say why a source could not answer yes or no; never as if it were the person's fault."""
    told = {
        UnknownReason.SOURCE_STALE: _("%(source)s的数据没有按时更新，查不到也说明不了什么"),
        UnknownReason.SOURCE_UNREACHABLE: _("%(source)s的数据暂时无法读取"),
        UnknownReason.RECORD_IN_DOUBT: _("%(source)s名册上的登记有疑问，需要人工核对"),
        UnknownReason.SOURCE_TIMEOUT: _("%(source)s的接口没有按时答复"),
        UnknownReason.SOURCE_ANSWER_INVALID: _("%(source)s的接口答复有误"),
    }
    text = told.get(UnknownReason(reason)) if reason and reason in UnknownReason else None
    return (text or _("%(source)s暂时无法确认")) % {"source": source}


def trouble_told(trouble: str, source: str) -> str:
    """Say why there was no answer at all."""
    if trouble in ("SOURCE_UNREACHABLE", "UNEXPECTED"):
        return _("暂时连接不上%(source)s的数据") % {"source": source}
    return _("本单位此刻没有查询%(source)s数据的有效授权") % {"source": source}


def answer_told(question: Verify, answer: str | None, reason: str | None) -> str:
    """Say what the source answered to this question."""
    if answer == Answer.MATCH:
        return _("是：%(text)s") % {"text": question.yes}
    if answer == Answer.NO_MATCH:
        return _("否：%(text)s") % {"text": question.no}
    return _("无法确认：%(text)s") % {"text": reason_told(reason, organisation_name(question.source))}


def event_told(event: CaseEvent, item: ItemDefinition) -> str:
    """Return the sentence of one event on the time line."""
    tell = _SENTENCES.get(event.name)
    return tell(event.facts, item) if tell else event.name


def _question(facts: Facts, item: ItemDefinition) -> Verify | None:
    try:
        return item.question(str(facts.get("paper")))
    except KeyError:
        return None


def _source(facts: Facts, item: ItemDefinition) -> str:
    question = _question(facts, item)
    return organisation_name(question.source) if question else _("来源部门")


def _paper(facts: Facts, item: ItemDefinition) -> str:
    return next((str(paper.name) for paper in item.papers if paper.slug == facts.get("paper")), "")


def _opened(facts: Facts, item: ItemDefinition) -> str:
    channel = Channel(str(facts["channel"])).label
    if "amount_yuan" not in facts:
        return _("通过%(channel)s提交申请；已告知将核验的数据") % {"channel": channel}
    return _("通过%(channel)s受理，申请提取 %(amount)s 元；已告知将核验的数据") % {
        "channel": channel,
        "amount": f"{float(str(facts['amount_yuan'])):,.2f}",
    }


def _asked(facts: Facts, item: ItemDefinition) -> str:
    return _("开始数据核验，不需要提交证明")


def _answered(facts: Facts, item: ItemDefinition) -> str:
    question = _question(facts, item)
    if question is None:
        return _("来源部门已答复")
    text = answer_told(question, str(facts["answer"]), str(facts["reason"] or ""))
    at = parse_datetime(str(facts.get("as_of") or ""))
    told = _("%(source)s答复——%(text)s") % {"source": organisation_name(question.source), "text": text}
    return told + (_("（数据截至 %(at)s）") % {"at": moment(at)} if at else "")


def _unanswered(facts: Facts, item: ItemDefinition) -> str:
    why = trouble_told(str(facts["trouble"]), _source(facts, item))
    return _("%(why)s。申请不受影响，系统会自动重新核验") % {"why": why}


def _approved(facts: Facts, item: ItemDefinition) -> str:
    saved = {"papers": facts["papers_saved"], "trips": facts["trips_saved"]}
    if facts.get("late"):
        return _("自动重新核验通过，准予提取；少交 %(papers)s 份证明，少跑 %(trips)s 趟") % saved
    return _("核验通过，准予提取；少交 %(papers)s 份证明，少跑 %(trips)s 趟") % saved


def _to_paper(facts: Facts, item: ItemDefinition) -> str:
    return _("可以改交%(paper)s，也可以等待系统自动重新核验") % {"paper": _paper(facts, item)}


def _correcting(facts: Facts, item: ItemDefinition) -> str:
    return _("已向%(source)s报告数据错误，由对方核实更正") % {"source": _source(facts, item)}


def _paper_taken(facts: Facts, item: ItemDefinition) -> str:
    return _("已收到%(paper)s") % {"paper": _paper(facts, item)}


def _declined(facts: Facts, item: ItemDefinition) -> str:
    if not item.amount:
        return _step_taken(facts, _("不予批准"))
    return _("不予提取。理由：%(reason)s") % {"reason": facts.get("reason") or ""}


def _corrected(facts: Facts, item: ItemDefinition) -> str:
    return _("%(source)s更正了本办件依据的数据，请工作人员复核") % {"source": _source(facts, item)}


def _reviewed(facts: Facts, item: ItemDefinition) -> str:
    question = _question(facts, item)
    if question is None or not facts.get("answer"):
        return _("工作人员已复核：%(note)s") % {"note": facts.get("note") or ""}
    text = answer_told(question, str(facts["answer"]), str(facts["reason"] or ""))
    return _("重新核验：%(text)s。工作人员已复核：%(note)s") % {"text": text, "note": facts.get("note") or ""}


def _step_taken(facts: Facts, told: str) -> str:
    note = facts.get("note")
    return _("%(told)s。说明：%(note)s") % {"told": told, "note": note} if note else told


def _accepted(facts: Facts) -> str:
    front = facts.get("front")
    return _("已由%(body)s综合窗口受理") % {"body": organisation_name(str(front))} if front else _("已受理")


def _one_step(facts: Facts) -> str:
    title = facts.get("title_en" if in_english() else "title_zh")
    if facts.get("event") == "objection":
        return _("公示期间有人提出异议，由办理单位审查")
    if not title:
        return {"LATE": _("已超过时限"), "WARNED": _("时限将到")}.get(str(facts.get("kind")), _("办理有进展"))
    choice = str(facts.get("choice") or "")
    done = _("%(title)s，结果：%(choice)s") % {"title": title, "choice": choice_told(choice)} if choice else str(title)
    return _step_taken(facts, done)


def choice_told(name: str) -> str:
    """Return what a choice of a step, or an event that a case waits for, is called on its button."""
    return str(_CHOICES.get(name, name))


def state_told(case: Case) -> str:
    """Return how far a case is, in words that fit its item."""
    if case.is_under_notice and case.state == CaseState.EXAMINING:
        return _("公示中")
    withdrawal = {"APPROVED": _("准予提取"), "DECLINED": _("不予提取")} if case.amount_yuan else {}
    return str(withdrawal.get(case.state, case.get_state_display()))


def relation_told(case: Case) -> str:
    """Return in what relation somebody acts in the applicant's place; "" where nobody does."""
    return str(_RELATIONS.get(case.relation, ""))


def is_told(event: CaseEvent, actor: Actor, case: Case) -> bool:
    """Say whether a reader sees a line: bodies that have only a step in the case see how far it is, not the rest."""
    handles = any(actor.has(role, case.organisation) for role in (Role.CLERK, Role.APPROVER))
    return bool(event.target) or is_applicant(actor, case) or handles


_RELATIONS = {
    "FAMILY": _lazy("亲友受托代办"),
    "GUARDIAN": _lazy("监护人代办"),
    "AGENT": _lazy("受委托代办"),
    "LEGAL_REPRESENTATIVE": _lazy("法定代表人办理"),
    "ORGANISATION_AGENT": _lazy("单位经办人办理"),
}
_CHOICES = {
    "accept": _lazy("受理"),
    "missing": _lazy("一次性告知补正"),
    "refuse": _lazy("不予受理"),
    "approve": _lazy("准予"),
    "decline": _lazy("不予批准"),
    "back": _lazy("退回重新审查"),
    "handed-in": _lazy("已补齐，提交"),
    "lapsed": _lazy("逾期未补正"),
    "met": _lazy("符合"),
    "unmet": _lazy("不符合"),
    "put-right": _lazy("需要整改"),
    "objection": _lazy("有异议"),
    "clear": _lazy("核对一致"),
    "doubtful": _lazy("有疑问，由人工核对"),
    "registered": _lazy("已登记"),
    "none": _lazy("没有查到"),
    "found": _lazy("有待清理的事项"),
}

_SENTENCES: dict[str, Callable[[Facts, ItemDefinition], str]] = {
    "open": _opened,
    "ask": _asked,
    "answered": _answered,
    "unanswered": _unanswered,
    "approve_on_evidence": _approved,
    "fall_back_to_paper": _to_paper,
    "request_correction": _correcting,
    "accept_paper": _paper_taken,
    "answer_corrected": _corrected,
    "review_corrected": _reviewed,
    "complete_papers": lambda facts, item: _("证明齐全，等待工作人员决定"),
    "approve": lambda facts, item: _("工作人员审核通过，准予提取") if item.amount else _step_taken(facts, _("准予")),
    "decline": _declined,
    "withdraw": lambda facts, item: _("申请已撤回"),
    "close": lambda facts, item: _("已通知受委托银行付款，办结") if item.amount else _("结果已送达，办结"),
    "ready": lambda facts, item: _("申请已送达受理单位"),
    "accept": lambda facts, item: _step_taken(facts, _accepted(facts)),
    "ask_supplement": lambda facts, item: _step_taken(facts, _("需要补正")),
    "refuse_acceptance": lambda facts, item: _step_taken(facts, _("不予受理")),
    "hand_in": lambda facts, item: _step_taken(facts, _("已补正")),
    "lapse": lambda facts, item: _step_taken(facts, _("逾期没有补正，不予受理")),
    "to_decision": lambda facts, item: _("审查完成，等待决定"),
    "send_back": lambda facts, item: _step_taken(facts, _("退回重新审查")),
    "pause": lambda facts, item: _step_taken(facts, _("中止计时")),
    "resume": lambda facts, item: _("恢复计时"),
    "resume_decision": lambda facts, item: _("恢复计时"),
    "step": lambda facts, item: _one_step(facts),
    "take": lambda facts, item: _("有人开始办理这个环节"),
    "give_back": lambda facts, item: _("这个环节退回待领取"),
    "appeal": lambda facts, item: _step_taken(facts, _("申请人提出申诉")),
    "appeal_taken": lambda facts, item: _("申诉由作出决定以外的人员开始复核"),
    "appeal_uphold": lambda facts, item: _step_taken(facts, _("复核维持原决定")),
    "appeal_send_back": lambda facts, item: _step_taken(
        facts, _("复核撤销原决定，由办件 %(number)s 重新办理") % {"number": facts.get("number") or ""}
    ),
    "appeal_replace": lambda facts, item: _step_taken(
        facts, _("复核撤销原决定，由办件 %(number)s 准予") % {"number": facts.get("number") or ""}
    ),
    "appeal_withdrawn": lambda facts, item: _("申诉已撤回"),
    "appeal_late": lambda facts, item: _("申诉复核已超过时限"),
    "renew": lambda facts, item: (
        _("办件 %(number)s 的决定经复核撤销，由本办件继续办理") % {"number": facts.get("number") or ""}
    ),
    "grant_on_review": lambda facts, item: _step_taken(facts, _("经复核准予")),
    "escalate": lambda facts, item: _("超期已满一天，提请本单位审批人督办"),
    "reassign": lambda facts, item: _("这个环节转交 %(to)s 办理") % {"to": facts.get("to") or ""},
}
TELLING = (
    *("approve_on_evidence", "approve", "decline", "close", "answered", "unanswered", "complete_papers"),
    *("accept", "ask_supplement", "refuse_acceptance", "lapse", "pause", "resume", "resume_decision"),
    *("appeal_taken", "appeal_uphold", "appeal_send_back", "appeal_replace", "grant_on_review"),
)
"""Events that are news to the applicant when they weren't there."""
