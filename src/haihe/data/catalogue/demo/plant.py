"""Register and publish the demo's entries through the operations that people use."""

from collections.abc import Callable
from datetime import datetime

from django.db import transaction

from haihe.base.accounts.api import Role
from haihe.data.catalogue import operations
from haihe.data.catalogue.demo.cascade import plant_district
from haihe.data.catalogue.demo.entries import ENTRIES
from haihe.data.catalogue.demo.needs import plant_needs
from haihe.data.catalogue.demo.people import person_of
from haihe.data.catalogue.demo.updates import plant_updates
from haihe.data.catalogue.models import Resource
from haihe.data.catalogue.operations.code_lists import load_standard_lists
from haihe.data.catalogue.records import NewResource

_STEPS = (
    (Role.STEWARD, "submit"),
    (Role.APPROVER, "approve"),
    (Role.STEWARD, "submit_for_publication"),
    (Role.OPERATOR, "publish"),
)


def plant(*, scale: float, now: datetime, progress: Callable[[str, float], None]) -> None:
    """Plant what isn't there yet, each entry whole or not at all."""
    load_standard_lists(now=now)
    for done, entry in enumerate(ENTRIES):
        progress(entry.title, done / len(ENTRIES))
        if not Resource.objects.filter(owner=entry.owner, title=entry.title).exists():
            _plant_entry(entry, now)
    plant_updates(now=now)
    plant_needs(now=now)
    plant_district(now=now)


@transaction.atomic
def _plant_entry(entry: NewResource, now: datetime) -> None:
    steward = person_of(Role.STEWARD, entry.owner, now)
    code = operations.register_resource(actor=steward, entry=entry, now=now)
    for role, name in _STEPS:
        operations.move_resource(actor=person_of(role, entry.owner, now), code=code, name=name, now=now)
