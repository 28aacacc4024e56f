"""Each address of quality × each person of the cast: who gets in is written here."""

from datetime import datetime
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from haihe.base.accounts.api import Actor
from haihe.city.cast import CAST
from haihe.data.exchange.quality.operations import returning
from haihe.data.exchange.quality.operations import rules as operations
from haihe.data.exchange.quality.tests.test_columns_that_changed import fed, lines_with
from haihe.data.exchange.quality.urls import urlpatterns
from haihe.data.exchange.testing import HEADER, RELIEF, id_number, relief_lines, row
from haihe.data.exchange.tests.test_pages import signed_in

pytestmark = pytest.mark.django_db
OWNERS = {"steward_mzj", "approver_mzj", "operator"}
ELSEWHERE = {"steward_gjj", "approver_gjj", "outsider"}
STEWARDS = {"steward_mzj"}
LISTS = {"quality", "quality-returns", "quality-rule-list"}
SHOWN = {
    "quality-held",
    "quality-report",
    "quality-warned",
    "quality-return",
    "quality-mappings",
    "quality-rules",
    "quality-rule-version",
}
FORMS = {"quality-policy", "quality-column", "quality-row-rule", "quality-check"}
POSTS = {
    "quality-accept-columns",
    "quality-accept-content",
    "quality-refuse",
    "quality-send-back",
    "quality-carry-again",
    "quality-close-return",
    "quality-propose",
    "quality-begin",
    "quality-confirm",
    "quality-drop",
}
KEYS = {"quality-column": "name", "quality-row-rule": "PERIOD_REVERSED", "quality-check": "new"}


@pytest.fixture
def addresses(steward: Actor, now: datetime) -> dict[str, str]:
    """Return the address of each page, of something of 民政局's own."""
    run = fed(steward, [*relief_lines(30), ",".join(row(id_number(99), size="x"))], now)
    held = fed(steward, lines_with(HEADER.replace("开始日期", "起始日期")), now)
    returning.send_back(steward, run.id, now=now)
    operations.begin_draft(steward, RELIEF, now=now)
    of_the_run = ("quality-report", "quality-warned", "quality-return", "quality-send-back", "quality-close-return")
    runs = dict.fromkeys((*of_the_run, "quality-carry-again"), run.id)
    found = {}
    for pattern in urlpatterns:
        name = str(pattern.name)
        kinds = pattern.pattern.converters
        args: list[object] = [runs.get(name, held.id)] if "pk" in kinds else []
        args += [KEYS[name]] if name in KEYS else []
        args += [1] if "number" in kinds else []
        args += [RELIEF] if "resource" in kinds else []
        found[name] = reverse(f"exchange:{name}", args=args)
    return found


def expected(name: str, username: str) -> set[int]:
    officials = OWNERS | ELSEWHERE
    if name in LISTS:
        return {200} if username in officials else {403}
    if name in SHOWN:
        return {200} if username in OWNERS else {404} if username in ELSEWHERE else {403}
    if name in FORMS:
        return {200} if username in STEWARDS else {403, 404}
    return {405} if username in STEWARDS else {403, 404, 405}


def test_each_address_stands_in_one_list() -> None:
    names = [str(pattern.name) for pattern in urlpatterns]
    assert sorted(names) == sorted([*LISTS, *SHOWN, *FORMS, *POSTS])


@pytest.mark.parametrize("username", [person.username for person in CAST])
def test_who_gets_what(username: str, addresses: dict[str, str]) -> None:
    client = signed_in(username)
    wrong = {
        name: answer
        for name, url in addresses.items()
        if (answer := client.get(url).status_code) not in expected(name, username)
    }
    assert wrong == {}


@pytest.mark.parametrize("username", sorted({person.username for person in CAST} - STEWARDS))
def test_nobody_else_changes_anything(username: str, addresses: dict[str, str]) -> None:
    client = signed_in(username)
    answers = {name: client.post(addresses[name], {"words": "x"}).status_code for name in POSTS | FORMS}
    assert set(answers.values()) <= {403, 404}, answers


def test_who_is_not_signed_in_is_sent_to_sign_in(addresses: dict[str, str]) -> None:
    for name in LISTS | SHOWN:
        answer = Client().get(addresses[name])
        assert (answer.status_code, "sign-in" in answer["Location"]) == (302, True)


def test_what_does_not_exist_is_like_what_is_not_ones_own(addresses: dict[str, str]) -> None:
    client = signed_in("steward_mzj")
    for name in ("quality-held", "quality-report", "quality-return"):
        assert client.get(reverse(f"exchange:{name}", args=[uuid4()])).status_code == 404
    for name in ("quality-rules", "quality-mappings"):
        assert client.get(reverse(f"exchange:{name}", args=["120012/999999"])).status_code == 404
