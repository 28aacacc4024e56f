"""Uses under each grant, gathered month by month and case by case, for those who keep account of them."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import connection
from django.utils import timezone

from haihe.base.ledger.packed import OF_MANY_SQL

_UNDER_GRANTS = f"""
WITH chosen AS (
    SELECT seq, ledger_told(body) AS told, at, kind, answer FROM ledger_record WHERE seq > %(after)s AND seq <= %(upto)s
), under_grants AS (
    SELECT (told ->> 'grant')::uuid AS held, (date_trunc('month', at AT TIME ZONE %(zone)s))::date AS month,
        coalesce(told ->> 'case', '') AS of_case, seq, told, at, kind, answer
    FROM chosen WHERE told ->> 'grant' IS NOT NULL
), counted AS (
    SELECT held, month, of_case, coalesce(answer, kind) AS what, 1 AS answers, 1 AS calls, at
    FROM under_grants WHERE kind NOT IN {OF_MANY_SQL}
    UNION ALL
    -- A record of many is one call, and counts each of its answers.
    SELECT held, month, of_case, each.key, each.value::int, (row_number() OVER (PARTITION BY seq) = 1)::int, at
    FROM under_grants, json_each_text(told -> 'uses' -> 'answers') AS each WHERE kind IN {OF_MANY_SQL}
)
SELECT held, month, of_case, what, sum(answers)::bigint, sum(calls)::bigint, min(at), max(at)
FROM counted GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 3, 4
"""  # noqa: S608 - our own list of kinds


@dataclass(frozen=True, slots=True)
class CaseUses:
    """What one case of a grant's holder asked in one month of the city's time, and got: `what` is an answer or REFUSED.

    `answers` counts persons, `calls` records.
    """

    grant: UUID
    month: date
    case: str
    what: str
    answers: int
    calls: int
    first_at: datetime
    last_at: datetime


def uses_by_case(*, after: int, upto: int) -> list[CaseUses]:
    """Gather the records with after < seq <= upto that name a grant.

    Up to `sealed_until()` no record can appear any more, so who goes on from there misses none and counts none twice.
    """
    with connection.cursor() as cursor:
        zone = str(timezone.get_default_timezone())
        cursor.execute(_UNDER_GRANTS, {"after": after, "upto": upto, "zone": zone})
        return [CaseUses(*row) for row in cursor.fetchall()]
