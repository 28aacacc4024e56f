"""What a case needs from outside, as small protocols; the engines behind them are in adapters.py."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from haihe.base.accounts.api import Actor


@dataclass(frozen=True, slots=True)
class Recorded:
    """An answer found in the ledger: the gateway wrote it down before it answered."""

    answer: str
    evidence: str
    reason: str | None
    as_of: datetime | None


class Trace(Protocol):
    """Finds what the ledger holds of an ask that was cut off."""

    def find(self, *, subject_key: bytes, case: str, service: str, since: datetime) -> tuple[Recorded, ...]:
        """Return the answers recorded for this person, case and service since then, oldest first."""
        ...


class Corrections(Protocol):
    """Takes a report of wrong data to the department it came from, under that department's clock."""

    def open(
        self, *, actor: Actor, evidence: str, statement: str, now: datetime, id_number: str = "", name: str = ""
    ) -> str:
        """Return the correction's number. Number and name let the source find the row when staff report.

        Raises: ServicesError.
        """
        ...


type Front = Callable[[Actor, str, str, datetime], str]
"""Asked with the actor, a case's authority and its item: at which body's counter they may accept it, or ""."""


class _Given:
    """What a higher room registered in this process."""

    front: Front | None = None


def register_front(front: Front) -> None:
    """Say who may accept cases at the counter of a hall; call it from `AppConfig.ready`."""
    _Given.front = front


def front_of(actor: Actor, authority: str, item: str, *, now: datetime) -> str:
    """Return the body at whose counter the actor may accept such a case now; "" where they may not."""
    return _Given.front(actor, authority, item, now) if _Given.front else ""
