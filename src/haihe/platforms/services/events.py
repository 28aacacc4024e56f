"""What the rooms below announce and cases wait for."""

from django.utils import timezone

from haihe.base.outbox import api as outbox
from haihe.platforms.services import operations, tasks


@outbox.subscribe("exchange.snapshot_published")
def ask_for_those_who_wait(payload: dict[str, object]) -> None:
    """A register was fed anew: a person who wasn't on it this morning may be on it now."""
    if operations.source_refreshed(resource=str(payload["resource"]), now=timezone.now()):
        tasks.recheck_soon()
