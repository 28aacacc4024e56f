"""Public figures of ratings, by item, window and department: whole weeks only, and no number that tells who rated.

Only weeks that are over are shown, so that nobody sees a figure change when somebody rates. Where fewer than five
rated, a row shows nothing; where fewer than five rated low, it shows only that they are fewer, and the share of the
others as "at least". A body's total is shown beside its rows, so one hidden row could be worked out from the rest: then
a second one is hidden.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any, Final

from django.db.models import Count, F, Q, Sum

from haihe.platforms.services.ratings.counting import week_of
from haihe.platforms.services.ratings.models import LowRating, RatingWeek
from haihe.platforms.services.ratings.workflow import LowState

FEWEST_SHOWN: Final = 5
WEEKS: Final = (12, 52)
_HUNDRED: Final = 100


class By(StrEnum):
    """What the rows stand for."""

    DEPARTMENT = "department"
    ITEM = "item"
    WINDOW = "window"


@dataclass(frozen=True, slots=True)
class Counted:
    """What was counted of one row. `body` is whose total it is part of."""

    body: str
    key: str
    invited: int
    very_good: int
    good: int
    fair: int
    low: int

    @property
    def rated(self) -> int:
        return self.very_good + self.good + self.fair + self.low


@dataclass(frozen=True, slots=True)
class Shown:
    """A row as everybody may see it. None: too few to be shown.

    `satisfied` is a share in per cent; with `is_at_least` the true one is that or more.
    """

    body: str
    key: str
    rated: int | None
    satisfied: int | None
    is_at_least: bool
    low: int | None

    @property
    def is_hidden(self) -> bool:
        return self.rated is None


@dataclass(frozen=True, slots=True)
class Handling:
    """What became of low ratings, over the whole city; shares in per cent, None where too few were due."""

    low: int | None
    visited_in_time: int | None
    answered_in_time: int | None
    confirmed: int | None
    excluded: int | None


@dataclass(frozen=True, slots=True)
class Week:
    """One week of the whole city; None where too few rated."""

    week: date
    rated: int | None
    satisfied: int | None


@dataclass(frozen=True, slots=True)
class Board:
    """All of the public page: `until` is the first day that isn't counted any more."""

    since: date
    until: date
    total: Shown
    rows: tuple[Shown, ...]
    handling: Handling
    weeks: tuple[Week, ...]


def board(by: By, *, weeks: int, now: datetime, body: str = "") -> Board:
    """Count; the queries are as many whatever there is. `body` narrows items and windows to one department."""
    until = week_of(now)
    since = until - timedelta(weeks=weeks)
    counted = _counted(by, since, until)
    shown = protect(counted)
    rows = [row for row in shown if not body or row.body == body]
    return Board(
        since=since,
        until=until,
        total=_shown(_sum(counted)),
        rows=tuple(sorted(rows, key=lambda row: (-(row.rated or 0), row.body, row.key))),
        handling=_handling(since, until),
        weeks=_weeks(since, until),
    )


def protect(rows: Sequence[Counted]) -> list[Shown]:
    """Return the rows with small numbers hidden, and with a second one of a body hidden where one alone would be."""
    of_body = defaultdict[str, list[Counted]](list)
    for row in rows:
        of_body[row.body].append(row)
    hidden: set[tuple[str, str]] = set()
    low_hidden: set[tuple[str, str]] = set()
    for siblings in of_body.values():
        hidden |= _with_company({_id(row) for row in siblings if row.rated < FEWEST_SHOWN}, siblings, _rated)
        few = {_id(row) for row in siblings if _id(row) in hidden or 0 < row.low < FEWEST_SHOWN}
        low_hidden |= _with_company(few, siblings, _low)
    return [_shown(row, is_hidden=_id(row) in hidden, is_low_hidden=_id(row) in low_hidden) for row in rows]


type _Id = tuple[str, str]


def _with_company(few: set[_Id], siblings: list[Counted], size: Callable[[Counted], int]) -> set[_Id]:
    """Hide a second one beside a single hidden one: the smallest that says anything."""
    others = [row for row in siblings if _id(row) not in few and size(row) > 0]
    if len(few) != 1 or not others:
        return few
    return few | {_id(min(others, key=lambda row: (size(row), row.key)))}


def _rated(row: Counted) -> int:
    return row.rated


