"""What the exchange announces, inside the transaction in which it becomes true."""

from haihe.base.outbox import api as outbox
from haihe.data.exchange.models import Snapshot

SNAPSHOT_PUBLISHED = "exchange.snapshot_published"
REJECTS_RETURNED = "exchange.rejects_returned"


def announce_published(snapshot: Snapshot) -> None:
    """Tell that a resource has a new current snapshot: `resource`, `snapshot`, `as_of` (ISO 8601), `run`, `rows`."""
    outbox.announce(
        SNAPSHOT_PUBLISHED,
        {
            "resource": snapshot.resource,
            "snapshot": snapshot.id,
            "as_of": snapshot.as_of.isoformat(),
            "run": str(snapshot.run_id),
            "rows": snapshot.row_count,
        },
    )
