"""People sign in by name and password; who guesses is slowed down, and is told nothing useful."""

from datetime import timedelta

import pytest
from django.test import Client, RequestFactory
from django.utils import timezone

from haihe.base.accounts import sign_in
from haihe.base.accounts.models import FailedSignIn
from haihe.base.accounts.testing import make_user

pytestmark = pytest.mark.django_db
PASSWORD = "correct horse battery staple"


def post(client: Client, password: str, *, username: str = "steward", **more: str) -> int:
    return client.post("/sign-in/", {"username": username, "password": password, **more}).status_code


def test_the_right_password_opens_the_workbench(client: Client) -> None:
    make_user("steward", ("STEWARD", "120012"), password=PASSWORD)
    answer = client.post("/sign-in/", {"username": "steward", "password": PASSWORD})
    assert (answer.status_code, answer["Location"]) == (302, "/workbench/")
    assert "steward" in client.get("/workbench/").text


def test_a_wrong_password_and_an_unknown_name_read_the_same(client: Client) -> None:
    make_user("steward", password=PASSWORD)
    pages = [client.post("/sign-in/", {"username": name, "password": "wrong"}) for name in ("steward", "nobody")]
    told = [page.context["page"].form.non_field_errors() for page in pages]
    assert [page.status_code for page in pages] == [422, 422]
    assert told[0] == told[1]
    assert "不正确" in pages[0].text


def test_after_five_wrong_passwords_even_the_right_one_waits(client: Client) -> None:
    make_user("steward", password=PASSWORD)
    assert [post(client, f"wrong {n}") for n in range(6)] == [422] * 5 + [429]
    assert post(client, PASSWORD) == 429


def test_waiting_helps() -> None:
    user = make_user("steward", password=PASSWORD)
    request, now = RequestFactory().post("/sign-in/"), timezone.now()
    for _ in range(sign_in.PER_NAME_AND_ADDRESS):
        with pytest.raises(sign_in.WrongNameOrPassword):
            sign_in.check_password(request, username="steward", password="no", address="192.0.2.1", now=now)
    with pytest.raises(sign_in.TooManyTries):
        sign_in.check_password(request, username="steward", password=PASSWORD, address="192.0.2.1", now=now)
    later = now + sign_in.WINDOW + timedelta(seconds=1)
    found = sign_in.check_password(request, username="steward", password=PASSWORD, address="192.0.2.1", now=later)
    assert found == user


def test_one_address_cannot_lock_a_person_out_of_another() -> None:
    user = make_user("steward", password=PASSWORD)
    request, now = RequestFactory().post("/sign-in/"), timezone.now()
    for _ in range(sign_in.PER_NAME_AND_ADDRESS):
        with pytest.raises(sign_in.WrongNameOrPassword):
            sign_in.check_password(request, username="steward", password="no", address="192.0.2.1", now=now)
    assert sign_in.check_password(request, username="steward", password=PASSWORD, address="192.0.2.2", now=now) == user


def test_a_right_password_leaves_no_attempt_and_old_ones_are_forgotten() -> None:
    make_user("steward", password=PASSWORD)
    request, now = RequestFactory().post("/sign-in/"), timezone.now()
    sign_in.check_password(request, username="steward", password=PASSWORD, address="192.0.2.1", now=now)
    assert not FailedSignIn.objects.exists()
    FailedSignIn.objects.create(name_key="a", address_key="b", at=now - timedelta(hours=1))
    assert sign_in.forget_old_attempts(now=now) == 1


def test_neither_names_nor_addresses_are_kept_readable(client: Client) -> None:
    post(client, "wrong", username="my-password-by-mistake")
    row = FailedSignIn.objects.values().get()
    assert "my-password" not in str(row)
    assert "127.0.0.1" not in str(row)


@pytest.mark.parametrize("elsewhere", ["https://evil.example/", "//evil.example", "javascript:alert(1)"])
def test_nobody_is_sent_to_another_site(client: Client, elsewhere: str) -> None:
    make_user("steward", password=PASSWORD)
    answer = client.post("/sign-in/", {"username": "steward", "password": PASSWORD, "next": elsewhere})
    assert answer["Location"] == "/workbench/"


def test_somebody_sent_to_sign_in_arrives_where_they_wanted(client: Client) -> None:
    make_user("steward", password=PASSWORD)
    asked = client.get("/workbench/")
    assert asked["Location"] == "/sign-in/?next=/workbench/"
    answer = client.post("/sign-in/", {"username": "steward", "password": PASSWORD, "next": "/me/"})
    assert answer["Location"] == "/me/"


@pytest.mark.parametrize("username", ["", "\x00", "x" * 65])
def test_nonsense_is_refused_politely(client: Client, username: str) -> None:
    assert post(client, "x", username=username) == 422


def test_signing_out_is_a_post_and_ends_the_session(client: Client) -> None:
    make_user("steward", password=PASSWORD)
    post(client, PASSWORD)
    assert client.get("/sign-out/").status_code == 405
    answer = client.post("/sign-out/")
    assert answer.status_code == 302
    assert answer["Clear-Site-Data"] == '"storage"'
    assert client.get("/workbench/").status_code == 302
