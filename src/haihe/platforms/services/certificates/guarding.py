"""Against guessing codes: who is wrong too often waits, by the number that is tried and by where it comes from."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Final

from haihe.base.guessing.api import WINDOW, RateLock, TooManyTries
from haihe.platforms.services.certificates.errors import TooManyGuesses
from haihe.platforms.services.certificates.models import WrongCode

PER_NUMBER_AND_ADDRESS: Final = 5
PER_ADDRESS: Final = 100
_LOCK: Final = RateLock(
    WrongCode,
    "number",
    "haihe.check-code",
    per_thing_and_address=PER_NUMBER_AND_ADDRESS,
    per_thing=50,
    per_address=PER_ADDRESS,
)
__all__ = ["PER_ADDRESS", "PER_NUMBER_AND_ADDRESS", "WINDOW", "counted", "forget_old_tries"]


@contextmanager
def counted(*, number: str, address: str, now: datetime) -> Iterator[None]:
    """Count a try that is refused, and no other. `number` "": only the address counts. Raises: TooManyGuesses."""
    try:
        attempt = _LOCK.begin(number, address=address, now=now)
    except TooManyTries as locked:
        raise TooManyGuesses from locked
    yield
    attempt.delete()


def forget_old_tries(*, now: datetime) -> int:
    """Delete the wrong codes that count no longer and return how many they were."""
    return _LOCK.forget(now=now)
