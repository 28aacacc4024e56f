"""Figures of use, and whether they add up."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django.db import connection
from django.db.models import Q, QuerySet, Sum

from haihe.data.open.models import Dataset, DatasetUsage
from haihe.data.open.models.usage import UsageKind
from haihe.data.open.statistics.models import DailyFigures, SealedUse

KINDS: Final = (UsageKind.VIEW, UsageKind.CALL, UsageKind.DOWNLOAD)
_CHANGED = """
SELECT coalesce(used.dataset, told.dataset), coalesce(used.day, told.day), coalesce(used.kind, told.kind),
    coalesce(used.count, 0) - coalesce(told.count, 0)
FROM (SELECT dataset::text, day, kind, count FROM open_data_usage WHERE day <= %(until)s) AS used
FULL JOIN (SELECT dataset, day, kind, count FROM open_statistics_sealeduse WHERE day <= %(until)s) AS told
    ON (used.dataset, used.day, used.kind) = (told.dataset, told.day, told.kind)
WHERE coalesce(used.count, 0) <> coalesce(told.count, 0)
ORDER BY 2, 1, 3
"""
_UNEXPLAINED = """
SELECT coalesce(sum(abs(coalesce(used.count, 0) - coalesce(told.count, 0))), 0)::bigint
FROM (SELECT dataset::text, day, kind, count FROM open_data_usage WHERE day BETWEEN %(since)s AND %(until)s) AS used
FULL JOIN (
    SELECT dataset::text, day, kind, sum(count) AS count FROM open_data_counted
    WHERE day BETWEEN %(since)s AND %(until)s GROUP BY 1, 2, 3
) AS told ON (used.dataset, used.day, used.kind) = (told.dataset, told.day, told.kind)
"""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which uses: from one day to another, both included; "" narrows nothing."""

    since: date
    until: date
    owner: str = ""
    topic: str = ""
    dataset: str = ""


@dataclass(frozen=True, slots=True)
class Uses:
    """How often something was visited, called and downloaded."""

    views: int = 0
    calls: int = 0
    downloads: int = 0

    @property
    def total(self) -> int:
        return self.views + self.calls + self.downloads


@dataclass(frozen=True, slots=True)
class DatasetUses:
    """The uses of one dataset."""

    row: Dataset
    uses: Uses


_SUMS: Final = {
    "views": Sum("count", filter=Q(kind=UsageKind.VIEW), default=0),
    "calls": Sum("count", filter=Q(kind=UsageKind.CALL), default=0),
    "downloads": Sum("count", filter=Q(kind=UsageKind.DOWNLOAD), default=0),
}


def used(wanted: Wanted) -> "QuerySet[DatasetUsage]":
    rows = DatasetUsage.objects.filter(day__range=(wanted.since, wanted.until))
    narrowed = {"dataset__owner": wanted.owner, "dataset__topic": wanted.topic, "dataset_id": wanted.dataset}
    return rows.filter(**{name: value for name, value in narrowed.items() if value})


def total(wanted: Wanted) -> Uses:
    return Uses(**used(wanted).aggregate(**_SUMS))


def all_uses() -> Uses:
    """Return all uses there ever were."""
    return Uses(**DatasetUsage.objects.aggregate(**_SUMS))


def by_day(wanted: Wanted) -> dict[date, Uses]:
    """Return the uses of each day on which there were any."""
    rows = used(wanted).order_by("day").values("day").annotate(**_SUMS)
    return {row["day"]: _uses(row) for row in rows}


def by_dataset(wanted: Wanted, *, limit: int) -> list[DatasetUses]:
    """Return the datasets that were used most, most first."""
    rows = used(wanted).order_by().values("dataset_id").annotate(n=Sum("count"), **_SUMS).order_by("-n", "dataset_id")
    told = {str(row["dataset_id"]): _uses(row) for row in rows[:limit]}
    known = Dataset.objects.defer("found", "ranked", "columns").in_bulk(list(told), field_name="slug")
    return [DatasetUses(known[slug], uses) for slug, uses in told.items()]


def by_field(wanted: Wanted, field: str) -> dict[str, Uses]:
    """Return the uses by department (`owner`) or `topic`, most first."""
    name = f"dataset__{field}"
    rows = used(wanted).order_by().values(name).annotate(n=Sum("count"), **_SUMS).order_by("-n", name)
    return {str(row[name]): _uses(row) for row in rows}


def lines(wanted: Wanted) -> Iterable[tuple[date, str, str, str, str, int]]:
    """Return each figure there is, in order: day, dataset, department, topic, kind, count."""
    rows = used(wanted).order_by("day", "dataset_id", "kind")
    told = rows.values_list("day", "dataset_id", "dataset__owner", "dataset__topic", "kind", "count")
    return ((line[0], str(line[1]), *line[2:]) for line in told.iterator(chunk_size=2000))


def _uses(row: Mapping[str, Any]) -> Uses:
    return Uses(**{name: row[name] for name in _SUMS})


def first_day() -> date | None:
    return DatasetUsage.objects.order_by("day").values_list("day", flat=True).first()


def sealed(limit: int | None = None) -> list[DailyFigures]:
    """Return the daily files without their text, newest first."""
    rows = DailyFigures.objects.defer("text")
    return list(rows[:limit] if limit else rows)


def sealed_on(day: date) -> DailyFigures | None:
    return DailyFigures.objects.filter(day=day).first()


def changed_since_sealed(*, until: date) -> list[tuple[str, date, str, int]]:
    """Return figures of sealed days that aren't what the files say by now, with the difference."""
    with connection.cursor() as cursor:
        cursor.execute(_CHANGED, {"until": until})
        return [(str(dataset), day, str(kind), int(more)) for dataset, day, kind, more in cursor.fetchall()]


def unexplained(*, since: date, until: date) -> int:
    """Return by how much the table of uses and what the counters told differ; 0 if they add up."""
    with connection.cursor() as cursor:
        cursor.execute(_UNEXPLAINED, {"since": since, "until": until})
        return int(cursor.fetchone()[0])


def totals_sealed() -> dict[str, int]:
    """Return what all files say together, by kind."""
    told = dict(SealedUse.objects.order_by().values_list("kind").annotate(n=Sum("count")))
    return {kind.value: int(told.get(kind.value, 0)) for kind in KINDS}
