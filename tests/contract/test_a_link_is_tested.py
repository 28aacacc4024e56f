"""The button that tests a link: through a real gateway, with the asker's own key, and each end names its own legs."""

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from django.urls import reverse
from django.utils import timezone

from haihe.base.keys.api import keyring
from haihe.data.sharing import operations
from haihe.data.sharing.adapters.links import LegInfo, try_link
from haihe.data.sharing.models import Client, Grant
from haihe.data.sharing.testing import cast_actor, granted
from haihe.data.sharing.tests.test_pages import signed_in
from haihe.gateway.loopback import Loopback
from haihe.gateway.policy import Client as KnownClient
from haihe.gateway.policy import ClientKey
from haihe.kernel.link_legs import OF_AN_INTERFACE, Leg, LegState
from haihe.kernel.mac import Mac

pytestmark = pytest.mark.django_db


@pytest.fixture
def gateway(tmp_path: Path) -> Iterator[Loopback]:
    with Loopback(tmp_path, keyring=keyring()) as gateway:
        yield gateway


@pytest.fixture
def grant() -> Grant:
    row = Grant.objects.get(pk=granted(now=timezone.now()))
    operations.register_client(
        actor=cast_actor("steward_gjj"),
        organisation="120040",
        client_id="gjj-platform",
        title="平台",
        is_platform=True,
        now=timezone.now(),
    )
    return row


def known_to(gateway: Loopback, grant: Grant) -> None:
    row = Client.objects.get()
    key = row.keys.get()
    secret = Mac(keyring().open(bytes(key.sealed_secret or b""), context=row.seal_context))
    gateway.door.client = KnownClient(row.client_id, "120040", (ClientKey((row.client_id, key.key_id), secret),))
    gateway.door.apply()


def tried(gateway: Loopback, grant: Grant) -> dict[Leg, LegInfo]:
    with httpx.Client(base_url=gateway.url, trust_env=False, timeout=60) as http:
        return {leg.leg: leg for leg in try_link(grant, now=timezone.now(), http=http)}


def test_an_open_link_is_open_on_every_leg(gateway: Loopback, grant: Grant) -> None:
    known_to(gateway, grant)
    legs = tried(gateway, grant)
    assert list(legs) == [leg for leg in Leg if leg not in OF_AN_INTERFACE]
    assert {leg.state for leg in legs.values()} == {LegState.OK}
    assert gateway.door.records() == []


def test_a_key_that_the_gateway_does_not_know_fails_at_the_signature(gateway: Loopback, grant: Grant) -> None:
    legs = tried(gateway, grant)
    assert (legs[Leg.SIGNATURE].state, legs[Leg.SIGNATURE].problem) == (LegState.FAILED, "credentials-invalid")
    assert legs[Leg.GRANT].state == LegState.SKIPPED


def test_without_a_gateway_that_leg_is_named(grant: Grant) -> None:
    with httpx.Client(base_url="http://127.0.0.1:9", trust_env=False) as http:
        legs = {leg.leg: leg for leg in try_link(grant, now=timezone.now(), http=http)}
    assert legs[Leg.KEY].state == LegState.OK
    assert legs[Leg.GATEWAY].problem == "no-gateway"
    assert legs[Leg.REPLY].state == LegState.SKIPPED


def test_without_a_key_the_first_leg_is_named(grant: Grant) -> None:
    operations.disable_client(actor=cast_actor("steward_gjj"), client_id="gjj-platform", now=timezone.now())
    first, *others = try_link(grant, now=timezone.now())
    assert (first.leg, first.problem) == (Leg.KEY, "no-key")
    assert {leg.state for leg in others} == {LegState.SKIPPED}


def test_a_reply_that_somebody_else_signed_fails_at_the_last_leg(grant: Grant) -> None:
    answer = httpx.Response(200, json={"service": "relief-status", "legs": []})
    with httpx.Client(base_url="http://gateway", transport=httpx.MockTransport(lambda _: answer)) as http:
        assert try_link(grant, now=timezone.now(), http=http)[-1] == LegInfo(Leg.REPLY, LegState.FAILED, "bad-reply")


@pytest.mark.parametrize("username", ["steward_gjj", "approver_mzj", "operator"])
def test_both_sides_have_the_button_and_see_the_legs(grant: Grant, username: str) -> None:
    browser, page = signed_in(username), reverse("sharing:grant-link", args=[grant.pk])
    assert page in browser.get(reverse("sharing:grant", args=[grant.pk])).content.decode()
    told = browser.get(page).content.decode()
    assert "不通" in told or "全程畅通" in told
    assert told.count("list-group-item") == len(Leg) - len(OF_AN_INTERFACE)
