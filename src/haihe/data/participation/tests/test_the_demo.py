"""The demo: an association with members, wishes in every state, reuses, a plan, discussions; every page shows it."""

import time
from collections.abc import Iterator
from itertools import count

import pytest
from django.test import Client

from haihe.data.open.demo import plant as plant_datasets
from haihe.data.participation import queries
from haihe.data.participation.demo import plant
from haihe.data.participation.models import (
    Association,
    Bundle,
    DataRequest,
    ParticipationEvent,
    PlanEntry,
    Post,
    Reuse,
    ReusePicture,
    Thread,
)
from haihe.data.participation.operations import watch_clocks
from haihe.data.participation.tests.conftest import NOW, address, browser
from haihe.data.participation.workflow import RequestState

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("lake")]


def quietly(what: str, share: float) -> None:
    """Nobody watches."""


@pytest.fixture
def planted() -> float:
    plant_datasets(scale=0.0001, now=NOW, progress=quietly)
    began = time.perf_counter()
    plant(scale=0.0001, now=NOW, progress=quietly)
    return time.perf_counter() - began


def pages() -> Iterator[str]:
    yield from (address(name) for name in ("requests", "plan", "associations", "reuses", "threads"))
    yield from (address("request", row.number) for row in DataRequest.objects.all())
    yield from (address("plan-entry", row.pk) for row in PlanEntry.objects.all())
    yield from (address("association", row.code) for row in Association.objects.all())
    yield from (address("bundle", row.number) for row in Bundle.objects.all())
    yield from (address("reuse", row.pk) for row in Reuse.objects.all())
    yield from (address("thread", row.pk) for row in Thread.objects.all())


def test_it_is_planted_once_quickly_and_every_page_shows_it(planted: float) -> None:
    assert planted < 3  # 0.3 s on a quiet machine
    plant(scale=0.0001, now=NOW, progress=quietly)
    assert set(DataRequest.objects.values_list("state", flat=True)) == set(RequestState.values) - {
        "WITHDRAWN",
        "HANDED_BACK",
    }
    counted = [model.objects.count() for model in (DataRequest, Reuse, PlanEntry, Thread, Post, Association)]
    assert counted == [12, 8, 32, 3, 7, 2]
    assert ReusePicture.objects.count() == 4
    assert ParticipationEvent.objects.count() > 80
    operator, number = browser("operator"), count()
    for path in pages():
        assert operator.get(path).status_code == 200, path
        next(number)
    assert next(number) > 60
    figures = queries.plan_figures(2026, NOW.date())[""]
    assert figures.share is not None
    assert 0 < figures.share < 100
    assert watch_clocks(now=NOW).overdue == 1
    assert "已超期" in Client().get(address("requests")).content.decode()
    front = Client().get("/open/").content.decode()
    assert all(address(name) in front for name in ("requests", "plan", "reuses", "associations", "threads"))
