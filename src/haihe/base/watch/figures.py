"""Reads of the figures that gateways keep: over time, by service, by reason. The caller checks who may see them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

from django.db import connection

from haihe.telemetry.latency import BUCKETS, quantile


class Span(StrEnum):
    """How long a row's figures ran. Minutes are kept two days, hours and days ninety."""

    MINUTE = "MINUTE"
    HOUR = "HOUR"
    DAY = "DAY"


_CITY = ZoneInfo("Asia/Shanghai")
_COUNTED = ("calls", "match", "no_match", "found", "not_found", "unknown", "refused", "faults")
_LENGTHS = {Span.MINUTE: timedelta(minutes=1), Span.HOUR: timedelta(hours=1), Span.DAY: timedelta(days=1)}
_BUCKETS = ", ".join(f"sum(buckets[{n + 1}])::bigint" for n in range(BUCKETS))
_CHOSEN = (
    "span = %(span)s AND at >= %(since)s AND at < %(until)s AND (%(service)s::text IS NULL OR service = %(service)s)"
    " AND (%(consumers)s::text[] IS NULL AND %(owners)s::text[] IS NULL"
    " OR consumer = ANY(%(consumers)s::text[]) OR owner = ANY(%(owners)s::text[]))"
)
_SUMS = f"{', '.join(f'sum({name})::bigint' for name in _COUNTED)}, sum(seconds), ARRAY[{_BUCKETS}]"


@dataclass(frozen=True, slots=True)
class Stretch:
    """A stretch of time up to now, in points of one span, or of a shorter one: `parts` of each."""

    span: Span
    points: int
    parts: Span | None = None

    @property
    def drawn(self) -> Span:
        return self.parts or self.span


STRETCHES: Mapping[str, Stretch] = {
    "1h": Stretch(Span.MINUTE, 60),
    "24h": Stretch(Span.HOUR, 24),
    "7d": Stretch(Span.DAY, 7, parts=Span.HOUR),
    "30d": Stretch(Span.DAY, 30),
}


@dataclass(frozen=True, slots=True)
class Which:
    """Whose figures; None is everybody's. Where both are given a row fits if either does."""

    consumers: frozenset[str] | None = None
    owners: frozenset[str] | None = None
    service: str | None = None


@dataclass(frozen=True, slots=True)
class Figures:
    """Sums of calls. `refused` were asked wrongly; `faults` failed here or were UNKNOWN because of the source."""

    calls: int = 0
    match: int = 0
    no_match: int = 0
    found: int = 0
    not_found: int = 0
    unknown: int = 0
    refused: int = 0
    faults: int = 0
    seconds: float = 0.0
    buckets: Sequence[int] = field(default_factory=lambda: [0] * BUCKETS)

    @property
    def answers(self) -> int:
        """Return how many answers were given: a call about many persons gives one for each."""
        return self.match + self.no_match + self.found + self.not_found + self.unknown

    @property
    def good(self) -> int:
        """Return how many calls were answered as they should be."""
        return max(0, self.calls - self.refused - self.faults)

    @property
    def refused_share(self) -> float:
        return self.refused / self.calls if self.calls else 0.0

    @property
    def fault_share(self) -> float:
        return min(1.0, self.faults / self.calls) if self.calls else 0.0

    def quantile_ms(self, share: float) -> float | None:
        """Return how many milliseconds this share of the calls stayed within."""
        found = quantile(self.buckets, share)
        return None if found is None else found * 1000


@dataclass(frozen=True, slots=True)
class Point:
    """What ran from `at` on, for one span."""

    at: datetime
    figures: Figures


@dataclass(frozen=True, slots=True)
class Line:
    """The calls of one asker to one service; `told` says how often why they were refused or answered UNKNOWN."""

    consumer: str
    owner: str
    service: str
    figures: Figures
    told: Mapping[str, int]


