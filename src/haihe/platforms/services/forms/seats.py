"""Who, besides a department's own clerks, may take its forms in; and what stands around the window's screen then.

Both are given by a room higher: whoever sits at a counter for everything, or helps somebody who agreed to it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from haihe.base.accounts.api import Actor, Role

type Seats = Callable[[Actor, str, str, bytes | None, datetime], bool]
"""Asked with the actor, the item's authority, its slug and, once it is known, the key of whose matter it is."""


@dataclass(frozen=True, slots=True)
class Beside:
    """What stands above the form at the window: a template with its page, and where one goes once it is sent."""

    template: str
    page: object
    url: str


type Surroundings = Callable[[Actor, UUID, datetime], Beside | None]
"""Asked with the actor and the draft."""


class _Given:
    """What was registered in this process."""

    seats: tuple[Seats, ...] = ()
    surroundings: tuple[Surroundings, ...] = ()


def register_seats(seats: Seats) -> None:
    _Given.seats = (*_Given.seats, seats)


def register_surroundings(surroundings: Surroundings) -> None:
    _Given.surroundings = (*_Given.surroundings, surroundings)


def may_take_in(actor: Actor, authority: str, slug: str, *, now: datetime, subject: bytes | None = None) -> bool:
    """Say whether the actor takes this item in at a window: its own clerk, or somebody with a seat for it."""
    return actor.has(Role.CLERK, authority) or any(seat(actor, authority, slug, subject, now) for seat in _Given.seats)


def beside(actor: Actor, draft: UUID, *, now: datetime) -> Beside | None:
    found = (around(actor, draft, now) for around in _Given.surroundings)
    return next((one for one in found if one is not None), None)
