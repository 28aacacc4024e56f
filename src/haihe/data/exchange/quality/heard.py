"""What quality acts on when it is announced."""

from typing import Any

from django.utils import timezone

from haihe.base.outbox import api as outbox
from haihe.data.exchange.events import REJECTS_RETURNED, SNAPSHOT_PUBLISHED


@outbox.subscribe(SNAPSHOT_PUBLISHED)
def look_up_what_was_sent_back(payload: dict[str, Any]) -> None:
    """New data of a resource is in use: rejects that were sent back may be right in it."""
    from haihe.data.exchange.quality.operations.returning import settle_returns

    settle_returns(str(payload["resource"]), str(payload["snapshot"]), now=timezone.now())


@outbox.subscribe(REJECTS_RETURNED)
def carry_what_was_sent_back(payload: dict[str, Any]) -> None:
    """Rejects were sent back: where their source takes files, they go there at once."""
    from haihe.data.exchange.quality.tasks import carry_rejects_now

    carry_rejects_now.defer()
