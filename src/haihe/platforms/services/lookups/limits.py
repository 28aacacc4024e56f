"""How often one person may ask, and how long nobody guesses: counted from tries written before each question."""

from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.db import connection

from haihe.platforms.services.lookups.errors import LockedOut, TooOften
from haihe.platforms.services.lookups.kinds import Outcome
from haihe.platforms.services.lookups.models import LookupTry

MOST_IN_A_MINUTE: Final = 12
MOST_IN_A_DAY: Final = 100
MOST_WRONG: Final = 5
LOCKED_FOR: Final = timedelta(minutes=15)
_DAY, _MINUTE = timedelta(days=1), timedelta(minutes=1)
_LOCK_SPACE: Final = 0x4C4F4F4B
_MAY_BE_WRONG: Final = (Outcome.WRONG, Outcome.INTENDED)
"""A question that is still out may come back wrong: whoever asks many at once gets no more guesses for it."""


def hold(owner: UUID) -> None:
    """Let one person's questions begin one after the other; held until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, hashtext(%s))", [_LOCK_SPACE, str(owner)])


def check(owner: UUID, slug: str, *, is_typed: bool, now: datetime) -> None:
    """Raises: TooOften, LockedOut."""
    tries = LookupTry.objects.filter(owner=owner, at__gt=now - _DAY).order_by("-at")
    recent = list(tries.values_list("at", "slug", "outcome")[:MOST_IN_A_DAY])
    if is_typed:
        wrong = [at for at, of, outcome in recent if of == slug and outcome in _MAY_BE_WRONG and at > now - LOCKED_FOR]
        if len(wrong) >= MOST_WRONG:
            raise LockedOut(_seconds(wrong[MOST_WRONG - 1] + LOCKED_FOR - now))
    if len(recent) == MOST_IN_A_DAY:
        raise TooOften(_seconds(recent[-1][0] + _DAY - now))
    in_a_minute = [at for at, _of, _outcome in recent if at > now - _MINUTE]
    if len(in_a_minute) >= MOST_IN_A_MINUTE:
        raise TooOften(_seconds(in_a_minute[MOST_IN_A_MINUTE - 1] + _MINUTE - now))


def _seconds(left: timedelta) -> int:
    return max(1, int(left.total_seconds()))
