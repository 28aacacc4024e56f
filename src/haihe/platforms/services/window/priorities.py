"""Who is called before others: rules as data, read once."""

import tomllib
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Final

import msgspec

from haihe.kernel.identifiers import parse_id_number
from haihe.platforms.services.items.api import Text

FILE: Final = Path(__file__).parent / "priorities.toml"
NONE: Final = ""
APPOINTMENT: Final = "appointment"
SHOWN, AGE = "shown", "age"
_LONGEST_MIN: Final = 60


class Priority(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One rule. A number counts as taken `head_start_min` earlier; `proof` says what it rests on."""

    slug: str
    proof: str
    head_start_min: int
    name: Text
    note: Text
    min_age: int = 0

    def __post_init__(self) -> None:
        if not 0 < self.head_start_min <= _LONGEST_MIN:
            raise ValueError(f"{self.slug}: a head start of 1 to {_LONGEST_MIN} minutes")
        if self.proof not in (SHOWN, AGE, APPOINTMENT) or (self.proof == AGE) != (self.min_age > 0):
            raise ValueError(f"{self.slug}: proof is shown, appointment, or age with min_age")

    @property
    def head_start(self) -> timedelta:
        return timedelta(minutes=self.head_start_min)


class _Rules(msgspec.Struct, frozen=True):
    priorities: tuple[Priority, ...]


@cache
def priorities() -> tuple[Priority, ...]:
    """Return the rules in their order. Raises: msgspec.ValidationError for a file that can't be right."""
    return msgspec.convert(tomllib.loads(FILE.read_text(encoding="utf-8")), _Rules).priorities


def priority(slug: str) -> Priority | None:
    return next((one for one in priorities() if one.slug == slug), None)


def told_at_the_terminal() -> tuple[Priority, ...]:
    """Return what somebody says of themselves where nobody signed in; they show it to the clerk."""
    return tuple(one for one in priorities() if one.proof in (SHOWN, AGE))


def of_age(id_number: str, *, today: date) -> str:
    """Return the rule that applies by the birth date in an identity number; "" where none does."""
    born = parse_id_number(id_number).birth_date
    age = today.year - born.year - ((today.month, today.day) < (born.month, born.day))
    return next((one.slug for one in priorities() if one.proof == AGE and age >= one.min_age), NONE)
