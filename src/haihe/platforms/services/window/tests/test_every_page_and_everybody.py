"""Each address of the window × each person of the cast: who gets what is written here, and none is forgotten."""

from dataclasses import dataclass
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from haihe.city.testing import load_departments
from haihe.platforms.services.items.api import load_items
from haihe.platforms.services.testing import ITEM, actor, signed_in
from haihe.platforms.services.window import hours, operations
from haihe.platforms.services.window.operations import Agreed, Hour
from haihe.platforms.services.window.testing import hall_of, seated, taken, taken_on_phone
from haihe.platforms.services.window.urls import urlpatterns

pytestmark = pytest.mark.django_db

NOBODY = ""
EVERYBODY = (NOBODY, "liu", "zhang", "clerk_zwb", "clerk_gjj", "approver_zwb", "approver_gjj", "operator", "outsider")
CITIZENS = frozenset({"liu", "zhang"})
CLERKS = frozenset({"clerk_zwb", "clerk_gjj"})
APPROVERS = frozenset({"approver_zwb", "approver_gjj"})
MANAGERS = APPROVERS | {"operator"}
EVERY = frozenset(EVERYBODY)
SIGNS_IN, FORBIDDEN, MISSING = 302, 403, 404


@dataclass(frozen=True, slots=True)
class Door:
    """An address; who holds a role for it, and for whom among them the thing is there. `post`: only written to."""

    name: str
    roles: frozenset[str]
    opens: frozenset[str]
    post: bool = False
    public: bool = False

    def expected(self, username: str) -> int:
        if username not in self.roles:
            return SIGNS_IN if username == NOBODY else FORBIDDEN
        if username not in self.opens:
            return MISSING
        return 302 if self.post else 200


def public(name: str) -> Door:
    return Door(name, EVERY, EVERY, public=True)


DOORS = (
    public("halls"),
    public("figures"),
    public("hall"),
    public("screen"),
    public("screen-stamp"),
    Door("take", CITIZENS, CITIZENS, post=True),
    Door("ticket", EVERY, frozenset({"liu"})),
    Door("ticket-stamp", EVERY, frozenset({"liu"})),
    Door("ticket-qr", EVERY, frozenset({"liu"})),
    Door("leave", EVERY, frozenset({"liu"}), post=True),
    Door("come-back", EVERY, frozenset({"liu"}), post=True),
    Door("terminal", EVERY, frozenset()),
    Door("slip", EVERY, frozenset()),
    Door("check-in", EVERY, frozenset(), post=True),
    Door("terminal-enable", CLERKS | APPROVERS, frozenset({"clerk_zwb", "approver_zwb"}), post=True),
    Door("book", CITIZENS, CITIZENS),
    Door("appointments", CITIZENS, CITIZENS),
    Door("appointment", CITIZENS, frozenset({"liu"})),
    Door("appointment-code", CITIZENS, frozenset({"liu"})),
    Door("appointment-move", CITIZENS, frozenset({"liu"}), post=True),
    Door("appointment-cancel", CITIZENS, frozenset({"liu"}), post=True),
    Door("counter", CLERKS, CLERKS),
    Door("counter-stamp", CLERKS, CLERKS),
    Door("sit-down", CLERKS, frozenset(), post=True),
    Door("stand-up", CLERKS, frozenset({"clerk_zwb"}), post=True),
    Door("call", CLERKS, frozenset({"clerk_zwb"}), post=True),
    Door("visit", CLERKS, frozenset({"clerk_zwb"})),
    Door("visit-act", CLERKS, frozenset({"clerk_zwb"}), post=True),
    Door("begin", CLERKS, frozenset({"clerk_zwb"}), post=True),
    Door("papers", APPROVERS | {"operator", "outsider"}, APPROVERS | {"operator", "outsider"}),
    Door("supervise", APPROVERS, APPROVERS),
    Door("supervise-hall", APPROVERS, frozenset({"approver_zwb"})),
    Door("plan-shift", APPROVERS, frozenset(), post=True),
    Door("end-shift", APPROVERS, frozenset(), post=True),
    Door("use-counter", APPROVERS, frozenset(), post=True),
    Door("entrusting", APPROVERS, APPROVERS),
    Door("take-back", APPROVERS, frozenset({"approver_gjj"}), post=True),
    Door("manage", MANAGERS, MANAGERS),
    Door("new-hall", MANAGERS, MANAGERS),
    Door("manage-hall", MANAGERS, frozenset({"approver_zwb", "operator"})),
    Door("close-hall", MANAGERS, frozenset({"approver_zwb", "operator"}), post=True),
    Door("reopen-hall", MANAGERS, frozenset({"approver_zwb", "operator"}), post=True),
    Door("set-counter", MANAGERS, frozenset({"approver_zwb", "operator"}), post=True),
    Door("help", CLERKS, CLERKS),
    Door("help-one", CLERKS, frozenset({"clerk_zwb"})),
    Door("help-begin", CLERKS, frozenset({"clerk_zwb"}), post=True),
    Door("help-end", CLERKS | CITIZENS, frozenset({"clerk_zwb", "zhang"}), post=True),
    Door("helped", CITIZENS, CITIZENS),
)


