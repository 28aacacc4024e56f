"""What other rooms announce and sharing acts on. Of those that lie above it, it knows the topics by name only."""

from datetime import datetime
from typing import Any

from django.utils import timezone

from haihe.base.outbox import api as outbox
from haihe.data.catalogue import api as catalogue


@outbox.subscribe(catalogue.RESOURCE_RETIRED)
def end_what_rests_on_a_retired_entry(payload: dict[str, Any]) -> None:
    """An entry is no longer offered."""
    from haihe.data.sharing.operations.retiring import resource_retired

    resource_retired(resource=str(payload["resource"]), reason=str(payload["reason"]), now=timezone.now())


@outbox.subscribe("exchange.snapshot_published")
def let_corrections_reach_consumers(payload: dict[str, Any]) -> None:
    """New data of a resource is in use."""
    from haihe.data.sharing.operations.propagating import data_arrived

    data_arrived(
        resource=str(payload["resource"]),
        snapshot=str(payload["snapshot"]),
        as_of=datetime.fromisoformat(payload["as_of"]),
        now=timezone.now(),
    )
