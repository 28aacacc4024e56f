"""The demo's remote catalogues: every kind of run is there to be looked at, and nobody was asked anything."""

import pytest

from haihe.base.accounts.api import Actor
from haihe.data.harvest.demo import plant
from haihe.data.harvest.models import ExternalDataset, HarvestRun, RemoteCatalogue
from haihe.data.harvest.operations import sweep
from haihe.data.harvest.tests.conftest import NOW

pytestmark = pytest.mark.django_db


def test_every_kind_of_run_is_there_once(keeper: Actor, operator: Actor) -> None:
    for _again in range(2):
        plant(scale=0.001, now=NOW, progress=lambda what, share: None)
    stand = dict(RemoteCatalogue.objects.values_list("slug", "state"))
    assert stand == {
        "binhai-demo": "ACTIVE",
        "jizhou-demo": "PROPOSED",
        "university-demo": "ACTIVE",
        "province-demo": "DRAFT",
    }
    runs = HarvestRun.objects.order_by("catalogue__slug", "started_at")
    told = [(run.catalogue.slug, run.is_dry, run.state, run.new, run.changed, run.refused, run.gone) for run in runs]
    assert told == [
        ("binhai-demo", True, "DONE", 2, 0, 0, 0),
        ("binhai-demo", False, "DONE", 4, 0, 0, 0),
        ("binhai-demo", False, "DONE", 1, 2, 1, 1),
        ("binhai-demo", False, "FAILED", 0, 0, 0, 0),
        ("jizhou-demo", True, "DONE", 3, 0, 1, 0),
        ("university-demo", False, "DONE", 5, 0, 0, 0),
        ("university-demo", False, "HELD", 0, 0, 0, 4),
    ]
    assert ExternalDataset.objects.filter(gone_at=None).count() == 9
    assert set(ExternalDataset.objects.values_list("owner", "topic")) >= {("120024", "culture"), ("", "education")}
    assert sweep(now=NOW) == [], "the worker would ask addresses that belong to nobody"
