"""What other rooms announce and sharing acts on. They lie above it, so it knows their topics by name only."""

from datetime import datetime
from typing import Any

from django.utils import timezone

from haihe.base.outbox import api as outbox


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
