"""谁用了我的数据: a citizen's own part of the ledger in plain words. Others' entries don't exist here."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from haihe.base.accounts.api import Actor
from haihe.base.ledger import api as ledger
from haihe.data.sharing import api as sharing
from haihe.kernel.answers import Answer, ChangeAnswer, QueryAnswer
from haihe.kernel.problems import PROBLEMS
from haihe.platforms.services.errors import ServicesError
from haihe.platforms.services.explaining import Explained, explained
from haihe.platforms.services.forms import api as forms
from haihe.platforms.services.items.api import Verify, questions_in_force
from haihe.platforms.services.operations import request_correction
from haihe.platforms.services.ports import Corrections
from haihe.platforms.services.queries import own_cases
from haihe.platforms.services.wording import answer_told, in_english, organisation_names, reason_told
from haihe.platforms.services.workflow import CaseState

PAGE_ROWS = 20


class UseNotFound(ServicesError):
    """No such record about this person."""

    def __init__(self) -> None:
        super().__init__(_("没有找到这条使用记录。"))


class ProofNotReady(ServicesError):
    """The record waits for the next seal, a minute at most."""

    def __init__(self) -> None:
        super().__init__(_("这条记录即将封存，请一分钟后再下载凭证。"))


@dataclass(frozen=True, slots=True)
class Use:
    """One use of the citizen's data, told to the citizen."""

    evidence: str
    seq: int
    at: datetime
    who: str
    whose: str
    asked: str
    told: str
    purpose: str
    legal_basis: str
    as_of: datetime | None
    is_refused: bool
    is_sealed: bool
    case_number: str
    is_own_case: bool
    correction: sharing.CorrectionInfo | None
    again: str = ""
    """Where the person asks this themselves, if it was their own question."""

    @property
    def tone(self) -> str:
        return "neutral" if self.is_refused else "info"


@dataclass(frozen=True, slots=True)
class UsesPage:
    """The newest uses, and where the older ones go on."""

    uses: list[Use]
    older: int | None


def uses_of(actor: Actor, *, before: int | None = None) -> UsesPage:
    """Return the actor's own uses, newest first; empty for whoever has no identity number with us."""
    if actor.subject_key is None:
        return UsesPage([], None)
    entries = ledger.uses_of_subject(actor.subject_key, before=before, limit=PAGE_ROWS + 1)
    shown = entries[:PAGE_ROWS]
    older = shown[-1].seq if len(entries) > PAGE_ROWS else None
    return UsesPage(_tell(actor, shown), older)


def use_of(actor: Actor, evidence: str) -> Use:
    """Raises: UseNotFound, for a forged number and for another's record alike."""
    entry = ledger.use_of_subject(evidence, actor.subject_key) if actor.subject_key is not None else None
    if entry is None:
        raise UseNotFound
    return _tell(actor, [entry])[0]


def proof_of(actor: Actor, evidence: str) -> bytes:
    """Return the proof file of one's own record. Raises: UseNotFound, ProofNotReady, ledger.SealBroken."""
    own = use_of(actor, evidence).evidence
    try:
        return ledger.export_use(own, actor.subject_key or b"")
    except ledger.NotSealedYet as early:
        raise ProofNotReady from early


def report_error(*, actor: Actor, use: Use, statement: str, corrections: Corrections, now: datetime) -> str:
    """Report what was answered as wrong to where it came from. A case that waits for this very answer waits on.

    Return the correction's number. Raises: ServicesError.
    """
    case = own_cases(actor).filter(number=use.case_number, state=CaseState.AWAITING_PAPER).first()
    row = case.verifications.filter(evidence=use.evidence, proven_by="").first() if case else None
    if case and row:
        return request_correction(
            actor=actor, number=case.number, paper=row.paper, statement=statement, corrections=corrections, now=now
        )
    return corrections.open(actor=actor, evidence=use.evidence, statement=statement, now=now)


@dataclass(frozen=True, slots=True)
class _Words:
    """What a page of entries needs to be told, read once."""

    own_numbers: frozenset[str]
    sent: dict[str, str]
    """The case that came of a form, by the number under which the form asked; "" while it is a draft."""
    names: dict[str, str]
    questions: dict[tuple[str, str], Verify]
    titles: dict[tuple[str, str], str]
    corrections: dict[str, sharing.CorrectionInfo]

    def name(self, code: str | None) -> str:
        return self.names[code] if code else _("未识别的系统")

    def field(self, entry: ledger.LedgerEntry, name: str) -> str:
        return self.titles.get((entry.service or "", name), name)

    def fields(self, entry: ledger.LedgerEntry) -> str:
        return "、".join(self.field(entry, name) for name in entry.fields) or (entry.service or "")

    def question(self, entry: ledger.LedgerEntry) -> Verify | None:
        return next((q for f in entry.fields if (q := self.questions.get((entry.service or "", f)))), None)