def over_time(which: Which, stretch: Stretch, *, now: datetime) -> list[Point]:
    """Return all points up to the running one, oldest first; those in which nothing was called are there too."""
    starts = _starts(stretch, now)
    rows = _sums("at", which, stretch.drawn, since=starts[0], until=now + timedelta(microseconds=1))
    found = {row[0]: _figures(row[1:]) for row in rows}
    return [Point(at, found.get(at, Figures())) for at in starts]


def total(points: Sequence[Point]) -> Figures:
    """Return the sum of all points."""
    together = [point.figures for point in points if point.figures.calls or point.figures.answers]
    counted = [sum(getattr(figures, name) for figures in together) for name in _COUNTED]
    buckets = [sum(counts) for counts in zip(*(figures.buckets for figures in together), strict=True)]
    return _figures([*counted, sum(figures.seconds for figures in together), buckets or [0] * BUCKETS])


def by_service(which: Which, stretch: Stretch, *, now: datetime) -> list[Line]:
    """Return one line for each asker and service, the busiest first."""
    since, until = _starts(stretch, now)[0], now + timedelta(microseconds=1)
    told = _told(which, stretch.span, since=since, until=until)
    rows = _sums("consumer, owner, service", which, stretch.span, since=since, until=until)
    lines = [Line(row[0], row[1], row[2], _figures(row[3:]), told.get(tuple(row[:3]), {})) for row in rows]
    return sorted(lines, key=lambda line: (-line.figures.calls, line.owner, line.service, line.consumer))


def of_last_minutes(minutes: int, *, now: datetime) -> dict[tuple[str, str], Figures]:
    """Return the figures of each (owner, service) in the last whole minutes, for the rules that watch them."""
    until = now.replace(second=0, microsecond=0)
    rows = _sums("owner, service", Which(), Span.MINUTE, since=until - timedelta(minutes=minutes), until=until)
    return {(row[0], row[1]): _figures(row[2:]) for row in rows if row[1]}


def _starts(stretch: Stretch, now: datetime) -> list[datetime]:
    local = now.astimezone(_CITY).replace(second=0, microsecond=0)
    last, first = (
        _begun(stretch.drawn, local),
        _begun(stretch.span, local) - _LENGTHS[stretch.span] * (stretch.points - 1),
    )
    step = _LENGTHS[stretch.drawn]
    return [first + step * n for n in range((last - first) // step + 1)]


def _begun(span: Span, local: datetime) -> datetime:
    if span == Span.MINUTE:
        return local
    return local.replace(minute=0) if span == Span.HOUR else local.replace(hour=0, minute=0)


def _sums(what: str, which: Which, span: Span, *, since: datetime, until: datetime) -> list[tuple[Any, ...]]:
    query = f"SELECT {what}, {_SUMS} FROM gateway_figures WHERE {_CHOSEN} GROUP BY {what}"  # noqa: S608 - constants of ours, values bound
    return _rows(query, _values(which, span, since, until))


def _told(which: Which, span: Span, *, since: datetime, until: datetime) -> dict[tuple[str, ...], dict[str, int]]:
    told: dict[tuple[str, ...], dict[str, int]] = {}
    query = (
        "SELECT consumer, owner, service, each.key, sum(each.value::bigint)::bigint"  # noqa: S608 - constants of ours, values bound
        " FROM gateway_figures,"
        f" jsonb_each_text(told) AS each WHERE {_CHOSEN} AND told <> '{{}}' GROUP BY 1, 2, 3, 4"
    )
    for *whose, name, times in _rows(query, _values(which, span, since, until)):
        told.setdefault(tuple(whose), {})[name] = times
    return told


def _values(which: Which, span: Span, since: datetime, until: datetime) -> dict[str, Any]:
    return {
        "span": span.value,
        "since": since,
        "until": until,
        "consumers": None if which.consumers is None else sorted(which.consumers),
        "owners": None if which.owners is None else sorted(which.owners),
        "service": which.service,
    }


def _figures(row: Sequence[Any]) -> Figures:
    return Figures(*row)


def _rows(query: str, values: dict[str, Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(query, values)
        return list(cursor.fetchall())
