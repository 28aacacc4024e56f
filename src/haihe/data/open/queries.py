"""Reads of the platform; which datasets somebody may know of is decided here and nowhere else."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from django.db import connection
from django.db.models import Case, Count, Q, QuerySet, Sum, When

from haihe.base.accounts.api import SYSTEM, Actor, Role
from haihe.data.catalogue import api as catalogue
from haihe.data.open.errors import NotFound
from haihe.data.open.models import Dataset, DatasetEvent, DatasetUsage, DatasetVersion, MaskDecision, VersionState
from haihe.data.open.models.usage import UsageKind
from haihe.data.open.workflow import SEEN_BY_ALL, DatasetState, Part
from haihe.kernel.text import normalise

FACETS: Final = ("topic", "owner", "opening_type", "update_cycle", "has_api", "licence")
_SEARCHES: Final = ("found", "ranked")


@dataclass(frozen=True, slots=True)
class Filters:
    """What a list is narrowed to; empty narrows nothing. `has_api` is "1" or empty."""

    q: str = ""
    topic: str = ""
    owner: str = ""
    opening_type: str = ""
    update_cycle: str = ""
    has_api: str = ""
    licence: str = ""
    order: str = ""


@dataclass(frozen=True, slots=True)
class Found:
    """Datasets in order, how many, and their counts by facet and value; `loosely` where only parts match."""

    rows: "QuerySet[Dataset]"
    total: int
    facets: dict[str, dict[str, int]]
    loosely: bool = False


@dataclass(frozen=True, slots=True)
class SixFigures:
    """What the article counts."""

    departments: int
    datasets: int
    interfaces: int
    topics: int
    records: int
    visits: int


def visible_datasets(actor: Actor) -> "QuerySet[Dataset]":
    """Return the datasets this actor may know of: open ones, suspended ones, and in any state their department's."""
    rows = Dataset.objects.defer(*_SEARCHES)
    if actor is SYSTEM or actor.has(Role.OPERATOR) or actor.has(Role.AUDITOR):
        return rows
    mine = actor.organisations(Role.STEWARD, Role.APPROVER)
    return rows.filter(Q(state__in=SEEN_BY_ALL) | Q(owner__in=mine))


def dataset_for(actor: Actor, slug: str) -> Dataset:
    """Raises: NotFound, for one that doesn't exist and for another's draft alike."""
    row = visible_datasets(actor).filter(slug=slug).first()
    if row is None:
        raise NotFound(slug)
    return row


def withdrawn_dataset(slug: str) -> Dataset | None:
    """Return a dataset that everybody had and nobody has any more."""
    return Dataset.objects.defer(*_SEARCHES).filter(slug=slug, state=DatasetState.WITHDRAWN).first()


def near(words: str, limit: int) -> "QuerySet[Dataset]":
    """Return open datasets that are likest to some words."""
    rows = Dataset.objects.filter(state=DatasetState.PUBLISHED).defer(*_SEARCHES)
    return catalogue.closest(rows, words)[0][:limit] if normalise(words) else rows.none()


def hits(words: str, limit: int) -> list[Dataset]:
    """Return the open datasets that have all of some words, best first."""
    rows, loosely = catalogue.closest(Dataset.objects.filter(state=DatasetState.PUBLISHED).defer(*_SEARCHES), words)
    return [] if loosely or not normalise(words) else list(rows[:limit])


def open_codes(codes: Iterable[str]) -> frozenset[str]:
    """Return which of these catalogue entries are datasets that everybody has."""
    rows = Dataset.objects.filter(code__in=tuple(codes), state=DatasetState.PUBLISHED)
    return frozenset(rows.values_list("code", flat=True))


def parts_on(actor: Actor, row: Dataset) -> frozenset[Part]:
    """Return the parts in which the actor may act on this dataset."""
    if actor is SYSTEM:
        return frozenset({Part.SYSTEM})
    held = {
        Part.OWNER_STEWARD: actor.has(Role.STEWARD, row.owner),
        Part.OWNER_APPROVER: actor.has(Role.APPROVER, row.owner),
        Part.AUTHORITY: actor.has(Role.OPERATOR),
    }
    return frozenset(part for part, is_held in held.items() if is_held)


def knows_inside(actor: Actor, row: Dataset) -> bool:
    return bool(parts_on(actor, row)) or actor.has(Role.AUDITOR)


def find_datasets(filters: Filters) -> Found:
    """Return what is open to everybody, matching what was typed, within the facets."""
    rows = Dataset.objects.filter(state=DatasetState.PUBLISHED)
    narrowed = {name: value for name in FACETS if (value := _value(filters, name)) is not None}
    matched, loosely = catalogue.closest(rows, filters.q)
    if filters.order in _ORDERS or not filters.q:
        matched = matched.order_by(*_ORDERS.get(filters.order, _ORDERS["new"]))
    facets, total = _facets(matched, narrowed)
    return Found(matched.filter(**narrowed).defer(*_SEARCHES), total, facets, loosely)


_ORDERS: Final = {
    "new": ("-published_at", "code"),
    "title": ("title",),
    "rows": ("-rows", "code"),
}


def _value(filters: Filters, name: str) -> str | bool | None:
    value = getattr(filters, name)
    return (True if name == "has_api" else str(value)) if value else None


