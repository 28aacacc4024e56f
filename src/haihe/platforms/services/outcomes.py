"""The big sentence at the top of a case: where it stands, why, and what comes next."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from haihe.kernel.answers import Answer
from haihe.platforms.services.models import Case, ProvenBy, Verification
from haihe.platforms.services.wording import organisation_name, reason_told, state_told, trouble_told
from haihe.platforms.services.workflow import CaseState

_ICONS = {"success": "circle-check", "info": "clock-hour-4", "warning": "help-circle", "secondary": "circle-minus"}


@dataclass(frozen=True, slots=True)
class Banner:
    """`tone` is Tabler's: success, info, warning, secondary. Nothing here is red: no outcome is an alarm."""

    tone: str
    title: str
    told: str

    @property
    def icon(self) -> str:
        """The icon that says the same to those who don't see colours."""
        return _ICONS[self.tone]


def banner_of(case: Case, proofs: list[Verification]) -> Banner:
    """Return the banner for the case as it stands."""
    if case.state in (CaseState.APPROVED, CaseState.CLOSED):
        return _granted(case)
    if case.state in (CaseState.AWAITING_PAPER, CaseState.AWAITING_CORRECTION):
        return _waiting(case, proofs)
    return _plain(case)


def _granted(case: Case) -> Banner:
    title = state_told(case) if case.state == CaseState.APPROVED else _("已办结")
    if case.basis == ProvenBy.EVIDENCE:
        told = _("数据核验通过，没有收取任何证明：少交 %(papers)s 份证明，少跑 %(trips)s 趟。")
        return Banner("success", title, told % {"papers": case.papers_saved, "trips": case.trips_saved})
    if case.amount_yuan is None:
        return Banner("success", title, _("申请已获准。") if case.state == CaseState.APPROVED else _("结果已送达。"))
    return Banner("success", title, _("已按纸质证明审核通过。"))


def _waiting(case: Case, proofs: list[Verification]) -> Banner:
    missing = next((one for one in proofs if not one.proven_by), None)
    if case.state == CaseState.AWAITING_CORRECTION:
        told = _("错误报告已交来源部门核实。更正后系统自动重新核验；等不及可以随时补交纸质证明。")
        return Banner("info", _("等待数据更正"), told)
    if missing is None or not missing.service:
        return Banner("info", _("等待补交证明"), _("请在窗口出示纸质证明。"))
    question = case.item.definition.question(missing.paper)
    source = organisation_name(question.source)
    if not missing.trouble and missing.answer == Answer.NO_MATCH:
        told = _("%(source)s答复：%(text)s。这不等于不能办：认为有误可以报告错误，也可以补交纸质证明，由工作人员决定。")
        return Banner("warning", _("数据没有查到"), told % {"source": source, "text": question.no})
    why = trouble_told(missing.trouble, source) if missing.trouble else reason_told(missing.reason, source)
    told = _("%(why)s。申请没有被拒绝：可以现在补交纸质证明，也可以等待，系统会自动重新核验并在这里通知。")
    return Banner("info", _("暂时无法确认，申请继续有效"), told % {"why": why})


def _plain(case: Case) -> Banner:
    texts = {
        CaseState.SUBMITTED: ("info", _("已提交"), _("马上开始核验。")),
        CaseState.CHECKING: ("info", _("正在核验"), _("通常几秒钟完成，请稍候刷新本页。")),
        CaseState.AWAITING_DECISION: ("info", _("等待工作人员决定"), _decision_told(case)),
        CaseState.AWAITING_ACCEPTANCE: ("info", _("等待受理"), _("材料已送达，工作人员将在一个工作日内答复是否受理。")),
        CaseState.SUPPLEMENTING: ("warning", _("请补正"), _missing_told(case)),
        CaseState.EXAMINING: ("info", _("已受理，正在审查"), _("将在承诺时间内作出决定，有进展会通知您。")),
        CaseState.PAUSED: (
            "info",
            _("已中止计时"),
            _("依法需要的评审、检验或听证完成后继续办理，所需时间不计入时限。"),
        ),
        CaseState.DECLINED: ("secondary", state_told(case), case.decision_reason),
        CaseState.NOT_ACCEPTED: ("secondary", _("不予受理"), case.decision_reason),
        CaseState.WITHDRAWN: ("secondary", _("已撤回"), _("申请已撤回，需要时可以重新申请。")),
    }
    return Banner(*texts[CaseState(case.state)])


def _decision_told(case: Case) -> str:
    if case.amount_yuan is None:
        return _("审查已经完成，将在承诺时间内作出决定。")
    return _("证明已收齐，将在承诺时间内作出决定。")


def _missing_told(case: Case) -> str:
    """Say what is missing, as it was told once."""
    event = case.events.filter(name="ask_supplement").last()
    return str(event.facts.get("note") or "") if event else ""
