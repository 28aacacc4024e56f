"""What the desk of stewards and approvers shows."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.core.paginator import Page
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from haihe.base.accounts.api import Actor, Role
from haihe.base.history.api import clause_told
from haihe.data.catalogue import api as catalogue
from haihe.data.open import finding_words, masking, queries
from haihe.data.open.columns import OpenColumn
from haihe.data.open.models import Dataset, DatasetVersion, GateRun, Licence, MaskDecision, MaskMethod
from haihe.data.open.operations import NewDataset
from haihe.data.open.operations.proposing import columns_of
from haihe.data.open.pages import body_names
from haihe.data.open.sources import has_source
from haihe.data.open.telling import HAPPENED
from haihe.data.open.topics import Topic, topics
from haihe.data.open.workflow import BY_HAND, DATASET, NEEDS_WORDS, DatasetState, Part

type Text = str | Promise

BUTTONS: Final[Mapping[str, tuple[Text, str]]] = {
    "publish": (_("发布"), "btn-primary"),
    "send_back": (_("退回修改"), ""),
    "resume": (_("恢复开放"), "btn-primary"),
    "suspend": (_("暂停开放"), ""),
    "withdraw": (_("撤回"), ""),
}


@dataclass(frozen=True, slots=True)
class Desk:
    """What waits at somebody's desk, and what could be opened; `has_programs`: they may let programs publish."""

    rows: Page[Dataset]
    openable: tuple[catalogue.ResourceEntry, ...]
    names: Mapping[str, str]
    states: tuple[tuple[str, Text], ...]
    state: str
    q: str
    has_programs: bool


def desk(actor: Actor, rows: Page[Dataset], *, state: str = "", q: str = "") -> Desk:
    return Desk(
        rows=rows,
        openable=tuple(queries.openable(actor.organisations(Role.STEWARD))),
        names=body_names({row.owner for row in rows}),
        states=tuple(DatasetState.choices),
        state=state,
        q=q,
        has_programs=actor.has(Role.STEWARD) or actor.has(Role.APPROVER),
    )


@dataclass(frozen=True, slots=True)
class Button:
    """A move that the actor may make."""

    name: str
    label: Text
    look: str
    needs_words: bool


@dataclass(frozen=True, slots=True)
class Event:
    """One line of history."""

    title: Text
    at: Any
    detail: str
    who: str
    tone: str = "neutral"


@dataclass(frozen=True, slots=True)
class ColumnChoice:
    """A column with what may be done to it, and what was decided."""

    column: OpenColumn
    methods: tuple[tuple[str, Text], ...]
    decided: MaskDecision | None


@dataclass(frozen=True, slots=True)
class DeskDataset:
    """One dataset at the desk."""

    row: Dataset
    owner: str
    topic: Topic
    run: GateRun | None
    findings: tuple[finding_words.FindingTold, ...]
    columns: tuple[ColumnChoice, ...]
    buttons: tuple[Button, ...]
    events: tuple[Event, ...]
    versions: tuple[DatasetVersion, ...]
    may_prepare: bool
    has_rows: bool
    complaint: str = ""


def desk_dataset(actor: Actor, row: Dataset, *, complaint: str = "") -> DeskDataset:
    parts = queries.parts_on(actor, row)
    run = row.gate_runs.first()
    columns = row.open_columns
    titles = {column.name: column.local_title for column in columns}
    may_prepare = Part.OWNER_STEWARD in parts and row.state in (DatasetState.DRAFT, DatasetState.CHECKED)
    return DeskDataset(
        row=row,
        owner=body_names([row.owner]).get(row.owner, row.owner),
        topic=topics()[row.topic],
        run=run,
        findings=finding_words.told(run.findings, titles) if run else (),
        columns=_choices(row, columns),
        buttons=_buttons(row, parts, actor),
        events=tuple(
            Event(
                HAPPENED.get(event.name, event.name),
                event.at,
                event.words or _clause(event.clause),
                event.actor_name,
            )
            for event in queries.events_of(row)
        ),
        versions=tuple(row.versions.all()),
        may_prepare=may_prepare,
        has_rows=not may_prepare or has_source(row.code),
        complaint=complaint,
    )


def _clause(written: str) -> str:
    """Return the clause of a move in the reader's language; those of our own workflow are translated here."""
    told = clause_told(written)
    return gettext(told) if told else ""


def _choices(row: Dataset, columns: tuple[OpenColumn, ...]) -> tuple[ColumnChoice, ...]:
    decided = {mask.column: mask for mask in queries.masks_of(row)}
    return tuple(
        ColumnChoice(
            column,
            tuple((value, label) for value, label in MaskMethod.choices if masking.usable(value, column)),
            decided.get(column.name),
        )
        for column in columns
    )


def _buttons(row: Dataset, parts: frozenset[Part], actor: Actor) -> tuple[Button, ...]:
    is_own = actor.user_id is not None and actor.user_id == row.proposed_by
    return tuple(
        Button(move.name, *BUTTONS[move.name], move.name in NEEDS_WORDS)
        for move in DATASET.allowed(row.state, parts)
        if move.name in BY_HAND and not (move.name == "publish" and is_own)
    )


@dataclass(frozen=True, slots=True)
class Describing:
    """The form in which a steward tells what a dataset is."""

    code: str
    title: str
    summary: str
    is_conditional: bool
    told: NewDataset
    columns: tuple[OpenColumn, ...]
    topics: tuple[Topic, ...]
    licences: tuple[tuple[str, Text], ...]
    slug_is_fixed: bool = False
    complaint: str = ""


def describing(entry: catalogue.ResourceEntry, told: NewDataset, *, fixed: bool, complaint: str = "") -> Describing:
    is_conditional = entry.opening_type == "CONDITIONAL"
    wanted = [(value, label) for value, label in Licence.choices if (value == Licence.AGREEMENT) == is_conditional]
    return Describing(
        code=entry.code,
        title=entry.title,
        summary=entry.abstract,
        is_conditional=is_conditional,
        told=told,
        columns=columns_of(entry, told.columns_en),
        topics=tuple(topics().values()),
        licences=tuple(wanted),
        slug_is_fixed=fixed,
        complaint=complaint,
    )


def new_of(row: Dataset) -> NewDataset:
    """Return what was told of a dataset, to be told anew."""
    return NewDataset(
        slug=row.slug,
        title_en=row.title_en,
        summary_en=row.summary_en,
        topic=row.topic,
        licence=row.licence,
        has_api=row.has_api,
        key=tuple(row.key),
        least_group=row.least_group,
        columns_en={column.name: column.title_en for column in row.open_columns},
    )
