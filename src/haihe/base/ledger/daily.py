"""The ledger day by day, for pictures."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby

from django.db import connection
from django.utils import timezone

from haihe.base.ledger.packed import OF_MANY_SQL


@dataclass(frozen=True, slots=True)
class DayCounts:
    """What was answered on one day of the city's time; days on which nothing was asked are there too."""

    day: date
    match: int
    no_match: int
    unknown: int
    refused: int
    found: int = 0
    not_found: int = 0

    @property
    def answered(self) -> int:
        return self.match + self.no_match + self.found + self.not_found + self.unknown


def counts_by_day(
    *, now: datetime, days: int = 30, consumer: str | None = None, grant: str | None = None
) -> list[DayCounts]:
    """Return the last `days` days up to today, oldest first; of one organisation or one grant of it where told.

    Reads all their records, so keep the result a while.
    """
    zone = timezone.get_default_timezone()
    today = now.astimezone(zone).date()
    first = today - timedelta(days=days - 1)
    start = datetime(first.year, first.month, first.day, tzinfo=zone)
    with connection.cursor() as cursor:
        cursor.execute(
            "WITH chosen AS (SELECT (at AT TIME ZONE %(zone)s)::date AS day, kind, answer, body"  # noqa: S608 - own list
            " FROM ledger_record"
            "  WHERE at >= %(start)s AND (%(consumer)s::text IS NULL OR consumer = %(consumer)s)"
            "  AND (%(grant)s::text IS NULL OR body::jsonb ->> 'grant' = %(grant)s)),"
            # A record of many counts each of its answers.
            " counted AS (SELECT day, coalesce(answer, kind) AS what, 1 AS n FROM chosen"
            f"  WHERE kind NOT IN {OF_MANY_SQL}"
            "  UNION ALL SELECT day, each.key, each.value::int FROM chosen,"
            "   json_each_text(ledger_told(body) -> 'uses' -> 'answers') AS each"
            f"   WHERE kind IN {OF_MANY_SQL})"
            " SELECT day, what, sum(n)::bigint FROM counted GROUP BY 1, 2 ORDER BY 1",
            {"zone": str(zone), "start": start, "consumer": consumer, "grant": grant},
        )
        counted = {
            day: {kind: n for _, kind, n in rows} for day, rows in groupby(cursor.fetchall(), key=lambda row: row[0])
        }
    return [_day(first + timedelta(days=n), counted) for n in range(days)]


def _day(day: date, counted: dict[date, dict[str, int]]) -> DayCounts:
    kinds = counted.get(day, {})
    return DayCounts(
        day,
        match=kinds.get("MATCH", 0),
        no_match=kinds.get("NO_MATCH", 0),
        unknown=kinds.get("UNKNOWN", 0),
        refused=kinds.get("REFUSED", 0),
        found=kinds.get("FOUND", 0),
        not_found=kinds.get("NOT_FOUND", 0),
    )
