"""Against guessing codes: who is wrong too often waits, by the number that is tried and by the address it comes from.

Limits hold across processes: wrong codes are rows, and those of one address take turns.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Final

from django.db import connection, transaction
from django.utils.crypto import salted_hmac

from haihe.platforms.services.certificates.errors import TooManyGuesses
from haihe.platforms.services.certificates.models import WrongCode

WINDOW: Final = timedelta(minutes=15)
PER_NUMBER_AND_ADDRESS: Final = 5
PER_NUMBER: Final = 50
PER_ADDRESS: Final = 100
_KEY_LETTERS: Final = 32


@contextmanager
def counted(*, number: str, address: str, now: datetime) -> Iterator[None]:
    """Count a try that is refused, and no other. `number` "": only the address counts.

    It is counted before it is looked at, so that parallel guesses don't slip through; forgotten when it was right.
    Raises: TooManyGuesses.
    """
    number_key, address_key = _key("number", number) if number else "", _key("address", address)
    with transaction.atomic():
        _take_turns(address_key)
        _refuse_when_too_many(number_key, address_key, since=now - WINDOW)
        attempt = WrongCode.objects.create(number_key=number_key, address_key=address_key, at=now)
    yield
    attempt.delete()


def forget_old_tries(*, now: datetime) -> int:
    """Delete the wrong codes that count no longer and return how many they were."""
    return WrongCode.objects.filter(at__lt=now - WINDOW).delete()[0]


def _refuse_when_too_many(number_key: str, address_key: str, *, since: datetime) -> None:
    recent = WrongCode.objects.filter(at__gt=since)
    by_number = recent.filter(number_key=number_key) if number_key else recent.none()
    if (
        by_number.filter(address_key=address_key).count() >= PER_NUMBER_AND_ADDRESS
        or by_number.count() >= PER_NUMBER
        or recent.filter(address_key=address_key).count() >= PER_ADDRESS
    ):
        raise TooManyGuesses


def _key(kind: str, text: str) -> str:
    """Keyed, because addresses are personal."""
    return salted_hmac(f"haihe.check-code.{kind}", text, algorithm="sha256").hexdigest()[:_KEY_LETTERS]


def _take_turns(address_key: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [int(address_key[:15], 16)])
