"""What the platform announces, inside the transaction in which it becomes true."""

from datetime import datetime

from haihe.base.outbox import api as outbox
from haihe.data.open.models import Dataset, DatasetVersion

DATASET_MOVED = "open.dataset_moved"
VERSION_READY = "open.version_ready"


def announce(row: Dataset, name: str, *, now: datetime) -> None:
    """Tell that a dataset was published, suspended, resumed or withdrawn: `dataset`, `move`, `state`, `at`."""
    outbox.announce(DATASET_MOVED, {"dataset": row.slug, "move": name, "state": row.state, "at": now.isoformat()})


def announce_version(row: Dataset, version: DatasetVersion) -> None:
    """Tell that a new version serves: `dataset`, `version`, `rows`, `as_of` (ISO 8601)."""
    facts = {"dataset": row.slug, "version": version.number, "rows": version.rows}
    outbox.announce(VERSION_READY, facts | {"as_of": version.as_of.isoformat()})
