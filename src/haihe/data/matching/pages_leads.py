"""What the pages of leads show: the list at the desk, one lead, the phone, and what came of all of them."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, Final
from uuid import UUID, uuid4

from django.core.paginator import Page
from django.urls import reverse
from django.utils.translation import gettext as _

from haihe.base.accounts.api import Account, Actor
from haihe.city import api as city
from haihe.data.catalogue import api as catalogue
from haihe.data.matching import queries_leads, wording
from haihe.data.matching.definition import ModelRefused, read_definition
from haihe.data.matching.models import Lead, LeadEvent
from haihe.data.matching.operations.correcting import sources_of
from haihe.data.matching.operations.visiting import open_lead
from haihe.data.matching.pages import Cell, Event, titles_of
from haihe.data.matching.wording import Text
from haihe.data.matching.workflow import ENDED_LEADS, LEAD, Decision, LeadKind, LeadState, Part
from haihe.data.sharing import api as sharing

_ON_THE_PHONE: Final = (Part.FIELD_WORKER,)
_AT_THE_DESK: Final = (Part.STEWARD, Part.APPROVER, Part.DISPATCHER)
DISTRICT_DIGITS: Final = 6
STREET_DIGITS: Final = 9


@dataclass(frozen=True, slots=True)
class LeadRow:
    lead: Lead
    place: str
    is_late: bool


@dataclass(frozen=True, slots=True)
class LeadsPage:
    rows: "Page[Lead]"
    leads: list[LeadRow]
    states: list[tuple[str, str, bool]]
    may_assign: bool
    workers: list[Account]
    refusal: str = ""


@dataclass(frozen=True, slots=True)
class Button:
    """A move that this person may make now. `wants` says what it asks for: words, a worker, a decision."""

    name: str
    label: Text
    hint: Text
    wants: tuple[str, ...]
    is_main: bool


@dataclass(frozen=True, slots=True)
class LeadPage:
    lead: Lead
    place: str
    policy: str
    cells: list[Cell]
    buttons: list[Button]
    workers: list[Account]
    decisions: list[tuple[str, str]]
    sources: list[tuple[str, str]]
    correction: sharing.CorrectionInfo | None
    may_see_correction: bool
    events: list[Event]
    token: UUID
    refusal: str = ""


@dataclass(frozen=True, slots=True)
class VisitsPage:
    """What somebody is to do today."""

    visits: list[LeadRow]
    free: list[LeadRow]
    more_free: int
    kept: list[str]


@dataclass(frozen=True, slots=True)
class Place:
    """How far a place is. `code` has 12 digits, so that it can be asked for."""

    code: str
    name: str
    found: int
    visited: int
    settled: int
    waited: timedelta | None

    @property
    def days(self) -> float | None:
        return self.waited.total_seconds() / 86_400 if self.waited is not None else None


@dataclass(frozen=True, slots=True)
class ProgressPage:
    """What came of the leads, by place."""

    at: datetime
    within: city.Division | None
    places: list[Place]
    found: int
    visited: int
    settled: int
    days: float | None
    map: Any = None
    sums: dict[str, int] = field(default_factory=dict)


def place_of(division: str) -> str:
    found = city.division(division)
    return found.full_name if found else division


def rows_of(leads: Iterable[Lead], *, today: date) -> list[LeadRow]:
    shown = list(leads)
    names = {code: place_of(code) for code in {one.division for one in shown}}
    return [LeadRow(one, names[one.division], _is_late(one, today)) for one in shown]


def _is_late(lead: Lead, today: date) -> bool:
    return lead.due_on is not None and lead.due_on < today and lead.visited_at is None and lead.state not in ENDED_LEADS


def lead_page(actor: Actor, lead: Lead, *, phone: bool, now: datetime, refusal: str = "") -> LeadPage:
    parts = queries_leads.lead_parts(actor, lead) & set(_ON_THE_PHONE if phone else _AT_THE_DESK)
    moves = LEAD[LeadKind(lead.kind)].allowed(lead.state, parts)
    buttons = [_button(move.name, place == 0) for place, move in enumerate(sorted(moves, key=_order))]
    wants = {want for one in buttons for want in one.wants}
    return LeadPage(
        lead=lead,
        place=place_of(lead.division),
        policy=_policy(lead),
        cells=_cells(lead, open_lead(actor, lead)),
        buttons=buttons,
        workers=queries_leads.workers_for([lead], now=now) if "worker" in wants else [],
        sources=_sources(lead) if "source" in wants else [],
        correction=sharing.correction(lead.correction) if lead.correction and not phone else None,
        may_see_correction=bool({Part.STEWARD, Part.APPROVER} & queries_leads.lead_parts(actor, lead)),
        decisions=[(str(value), str(label)) for value, label in Decision.choices],
        events=events_of_lead(lead.events.all()),
        token=uuid4(),
        refusal=refusal,
    )


def _sources(lead: Lead) -> list[tuple[str, str]]:
    """Return which inputs of others the lead rests on: register and department."""
    told = sources_of(lead)
    titles = catalogue.resource_titles({one["resource"] for one in told})
    owners = city.organisation_names({one["owner"] for one in told})
    return [(one["name"], f"{titles[one['resource']]} · {owners[one['owner']]}") for one in told]


def _order(move: Any) -> int:
    return list(wording.LEAD_MOVES).index(move.name)


def _button(name: str, is_main: bool) -> Button:
    label, hint, wants = wording.LEAD_MOVES[name]
    return Button(name, label, hint, wants, is_main)


def _policy(lead: Lead) -> str:
    try:
        told = read_definition(lead.run.version.text).leads
    except ModelRefused:
        return ""
    return told.policy if told else ""


def _cells(lead: Lead, values: dict[str, Any]) -> list[Cell]:
    if not values:
        return []
    model = read_definition(lead.run.version.text)
    titles = titles_of(model)
    hidden = model.leads.division if model.leads else ""
    return [Cell(titles.short(part), values.get(part)) for part in model.output if part != hidden]


def events_of_lead(rows: Iterable[LeadEvent]) -> list[Event]:
    events = []
    for row in rows:
        title, tone = wording.LEAD_EVENTS[row.name]
        told = _with_clause(row.words, wording.clause_told(row.clause))
        at = datetime.fromisoformat(row.facts["happened_at"]) if "happened_at" in row.facts else row.at
        events.append(Event(title, at, _who(row), tone, told))
    return events


def _with_clause(words: str, clause: str) -> str:
    return (
        _("%(words)s（依据：%(clause)s）") % {"words": words, "clause": clause} if words and clause else words or clause
    )


def _who(row: LeadEvent) -> str:
    if row.part == Part.SUBJECT:
        return _("本人")
    return row.actor_name if row.actor_id else ""


def visits_page(actor: Actor, *, today: date, most: int) -> VisitsPage:
    mine = list(queries_leads.visits_of(actor))
    free = queries_leads.free_in(actor)
    shown = list(free[:most])
    return VisitsPage(
        visits=rows_of(mine, today=today),
        free=rows_of(shown, today=today),
        more_free=max(0, free.count() - len(shown)),
        kept=[reverse("matching:visit", args=[one.number]) for one in mine],
    )


def progress_page(actor: Actor, *, within: str, now: datetime) -> ProgressPage:
    """Return the city by districts, or a district by its streets."""
    district = city.division(within) if within else None
    begins = within[:DISTRICT_DIGITS] if district else ""
    digits = STREET_DIGITS if district else DISTRICT_DIGITS
    counts = queries_leads.counts_by_place(actor, within=begins, digits=digits)
    places = [_place(row, digits) for row in counts]
    waits = [(one.waited, one.visited) for one in places if one.waited is not None]
    visited = sum(count for _waited, count in waits)
    days = sum(waited.total_seconds() * count for waited, count in waits) / 86_400 / visited if visited else None
    return ProgressPage(
        at=now,
        within=district,
        places=places,
        found=sum(one.found for one in places),
        visited=sum(one.visited for one in places),
        settled=sum(one.settled for one in places),
        days=days,
        map=None if district else city.whole_city().shaded({one.code: one.found for one in places}),
    )


def _place(row: dict[str, Any], digits: int) -> Place:
    code = str(row["place"]).ljust(12, "0")
    found = city.division(code)
    return Place(code, found.name if found else code, row["found"], row["visited"], row["settled"], row["waited"])


def states_shown(chosen: str) -> list[tuple[str, str, bool]]:
    return [(str(value), str(label), value == chosen) for value, label in LeadState.choices]
