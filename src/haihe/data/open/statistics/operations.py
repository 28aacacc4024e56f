"""Seal the figures of days that are over: each becomes a file that is never changed."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from hashlib import sha256
from typing import Final

from django.db import connection, transaction
from django.utils import timezone

from haihe.base.keys import api as keys
from haihe.data.open.models import DatasetUsage
from haihe.data.open.statistics.models import DailyFigures, SealedUse
from haihe.data.open.statistics.queries import changed_since_sealed, totals_sealed, unexplained
from haihe.data.open.statistics.witnessing import FIRST_PREVIOUS, witness
from haihe.kernel import canonical
from haihe.kernel.ledger_proof import public_key_hex, sign_header

FORMAT: Final = 1
_GRACE: Final = timedelta(hours=1)
"""So long after midnight counters may still tell of the day; what comes later is a late figure of a later file."""
_DAY: Final = timedelta(days=1)
_LOCK: Final = (7010008, 1)

type Figure = dict[str, str | int]


@transaction.atomic
def seal_days(*, now: datetime) -> list[date]:
    """Seal all days that are over and aren't yet, in their order; return them. Any number of processes may do so.

    The digest of each goes into the ledger in the same transaction, with those of days sealed before that was so.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", _LOCK)
    last = DailyFigures.objects.first()
    first_used = DatasetUsage.objects.order_by("day").values_list("day", flat=True).first()
    day = last.day + _DAY if last else first_used
    sealed = []
    while day is not None and _is_over(day, now):
        last = _seal(day, last, now)
        sealed.append(day)
        day += _DAY
    witness()
    return sealed


def _is_over(day: date, now: datetime) -> bool:
    return now >= timezone.make_aware(datetime.combine(day + _DAY, time.min)) + _GRACE


def _seal(day: date, last: DailyFigures | None, now: datetime) -> DailyFigures:
    late = changed_since_sealed(until=last.day) if last else []
    rows = DatasetUsage.objects.filter(day=day, count__gt=0).order_by("dataset_id", "kind")
    uses = [(str(slug), kind, count) for slug, kind, count in rows.values_list("dataset_id", "kind", "count")]
    _note(late, [(dataset, day, kind, count) for dataset, kind, count in uses])
    previous = last.digest if last else FIRST_PREVIOUS
    document = {
        "format": FORMAT,
        "day": day.isoformat(),
        "previous": previous,
        "sealed_at": now.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z"),
        "uses": [{"dataset": dataset, "kind": kind, "count": count} for dataset, kind, count in uses],
        "late": [_late(one) for one in late],
        "totals": totals_sealed(),
        "unexplained": unexplained(since=day, until=day),
    }
    text = canonical.dumps(document).decode()
    key = keys.keyring().ledger_private_key
    return DailyFigures.objects.create(
        day=day,
        text=text,
        digest=sha256(text.encode()).hexdigest(),
        previous=previous,
        signature=sign_header(text, key),
        public_key=public_key_hex(key),
        at=now,
    )


def _late(one: tuple[str, date, str, int]) -> Figure:
    dataset, day, kind, more = one
    return {"dataset": dataset, "day": day.isoformat(), "kind": kind, "count": more}


def _note(late: Iterable[tuple[str, date, str, int]], fresh: Iterable[tuple[str, date, str, int]]) -> None:
    """Add to what the files say; late figures are differences, which may be below nought."""
    for dataset, day, kind, more in (*late, *fresh):
        row, is_new = SealedUse.objects.get_or_create(dataset=dataset, day=day, kind=kind, defaults={"count": more})
        if not is_new:
            row.count += more
            row.save(update_fields=["count"])
