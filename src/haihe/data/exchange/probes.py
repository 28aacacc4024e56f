"""How far a register is older than its services promise, for the rule of `base/watch`."""

from collections.abc import Iterable
from datetime import datetime

from django.urls import reverse

from haihe.base.watch import api as watch
from haihe.data.catalogue import api as catalogue
from haihe.data.exchange.models import Snapshot
from haihe.data.sharing import api as sharing


@watch.probe("index-old")
def index_old(now: datetime) -> Iterable[watch.Reading]:
    """Return the hours beyond the strictest promise of the services that are open, 0 where it is kept."""
    promises: dict[str, tuple[int, str]] = {}
    for service in sharing.services():
        if service.enabled:
            kept = promises.get(service.resource, (service.max_age_s, service.owner))
            promises[service.resource] = min(kept, (service.max_age_s, service.owner))
    titles = catalogue.resource_titles(set(promises))
    current = Snapshot.objects.filter(resource__in=promises, is_current=True).values_list("resource", "as_of")
    address = reverse("exchange:feeds")
    return [
        watch.Reading(_hours_beyond(now, as_of, promises[code][0]), code, titles[code], promises[code][1], address)
        for code, as_of in current
    ]


def _hours_beyond(now: datetime, as_of: datetime, promised_s: int) -> float:
    return max(0.0, (now - as_of).total_seconds() - promised_s) / 3600
