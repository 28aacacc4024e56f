"""The demo's persons enter by one click, and only where the demo runs."""

from dataclasses import dataclass, replace

import pytest
from django.contrib.auth import get_user
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from haihe.base.accounts import api as accounts
from haihe.base.accounts import demo
from haihe.base.accounts.models import Membership, User
from haihe.base.accounts.testing import make_user
from haihe.kernel.keyring import Keyring

pytestmark = pytest.mark.django_db


@dataclass(frozen=True)
class Person:
    username: str
    name: str
    id_number: str | None
    memberships: tuple[tuple[str, str], ...]


LIU = Person("liu", "刘志远", "120103197905121012", (("CITIZEN", ""),))
STEWARD = Person("steward_mzj", "孙丽华", None, (("STEWARD", "120012"),))
KEYRING = Keyring.generate()


@pytest.fixture
def in_demo(settings: Settings) -> None:
    settings.HAIHE = replace(settings.HAIHE, demo=True)


@pytest.fixture
def planted() -> list[User]:
    return demo.plant([LIU, STEWARD], now=timezone.now(), keyring=KEYRING)


def test_planting_twice_changes_nothing(planted: list[User]) -> None:
    again = demo.plant([LIU, STEWARD], now=timezone.now(), keyring=KEYRING)
    assert [user.pk for user in again] == [user.pk for user in planted]
    assert Membership.objects.count() == 2


@pytest.mark.usefixtures("in_demo", "planted")
def test_who_is_signed_in_stays_so_when_people_are_planted_again(client: Client) -> None:
    client.post("/sign-in/demo/", {"username": "steward_mzj"})
    demo.plant([STEWARD], now=timezone.now(), keyring=KEYRING)
    assert get_user(client).is_authenticated


@pytest.mark.usefixtures("planted")
def test_a_citizen_is_found_by_key_and_can_open_the_own_number_only() -> None:
    actor = accounts.actor_for("liu")
    assert actor.subject_key == KEYRING.subject_key("120103197905121012")
    assert accounts.id_number_of(actor, keyring=KEYRING) == "120103197905121012"
    assert accounts.id_number_of(accounts.actor_for("steward_mzj"), keyring=KEYRING) is None
    kept = bytes(User.objects.get(username="liu").sealed_id_number or b"")
    assert b"120103197905121012" not in kept


@pytest.mark.usefixtures("in_demo", "planted")
def test_one_click_enters(client: Client) -> None:
    page = client.get("/sign-in/")
    assert "刘志远" in page.text
    assert client.post("/sign-in/demo/", {"username": "steward_mzj"})["Location"] == "/workbench/"
    assert "孙丽华" in client.get("/workbench/").text


@pytest.mark.usefixtures("planted")
def test_outside_the_demo_nobody_enters_by_a_click(client: Client) -> None:
    assert "刘志远" not in client.get("/sign-in/").text
    assert client.post("/sign-in/demo/", {"username": "liu"}).status_code == 404


@pytest.mark.usefixtures("in_demo")
def test_a_real_person_never_enters_by_a_click(client: Client) -> None:
    make_user("real", ("OPERATOR", "120001"), password="a password nobody knows")
    assert client.post("/sign-in/demo/", {"username": "real"}).status_code == 404
    assert client.post("/sign-in/demo/", {"username": "\x00"}).status_code == 404


@pytest.mark.usefixtures("in_demo", "planted")
def test_no_password_opens_a_demo_account(client: Client) -> None:
    assert client.post("/sign-in/", {"username": "liu", "password": ""}).status_code == 422
    assert client.post("/sign-in/", {"username": "liu", "password": "liu"}).status_code == 422
