"""Register and publish the demo's entries through the operations that people use."""

from collections.abc import Callable
from datetime import datetime

from django.db import transaction

from haihe.base.accounts.api import SYSTEM, Actor, Role, actor_for
from haihe.city.cast import CAST
from haihe.data.catalogue import operations
from haihe.data.catalogue.demo.cascade import plant_district
from haihe.data.catalogue.demo.entries import ENTRIES
from haihe.data.catalogue.demo.needs import plant_needs
from haihe.data.catalogue.models import Resource
from haihe.data.catalogue.records import NewResource

_STEPS = (
    (Role.STEWARD, "submit"),
    (Role.APPROVER, "approve"),
    (Role.STEWARD, "submit_for_publication"),
    (Role.OPERATOR, "publish"),
)


def plant(*, scale: float, now: datetime, progress: Callable[[str, float], None]) -> None:
    """Plant what isn't there yet, each entry whole or not at all."""
    for done, entry in enumerate(ENTRIES):
        progress(entry.title, done / len(ENTRIES))
        if not Resource.objects.filter(owner=entry.owner, title=entry.title).exists():
            _plant_entry(entry, now)
    plant_needs(now=now)
    plant_district(now=now)


@transaction.atomic
def _plant_entry(entry: NewResource, now: datetime) -> None:
    steward = _person(Role.STEWARD, entry.owner, now)
    code = operations.register_resource(actor=steward, entry=entry, now=now)
    for role, name in _STEPS:
        operations.move_resource(actor=_person(role, entry.owner, now), code=code, name=name, now=now)


def _person(role: Role, organisation: str, now: datetime) -> Actor:
    """Return who of the cast holds the role there; where nobody does, the system stands in."""
    for person in CAST:
        if any(r == role and (o == organisation or role == Role.OPERATOR) for r, o in person.memberships):
            return actor_for(person.username, now=now)
    return SYSTEM
