"""What the big screen shows: the six figures, what is used, who opens, and whether promises are kept."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from django.db.models import Max
from django.utils import timezone

from haihe.data.open import queries as datasets
from haihe.data.open.models import Dataset, DatasetVersion, VersionState
from haihe.data.open.pages import Department, body_names
from haihe.data.open.punctuality import DAYS_OF_CYCLES, punctuality
from haihe.data.open.queries import SixFigures
from haihe.data.open.statistics import queries
from haihe.data.open.statistics.pages import chart_of
from haihe.data.open.statistics.queries import DatasetUses, Uses, Wanted
from haihe.data.open.workflow import DatasetState

DAYS: Final = 30
TOP: Final = 8
RENEWED_EVERY_S: Final = 60


@dataclass(frozen=True, slots=True)
class Kept:
    """How many datasets that promise updates are in time, and whose are most often late."""

    on_time: int
    promised: int
    late: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class NewVersion:
    """One of the last versions that were published."""

    row: Dataset
    owner: str
    at: datetime
    rows: int


@dataclass(frozen=True, slots=True)
class DashboardPage:
    """The big screen."""

    at: datetime
    figures: SixFigures
    all: Uses
    today: Uses
    chart: dict[str, object] | None
    days: Mapping[date, Uses]
    top: tuple[DatasetUses, ...]
    departments: tuple[Department, ...]
    most: int
    kept: Kept
    newest: tuple[NewVersion, ...]
    since: date | None
    every_s: int = RENEWED_EVERY_S


def dashboard_page(*, now: datetime) -> DashboardPage:
    today, names = timezone.localdate(now), body_names()
    wanted = Wanted(today - timedelta(days=DAYS - 1), today)
    days = queries.by_day(wanted)
    openers = datasets.counts_by("owner")
    return DashboardPage(
        at=now,
        figures=datasets.six_figures(),
        all=queries.all_uses(),
        today=days.get(today, Uses()),
        chart=chart_of(days, wanted) if days else None,
        days=dict(reversed(days.items())),
        top=tuple(queries.by_dataset(wanted, limit=TOP)),
        departments=tuple(Department(code, names.get(code, code), n) for code, n in [*openers.items()][:TOP]),
        most=max(openers.values(), default=0),
        kept=_kept(names, now),
        newest=_newest(names),
        since=queries.first_day(),
    )


def _kept(names: Mapping[str, str], now: datetime) -> Kept:
    rows = Dataset.objects.filter(state=DatasetState.PUBLISHED, versions__state=VersionState.READY).order_by()
    told = rows.values_list("pk", "owner", "update_cycle").annotate(last=Max("versions__as_of"))
    on_time, promised, late = 0, 0, Counter[str]()
    for _pk, owner, cycle, last in told:
        found = punctuality(cycle, [last], now=now) if cycle in DAYS_OF_CYCLES else None
        if found is None:
            continue
        promised += 1
        on_time += not found.is_late
        late[owner] += found.is_late
    return Kept(on_time, promised, tuple((names.get(code, code), n) for code, n in late.most_common(TOP) if n))


def _newest(names: Mapping[str, str]) -> tuple[NewVersion, ...]:
    rows = DatasetVersion.objects.filter(state=VersionState.READY, dataset__state=DatasetState.PUBLISHED)
    found = rows.select_related("dataset").defer("columns", "dataset__columns", "dataset__found", "dataset__ranked")
    return tuple(
        NewVersion(one.dataset, names.get(one.dataset.owner, one.dataset.owner), one.published_at, one.rows)
        for one in found.order_by("-published_at", "-id")[:TOP]
        if one.published_at is not None
    )