def _tell(actor: Actor, entries: list[ledger.LedgerEntry]) -> list[Use]:
    sent = _sent(entries)
    numbers = [sent.get(entry.case, entry.case) for entry in entries if entry.case]
    codes = {code for entry in entries for code in (entry.consumer, entry.owner) if code}
    words = _Words(
        own_numbers=frozenset(own_cases(actor).filter(number__in=numbers).values_list("number", flat=True)),
        sent=sent,
        names=organisation_names(codes),
        questions={(verify.service, verify.claim): verify for verify in questions_in_force()},
        titles={(one.slug, name): title for one in sharing.services() for name, title in (*one.claims, *one.fields)},
        corrections={one.evidence: one for one in reversed(sharing.corrections_of(actor.subject_key or b""))},
    )
    return [_use(entry, words) for entry in entries]


def _sent(entries: list[ledger.LedgerEntry]) -> dict[str, str]:
    """Return what became of the forms that asked, by the numbers under which they did."""
    drafts = {entry.case: draft for entry in entries if entry.case and (draft := forms.draft_of(entry.case))}
    if not drafts:
        return {}
    cases = forms.cases_of(list(drafts.values()))
    return {number: cases.get(draft, "") for number, draft in drafts.items()}


def _use(entry: ledger.LedgerEntry, words: _Words) -> Use:
    question, known = words.question(entry), explained(entry.service, entry.purpose)
    is_refused = entry.kind == "REFUSED"
    number = words.sent.get(entry.case or "", entry.case or "")
    return Use(
        evidence=str(entry.evidence),
        seq=entry.seq,
        at=entry.at,
        who=words.name(entry.consumer),
        whose=words.name(entry.owner) if entry.owner else "",
        asked=_asked(entry, question, known, words),
        told=_refusal(entry) if is_refused else _answer(entry, question, words),
        purpose=_purpose(entry, question, known, words),
        legal_basis=entry.legal_basis or "",
        as_of=entry.as_of,
        is_refused=is_refused,
        is_sealed=entry.sealed,
        case_number="" if known else number,
        is_own_case=number in words.own_numbers,
        correction=words.corrections.get(str(entry.evidence)),
        again=known.url if known else "",
    )


def _asked(entry: ledger.LedgerEntry, question: Verify | None, known: Explained | None, words: _Words) -> str:
    if known is not None:
        return known.asked
    return str(question.asks) if question and not entry.told else words.fields(entry)


def _purpose(entry: ledger.LedgerEntry, question: Verify | None, known: Explained | None, words: _Words) -> str:
    if known is not None:
        return known.purpose
    if entry.case in words.sent:
        return _("您填表时预先替您填好，您可以改正")
    return str(question.why) if question and question.purpose == entry.purpose else (entry.purpose or "")


def _answer(entry: ledger.LedgerEntry, question: Verify | None, words: _Words) -> str:
    if entry.told:
        each = zip(entry.fields, entry.told, strict=True)
        return "；".join(f"{words.field(entry, name)}：{_plain(entry, *told, words)}" for name, told in each)
    if question is not None:
        return answer_told(question, entry.answer, entry.reason)
    return _plain(entry, entry.answer, entry.reason, words)


def _plain(entry: ledger.LedgerEntry, answer: str | None, reason: str | None, words: _Words) -> str:
    plain = {
        Answer.MATCH.value: _("是"),
        Answer.NO_MATCH.value: _("否"),
        QueryAnswer.FOUND.value: _("已按授权提供上列内容，按规则隐去了不必知道的部分"),
        ChangeAnswer.UNCHANGED.value: _("登记没有变化，没有提供任何内容"),
        QueryAnswer.NOT_FOUND.value: _("名册上没有您，没有提供任何内容"),
    }
    if answer in plain:
        return plain[answer]
    return _("无法确认：%(text)s") % {"text": reason_told(reason, words.name(entry.owner))}


def _refusal(entry: ledger.LedgerEntry) -> str:
    problem = PROBLEMS.get(entry.problem or "")
    title = (problem.title_en if in_english() else problem.title_zh) if problem else ""
    why = title or _("不符合规则")
    return _("已拦截，没有给出任何数据：%(why)s") % {"why": why}
