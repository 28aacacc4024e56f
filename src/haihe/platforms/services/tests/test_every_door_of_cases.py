"""Every page of cases, and everybody at its door: what one may not know of is not there."""

import uuid

import pytest
from django.test import Client
from django.urls import URLPattern

from haihe.base.accounts.models import Membership, User
from haihe.platforms.services import urls
from haihe.platforms.services.models import Case, Channel
from haihe.platforms.services.operations import bind_cases
from haihe.platforms.services.testing import NOW, actor, opened_by, signed_in, steps_of

pytestmark = pytest.mark.django_db

MARKET, FIRE = "120029", "120048"
EVERYBODY = ("nobody", "applicant", "citizen", "clerk", "approver", "clerk-elsewhere", "steward")
OPEN = dict.fromkeys(EVERYBODY, 200)
CITIZENS = dict.fromkeys(EVERYBODY, 403) | {"nobody": 302, "applicant": 200, "citizen": 200}
CLERKS = dict.fromkeys(EVERYBODY, 403) | {"nobody": 302, "clerk": 200, "clerk-elsewhere": 200}
OFFICERS = CLERKS | {"approver": 200}
OWN = dict.fromkeys(EVERYBODY, 403) | {"nobody": 302, "applicant": 200, "citizen": 404}
DESK = dict.fromkeys(EVERYBODY, 403) | {"nobody": 302, "clerk": 200, "approver": 404, "clerk-elsewhere": 404}
DOORS = {
    "home": ("/services/", OPEN),
    "clock": ("/services/companies/clock/", OPEN),
    "notices": ("/services/notices/", OPEN),
    "my-cases": ("/services/cases/", CITIZENS),
    "my-data": ("/services/my-data/", CITIZENS),
    "desk": ("/services/desk/", CLERKS),
    "desk-cases": ("/services/desk/cases/", CLERKS),
    "steps": ("/services/desk/steps/", OFFICERS),
    "appeals": ("/services/desk/appeals/", OFFICERS),
    "absences": ("/services/desk/absences/", OFFICERS),
    "case": ("/services/cases/{number}/", OWN),
    "stamp": ("/services/cases/{number}/stamp.json", OWN),
    # There is nothing to put right: whoever may know of the case is led back to it.
    "supplement": ("/services/cases/{number}/supplement/", OWN | {"applicant": 302}),
    "desk-case": ("/services/desk/cases/{number}/", DESK),
    "life-event": ("/services/life-events/{event}/", OWN),
    "desk-life-event": ("/services/desk/life-events/{event}/", DESK),
    "desk-stamp": ("/services/desk/cases/{number}/stamp.json", DESK),
    "desk-supplement": ("/services/desk/cases/{number}/supplement/", DESK | {"clerk": 302, "approver": 403}),
    "reassign": ("/services/desk/cases/{number}/reassign/{step}/", DESK),
}
TESTED_ELSEWHERE = {"apply", "act", "desk-act", "proof", "report", "progress", "notice", "objection"}
"""Of the phone, of attacks, of receipts, of notices, and of one's own data."""


def at_door(who: str) -> Client:
    if who == "nobody":
        return Client()
    if who in ("applicant", "citizen"):
        return signed_in(Client(), "liu" if who == "applicant" else "zhang")
    role, body = {
        "clerk": ("CLERK", MARKET),
        "approver": ("APPROVER", MARKET),
        "clerk-elsewhere": ("CLERK", FIRE),
        "steward": ("STEWARD", MARKET),
    }[who]
    user = User.objects.create(id=uuid.uuid4(), username=who, name=who)
    Membership.objects.create(user=user, role=role, organisation=body)
    client = Client()
    client.force_login(user)
    return client


@pytest.mark.parametrize("who", EVERYBODY)
def test_each_door_opens_to_whom_it_should(who: str) -> None:
    number = opened_by("plain")
    event = bind_cases(
        actor=actor("liu"), bundle="birth", cases=[number], channel=Channel.PHONE, token=uuid.uuid4(), now=NOW
    )
    words = {"number": number, "step": steps_of(number)["accept"], "event": event}
    client = at_door(who)
    found = {name: client.get(path.format(**words)).status_code for name, (path, _expected) in DOORS.items()}
    assert found == {name: expected[who] for name, (_path, expected) in DOORS.items()}
    assert Case.objects.get().state == "AWAITING_ACCEPTANCE"


def test_every_page_has_its_door_here() -> None:
    ours = {
        pattern.name
        for pattern in urls.urlpatterns
        if isinstance(pattern, URLPattern) and pattern.callback.__module__.startswith("haihe.platforms.services.views.")
    }
    receipts = {name for name in ours if name and "receipt" in name}
    assert ours - receipts == set(DOORS) | TESTED_ELSEWHERE
