"""What the pages of models and runs show."""

import difflib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import blake2b
from typing import Any

from django.core.paginator import Page
from django.utils.translation import gettext as _

from haihe.base.accounts.api import Actor, Role
from haihe.data.catalogue import api as catalogue
from haihe.data.exchange import api as exchange
from haihe.data.matching import queries, wording
from haihe.data.matching.definition import Definition, ModelRefused, Outcome, read_definition
from haihe.data.matching.models import MatchEvent, MatchModel, MatchModelVersion, MatchRun
from haihe.data.matching.telling import Titles, marked, sentences
from haihe.data.matching.wording import Text
from haihe.data.matching.workflow import VERSION, MatchRunState, VersionState

_BAR: int = 1000
_LEAST: int = 4
"""A segment of the bar is at least so wide, however few rows it stands for."""


@dataclass(frozen=True, slots=True)
class ModelRow:
    """A model in the list: its newest version and newest run."""

    model: MatchModel
    version: MatchModelVersion | None
    run: MatchRun | None


@dataclass(frozen=True, slots=True)
class ModelsPage:
    rows: "Page[MatchModel]"
    models: list[ModelRow]
    may_write: bool
    sees_all: bool


@dataclass(frozen=True, slots=True)
class Event:
    """A line of a timeline."""

    title: Text
    at: datetime
    who: str
    tone: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class DiffLine:
    """A line of the comparison of two versions; `sign` is +, - or a space."""

    sign: str
    text: str


@dataclass(frozen=True, slots=True)
class VersionTold:
    """A version as people read it. `broken` where its text can't be read any more."""

    version: MatchModelVersion
    told: list[str]
    purpose: str
    legal_basis: str
    broken: str = ""


@dataclass(frozen=True, slots=True)
class ModelPage:
    model: MatchModel
    in_force: VersionTold | None
    making: VersionTold | None
    versions: list[MatchModelVersion]
    runs: "Page[MatchRun]"
    may_write: bool
    is_running: bool
    may_publish: bool


@dataclass(frozen=True, slots=True)
class VersionPage:
    shown: VersionTold
    text: str
    before: MatchModelVersion | None
    changes: list[DiffLine]
    moves: list[tuple[str, Text]]
    needs_another: bool
    events: list[Event]


@dataclass(frozen=True, slots=True)
class Segment:
    """One outcome's part of the bar of all rows."""

    outcome: str
    name: Text
    meaning: Text
    count: int
    x: int
    width: int


@dataclass(frozen=True, slots=True)
class InputRow:
    """An input of a run: which snapshot of when, under which grant."""

    title: str
    owner: str
    snapshot: str
    as_of: datetime
    rows: int
    grant: str


@dataclass(frozen=True, slots=True)
class RunPage:
    run: MatchRun
    inputs: list[InputRow]
    account: list[Segment]
    told: list[str]
    events: list[Event]
    may_cancel: bool
    may_read: bool
    may_lead: bool
    leads: int

    @property
    def is_open(self) -> bool:
        return self.run.state in (MatchRunState.QUEUED, MatchRunState.RUNNING)

    @property
    def percent(self) -> int:
        return round(100 * self.run.share_done)


@dataclass(frozen=True, slots=True)
class Cell:
    """A value of a match; `hidden` ones are opened one by one."""

    title: str
    value: Any = None
    hidden: bool = False


@dataclass(frozen=True, slots=True)
class Match:
    """A match. `key` tells two persons apart within this result and nowhere else."""

    row: int
    key: str
    cells: list[Cell]


@dataclass(frozen=True, slots=True)
class ResultPage:
    run: MatchRun
    rows: "Page[int]"
    titles: list[str]
    matches: list[Match]
    may_open: bool


@dataclass(frozen=True, slots=True)
class OpeningPage:
    """One match, before and after it is opened."""

    run: MatchRun
    row: int
    reasons: list[tuple[str, str]]
    reason: str = ""
    words: str = ""
    refusal: str = ""
    values: list[Cell] = field(default_factory=list)
    evidence: tuple[str, ...] = ()


def titles_of(model: Definition) -> Titles:
    """Return how the model's registers and fields are called."""
    known = catalogue.resource_titles({one.resource for one in model.inputs})
    stored = {one.resource: _field_titles(one.resource) for one in model.inputs}
    fields = {f"{one.name}.{name}": title for one in model.inputs for name, title in stored[one.resource].items()}
    return Titles(marked(model, known), fields)


