"""What tests of harvesting share: the city's bodies, the cast, and a reach that takes the test's own server."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from ipaddress import ip_network

import pytest
from django.conf import settings
from django.db import transaction
from pytest_django import DjangoDbBlocker

from haihe.base.accounts import demo as people
from haihe.base.accounts.api import Actor, actor_for
from haihe.base.keys import api as keys
from haihe.base.outward.api import Bounds, Outward, Reach
from haihe.city import api as city
from haihe.city import cast
from haihe.data.harvest import operations
from haihe.data.harvest.models import HarvestRun, RemoteCatalogue
from haihe.data.harvest.operations import NewCatalogue
from haihe.data.harvest.operations.running import stepping_of
from haihe.data.harvest.testing import Portal

NOW = datetime(2026, 11, 26, 3, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def centre(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    with django_db_blocker.unblock(), transaction.atomic():
        city.load_reference_data()
        people.plant((*cast.CAST, *cast.OFFICERS), now=NOW, keyring=keys.keyring())
        yield
        transaction.set_rollback(True)


@pytest.fixture
def keeper(centre: None, db: None) -> Actor:
    return actor_for("steward_sjzx", now=NOW)


@pytest.fixture
def operator(centre: None, db: None) -> Actor:
    return actor_for("operator", now=NOW)


type Adding = Callable[..., RemoteCatalogue]


@pytest.fixture
def add(keeper: Actor, operator: Actor) -> Adding:
    """Return what adds a catalogue at an address and has the second person approve it."""

    def adding(url: str, kind: str = "CKAN", slug: str = "binhai", **told: object) -> RemoteCatalogue:
        new = NewCatalogue(title="滨海新区开放平台", kind=kind, url=url, **told)  # type: ignore[arg-type] # a test's words
        operations.add_catalogue(actor=keeper, slug=slug, new=new, now=NOW)
        operations.move(actor=keeper, slug=slug, name="propose", now=NOW)
        operations.move(actor=operator, slug=slug, name="approve", now=NOW)
        return RemoteCatalogue.objects.get(slug=slug)

    return adding


def reach_to(portal: Portal) -> Reach:
    assert portal.server is not None
    return Reach((ip_network("127.0.0.1/32"),), (portal.server.port,))


def harvested(
    row: RemoteCatalogue, portal: Portal, actor: Actor, *, is_dry: bool = False, now: datetime = NOW
) -> HarvestRun:
    """Begin a run and see it through."""
    run = operations.start(actor=actor, slug=row.slug, is_dry=is_dry, now=now)
    return worked_on(run, portal, now=now)


def worked_on(run: HarvestRun, portal: Portal, *, now: datetime = NOW) -> HarvestRun:
    """Let a worker go on with a run; nobody sleeps."""
    with Outward(reach_to(portal), bounds=Bounds(seconds=5)) as door:
        stepping = stepping_of(run.catalogue, door, wait=lambda seconds: None, is_dry=run.is_dry)
        operations.go_on(run.pk, clock=lambda: now, stepping=stepping)
    return HarvestRun.objects.select_related("catalogue").get(pk=run.pk)


def within(portal: Portal) -> object:
    """Return settings of an operator who named the test's server."""
    reach = reach_to(portal)
    return replace(settings.HAIHE, outward_networks=("127.0.0.1/32",), outward_ports=reach.ports)
