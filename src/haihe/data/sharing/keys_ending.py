"""Keys that end soon while none takes over, for Prometheus: a system whose last key ends is refused from then on."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef, Q
from prometheus_client.core import GaugeMetricFamily, Metric

from haihe.base.watch import api as watch
from haihe.data.sharing.models import Client, ClientKey

SOON = timedelta(days=14)


def clients_running_out(*, now: datetime) -> int:
    """Return how many systems that are in use have a key now and none that serves in a fortnight."""
    keys = ClientKey.objects.filter(client=OuterRef("pk"), ended_at__isnull=True)
    has_one_now = Exists(keys.filter(not_before__lte=now, expires_at__gt=now))
    has_one_then = Exists(keys.filter(expires_at__gt=now + SOON))
    return Client.objects.filter(Q(enabled=True), has_one_now).exclude(has_one_then).count()


@watch.offer_figures
def figures(now: datetime) -> Iterable[Metric]:
    count = clients_running_out(now=now)
    return [GaugeMetricFamily("haihe_keys_expiring", "Systems whose last key ends within 14 days.", value=count)]