def _low(row: Counted) -> int:
    return row.low


def _id(row: Counted) -> tuple[str, str]:
    return row.body, row.key


def _shown(row: Counted, *, is_hidden: bool = False, is_low_hidden: bool = False) -> Shown:
    if is_hidden or row.rated < FEWEST_SHOWN:
        return Shown(row.body, row.key, None, None, False, None)
    if is_low_hidden or 0 < row.low < FEWEST_SHOWN:
        if row.low >= FEWEST_SHOWN:
            return Shown(row.body, row.key, row.rated, None, False, None)
        # As if as many were low as could be without being shown: the true share is at least this.
        least = _HUNDRED * (row.rated - (FEWEST_SHOWN - 1)) // row.rated
        return Shown(row.body, row.key, row.rated, least, True, None)
    return Shown(row.body, row.key, row.rated, _share(row.rated - row.low, row.rated), False, row.low)


def _share(part: int, whole: int) -> int:
    return round(_HUNDRED * part / whole)


def _counted(by: By, since: date, until: date) -> list[Counted]:
    fields = {By.DEPARTMENT: [], By.ITEM: ["item_slug"], By.WINDOW: ["window"]}[by]
    rows = RatingWeek.objects.filter(week__gte=since, week__lt=until)
    if fields:
        rows = rows.exclude(**{fields[0]: ""})
    sums = rows.order_by().values("organisation", *fields).annotate(**_SUMS)
    return [
        Counted(
            body=row["organisation"],
            key=str(row[fields[0]]) if fields else "",
            invited=row["of_invited"],
            very_good=row["of_very_good"],
            good=row["of_good"],
            fair=row["of_fair"],
            low=row["of_low"],
        )
        for row in sums
    ]


_SUMS: Final = {
    "of_invited": Sum("invited"),
    "of_very_good": Sum("very_good"),
    "of_good": Sum("good"),
    "of_fair": Sum("fair"),
    "of_low": Sum(F("bad") + F("very_bad")),
}


def _sum(rows: Iterable[Counted]) -> Counted:
    total = [0, 0, 0, 0, 0]
    for row in rows:
        parts = (row.invited, row.very_good, row.good, row.fair, row.low)
        total = [a + b for a, b in zip(total, parts, strict=True)]
    return Counted("", "", *total)


def _weeks(since: date, until: date) -> tuple[Week, ...]:
    sums = RatingWeek.objects.filter(week__gte=since, week__lt=until).order_by("week").values("week").annotate(**_SUMS)
    shown = [(row["week"], _shown(_of_week(row))) for row in sums]
    return tuple(Week(week, row.rated, row.satisfied) for week, row in shown)


def _of_week(row: Any) -> Counted:
    return Counted("", "", row["of_invited"], row["of_very_good"], row["of_good"], row["of_fair"], row["of_low"])


def _handling(since: date, until: date) -> Handling:
    of_time = LowRating.objects.filter(rating__rated_at__date__gte=since, rating__rated_at__date__lt=until)
    counted = of_time.exclude(state=LowState.EXCLUDED)
    sums = counted.aggregate(
        low=Count("pk"),
        verified=Count("pk", filter=Q(verified_at__isnull=False)),
        in_time=Count("pk", filter=Q(verified_at__lte=F("verify_due_at"))),
        answered=Count("pk", filter=Q(answered_in_time__isnull=False)),
        answered_in_time=Count("pk", filter=Q(answered_in_time=True)),
        ended=Count("pk", filter=Q(ended_at__isnull=False)),
        confirmed=Count("pk", filter=Q(state=LowState.CONFIRMED)),
    )
    return Handling(
        low=_if_enough(sums["low"], sums["low"]),
        visited_in_time=_rate(sums["in_time"], sums["verified"]),
        answered_in_time=_rate(sums["answered_in_time"], sums["answered"]),
        confirmed=_rate(sums["confirmed"], sums["ended"]),
        excluded=_if_enough(*[of_time.filter(state=LowState.EXCLUDED).count()] * 2),
    )


def _rate(part: int, whole: int) -> int | None:
    return _share(part, whole) if whole >= FEWEST_SHOWN else None


def _if_enough(value: int, whole: int) -> int | None:
    return value if whole >= FEWEST_SHOWN or whole == 0 else None
