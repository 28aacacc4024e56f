"""What other rooms announce and participation acts on."""

from typing import Any

from django.utils import timezone

from haihe.base.outbox import api as outbox
from haihe.data.open import api as open_data


@outbox.subscribe(open_data.DATASET_MOVED)
def keep_promises(payload: dict[str, Any]) -> None:
    """A dataset was published or resumed: the plan's entries for it are kept, the requests behind them fulfilled."""
    from haihe.data.participation.operations import dataset_published

    if payload["state"] == "PUBLISHED":
        dataset_published(str(payload["dataset"]), now=timezone.now())
