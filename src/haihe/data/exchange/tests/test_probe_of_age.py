"""A register older than its services promise is noticed with how many hours it is late."""

from datetime import timedelta

import pytest
from django.utils import timezone

from haihe.base.watch.rules import RULES
from haihe.data.exchange.models import Snapshot
from haihe.data.exchange.probes import index_old
from haihe.data.exchange.tests.test_the_gateways_view import snapshot
from haihe.data.sharing.models import Service
from haihe.data.sharing.testing import open_relief_status

pytestmark = pytest.mark.django_db


def hours_late() -> list[float]:
    return [round(reading.value, 2) for reading in index_old(timezone.now())]


def test_age_counts_beyond_the_strictest_promise_of_the_open_services() -> None:
    open_relief_status()
    service = Service.objects.get()
    row = snapshot("s1", is_current=True)
    Snapshot.objects.filter(pk=row.pk).update(
        resource=service.resource, as_of=timezone.now() - timedelta(seconds=service.max_age_s, hours=3)
    )
    assert hours_late() == [3]
    (reading,) = index_old(timezone.now())
    assert (reading.subject, reading.owner) == (service.resource, service.owner)
    Snapshot.objects.filter(pk=row.pk).update(as_of=timezone.now())
    assert hours_late() == [0]
    assert RULES["index-old"].limits.closes > 0  # a promise that is kept closes the alert
    Service.objects.update(enabled=False)
    assert hours_late() == []