def _facets(rows: "QuerySet[Dataset]", narrowed: dict[str, str | bool]) -> tuple[dict[str, dict[str, int]], int]:
    """Count each facet as if it alone didn't narrow, so that its other values can be chosen instead; and all rows."""
    listed = list(rows.order_by().values_list(*FACETS))
    wanted = {FACETS.index(name): value for name, value in narrowed.items()}

    def fitting(but: int | None = None) -> list[tuple[object, ...]]:
        asked = [(at, value) for at, value in wanted.items() if at != but]
        return [row for row in listed if all(row[at] == value for at, value in asked)] if asked else listed

    counts = {facet: Counter(row[at] for row in fitting(at)).most_common() for at, facet in enumerate(FACETS)}
    return {facet: {str(value): n for value, n in told} for facet, told in counts.items()}, len(fitting())


def stamp(*, slug: str = "", topic: str = "", owner: str = "") -> str:
    """Return a text that differs as soon as any of these datasets has come, gone or been written anew by whomever.

    PostgreSQL notes on each row the transaction that wrote it last (xmin); a newer one has a larger number.
    """
    with connection.cursor() as cursor:
        cursor.execute(_STAMP, [slug, slug, topic, topic, owner, owner])
        return repr(cursor.fetchone())


_STAMP: Final = """
SELECT count(*), sum(xmin::text::bigint) FROM open_data_dataset
WHERE (%s = '' OR slug = %s) AND (%s = '' OR topic = %s) AND (%s = '' OR owner = %s)
"""


def six_figures() -> SixFigures:
    """Return the figures of what is open now, and of all visits there were."""
    told = Dataset.objects.filter(state=DatasetState.PUBLISHED).aggregate(
        departments=Count("owner", distinct=True),
        datasets=Count("id"),
        interfaces=Count("id", filter=Q(has_api=True)),
        topics=Count("topic", distinct=True),
        records=Sum("rows", default=0),
    )
    visits = DatasetUsage.objects.filter(kind=UsageKind.VIEW).aggregate(n=Sum("count", default=0))["n"]
    return SixFigures(visits=visits, **told)


def counts_by(field: str) -> dict[str, int]:
    """Return how many open datasets each topic or owner has."""
    rows = Dataset.objects.filter(state=DatasetState.PUBLISHED).order_by().values_list(field)
    return dict(rows.annotate(n=Count("id")).order_by("-n", field))


def owners() -> list[str]:
    """Return the bodies that have datasets in any state."""
    return list(Dataset.objects.order_by().values_list("owner", flat=True).distinct())


def newest(limit: int) -> list[Dataset]:
    rows = Dataset.objects.filter(state=DatasetState.PUBLISHED).defer(*_SEARCHES)
    return list(rows.order_by("-published_at", "code")[:limit])


def open_datasets(**narrowed: str) -> "QuerySet[Dataset]":
    """Return what is open to everybody, by title."""
    rows = Dataset.objects.filter(state=DatasetState.PUBLISHED, **narrowed)
    return rows.defer(*_SEARCHES).order_by("title")


def is_open(code: str) -> bool:
    """True where the catalogue's entry is a dataset that everybody has."""
    return Dataset.objects.filter(code=code, state=DatasetState.PUBLISHED).exists()


def versions_of(row: Dataset) -> list[DatasetVersion]:
    """Return the versions that everybody may have, newest first."""
    return list(row.versions.filter(state=VersionState.READY).order_by("-number"))


def current_version(row: Dataset) -> DatasetVersion | None:
    return row.versions.filter(is_current=True).first()


def events_of(row: Dataset, names: Iterable[str] = ()) -> list[DatasetEvent]:
    events = row.events.order_by("-id")
    return list(events.filter(name__in=tuple(names)) if names else events)


def masks_of(row: Dataset) -> list[MaskDecision]:
    return list(row.masks.all())


def usage_of(row: Dataset) -> dict[str, int]:
    """Return how often it was visited, called and downloaded in all."""
    rows = DatasetUsage.objects.filter(dataset=row).values_list("kind")
    return dict(rows.annotate(n=Sum("count")).order_by())


def desk_rows(actor: Actor, *, state: str = "", q: str = "") -> "QuerySet[Dataset]":
    """Return what waits or stands at this actor's desk, what needs somebody first, within a state and words."""
    rows = Dataset.objects.defer(*_SEARCHES)
    if not (actor.has(Role.OPERATOR) or actor.has(Role.AUDITOR)):
        rows = rows.filter(owner__in=actor.organisations(Role.STEWARD, Role.APPROVER))
    if state:
        rows = rows.filter(state=state)
    if normalise(q):
        rows = catalogue.closest(rows, q)[0]
    return rows.order_by(_WAITS, "-updated_at", "code")


_WAITS: Final = Case(
    *(When(state=state, then=place) for place, state in enumerate(("CHECKED", "DRAFT", "SUSPENDED"))), default=9
)
"""What waits for a person comes first at a desk."""


def openable(owners: Iterable[str]) -> list[catalogue.ResourceEntry]:
    """Return the published entries of these departments that may be opened and aren't datasets yet."""
    known = set(Dataset.objects.values_list("code", flat=True))
    entries = [entry for owner in sorted(owners) for entry in catalogue.published_resources(owner=owner)]
    return [entry for entry in entries if entry.opening_type != "CLOSED" and entry.code not in known]
