"""Every lookup is asked through the real gateway, in one city, under its own grant, and recorded before it is told."""

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from pytest_django import DjangoDbBlocker

from haihe.base.accounts.models import User
from haihe.base.keys.api import keyring
from haihe.data.sharing.adapters.gateway import GatewayVerifier
from haihe.data.sharing.models import Grant, Service
from haihe.gateway.messages import Request
from haihe.gateway.testing import Door
from haihe.platforms.services.lookups import operations, reading
from haihe.platforms.services.lookups.definition import LookupDefinition
from haihe.platforms.services.lookups.demo.registers import registers
from haihe.platforms.services.lookups.keeping import kept_answer
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
    city.follow()
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


def test_a_suspended_grant_refuses_and_hides_what_was_kept(city: City) -> None:
    liu, lookup = citizen("liu"), reading.lookup("housing-fund-balance")
    told = operations.ask(actor=liu, slug=lookup.slug, typed="", querier=city.querier(), now=city.now)
    assert told.kept_until is not None
    Grant.objects.filter(service__slug=lookup.service).update(state="SUSPENDED", suspended_by="OWNER_APPROVER")
    city.follow()
    again = operations.ask(actor=liu, slug=lookup.slug, typed="", querier=city.querier(), now=city.now)
    assert (again.outcome, dict(again.values), bool(again.evidence)) == (Outcome.ENDED, {}, True)
    assert kept_answer(liu, lookup, now=city.now) is None


def test_no_answer_holds_more_than_its_masks_show(city: City) -> None:
    """What the register has whole never comes where a mask lies over it."""
    city.follow()
    whole = {"13800125678", "刘小禾", "2011-04-01", "600000.00", "120103001004"}
    for slug, field, masked in (
        ("housing-fund-loan", "reserved_phone", "138****5678"),
        ("child-enrolment", "pupil_name", "刘*禾"),
        ("housing-fund-balance", "opened_on", "2011"),
        ("housing-fund-loan-limit", "loan_limit_yuan", "600000..650000"),
        ("own-homes", "home_district", "120103"),
    ):
        lookup = reading.lookup(slug)
        told = operations.ask(
            actor=citizen("liu"), slug=slug, typed=typed_by_liu(lookup), querier=city.querier(), now=city.now
        )
        assert told.values[field] == masked
        assert not whole & {str(value) for value in told.values.values()}
        User.objects.all().delete()


def test_a_child_is_only_the_guardians_and_a_company_only_its_representatives(city: City) -> None:
    city.follow()
    for slug in ("child-enrolment", "company-status", "vehicle-violations", "school-district"):
        lookup = reading.lookup(slug)
        told = operations.ask(
            actor=citizen("zhang"), slug=slug, typed=typed_by_liu(lookup), querier=city.querier(), now=city.now
        )
        assert (told.outcome, dict(told.values)) == (Outcome.WRONG, {})
        User.objects.all().delete()


def test_services_mask_as_the_files_say(city: City) -> None:
    rules = {slug: dict(fields) for slug, fields in Service.objects.values_list("slug", "fields")}
    assert all(rules[lookup.service] == lookup.masks for lookup in LOOKUPS)
    assert (len(LOOKUPS), len({lookup.authority for lookup in LOOKUPS})) == (40, 9)
