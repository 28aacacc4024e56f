"""What neighbours may use of numbering."""

from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import QuerySet
from django.db.models.functions import Length
from django.utils import timezone

_LOCK_SPACE = 0x4E554D42


def next_number(prefix: str, rows: QuerySet[Any], now: datetime) -> str:
    """Return the day's next number, as GX-20261123-0001; it has more digits from the ten-thousandth on.

    `rows` are those that hold numbers, in a column `number`. A lock is held until the transaction ends, so that two
    transactions never get the same one and no number is skipped.
    """
    start = f"{prefix}-{timezone.localdate(now):%Y%m%d}-"
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, hashtext(%s))", [_LOCK_SPACE, start])
    taken = rows.filter(number__startswith=start).order_by(Length("number").desc(), "-number")
    last = taken.values_list("number", flat=True).first()
    return f"{start}{int(last.rpartition('-')[2]) + 1 if last else 1:04}"
