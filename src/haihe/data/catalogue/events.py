"""What the catalogue announces, inside the transaction in which it becomes true."""

from haihe.base.outbox import api as outbox
from haihe.data.catalogue.models import Resource

RESOURCE_PUBLISHED = "catalogue.resource_published"
RESOURCE_RETIRED = "catalogue.resource_retired"


def announce_published(row: Resource, version: int) -> None:
    """Tell that an entry, or the next version of it, stands in the public catalogue."""
    outbox.announce(RESOURCE_PUBLISHED, _facts(row) | {"version": version})


def announce_retired(row: Resource, words: str) -> None:
    """Tell that an entry is no longer offered, and why; services of it are for who offers them to suspend."""
    outbox.announce(RESOURCE_RETIRED, _facts(row) | {"reason": words})


def _facts(row: Resource) -> dict[str, object]:
    return {"resource": row.code, "title": row.title, "owner": row.owner, "guide_code": row.guide_code}
