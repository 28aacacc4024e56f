"""What a person sees of a check about them: what was compared, by whom, on what basis, what they can say until when."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID, uuid4

from django.utils import timezone

from haihe.base.accounts.api import Actor
from haihe.data.matching import queries_leads
from haihe.data.matching.errors import NotFound
from haihe.data.matching.models import Lead, LeadEvent
from haihe.data.matching.operations.visiting import Step, hearing_ends, move_lead
from haihe.data.matching.pages import told_version
from haihe.data.matching.workflow import Decision, LeadState

WAITING = (LeadState.TOLD, LeadState.HEARD)


@dataclass(frozen=True, slots=True)
class CheckRow:
    """A check in the person's list. `until` is the last day on which their words are waited for."""

    lead: Lead
    until: date | None
    is_waiting: bool


@dataclass(frozen=True, slots=True)
class Said:
    """Words that were written down, and when."""

    at: datetime
    words: str
    is_own: bool = False


@dataclass(frozen=True, slots=True)
class CheckPage:
    """One check, whole. `told` are the sentences of the comparison, `notice` is what the person was told."""

    lead: Lead
    until: date | None
    is_late: bool
    purpose: str
    legal_basis: str
    told: list[str]
    notice: Said | None
    answers: list[Said]
    decision: Said | None
    is_adverse: bool
    may_answer: bool
    token: UUID
    refusal: str = ""
    words: str = ""


def checks_of(actor: Actor) -> list[CheckRow]:
    """Return the checks that the person was told of, the newest first."""
    return [_row(lead) for lead in queries_leads.told_to(actor)]


def checks_waiting(actor: Actor) -> int:
    """Return how many checks wait for a decision about this person, who may answer."""
    return queries_leads.told_to(actor).filter(state__in=WAITING).count() if actor.subject_key else 0


def check_page(actor: Actor, number: str, *, now: datetime, refusal: str = "", words: str = "") -> CheckPage:
    """Raises: NotFound, for a check of somebody else and for none alike."""
    lead = queries_leads.told_to(actor).filter(number=number).first()
    if lead is None:
        raise NotFound
    row, version = _row(lead), told_version(lead.run.version)
    events = list(lead.events.filter(name__in=("tell", "hear", "answer", "decide")))
    return CheckPage(
        lead=lead,
        until=row.until,
        is_late=row.until is not None and timezone.localdate(now) > row.until,
        purpose=version.purpose,
        legal_basis=version.legal_basis,
        told=version.told,
        notice=next((_said(one) for one in events if one.name == "tell"), None),
        answers=[_said(one) for one in events if one.name in ("hear", "answer")],
        decision=next((_said(one) for one in events if one.name == "decide"), None),
        is_adverse=lead.decision not in ("", Decision.KEEP),
        may_answer=row.is_waiting,
        token=uuid4(),
        refusal=refusal,
        words=words,
    )


def answer_check(*, actor: Actor, number: str, step: Step, now: datetime) -> None:
    """Say something about a check of oneself, as often as one likes until it is decided.

    Raises: NotFound, NotNow (decided meanwhile), InputRefused.
    """
    if not queries_leads.told_to(actor).filter(number=number).exists():
        raise NotFound
    move_lead(actor=actor, number=number, step=step, now=now)


def _row(lead: Lead) -> CheckRow:
    until = hearing_ends(lead.told_at) if lead.told_at else None
    return CheckRow(lead, until, lead.state in WAITING)


def _said(event: LeadEvent) -> Said:
    at = datetime.fromisoformat(event.facts["happened_at"]) if "happened_at" in event.facts else event.at
    return Said(at, event.words, event.name == "answer")
