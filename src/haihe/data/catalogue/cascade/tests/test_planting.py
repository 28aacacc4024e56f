"""The demo's district and its items stand there once, however often they are planted."""

from datetime import timedelta

import pytest

from haihe.base.accounts import demo as people
from haihe.base.keys.api import keyring
from haihe.city.cast import CAST
from haihe.data.catalogue import demo
from haihe.data.catalogue.cascade.models import ExchangeRun, NodeEntry
from haihe.data.catalogue.cascade.testing import load_bureau
from haihe.data.catalogue.needs.models import Demand, Needs, Paper
from haihe.data.catalogue.testing import NOW

pytestmark = pytest.mark.django_db


def plant() -> None:
    demo.plant(scale=0.01, now=NOW, progress=lambda what, share: None)


def test_planted_twice_it_stands_once() -> None:
    load_bureau()
    people.plant(CAST, now=NOW - timedelta(days=1), keyring=keyring())
    found = []
    for _ in range(2):
        plant()
        assert NodeEntry.objects.count() == 3
        assert (ExchangeRun.objects.count(), Demand.objects.count()) == (1, 1)
        # Most items of the demo declare their papers themselves; what the demo entered stands beside them.
        found.append((Needs.objects.count(), Paper.objects.count(), Paper.objects.exclude(resource="").count()))
    assert found[0] == found[1]
    assert found[0][2] > 30
    run = ExchangeRun.objects.get()
    assert (run.new, run.rejected, run.state) == (3, 1, "DONE")
