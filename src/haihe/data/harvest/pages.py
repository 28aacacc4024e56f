"""What the pages of harvesting show."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.core.paginator import Page
from django.utils.functional import Promise
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from haihe.base.accounts.api import Actor
from haihe.base.history.api import clause_told
from haihe.data.harvest import beside, queries
from haihe.data.harvest.forms import written
from haihe.data.harvest.models import (
    Change,
    Direction,
    ExternalDataset,
    HarvestItem,
    HarvestRun,
    Kind,
    RemoteCatalogue,
    Rhythm,
)
from haihe.data.harvest.operations import NewCatalogue
from haihe.data.harvest.queries import ExternalFilters
from haihe.data.harvest.wording import FIELDS, problem_told, reason_told
from haihe.data.harvest.workflow import BY_HAND, CATALOGUE, NEEDS_WORDS, CatalogueState, Part, RunState
from haihe.data.open import api as open_data

type Text = str | Promise

_LONGEST_VALUE: Final = 300
BUTTONS: Final[Mapping[str, tuple[Text, str]]] = {
    "propose": (_("提请复核"), "btn-primary"),
    "approve": (_("复核通过，启用"), "btn-primary"),
    "send_back": (_("退回修改"), ""),
    "pause": (_("暂停"), ""),
    "resume": (_("恢复"), "btn-primary"),
    "retire": (_("停用"), ""),
}
HAPPENED: Final[Mapping[str, Text]] = {
    "add": _("建立"),
    "change": _("修改设置"),
    "propose": _("提请复核"),
    "approve": _("复核通过，启用"),
    "send_back": _("退回修改"),
    "pause": _("暂停"),
    "resume": _("恢复"),
    "retire": _("停用"),
    "try": _("试采"),
    "run": _("采集"),
    "take_down": _("确认下架"),
    "keep": _("决定保留"),
}


@dataclass(frozen=True, slots=True)
class DeskRow:
    """A remote catalogue with its last run."""

    row: RemoteCatalogue
    last: HarvestRun | None


@dataclass(frozen=True, slots=True)
class Desk:
    """All remote catalogues."""

    rows: tuple[DeskRow, ...]
    may_keep: bool


def desk(actor: Actor) -> Desk:
    rows = tuple(DeskRow(row, last) for row, last in queries.with_last_runs())
    return Desk(rows, Part.KEEPER in queries.parts_of(actor))


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
class CataloguePage:
    """One remote catalogue at the desk."""

    row: RemoteCatalogue
    runs: Page[HarvestRun]
    buttons: tuple[Button, ...]
    events: tuple[Event, ...]
    standing: int
    maps: tuple[tuple[Text, Mapping[str, str]], ...]
    may_keep: bool
    may_run: bool
    may_try: bool
    complaint: str = ""


def catalogue_page(actor: Actor, row: RemoteCatalogue, runs: Page[HarvestRun], *, complaint: str = "") -> CataloguePage:
    parts = queries.parts_of(actor)
    may_keep = Part.KEEPER in parts
    is_busy = queries.has_open_run(row)
    is_out = row.direction == Direction.OUT
    return CataloguePage(
        row=row,
        runs=runs,
        buttons=_buttons(actor, row, parts),
        events=tuple(
            Event(HAPPENED.get(one.name, one.name), one.at, one.words or clause_told(one.clause), one.actor_name)
            for one in row.events.order_by("-id")[:50]
        ),
        standing=row.copies.count() if is_out else row.datasets.filter(gone_at__isnull=True).count(),
        maps=tuple((label, told) for label, told in _maps(row) if told),
        may_keep=may_keep and row.state != CatalogueState.RETIRED,
        may_run=may_keep and not is_busy and row.state == CatalogueState.ACTIVE,
        may_try=may_keep and not is_busy and row.state != CatalogueState.RETIRED,
        complaint=complaint,
    )


def _maps(row: RemoteCatalogue) -> tuple[tuple[Text, Mapping[str, str]], ...]:
    return (_("许可对应"), row.licence_map), (_("主题对应"), row.topic_map), (_("部门对应"), row.owner_map)


def _buttons(actor: Actor, row: RemoteCatalogue, parts: frozenset[Part]) -> tuple[Button, ...]:
    is_own = actor.user_id is not None and actor.user_id == row.proposed_by
    return tuple(
        Button(move.name, *BUTTONS[move.name], move.name in NEEDS_WORDS)
        for move in CATALOGUE.allowed(row.state, parts)
        if move.name in BY_HAND and not (move.name == "approve" and is_own)
    )


@dataclass(frozen=True, slots=True)
class FormPage:
    """The form in which a keeper tells what a remote catalogue is."""

    told: NewCatalogue
    slug: str
    is_fixed: bool
    directions: tuple[tuple[str, Text], ...]
    kinds: tuple[tuple[str, Text], ...]
    rhythms: tuple[tuple[str, Text], ...]
    organisations: str
    tags: str
    licence_map: str
    topic_map: str
    owner_map: str
    licences: str
    topics: str
    complaint: str = ""


def form(told: NewCatalogue, *, slug: str, is_fixed: bool = False, complaint: str = "") -> FormPage:
    return FormPage(
        told=told,
        slug=slug,
        is_fixed=is_fixed,
        directions=tuple(Direction.choices),
        kinds=tuple(Kind.choices),
        rhythms=tuple(Rhythm.choices),
        organisations="\n".join(told.organisations),
        tags="\n".join(told.tags),
        licence_map=written(told.licence_map),
        topic_map=written(told.topic_map),
        owner_map=written(told.owner_map),
        licences="、".join(open_data.Licence.values),
        topics="、".join(f"{slug} {topic.name}" for slug, topic in open_data.topics().items()),
        complaint=complaint,
    )


@dataclass(frozen=True, slots=True)
class ItemTold:
    """A line of a run: what changes, field by field, or why it wasn't taken."""

    row: HarvestItem
    differences: tuple[tuple[Text, str, str], ...]
    why: str


