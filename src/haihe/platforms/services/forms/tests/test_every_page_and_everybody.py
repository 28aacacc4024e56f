"""Each address of forms × each kind of person: who gets what is written here, and no address is forgotten."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID, uuid4

import pytest
from django.test import Client
from django.urls import URLPattern, reverse
from django.utils import timezone

from haihe.city.testing import load_departments
from haihe.platforms.services.forms import operations
from haihe.platforms.services.forms.definition import Form
from haihe.platforms.services.forms.models import Draft
from haihe.platforms.services.forms.ports import PHONE, WINDOW, Offer
from haihe.platforms.services.forms.testing import PNG, SLUG, actor, arrived, field, form_of, signed_in
from haihe.platforms.services.forms.urls import urlpatterns

pytestmark = pytest.mark.django_db
OWNER, STRANGER, CLERK, OTHER, NOBODY = "liu", "zhang", "clerk_gjj", "clerk_scjg", ""
EVERYBODY = (OWNER, STRANGER, CLERK, OTHER, NOBODY)
OPEN = dict.fromkeys(EVERYBODY, 200)
OF_CITIZENS = {OWNER: 200, STRANGER: 200, CLERK: 403, OTHER: 403, NOBODY: 302}
OF_THE_CITIZEN = OF_CITIZENS | {STRANGER: 404}
OF_THE_OWNER = {OWNER: 200, STRANGER: 404, CLERK: 404, OTHER: 404, NOBODY: 302}
DOORS: dict[str, dict[str, int]] = {
    "drafts": OF_CITIZENS,
    "worker": OPEN,
    "offline": OPEN,
    "delegations": OF_CITIZENS,
    "revoke": OF_THE_CITIZEN | {OWNER: 404},
    "resume": OF_THE_OWNER | {OWNER: 302},
    "window": {OWNER: 403, STRANGER: 403, CLERK: 200, OTHER: 404, NOBODY: 302},
    "check": OF_THE_CITIZEN | {OWNER: 302},
    "report": OF_THE_CITIZEN | {OWNER: 404},
    "discard": OF_THE_OWNER | {OWNER: 302},
    "receipt": OF_THE_OWNER,
    "receipt-file": OF_THE_OWNER,
    "section": OF_THE_CITIZEN,
    # Whoever's phone keeps a step of a draft that isn't there is told so, and never whether there is one.
    "sync": OF_CITIZENS,
    "uploads": OF_THE_OWNER | {OWNER: 201},
    "upload": OF_THE_OWNER,
    "file": OF_THE_OWNER,
    "guide": OPEN,
    "papers": OF_CITIZENS | {OWNER: 302, STRANGER: 302},
}
WRITES = ("revoke", "report", "discard", "sync", "uploads", "papers")
TUS = {"Tus-Resumable": "1.0.0", "Upload-Length": "9", "Upload-Metadata": "field bGVhc2U="}


@dataclass(frozen=True)
class World:
    """An open draft of Mr Liu with a file and another on its way, one he sent, and one at the window."""

    open: UUID
    sent: UUID
    window: UUID
    file: UUID
    under_way: UUID


@pytest.fixture(autouse=True)
def _form(offers: Callable[[Form], Offer]) -> None:
    load_departments()
    offers(form_of(field("why"), field("lease", "file", max=3)))


def world() -> World:
    now, liu = timezone.now(), actor(OWNER)
    sent = operations.begin(actor=liu, slug=SLUG, channel=PHONE, now=now)
    told = {"digest": "0" * 64, "signature": "x"}
    Draft.objects.update(state="SENT", sent_at=now, case_number="TST-20261126-000001", case_url="/", receipt=told)
    draft = operations.begin(actor=liu, slug=SLUG, channel=PHONE, now=now)
    window = operations.begin(actor=actor(CLERK), slug=SLUG, channel=WINDOW, now=now)
    file = operations.add_upload(actor=liu, draft_id=draft, field="lease", arrived=arrived(PNG), now=now)
    begun = operations.begin_upload(actor=liu, draft_id=draft, field="lease", name="x", size_bytes=9, now=now)
    return World(draft, sent, window, file, begun.id)


def address(name: str, made: World) -> str:
    parts: dict[str, list[object]] = {
        "revoke": [uuid4()],
        "window": [made.window],
        "report": [made.open, "why"],
        "receipt": [made.sent],
        "receipt-file": [made.sent],
        "section": [made.open, "details"],
        "sync": [made.open, "details"],
        "upload": [made.open, made.under_way],
        "file": [made.file],
        "guide": [SLUG],
        "papers": [SLUG],
    }
    without = ("drafts", "worker", "offline", "delegations")
    return reverse(f"services_forms:{name}", args=[] if name in without else parts.get(name, [made.open]))


def knocked(browser: Client, name: str, there: str) -> int:
    if name == "upload":
        return browser.head(there, headers=TUS).status_code
    if name == "uploads":
        return browser.post(there, headers=TUS).status_code
    if name == "sync":
        told = json.dumps({"said": "why=x", "revision": 1})
        return browser.post(there, told, content_type="application/json").status_code
    return (browser.post(there) if name in WRITES else browser.get(there)).status_code


def test_no_address_is_forgotten() -> None:
    assert {pattern.name for pattern in urlpatterns if isinstance(pattern, URLPattern)} == DOORS.keys()


@pytest.mark.parametrize("name", sorted(DOORS))
def test_who_gets_what(name: str) -> None:
    there = address(name, world())
    # The owner comes last: some doors can be gone through once.
    for person in (STRANGER, OTHER, NOBODY, OWNER, CLERK) if name == "window" else (*EVERYBODY[1:], OWNER):
        browser = signed_in(Client(), person) if person else Client()
        assert knocked(browser, name, there) == DOORS[name][person], (name, person)


@pytest.mark.parametrize("name", WRITES)
def test_a_form_of_another_site_does_nothing(name: str) -> None:
    there, before = address(name, made := world()), Draft.objects.count()
    browser = signed_in(Client(enforce_csrf_checks=True), OWNER)
    assert knocked(browser, name, there) == 403
    assert browser.get(there, headers=TUS).status_code == 405
    assert Draft.objects.count() == before
    assert Draft.objects.get(pk=made.open).partial_uploads.count() == 1