WITH_A_HALL = frozenset(
    [
        "hall",
        "screen",
        "screen-stamp",
        "take",
        "terminal",
        "check-in",
        "terminal-enable",
        "book",
        "supervise-hall",
        "plan-shift",
        "end-shift",
        "use-counter",
        "manage-hall",
        "close-hall",
        "reopen-hall",
        "set-counter",
    ]
)


def addresses() -> dict[str, str]:
    """Build a hall with a visit, a number of Mr Liu's, an appointment of his, and a help for Ms Zhang."""
    load_departments()
    load_items()
    now, hall = timezone.now(), hall_of()
    clerk, visit = seated(hall, now=now), taken(hall, now=now)
    operations.call_next(actor=clerk, now=now)
    operations.start(actor=clerk, ticket_id=visit.pk, now=now)
    mine = taken_on_phone(hall, now=now)
    day = hours.slot_days(hall, today=timezone.localdate(now), most=1)[0]
    booked = operations.book(actor=actor("liu"), hall=hall, item=ITEM, at=Hour(day, 9), now=now)
    zhang = Agreed("张晓梅", "120106198509233067", ITEM, "大厅", "SIGNED")
    helped = operations.agree(actor=clerk, agreed=zhang, now=now)
    entrusted = operations.entrust(
        actor=actor("approver_gjj"),
        authority="120040",
        organisation=hall.organisation,
        item="",
        basis="委托协议",
        now=now,
    )
    about: dict[str, tuple[object, ...]] = {
        **dict.fromkeys(("ticket", "ticket-stamp", "ticket-qr", "leave", "come-back"), (mine.pk,)),
        **dict.fromkeys(("visit", "begin"), (visit.pk,)),
        "visit-act": (visit.pk, "ask"),
        **dict.fromkeys((door.name for door in DOORS if door.name.startswith("appointment")), (booked.pk,)),
        "appointments": (),
        **dict.fromkeys(("help-one", "help-begin", "help-end"), (helped.pk,)),
        "take-back": (entrusted.pk,),
        "slip": (hall.slug, visit.pk),
        **dict.fromkeys(WITH_A_HALL, (hall.slug,)),
    }
    return {door.name: reverse(f"window:{door.name}", args=about.get(door.name, ())) for door in DOORS}


def test_no_address_is_forgotten() -> None:
    assert {door.name for door in DOORS} == {pattern.name for pattern in urlpatterns if hasattr(pattern, "name")}


@pytest.mark.parametrize("username", EVERYBODY)
def test_who_gets_what(username: str) -> None:
    found = addresses()
    client = Client()
    if username:
        signed_in(client, username)
    for door in DOORS:
        address = found[door.name]
        answer = client.post(address, {"paper": "id-card", "item": ITEM}) if door.post else client.get(address)
        assert answer.status_code == door.expected(username), (username, door.name)
        if username == NOBODY and not door.public and username not in door.roles:
            assert "/sign-in" in answer["Location"]


def test_forged_numbers_are_nothing() -> None:
    found, client = addresses(), Client()
    signed_in(client, "clerk_zwb")
    for name in ("visit", "begin", "visit-act", "help-one", "help-begin", "ticket"):
        address = found[name]
        forged = "/".join(str(uuid4()) if len(part) == 36 else part for part in address.split("/"))
        answer = client.post(forged) if name in ("begin", "visit-act", "help-begin") else client.get(forged)
        assert answer.status_code == MISSING, name


def test_a_form_of_another_site_does_nothing() -> None:
    found = addresses()
    client = Client(enforce_csrf_checks=True)
    signed_in(client, "clerk_zwb")
    for door in DOORS:
        if door.post:
            assert client.post(found[door.name]).status_code == 403, door.name
