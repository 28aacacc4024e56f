"""What other rooms announce and the platform acts on."""

from typing import Any

from django.utils import timezone

from haihe.base.outbox import api as outbox
from haihe.data.catalogue import api as catalogue
from haihe.data.exchange import api as exchange


@outbox.subscribe(exchange.SNAPSHOT_PUBLISHED)
def renew_dataset(payload: dict[str, Any]) -> None:
    """An entry has a new current snapshot: the worker looks at it."""
    from haihe.data.open.queries import is_open
    from haihe.data.open.tasks import renew

    if is_open(code := str(payload["resource"])):
        renew.defer(code=code)


@outbox.subscribe(catalogue.RESOURCE_RETIRED)
def close_dataset(payload: dict[str, Any]) -> None:
    """An entry went off the catalogue."""
    from haihe.data.open.operations import lapse

    lapse(str(payload["resource"]), now=timezone.now())
