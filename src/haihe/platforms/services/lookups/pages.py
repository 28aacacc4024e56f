"""What pages of lookups show."""

from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from typing import Final

from haihe.base.accounts.api import Actor, Role
from haihe.platforms.services.items import api as items
from haihe.platforms.services.lookups import queries, reading
from haihe.platforms.services.lookups.definition import LookupDefinition
from haihe.platforms.services.lookups.kinds import Outcome
from haihe.platforms.services.lookups.records import Told
from haihe.platforms.services.lookups.showing import Shown, shown
from haihe.platforms.services.wording import in_english, organisation_name, reason_told

_RECENT: Final = 4


@dataclass(frozen=True, slots=True)
class Group:
    """The lookups of one department or topic."""

    key: str
    title: str
    lookups: tuple[LookupDefinition, ...]


@dataclass(frozen=True, slots=True)
class Grid:
    """All lookups in groups; what one likes and asked last on top."""

    favourites: tuple[LookupDefinition, ...]
    recent: tuple[LookupDefinition, ...]
    frequent: tuple[LookupDefinition, ...]
    groups: tuple[Group, ...]
    by_topic: bool
    total: int
    departments: int


def grid(actor: Actor, *, by_topic: bool) -> Grid:
    """Return the grid as this actor sees it."""
    lookups, rows = reading.shipped(), queries.own_lookups(actor)
    known = {lookup.slug: lookup for lookup in lookups}
    favourites = tuple(known[row.slug] for row in rows if row.is_favourite and row.slug in known)
    asked = (known[row.slug] for row in rows if row.asked_at and not row.is_favourite and row.slug in known)
    groups = _by_topic(lookups) if by_topic else by_department(lookups)
    return Grid(
        favourites=favourites,
        recent=tuple(asked)[:_RECENT],
        frequent=frequent(),
        groups=tuple(groups),
        by_topic=by_topic,
        total=len(lookups),
        departments=len({lookup.authority for lookup in lookups}),
    )


def frequent() -> tuple[LookupDefinition, ...]:
    """Return what the front page offers first."""
    return tuple(reading.lookup(slug) for slug in reading.front().frequent)


def total() -> int:
    return len(reading.shipped())


def by_department(lookups: Iterable[LookupDefinition]) -> Iterable[Group]:
    found: dict[str, list[LookupDefinition]] = {}
    for lookup in lookups:
        found.setdefault(lookup.authority, []).append(lookup)
    return [Group(code, organisation_name(code), tuple(of_it)) for code, of_it in found.items()]


def _by_topic(lookups: Iterable[LookupDefinition]) -> Iterable[Group]:
    """Each lookup stands once, under the topic that it names first."""
    lookups = tuple(lookups)
    for topic in items.topics():
        if of_it := tuple(lookup for lookup in lookups if lookup.topics[0] == topic.slug):
            yield Group(topic.slug, str(topic.name), of_it)


@dataclass(frozen=True, slots=True)
class AnswerPage:
    """An answer for its reader: the fields where it was found, else what it means and what to do."""

    told: Told
    fields: tuple[Shown, ...]
    source: str
    why: str
    reads_ledger: bool

    @property
    def is_found(self) -> bool:
        return self.told.outcome == Outcome.FOUND

    @property
    def leading(self) -> Shown | None:
        return next((field for field in self.fields if field.leads), None)

    @property
    def others(self) -> tuple[Shown, ...]:
        return tuple(field for field in self.fields if not field.leads)


def answer_page(told: Told) -> AnswerPage:
    found = told.outcome is Outcome.FOUND
    source = organisation_name(told.lookup.authority)
    why = reason_told(told.reason, source) if told.outcome is Outcome.UNKNOWN else ""
    return AnswerPage(told, shown(told) if found else (), source, why, reads_ledger=bool(told.evidence))


@dataclass(frozen=True, slots=True)
class Intro:
    """What is said before one asks."""

    lookup: LookupDefinition
    source: str
    asker: str
    fields: str
    is_favourite: bool
    is_citizen: bool
    items: tuple[tuple[str, str], ...]


def intro(lookup: LookupDefinition, actor: Actor, *, on: date) -> Intro:
    is_citizen = actor.has(Role.CITIZEN)
    return Intro(
        lookup=lookup,
        source=organisation_name(lookup.authority),
        asker=organisation_name(reading.front().asker),
        fields=(", " if in_english() else "、").join(str(field.label) for field in lookup.fields),
        is_favourite=is_citizen and queries.is_favourite(actor, lookup.slug),
        is_citizen=is_citizen,
        items=tuple(_next_items(lookup, on)),
    )


def _next_items(lookup: LookupDefinition, on: date) -> Iterator[tuple[str, str]]:
    """Yield what one can do next: slugs and names of items in force."""
    for slug in lookup.items:
        with suppress(items.ItemNotFound):
            yield slug, str(items.version_in_force(slug, on=on).definition.name)