def _field_titles(resource: str) -> dict[str, str]:
    try:
        return {one.field: one.title for one in exchange.stored_columns(resource) or ()}
    except exchange.SnapshotDamaged:
        return {}


def told_version(version: MatchModelVersion) -> VersionTold:
    try:
        model = read_definition(version.text)
    except ModelRefused as refused:
        return VersionTold(version, [], "", "", refused.sentence)
    return VersionTold(version, sentences(model, titles_of(model)), model.purpose, model.legal_basis)


def events_of(rows: Iterable[MatchEvent]) -> list[Event]:
    events = []
    for row in rows:
        title, tone = wording.EVENTS[row.name]
        told = [_("第 %(row)s 条") % {"row": row.facts["row"]}] if "row" in row.facts else []
        told += [row.words] if row.words else []
        events.append(Event(title, row.at, row.actor_name if row.actor_id else "", tone, "：".join(told)))
    return events


def version_page(actor: Actor, version: MatchModelVersion) -> VersionPage:
    before = version.model.versions.filter(number__lt=version.number).first()
    parts = queries.parts_in(actor, version.model.organisation)
    allowed = [move.name for move in VERSION.allowed(version.state, parts)]
    own = actor.user_id == version.written_by
    return VersionPage(
        shown=told_version(version),
        text=version.text,
        before=before,
        changes=_changes(before.text, version.text) if before else [],
        moves=[(name, wording.MOVES[name]) for name in allowed if not (own and name == "confirm")],
        needs_another=own and version.state == VersionState.SUBMITTED,
        events=events_of(version.events.all()),
    )


def _changes(before: str, after: str) -> list[DiffLine]:
    lines = difflib.ndiff(before.splitlines(), after.splitlines())
    return [DiffLine(line[0], line[2:]) for line in lines if line[0] in "+- "]


def account_of(counts: Sequence[tuple[Outcome, int]]) -> list[Segment]:
    """Return the bar's segments, side by side; together they are as wide as the bar."""
    total = sum(count for _outcome, count in counts)
    if not total:
        return []
    widths = [max(_LEAST, _BAR * count // total) if count else 0 for _outcome, count in counts]
    widths[widths.index(max(widths))] += _BAR - sum(widths)
    segments, x = [], 0
    for (outcome, count), width in zip(counts, widths, strict=True):
        name, meaning = wording.OUTCOMES[outcome]
        segments.append(Segment(outcome.value, name, meaning, count, x, width))
        x += width
    return segments


def run_page(actor: Actor, run: MatchRun) -> RunPage:
    titles = catalogue.resource_titles({one["resource"] for one in run.inputs})
    return RunPage(
        run=run,
        inputs=[
            InputRow(
                titles[one["resource"]],
                one["owner"],
                one["snapshot"],
                datetime.fromisoformat(one["as_of"]),
                one["rows"],
                one["grant"],
            )
            for one in run.inputs
        ],
        account=account_of([(outcome, getattr(run, outcome.lower())) for outcome in Outcome]),
        told=told_version(run.version).told,
        events=events_of(run.events.all()),
        may_cancel=bool(queries.parts_in(actor, run.organisation)),
        may_read=run.state == MatchRunState.DONE and queries.may_read_result(actor, run),
        may_lead=run.state == MatchRunState.DONE
        and actor.has(Role.STEWARD, run.organisation)
        and queries.gives_leads(run),
        leads=run.leads.count(),
    )


def result_page(actor: Actor, run: MatchRun, rows: "Page[int]") -> ResultPage:
    model = read_definition(run.version.text)
    titles = titles_of(model)
    found = queries.result_rows(run, model, first=rows.start_index(), count=len(rows)) if run.matched else []
    return ResultPage(
        run=run,
        rows=rows,
        titles=[titles.short(part) for part in model.output],
        matches=[
            Match(
                one.row,
                key_in(run, one.subject),
                [Cell(titles.short(part), one.plain.get(part), part not in one.plain) for part in model.output],
            )
            for one in found
        ],
        may_open=actor.has(Role.APPROVER, run.organisation) and any(one.sealed for one in found),
    )


def key_in(run: MatchRun, subject: bytes | None) -> str:
    """Return a mark by which a person is the same within this result; it says nothing outside."""
    return blake2b(subject, key=run.id.bytes, digest_size=4).hexdigest() if subject else ""


def cells_of(model: Definition, values: dict[str, Any]) -> list[Cell]:
    titles = titles_of(model)
    return [Cell(titles.short(part), values.get(part)) for part in model.output]