@dataclass(frozen=True, slots=True)
class RunPage:
    """One run."""

    row: HarvestRun
    items: Page[HarvestItem]
    told: tuple[ItemTold, ...]
    kinds: tuple[tuple[str, Text, int], ...]
    chosen: str
    problem: str
    is_held: bool
    may_go_on: bool
    may_settle: bool

    @property
    def whole(self) -> int:
        """How many there are to be read, as far as the other side said."""
        return self.row.told or self.row.seen


def run_page(actor: Actor, row: HarvestRun, items: Page[HarvestItem], chosen: str) -> RunPage:
    parts = queries.parts_of(actor)
    counted = (("NEW", row.new), ("CHANGED", row.changed), ("REFUSED", row.refused), ("GONE", row.gone))
    return RunPage(
        row=row,
        items=items,
        told=tuple(_told(one) for one in items),
        kinds=tuple((kind, Change(kind).label, n) for kind, n in counted),
        chosen=chosen,
        problem=problem_told(row.problem, row.detail) if row.problem else "",
        is_held=row.state == RunState.HELD,
        may_go_on=row.state == RunState.FAILED and Part.KEEPER in parts and queries.can_go_on(row),
        may_settle=row.state == RunState.HELD and bool(parts),
    )


def _told(one: HarvestItem) -> ItemTold:
    differing = tuple((FIELDS.get(name, name), _value(old), _value(new)) for name, old, new in one.differences)
    return ItemTold(one, differing, reason_told(one.reason, one.detail) if one.reason else "")


def _value(value: Any) -> str:
    """Write a value for people: lists as words, files one after the other."""
    if isinstance(value, dict):
        text = "；".join(f"{name}：{_value(part)}" for name, part in value.items() if part)
    elif isinstance(value, list):
        text = "、".join(filter(None, map(_value, value)))
    else:
        text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False) if value is not None else ""
    return text if len(text) <= _LONGEST_VALUE else text[:_LONGEST_VALUE] + "…"


@dataclass(frozen=True, slots=True)
class ExternalList:
    """External datasets that match."""

    rows: Page[ExternalDataset]
    shown: tuple[open_data.External, ...]
    filters: ExternalFilters
    topics: tuple[tuple[str, str], ...]
    origins: tuple[tuple[str, str], ...]


def external_list(rows: Page[ExternalDataset], filters: ExternalFilters) -> ExternalList:
    origins = queries.visible_external().values_list("catalogue__slug", "catalogue__title").order_by().distinct()
    return ExternalList(
        rows=rows,
        shown=tuple(beside.shown(row) for row in rows),
        filters=filters,
        topics=tuple((slug, topic.name) for slug, topic in open_data.topics().items()),
        origins=tuple(sorted(origins)),
    )


@dataclass(frozen=True, slots=True)
class ExternalPage:
    """One external dataset."""

    row: ExternalDataset
    record: Mapping[str, Any]
    topic: open_data.Topic | None
    licence: str
    licence_address: str
    resources: tuple[Mapping[str, str], ...]
    words: tuple[str, ...]

    @property
    def landing(self) -> str:
        """Its page at its own portal, or its first file."""
        return str(self.record["landing"] or next((one["url"] for one in self.resources), ""))


def external_page(row: ExternalDataset) -> ExternalPage:
    known = beside.licence_of(row)
    return ExternalPage(
        row=row,
        record=row.record,
        topic=open_data.topics().get(row.topic),
        licence=beside.licence_told(row),
        licence_address=open_data.LICENCE_ADDRESSES.get(known, "") if known else "",
        resources=tuple(_named(row.record["resources"])),
        words=tuple(dict.fromkeys((*row.record["themes"], *row.record["keywords"]))),
    )


def _named(resources: Iterable[Mapping[str, str]]) -> Iterable[Mapping[str, str]]:
    """Return files that can be opened, each with something to call it by."""
    for one in resources:
        if one["url"]:
            yield {**one, "title": one["title"] or one["format"] or _now("文件")}
