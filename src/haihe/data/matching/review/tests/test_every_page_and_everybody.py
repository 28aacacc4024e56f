"""Each address of linkage × each person of the cast: who gets in is written here, a row for each address."""

from typing import NamedTuple
from uuid import uuid4

import pytest
from django.db import transaction
from django.test import Client as Browser
from django.urls import reverse
from django.utils import timezone

from haihe.base.accounts import demo as people
from haihe.base.accounts.models import User
from haihe.base.keys.api import keyring
from haihe.city.cast import CAST
from haihe.data.matching.review.models import LinkageRun
from haihe.data.matching.review.tests.world import asked, doubtful
from haihe.data.matching.review.urls import urlpatterns

pytestmark = pytest.mark.django_db
NOBODY = "nobody"
GJJ = {"steward_gjj", "approver_gjj"}
STEWARDS = {"steward_gjj", "steward_mzj", "outsider"}
OFFICES = STEWARDS | {"approver_gjj", "approver_mzj"}
OVERSEERS = {"operator", "auditor"}


class Door(NamedTuple):
    """One address. Who lacks the role gets 403; who has it but may not know of the thing 404."""

    roles: set[str]
    opens: set[str]
    done: int = 200
    post: bool = False

    def expected(self, username: str) -> int:
        if username == NOBODY:
            return 302
        if username not in self.roles:
            return 403
        return self.done if username in self.opens else 404


DOORS = {
    "runs": Door(OFFICES | OVERSEERS, OFFICES | OVERSEERS),
    "start": Door(STEWARDS, STEWARDS),
    "run": Door(OFFICES | OVERSEERS, GJJ | OVERSEERS),
    "run-live": Door(OFFICES | OVERSEERS, GJJ | OVERSEERS),
    "persons": Door(OFFICES, GJJ),
    "next": Door(OFFICES, GJJ, done=302),
    "pair": Door(OFFICES, GJJ),
    "cancel": Door(OFFICES, GJJ, done=302, post=True),
    "show": Door(OFFICES, GJJ, post=True),
    "judge": Door(OFFICES, GJJ, done=302, post=True),
}


@pytest.fixture
def addresses() -> dict[str, str]:
    """Return the address of each page, of things of the housing-fund centre's own."""
    now = timezone.now()
    people.plant(CAST, now=now, keyring=keyring())
    pair = doubtful(now=now)
    waits = asked(pair.run.left_resource, now=now)
    things: dict[str, tuple[object, ...]] = {"runs": (), "start": (), "cancel": (waits.number,)}
    things |= dict.fromkeys(("pair", "show", "judge"), (pair.pk,))
    return {name: reverse(f"linkage:{name}", args=things.get(name, (pair.run.number,))) for name in DOORS}


def browser(username: str) -> Browser:
    made = Browser()
    if username != NOBODY:
        made.force_login(User.objects.get(username=username))
    return made


def test_each_address_has_a_row() -> None:
    assert sorted(str(each.name) for each in urlpatterns) == sorted(DOORS)


def test_everybody_gets_in_where_they_may_and_nowhere_else(addresses: dict[str, str]) -> None:
    wrong = {}
    for username in (NOBODY, *(person.username for person in CAST)):
        client = browser(username)
        for name, door in DOORS.items():
            form = {"verdict": "same"} if door.post else {}
            with transaction.atomic():
                answer = client.post(addresses[name], form) if door.post else client.get(addresses[name])
                # What one person did must not stand in the way of the next.
                transaction.set_rollback(True)
            if answer.status_code != door.expected(username):
                wrong[username, name] = answer.status_code
    assert wrong == {}


def test_overseers_see_counts_and_no_way_to_a_person(addresses: dict[str, str]) -> None:
    page = browser("auditor").get(addresses["run"]).content.decode()
    assert "待人核对" in page
    for hidden in (addresses["pair"], addresses["persons"], addresses["next"], addresses["start"]):
        assert hidden not in page


def test_what_is_not_there_is_not_found(addresses: dict[str, str]) -> None:
    steward = browser("steward_gjj")
    run = LinkageRun.objects.exclude(folder="").get()
    assert steward.get(reverse("linkage:pair", args=[uuid4()])).status_code == 404
    assert steward.get(reverse("linkage:run", args=["GL-0"])).status_code == 404
    assert steward.get(addresses["next"], {"after": "no-uuid"}).status_code == 404
    assert steward.get(reverse("linkage:persons", args=[f"{run.number}0"])).status_code == 404
    assert steward.post(addresses["judge"], {"verdict": "maybe"}).status_code == 422
