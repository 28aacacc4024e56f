"""What each page shows, as data."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.utils.translation import gettext as _

from haihe.base.accounts.api import Actor, Role
from haihe.data.sharing import api as sharing
from haihe.platforms.services.appeals import AppealCard, appeal_card
from haihe.platforms.services.certificates import api as certificates
from haihe.platforms.services.forms.api import ShownSection
from haihe.platforms.services.items.api import ItemDefinition, Paper, Verify
from haihe.platforms.services.models import Case, CaseEvent, ProvenBy, Verification
from haihe.platforms.services.notices import NoticeCard, Objected, card_of, objections_to
from haihe.platforms.services.operations.deciding import may_decline
from haihe.platforms.services.operations.moving import goes_by_data
from haihe.platforms.services.outcomes import Banner, banner_of
from haihe.platforms.services.parties import is_applicant
from haihe.platforms.services.queries import roles_on
from haihe.platforms.services.said import form_said
from haihe.platforms.services.supplements import Askable, FileLink, SupplementCard, askable, files_of, supplement_card
from haihe.platforms.services.wording import (
    TELLING,
    answer_told,
    event_told,
    is_told,
    organisation_name,
    relation_told,
    state_told,
    trouble_told,
)
from haihe.platforms.services.work import Work, work_of
from haihe.platforms.services.workflow import WAITING, WORKFLOW, CaseState

PAGE_ROWS: Final = 30
_YELLOW_BEFORE = timedelta(hours=8)
_TONES = {
    "approve_on_evidence": "success",
    "approve": "success",
    "close": "success",
    "appeal_send_back": "success",
    "appeal_replace": "success",
    "grant_on_review": "success",
    "appeal_uphold": "neutral",
    "appeal": "warning",
    "decline": "neutral",
    "withdraw": "neutral",
    "refuse_acceptance": "neutral",
    "lapse": "neutral",
    "ask_supplement": "warning",
    "pause": "warning",
    "unanswered": "warning",
    "answer_corrected": "warning",
}


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a time line."""

    at: datetime
    title: str
    who: str
    detail: str
    tone: str


@dataclass(frozen=True, slots=True)
class Question:
    """What will be asked of whom, and why: shown before anybody agrees."""

    paper: str
    asks: str
    why: str
    source: str


@dataclass(frozen=True, slots=True)
class ProofRow:
    """One paper of a case and what stands for it."""

    paper: Paper
    row: Verification
    source: str
    asks: str
    told: str
    correction: sharing.CorrectionInfo | None = None

    @property
    def is_missing(self) -> bool:
        return not self.row.proven_by


@dataclass(frozen=True, slots=True)
class PaperByCertificate:
    """One paper for which a certificate stands; None: none was found, so the original is shown."""

    paper: Paper
    holds: bool
    certificate: certificates.CertificateInfo | None


@dataclass(frozen=True, slots=True)
class CasePage:
    """One case, for its applicant or for the desk; `moves` names what this reader may do now."""

    case: Case
    item: ItemDefinition
    authority: str
    banner: Banner
    proofs: list[ProofRow]
    lines: list[Line]
    moves: frozenset[str]
    stamp: int
    work: Work | None = None
    said: tuple[ShownSection, ...] = ()
    by_certificate: tuple[PaperByCertificate, ...] = ()
    issued: tuple[certificates.CertificateInfo, ...] = ()
    statement: str = ""
    complaint: str = ""
    appeal: AppealCard | None = None
    notice: NoticeCard | None = None
    objections: tuple[Objected, ...] = ()
    supplement: SupplementCard | None = None
    askable: tuple[Askable, ...] = ()
    files: tuple[FileLink, ...] = ()

    @property
    def state(self) -> str:
        """How far the case is, in the words of its item."""
        return state_told(self.case)

    @property
    def relation(self) -> str:
        """In what relation somebody acts in the applicant's place."""
        return relation_told(self.case)

    @property
    def amount(self) -> str:
        """The amount asked for, as people read sums of money."""
        return f"{self.case.amount_yuan:,.2f}" if self.case.amount_yuan else ""

    @property
    def to_review(self) -> list[ProofRow]:
        """The proofs that were corrected after the case rested on them, and that nobody has looked at again."""
        return [one for one in self.proofs if one.row.corrected_at and not one.row.reviewed_at]

    @property
    def missing(self) -> ProofRow | None:
        """The proof the case waits for, if it waits for one."""
        return next((one for one in self.proofs if one.is_missing), None) if self.case.state in WAITING else None


@dataclass(frozen=True, slots=True)
class CaseRow:
    """One case in a list."""

    case: Case
    item: ItemDefinition
    next_ask_at: datetime | None
    is_news: bool = False
    light: str = ""

    @property
    def acted_for(self) -> str:
        """For whom somebody else acts; "" where a person applied in their own matter."""
        return self.case.masked_name if self.case.relation else ""

    @property
    def state(self) -> str:
        return state_told(self.case)

    @property
    def is_waiting(self) -> bool:
        return self.case.state in WAITING

    @property
    def tone(self) -> str:
        return _STATE_TONES.get(CaseState(self.case.state), "info")


