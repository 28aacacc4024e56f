"""Each person of the cast × each move × each state of an entry: what is written here happens, and nothing else does.

The table is written out by hand rather than drawn from `workflow.py`, so that a change there shows here.
"""

from dataclasses import replace

import pytest
from django.db import transaction

from haihe.base.accounts.api import NotPermitted
from haihe.city.cast import CAST
from haihe.data.catalogue import operations
from haihe.data.catalogue.demo.entries import RELIEF_REGISTER
from haihe.data.catalogue.errors import EntryRefused, NotNow, ResourceNotFound
from haihe.data.catalogue.models import Resource, ResourceEvent
from haihe.data.catalogue.testing import NOW, cast_actor, publish_entry

pytestmark = pytest.mark.django_db

EVERYBODY = tuple(person.username for person in CAST)
INSIDERS = {"steward_mzj", "approver_mzj", "operator", "auditor"}
STEWARD, HEAD, CENTRE = "steward_mzj", "approver_mzj", "operator"

# Move → state → who makes it.
MAY = {
    "submit": {"DRAFT": STEWARD},
    "approve": {"REGISTRATION_REVIEW": HEAD},
    "send_back": {"REGISTRATION_REVIEW": HEAD, "PUBLICATION_REVIEW": CENTRE},
    "submit_for_publication": {"REGISTERED": STEWARD},
    "publish": {"PUBLICATION_REVIEW": CENTRE},
    "retire": {"PUBLISHED": CENTRE},
    "revise": {"REGISTERED": STEWARD, "RETIRED": STEWARD},
    # No move of the table, but a write all the same.
    "edit": {"DRAFT": STEWARD},
    "register": {},
    "": {},
}
REACHED_BY = {
    "DRAFT": "register",
    "REGISTRATION_REVIEW": "submit",
    "REGISTERED": "approve",
    "PUBLICATION_REVIEW": "submit_for_publication",
    "PUBLISHED": "publish",
    "RETIRED": "publish",
}


def attempt(username: str, code: str, name: str) -> None:
    actor = cast_actor(username)
    if name == "edit":
        entry = replace(RELIEF_REGISTER, title="社会救助对象")
        operations.revise_resource(actor=actor, code=code, entry=entry, now=NOW)
    else:
        operations.move_resource(actor=actor, code=code, name=name, now=NOW, words="理由")


def happens(username: str, code: str, name: str) -> str:
    """Return what comes of it: "made", or the name of the refusal; a refusal leaves no line of history."""
    with transaction.atomic():
        lines = ResourceEvent.objects.count()
        try:
            attempt(username, code, name)
        except (NotPermitted, NotNow, ResourceNotFound) as refusal:
            assert ResourceEvent.objects.count() == lines
            return type(refusal).__name__
        assert ResourceEvent.objects.count() == lines + 1
        transaction.set_rollback(True)
        return "made"


@pytest.mark.parametrize("state", REACHED_BY)
def test_an_entry(state: str) -> None:
    code = publish_entry(until=REACHED_BY[state])
    if state == "RETIRED":
        attempt(CENTRE, code, "retire")
    assert Resource.objects.get(code=code).state == state
    for name, by_state in MAY.items():
        for username in EVERYBODY:
            if by_state.get(state) == username:
                expected = {"made"}
            elif username in INSIDERS or state == "PUBLISHED":
                expected = {"NotPermitted", "NotNow"}
            else:
                expected = {"ResourceNotFound"}
            assert happens(username, code, name) in expected, (username, name, state)


@pytest.mark.parametrize("username", EVERYBODY)
def test_only_the_departments_steward_registers_in_its_name(username: str) -> None:
    publish_entry()
    actor = cast_actor(username)
    if username == STEWARD:
        assert operations.register_resource(actor=actor, entry=RELIEF_REGISTER, now=NOW) == "120012/000002"
        return
    with pytest.raises(NotPermitted):
        operations.register_resource(actor=actor, entry=RELIEF_REGISTER, now=NOW)
    assert Resource.objects.count() == 1


@pytest.mark.parametrize("username", EVERYBODY)
@pytest.mark.parametrize("code", ["120012/999999", "120012/", "", "120012/00000_", "%", "'; --"])
def test_a_forged_code_is_nothing_to_anybody(username: str, code: str) -> None:
    publish_entry()
    assert {happens(username, code, name) for name in ("submit", "edit", "retire")} == {"ResourceNotFound"}


def test_a_draft_stays_with_its_owner() -> None:
    code = publish_entry(until="register")
    with pytest.raises(EntryRefused):
        operations.revise_resource(
            actor=cast_actor(STEWARD), code=code, entry=replace(RELIEF_REGISTER, owner="120030"), now=NOW
        )
    assert Resource.objects.get(code=code).owner == "120012"
