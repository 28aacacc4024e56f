"""How much one person may write within an hour; people at their work don't come near it."""

from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from django.db import connection
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from haihe.data.participation.errors import TooMany

WINDOW: Final = timedelta(hours=1)
PER_HOUR: Final = {"request": 5, "vote": 120, "reuse": 5, "thread": 6, "post": 30, "report": 20}
"""By kind of writing."""
_LOCK_SPACE: Final = 0x50415254


def check_pace(person: UUID, kind: str, rows: "QuerySet[Any]", *, at: str, now: datetime) -> None:
    """Refuse one more of a kind; `rows` are this person's. Within a transaction: writings of one person take turns.

    Raises: TooMany.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, hashtext(%s))", [_LOCK_SPACE, str(person)])
    if rows.filter(**{f"{at}__gt": now - WINDOW}).count() >= PER_HOUR[kind]:
        raise TooMany(_("您写得太快了，请过一小时再试。"))
