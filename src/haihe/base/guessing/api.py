"""What neighbours may use: a lock over a table of attempts."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.db import connection, models, transaction
from django.utils.crypto import salted_hmac

WINDOW: Final = timedelta(minutes=15)
_KEY_LETTERS: Final = 32


class TooManyTries(Exception):
    """Too many wrong tries from here, or for this, within `WINDOW`; a right one isn't even looked at."""


@dataclass(frozen=True, slots=True)
class RateLock:
    """Count the wrong tries for one kind of thing.

    `attempts` has the columns `<thing>_key`, `address_key` (32 letters each) and `at`. Keys are keyed hashes under
    `salt`: people type passwords into the field for the name, and addresses are personal.
    """

    attempts: type[models.Model]
    thing: str
    salt: str
    per_thing_and_address: int
    per_thing: int
    per_address: int

    def begin(self, tried: str, *, address: str, now: datetime) -> models.Model:
        """Count a try before it is looked at, so that parallel guesses don't slip through. Delete it if it was right.

        Tries of one address take turns. `tried` "": only the address counts. Raises: TooManyTries.
        """
        thing_key, address_key = self._key(self.thing, tried) if tried else "", self._key("address", address)
        with transaction.atomic():
            _take_turns(address_key)
            self._refuse_when_too_many(thing_key, address_key, since=now - WINDOW)
            keys = {self._column: thing_key, "address_key": address_key}
            return self.attempts._default_manager.create(**keys, at=now)

    def forget(self, *, now: datetime) -> int:
        """Delete the tries that count no longer and return how many they were."""
        return self.attempts._default_manager.filter(at__lt=now - WINDOW).delete()[0]

    def _refuse_when_too_many(self, thing_key: str, address_key: str, *, since: datetime) -> None:
        recent = self.attempts._default_manager.filter(at__gt=since)
        by_thing = recent.filter(**{self._column: thing_key}) if thing_key else recent.none()
        if (
            by_thing.filter(address_key=address_key).count() >= self.per_thing_and_address
            or by_thing.count() >= self.per_thing
            or recent.filter(address_key=address_key).count() >= self.per_address
        ):
            raise TooManyTries

    @property
    def _column(self) -> str:
        return f"{self.thing}_key"

    def _key(self, kind: str, text: str) -> str:
        return salted_hmac(f"{self.salt}.{kind}", text, algorithm="sha256").hexdigest()[:_KEY_LETTERS]


def _take_turns(address_key: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [int(address_key[:15], 16)])
