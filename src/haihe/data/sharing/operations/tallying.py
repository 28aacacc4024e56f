"""Write down from the ledger what was done under each grant, month by month (art. 29): each record once, none missed.

The mark says how far that has come; it moves in the transaction that writes the figures, and no further than the ledger
is sealed, so a worker that dies in the middle leaves everything as it was.
"""

import hashlib
from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from typing import Final
from uuid import UUID

from django.db import connection, transaction
from django.db.models import F
from django.db.models.functions import Greatest, Least

from haihe.base.ledger import api as ledger
from haihe.data.sharing.models import Grant, UsageMark, UsageRecord

AT_ONCE: Final = 50_000
_COLUMN: Final = {
    "MATCH": "matched",
    "NO_MATCH": "not_matched",
    "FOUND": "found",
    "NOT_FOUND": "not_found",
    "UNKNOWN": "unknown",
    "REFUSED": "refused",
}
_OTHER: Final = "other"
"""Answers of kinds that came into the ledger later: counted, whatever they are called."""
_NEW_CASES = """
WITH added AS (
    INSERT INTO sharing_usagecase (grant_id, month, key)
    SELECT * FROM unnest(%s::uuid[], %s::date[], %s::uuid[]) ON CONFLICT DO NOTHING RETURNING grant_id, month
) SELECT grant_id, month, count(*) FROM added GROUP BY 1, 2
"""

type _Month = tuple[UUID, date]


def tally_all() -> None:
    """Write down all that is sealed."""
    while _tally_next():
        pass


@transaction.atomic
def _tally_next() -> bool:
    """Write down the next records; False where there are none."""
    UsageMark.objects.get_or_create(pk=1)
    mark = UsageMark.objects.select_for_update().get(pk=1)
    upto = min(ledger.sealed_until(), mark.seq + AT_ONCE)
    if upto <= mark.seq:
        return False
    uses = ledger.uses_by_case(after=mark.seq, upto=upto)
    known = set(Grant.objects.filter(pk__in={use.grant for use in uses}).values_list("pk", flat=True))
    _write([use for use in uses if use.grant in known])
    mark.seq = upto
    mark.save()
    return True


def _write(uses: Iterable[ledger.CaseUses]) -> None:
    by_month: dict[_Month, list[ledger.CaseUses]] = defaultdict(list)
    for use in uses:
        by_month[use.grant, use.month].append(use)
    new_cases = _count_new_cases(by_month)
    for (grant, month), those in by_month.items():
        first, last = min(use.first_at for use in those), max(use.last_at for use in those)
        counted: dict[str, int] = defaultdict(int, cases=new_cases.get((grant, month), 0))
        for use in those:
            counted[_COLUMN.get(use.what, _OTHER)] += use.answers
            counted["calls"] += use.calls if use.what != "REFUSED" else 0
        UsageRecord.objects.get_or_create(grant_id=grant, month=month, defaults={"first_at": first, "last_at": last})
        UsageRecord.objects.filter(grant=grant, month=month).update(
            first_at=Least("first_at", first),
            last_at=Greatest("last_at", last),
            **{name: F(name) + number for name, number in counted.items()},
        )


def _count_new_cases(by_month: dict[_Month, list[ledger.CaseUses]]) -> dict[_Month, int]:
    """Note the cases that were given an answer; return how many of each month weren't known."""
    rows = {
        (grant, month, _key(use.case))
        for (grant, month), those in by_month.items()
        for use in those
        if use.case and use.what != "REFUSED"
    }
    with connection.cursor() as cursor:
        grants, months, keys = ([row[n] for row in rows] for n in range(3))
        cursor.execute(_NEW_CASES, [grants, months, keys])
        return {(grant, month): count for grant, month, count in cursor.fetchall()}


def _key(case: str) -> UUID:
    return UUID(bytes=hashlib.sha256(case.encode()).digest()[:16])
