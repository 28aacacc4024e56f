"""`haihe account`: who opens an account can sign in with it, and every change of it is on record."""

import pytest
from click.testing import CliRunner, Result
from django.db import DatabaseError, transaction
from django.test import Client as Browser
from django.urls import reverse

from haihe.base.accounts.api import actor_for
from haihe.base.accounts.models import AccountEvent, User
from haihe.base.accounts.testing import make_user
from haihe.city.testing import load_departments
from haihe.cli import main

pytestmark = pytest.mark.django_db

PASSWORD = "静水流深-7391-kettle"
ID_NUMBER = "120101199003070013"
"""A made-up person's."""


@pytest.fixture(autouse=True)
def departments() -> None:
    load_departments()


def account(*words: str, typed: tuple[str, ...] = ()) -> Result:
    return CliRunner().invoke(main, ["account", *words], input="".join(f"{line}\n" for line in typed))


def opened(username: str = "sun", *words: str) -> Result:
    return account("add", username, "--name", "孙静", *words, typed=(PASSWORD, PASSWORD))


def sign_in(username: str, password: str = PASSWORD) -> Browser:
    browser = Browser()
    browser.post(reverse("accounts:sign-in"), {"username": username, "password": password})
    return browser


def is_in(browser: Browser) -> bool:
    return "_auth_user_id" in browser.session


def test_who_was_given_an_account_signs_in_and_acts_in_its_roles() -> None:
    said = opened("sun", "--role", "STEWARD@120012", "--role", "APPROVER@120012")
    assert said.exit_code == 0, said.output
    assert PASSWORD not in said.output
    assert is_in(sign_in("sun"))
    assert actor_for("sun").roles == {("STEWARD", "120012"), ("APPROVER", "120012")}
    assert "sun  孙静  STEWARD@120012 APPROVER@120012\n" in account("list").output


def test_a_citizen_gives_an_identity_number_that_is_not_shown() -> None:
    said = account("add", "qian", "--name", "钱一", "--citizen", typed=(ID_NUMBER, PASSWORD, PASSWORD))
    assert said.exit_code == 0, said.output
    assert ID_NUMBER not in said.output
    assert actor_for("qian").roles == {("CITIZEN", "")}
    assert actor_for("qian").subject_key is not None
    again = account("add", "qian2", "--name", "钱一", "--citizen", typed=(ID_NUMBER, PASSWORD, PASSWORD))
    assert (again.exit_code, User.objects.count()) == (1, 1)


def test_a_role_ends_and_begins_anew() -> None:
    opened("sun", "--role", "STEWARD@120012")
    assert account("end", "sun", "STEWARD@120012").exit_code == 0
    assert actor_for("sun").roles == set()
    assert account("end", "sun", "STEWARD@120012").exit_code == 1
    assert account("give", "sun", "STEWARD@120012").exit_code == 0
    assert actor_for("sun").roles == {("STEWARD", "120012")}
    assert account("give", "sun", "STEWARD@120012").exit_code == 1


def test_a_closed_account_is_out_at_once_until_it_is_reopened() -> None:
    opened()
    browser = sign_in("sun")
    assert account("close", "sun").exit_code == 0
    assert browser.get(reverse("portal")).wsgi_request.user.is_anonymous
    assert not is_in(sign_in("sun"))
    assert account("reopen", "sun").exit_code == 0
    assert is_in(sign_in("sun"))


def test_a_new_password_signs_out_who_used_the_old_one() -> None:
    opened()
    browser = sign_in("sun")
    new = "另一条河-2846-lantern"
    assert account("password", "sun", typed=(new, new)).exit_code == 0
    assert browser.get(reverse("portal")).wsgi_request.user.is_anonymous
    assert not is_in(sign_in("sun"))
    assert is_in(sign_in("sun", new))


def test_every_change_is_on_record_and_stays_there() -> None:
    opened("sun", "--role", "STEWARD@120012")
    account("end", "sun", "STEWARD@120012")
    account("close", "sun")
    told = [(event.name, event.organisation) for event in AccountEvent.objects.all()]
    assert told == [("open", ""), ("give_role", "120012"), ("end_role", "120012"), ("close", "")]
    with pytest.raises(DatabaseError), transaction.atomic():
        AccountEvent.objects.all().delete()


@pytest.mark.parametrize(
    ("words", "typed"),
    [
        (("add", "li", "--name", "李", "--role", "STEWARD@999999"), (PASSWORD, PASSWORD)),
        (("add", "li", "--name", "李", "--role", "KING@120012"), (PASSWORD, PASSWORD)),
        (("add", "li", "--name", "李", "--role", "STEWARD"), (PASSWORD, PASSWORD)),
        (("add", "li", "--name", "李", "--role", "CITIZEN@120012"), (PASSWORD, PASSWORD)),
        (("add", "li", "--name", "李", "--role", "CITIZEN"), (PASSWORD, PASSWORD)),
        (("add", "li", "--name", "李"), ("short", "short")),
        (("add", "li", "--name", "李", "--citizen"), ("120101199003070018", PASSWORD, PASSWORD)),
        (("add", "there", "--name", "李"), (PASSWORD, PASSWORD)),
        (("give", "nobody", "STEWARD@120012"), ()),
        (("close", "nobody"), ()),
        (("reopen", "there"), ()),
        (("password", "there"), ("password12", "password12")),
    ],
)
def test_what_cannot_be_is_told_and_changes_nothing(words: tuple[str, ...], typed: tuple[str, ...]) -> None:
    make_user("there")
    before = list(User.objects.values())
    said = account(*words, typed=typed)
    assert said.exit_code != 0
    assert isinstance(said.exception, SystemExit), said.exception
    assert list(User.objects.values()) == before
    assert not AccountEvent.objects.exists()
