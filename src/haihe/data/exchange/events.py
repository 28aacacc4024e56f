"""What the exchange announces, inside the transaction in which it becomes true."""

from haihe.data.exchange.models import Snapshot

SNAPSHOT_PUBLISHED = "exchange.snapshot_published"


def announce_published(snapshot: Snapshot) -> None:
    """Tell that a resource has a new current snapshot."""
