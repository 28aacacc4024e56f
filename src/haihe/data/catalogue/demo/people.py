"""Who of the cast does what in the demo."""

from datetime import datetime

from haihe.base.accounts.api import SYSTEM, Actor, Role, actor_for
from haihe.city.cast import CAST


def person_of(role: Role, organisation: str, now: datetime) -> Actor:
    """Return who of the cast holds the role there; where nobody does, the system stands in."""
    for person in CAST:
        if any(r == role and (o == organisation or role == Role.OPERATOR) for r, o in person.memberships):
            return actor_for(person.username, now=now)
    return SYSTEM
