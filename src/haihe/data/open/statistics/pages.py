"""What the page of statistics shows."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final
from urllib.parse import urlencode

from django.utils import timezone
from django.utils.translation import gettext as _

from haihe.data.open.models import Dataset
from haihe.data.open.pages import Text, body_names
from haihe.data.open.statistics import queries, witnessing
from haihe.data.open.statistics.models import DailyFigures
from haihe.data.open.statistics.queries import DatasetUses, Uses, Wanted
from haihe.data.open.topics import topics

MOST_DATASETS: Final = 20
FILES_SHOWN: Final = 7
_MOST_POINTS: Final = 1100
_CHECKED: Final = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class GroupUses:
    """The uses of a department's or a topic's datasets, with the way to see them alone."""

    label: Text
    uses: Uses
    query: str


@dataclass(frozen=True, slots=True)
class Witnessed:
    """How many files' digests the ledger holds, how many under its seals, and the days of which it says another."""

    recorded: int
    sealed: int
    differing: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class StatisticsPage:
    """Figures, what they mean, and how they are checked. `unexplained`: by how much counters and table differ."""

    at: datetime
    wanted: Wanted
    total: Uses
    chart: dict[str, object] | None
    days: Mapping[date, Uses]
    datasets: tuple[DatasetUses, ...]
    owners: tuple[GroupUses, ...]
    topics: tuple[GroupUses, ...]
    owner_choices: tuple[tuple[str, Text], ...]
    topic_choices: tuple[tuple[str, Text], ...]
    dataset: Dataset | None
    files: tuple[DailyFigures, ...]
    unexplained: int
    witnessed: Witnessed
    late: int
    since: date | None
    query: str


def statistics_page(wanted: Wanted, *, now: datetime) -> StatisticsPage:
    names, files = body_names(), tuple(queries.sealed(FILES_SHOWN))
    days = queries.by_day(wanted)
    today = timezone.localdate(now)
    return StatisticsPage(
        at=now,
        wanted=wanted,
        total=sum_of(days),
        chart=chart_of(days, wanted) if days else None,
        days=dict(reversed(days.items())),
        datasets=tuple(queries.by_dataset(wanted, limit=MOST_DATASETS)),
        owners=_groups(wanted, "owner", names),
        topics=_groups(wanted, "topic", {slug: topic.name for slug, topic in topics().items()}),
        owner_choices=tuple(sorted(_openers(names))),
        topic_choices=tuple((slug, topic.name) for slug, topic in topics().items()),
        dataset=Dataset.objects.filter(slug=wanted.dataset).first() if wanted.dataset else None,
        files=files,
        unexplained=queries.unexplained(since=today - _CHECKED, until=today),
        witnessed=_witnessed(),
        late=len(queries.changed_since_sealed(until=files[0].day)) if files else 0,
        since=queries.first_day(),
        query=_query(wanted),
    )


def _witnessed() -> Witnessed:
    heads = witnessing.recorded_heads()
    sealed = sum(head.sealed for head in heads.values())
    return Witnessed(len(heads), sealed, tuple(witnessing.differing(heads)))


def sum_of(days: Mapping[date, Uses]) -> Uses:
    told = days.values()
    return Uses(sum(one.views for one in told), sum(one.calls for one in told), sum(one.downloads for one in told))


def chart_of(days: Mapping[date, Uses], wanted: Wanted) -> dict[str, object]:
    """Return lines of visits, calls and downloads, days without any included."""
    first = max(wanted.since, min(days), wanted.until - timedelta(days=_MOST_POINTS))
    axis = [first + timedelta(days=n) for n in range((wanted.until - first).days + 1)]
    uses = [days.get(day, Uses()) for day in axis]
    series = (
        (_("访问"), [one.views for one in uses]),
        (_("调用"), [one.calls for one in uses]),
        (_("下载"), [one.downloads for one in uses]),
    )
    return {
        "xAxis": {"type": "category", "data": [day.isoformat() for day in axis]},
        "yAxis": {"type": "value", "minInterval": 1},
        "series": [
            {"type": "line", "name": name, "data": data, "showSymbol": len(axis) <= FILES_SHOWN}
            for name, data in series
        ],
        "legend": {"bottom": 0},
        "tooltip": {"trigger": "axis", "renderMode": "richText"},
    }


def _openers(names: Mapping[str, str]) -> list[tuple[str, str]]:
    owners = Dataset.objects.order_by().values_list("owner", flat=True).distinct()
    return [(code, names.get(code, code)) for code in owners]


def _groups(wanted: Wanted, field: str, names: Mapping[str, Text]) -> tuple[GroupUses, ...]:
    found = queries.by_field(wanted, field)
    return tuple(
        GroupUses(names.get(value, value), uses, _query(wanted, **{field: value})) for value, uses in found.items()
    )


def _query(wanted: Wanted, **changes: str) -> str:
    told = {name: str(getattr(wanted, name)) for name in Wanted.__dataclass_fields__} | changes
    return urlencode({name: value for name, value in told.items() if value})
