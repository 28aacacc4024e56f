"""How often each entry promises to be updated, for those who keep account of who keeps that promise."""

from dataclasses import dataclass
from typing import Final

from haihe.data.catalogue.models import Resource
from haihe.data.catalogue.models.choices import UpdateCycle
from haihe.data.catalogue.workflow import ResourceState

# What is renewed all the time can be seen to be new by the day, no finer.
_CYCLES: Final = {
    UpdateCycle.REALTIME: (0, 1),
    UpdateCycle.DAILY: (0, 1),
    UpdateCycle.WEEKLY: (0, 7),
    UpdateCycle.MONTHLY: (1, 0),
    UpdateCycle.QUARTERLY: (3, 0),
    UpdateCycle.YEARLY: (12, 0),
}


@dataclass(frozen=True, slots=True)
class UpdatePromise:
    """An entry that is or was published, and within how many months and days its data is to be renewed."""

    resource: str
    owner: str
    months: int
    days: int
    is_published: bool


def update_promises() -> list[UpdatePromise]:
    """Return the promises of all entries that ever stood in the public catalogue."""
    rows = Resource.objects.filter(published_at__isnull=False).order_by("code")
    return [
        UpdatePromise(code, owner, *_CYCLES[UpdateCycle(cycle)], state == ResourceState.PUBLISHED)
        for code, owner, cycle, state in rows.values_list("code", "owner", "update_cycle", "state")
    ]