_BY_BUTTON = {"approve", "decline", "withdraw", "close", "request_correction"}
_STATE_TONES = {
    CaseState.APPROVED: "success",
    CaseState.CLOSED: "success",
    CaseState.DECLINED: "neutral",
    CaseState.WITHDRAWN: "neutral",
    CaseState.NOT_ACCEPTED: "neutral",
    CaseState.AWAITING_PAPER: "warning",
    CaseState.SUPPLEMENTING: "warning",
}


def questions_of(item: ItemDefinition) -> list[Question]:
    """Return what data this item asks for."""
    return [_question(paper, verify) for paper, verify in item.questions]


def case_page(case: Case, actor: Actor, *, now: datetime, complaint: str = "", statement: str = "") -> CasePage:
    """Gather a case for one reader."""
    item = case.item.definition
    rows = list(case.verifications.all())
    events = list(case.events.order_by("-id"))
    return CasePage(
        case=case,
        item=item,
        authority=organisation_name(case.organisation),
        banner=banner_of(case, rows),
        proofs=[_proof(item, row) for row in rows],
        lines=[_line(event, item) for event in events if is_told(event, actor, case)],
        work=work_of(case, actor, now=now),
        by_certificate=_by_certificate(case, item, now),
        issued=certificates.issued_in(case.number, actor=actor, now=now),
        appeal=appeal_card(case, actor, now=now),
        notice=card_of(case),
        objections=tuple(objections_to(case, actor)),
        said=form_said(case, masked=not is_applicant(actor, case)),
        supplement=supplement_card(case, masked=not is_applicant(actor, case)),
        askable=askable(case) if case.state == CaseState.AWAITING_ACCEPTANCE and roles_on(actor, case) else (),
        files=files_of(case, actor),
        moves=moves_for(case, actor, rows),
        stamp=events[0].pk if events else 0,
        complaint=complaint,
        statement=statement,
    )


def proofs_of(case: Case) -> list[ProofRow]:
    """Return the papers of a case and what stands for each."""
    item = case.item.definition
    return [_proof(item, row) for row in case.verifications.all()]


def moves_for(case: Case, actor: Actor, rows: list[Verification]) -> frozenset[str]:
    """Return the names of what this actor may do with the case now, for buttons; operations check again."""
    roles = roles_on(actor, case)
    names = {move.name for move in WORKFLOW.allowed(case.state, roles)} & _BY_BUTTON
    if not goes_by_data(case):
        # Everything else is a step of the process, and taken there.
        names &= {"withdraw", "request_correction"}
    if "decline" in names and not may_decline(case):
        names.discard("decline")
    if case.state in WAITING and roles:
        names.add("ask_again")
    if case.state in WAITING and Role.CLERK in roles:
        names.add("accept_paper")
    if not any(row.evidence for row in rows if not row.proven_by):
        names.discard("request_correction")
    return frozenset(names)


def case_row(case: Case, *, now: datetime) -> CaseRow:
    """Gather one row; `case.verifications` and, for news, `case.events` should be prefetched."""
    asks = [one.next_ask_at for one in case.verifications.all() if one.next_ask_at]
    return CaseRow(case, case.item.definition, min(asks, default=None), _has_news(case), _light(case, now))


def _light(case: Case, now: datetime) -> str:
    """Yellow before the promised time runs out, red after it (红黄灯); none where the clock stands or has ended."""
    if case.due_at is None or not case.is_undecided:
        return ""
    if now > case.due_at:
        return "danger"
    if case.warned_at is not None or case.due_at - now < _YELLOW_BEFORE:
        return "warning"
    return "" if goes_by_data(case) else "success"


def _has_news(case: Case) -> bool:
    since = case.seen_at or case.opened_at
    return any(event.name in TELLING and event.at > since for event in case.events.all())


def _by_certificate(case: Case, item: ItemDefinition, now: datetime) -> tuple[PaperByCertificate, ...]:
    uses = certificates.uses_in(case.number, now=now)
    return tuple(PaperByCertificate(item.paper(use.paper), use.holds, use.certificate) for use in uses)


def _question(paper: Paper, verify: Verify) -> Question:
    return Question(str(paper.name), str(verify.asks), str(verify.why), organisation_name(verify.source))


def _proof(item: ItemDefinition, row: Verification) -> ProofRow:
    paper = item.paper(row.paper)
    verify = paper.verify
    if verify is None:
        return ProofRow(paper, row, "", "", "")
    source = organisation_name(verify.source)
    correction = sharing.correction(row.correction) if row.correction else None
    return ProofRow(paper, row, source, str(verify.asks), _proof_told(row, verify, source), correction)


def _proof_told(row: Verification, verify: Verify, source: str) -> str:
    if row.proven_by == ProvenBy.PAPER:
        return _("已由 %(clerk)s 查验纸质证明") % {"clerk": row.paper_accepted_name}
    if row.trouble:
        return trouble_told(row.trouble, source)
    return answer_told(verify, row.answer, row.reason) if row.answer else _("尚未核验")


def _line(event: CaseEvent, item: ItemDefinition) -> Line:
    clause = _(event.clause) if event.clause else ""
    return Line(event.at, event_told(event, item), event.actor_name, clause, _TONES.get(event.name, "info"))
