"""What is measured of services for the rules of `base/watch`: faults, slowness, silence. Two calls say nothing."""

from collections.abc import Iterable
from datetime import datetime

from django.urls import reverse

from haihe.base.watch import api as watch
from haihe.data.sharing.models import Service

_MINUTES = 5
_SILENT_MINUTES = 10
_FEWEST_CALLS = 20


@watch.probe("service-faults")
def service_faults(now: datetime) -> Iterable[watch.Reading]:
    """Return the share of calls that failed, in percent."""
    return _readings(
        {
            key: 100 * figures.fault_share
            for key, figures in watch.of_last_minutes(_MINUTES, now=now).items()
            if figures.calls >= _FEWEST_CALLS
        }
    )


@watch.probe("service-slow")
def service_slow(now: datetime) -> Iterable[watch.Reading]:
    """Return the milliseconds that 99 of a hundred calls stayed within."""
    return _readings(
        {
            key: figures.quantile_ms(0.99) or 0.0
            for key, figures in watch.of_last_minutes(_MINUTES, now=now).items()
            if figures.calls >= _FEWEST_CALLS
        }
    )


@watch.probe("source-silent")
def source_silent(now: datetime) -> Iterable[watch.Reading]:
    """Return how many calls came, where not one of them was answered as it should be and none was asked wrongly."""
    return _readings(
        {
            key: float(figures.faults) if figures.good == 0 else 0.0
            for key, figures in watch.of_last_minutes(_SILENT_MINUTES, now=now).items()
        }
    )


def _readings(values: dict[tuple[str, str], float]) -> list[watch.Reading]:
    titles = dict(Service.objects.filter(slug__in=[slug for _, slug in values]).values_list("slug", "title"))
    address = reverse("sharing:calls")
    return [
        watch.Reading(value, slug, titles.get(slug, slug), owner, f"{address}?range=1h&service={slug}")
        for (owner, slug), value in values.items()
    ]
