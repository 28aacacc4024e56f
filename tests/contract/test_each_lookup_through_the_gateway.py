"""Every lookup is asked through the real gateway, in one city, under its own grant, and recorded before it is told."""

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from pytest_django import DjangoDbBlocker

from haihe.base.keys.api import keyring
from haihe.data.sharing.adapters.gateway import GatewayVerifier
from haihe.gateway.messages import Request
from haihe.gateway.testing import Door
from haihe.platforms.services.lookups import operations, reading
from haihe.platforms.services.lookups.definition import LookupDefinition
from haihe.platforms.services.lookups.demo.registers import registers
from haihe.platforms.services.lookups.kinds import Outcome
from haihe.platforms.services.lookups.showing import shown
from haihe.platforms.services.lookups.testing import Planted, citizen, planted_city
from tests.contract.test_sharing_speaks_the_gateways_language import policy

pytestmark = pytest.mark.django_db
LOOKUPS = reading.shipped()


class City:
    """What was planted, and the gateway over it, in this process."""

    def __init__(self, folder: Path, planted: Planted) -> None:
        self.door, self.planted, self.now = Door(folder, keyring=keyring()), planted, planted.now
        self.follow()

    def follow(self) -> None:
        """Let the gateway hear of what the database says now."""
        read = policy()
        self.door.now = self.now.timestamp() + 1
        self.door.indexes = list(read.indexes)
        self.door.follow(read)

    def querier(self) -> GatewayVerifier:
        http = httpx.Client(base_url="http://gateway", transport=httpx.MockTransport(self._through))
        return GatewayVerifier(http, clock=lambda: self.door.now)

    def _through(self, request: httpx.Request) -> httpx.Response:
        reply = self.door.send(
            Request(request.method, request.url.path, None, dict(request.headers), request.content, True)
        )
        headers = dict(line.split(": ", 1) for line in reply.headers.split("\r\n") if line)
        return httpx.Response(reply.status, headers={"content-type": reply.media_type, **headers}, content=reply.body)


@pytest.fixture(scope="module")
def city(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[City]:
    folder = tmp_path_factory.mktemp("city")
    with django_db_blocker.unblock(), planted_city(folder) as planted:
        made = City(folder, planted)
        yield made
        made.door.close()


def typed_by_liu(lookup: LookupDefinition) -> str:
    """Return what Mr Liu would read off his papers."""
    if lookup.typed is None:
        return ""
    told = [one.cast["liu"] for one in registers() if one.owner == lookup.authority and "liu" in one.cast]
    return next(str(each[lookup.typed.field]) for each in told if lookup.typed.field in each)


@pytest.mark.parametrize("lookup", LOOKUPS, ids=[lookup.slug for lookup in LOOKUPS])
def test_it_answers_mr_liu_about_himself(lookup: LookupDefinition, city: City) -> None:
    before = len(city.door.records())
    told = operations.ask(
        actor=citizen("liu"), slug=lookup.slug, typed=typed_by_liu(lookup), querier=city.querier(), now=city.now
    )
    (record,) = city.door.records()[before:]
    assert told.outcome is Outcome.FOUND
    assert (record["evidence"], record["answer"], record["consumer"]) == (told.evidence, "FOUND", "120037")
    assert set(told.values) == set(lookup.asked)
    assert all(field.text for field in shown(told))


def test_planting_takes_few_statements(city: City) -> None:
    assert city.planted.statements < 120
