"""Each address of sharing × each person of the cast × things of theirs and of others: who gets what is written here."""

import uuid

import pytest
from django.db import connection, transaction
from django.db.models import Model
from django.test import Client as Browser

from haihe.base.accounts.models import User
from haihe.data.sharing.models import (
    Client,
    ClientKey,
    ClockPolicy,
    Correction,
    CorrectionNotice,
    Disposal,
    Dispute,
    Grant,
    Maintenance,
    Service,
    ServiceStop,
    SharingEvent,
    SharingRequest,
    UsageRecord,
    UsageRetention,
)
from haihe.data.sharing.tests.doors import (
    CHANGE_FORM,
    CLIENT_FORM,
    CLOCK_FORMS,
    DISPUTE_FORM,
    EVERYBODY,
    FORM,
    NOBODY,
    OPENING_FORM,
    RENEW_FORM,
    REPEATABLE,
    WITH_DOORS_OF_THEIR_OWN,
    Door,
    World,
    build,
    doors,
    maintenance_form,
    words,
)
from haihe.data.sharing.urls import urlpatterns

pytestmark = pytest.mark.django_db


def browser_of(username: str, *, checks: bool = False) -> Browser:
    browser = Browser(enforce_csrf_checks=checks)
    if username != NOBODY:
        browser.force_login(User.objects.get(username=username))
    return browser


def filled(door: Door, username: str = "") -> dict[str, object]:
    forms: dict[str, dict[str, object]] = {
        "new": FORM,
        "edit": FORM | {"purpose": "PURPOSE_C"},
        "client-new": CLIENT_FORM,
        "correction-person": {"words": "找到名册上的这一行"},
        "renew-grant": RENEW_FORM,
        "note-usage": {"process": "窗口核验", "storage": "不留存", "destruction": "NOTHING_KEPT"},
        "open-service": OPENING_FORM,
        "confirm-source": {"networks": "10.12.3.0/24"},
        "renew-source-secret": {"secret": "another-secret"},
        "change-source": CHANGE_FORM,
        "dispute-new": DISPUTE_FORM,
        "maintenance": maintenance_form(),
        "clocks": CLOCK_FORMS.get(username, {}),
        "rotate-key": {"overlap_days": "7"},
        "usage-retention": {"months": "60", "why": "审计要求"},
    }
    return forms.get(door.name, words())


WRITTEN: tuple[type[Model], ...] = (
    *(SharingRequest, Grant, Client, ClientKey, ClockPolicy, Service, Correction, CorrectionNotice, Disposal, Dispute),
    *(ServiceStop, Maintenance, UsageRecord, UsageRetention, SharingEvent),
)
STATE = " UNION ALL ".join(
    f"SELECT '{table._meta.db_table}', count(*), md5(string_agg(told::text, '|' ORDER BY told::text)) "
    f"FROM {table._meta.db_table} AS told"
    for table in WRITTEN
)


def state() -> list[object]:
    """Return a digest of each table that a write of sharing could change."""
    with connection.cursor() as cursor:
        cursor.execute(STATE)
        return list(cursor.fetchall())


def test_no_address_is_forgotten() -> None:
    told = {door.name for door, _ in doors(build())} | WITH_DOORS_OF_THEIR_OWN
    assert told == {pattern.name for pattern in urlpatterns if hasattr(pattern, "name")}


@pytest.mark.parametrize("username", EVERYBODY)
def test_who_gets_what(username: str) -> None:
    world = build()
    browser = browser_of(username)
    for door, address in doors(world):
        with transaction.atomic():
            before = state()
            answer = browser.post(address, filled(door, username)) if door.post else browser.get(address)
            expected = door.expected(username)
            assert answer.status_code == expected, (username, door.post, address)
            changed = state() != before
            assert changed == (door.post and username in door.opens & door.roles), (username, address)
            if username == NOBODY:
                assert "/sign-in" in answer["Location"]
            transaction.set_rollback(True)


def test_a_form_of_another_site_does_nothing() -> None:
    world = build()
    for username in ("steward_gjj", "approver_mzj", "operator"):
        browser, before = browser_of(username, checks=True), state()
        answers = {browser.post(address, filled(door)).status_code for door, address in doors(world) if door.post}
        assert answers == {403}
        assert state() == before


def test_what_is_written_is_not_read_and_what_is_read_not_written() -> None:
    world = build()
    both = {
        "change-source",
        "client-new",
        "clocks",
        "dispute-new",
        "edit",
        "maintenance",
        "new",
        "note-usage",
        "open-service",
        "try-call",
    }
    browser, before = browser_of("steward_gjj"), state()
    for door, address in doors(world):
        if door.name not in both:
            answer = browser.get(address) if door.post else browser.post(address, words())
            assert answer.status_code == 405, address
    assert state() == before


@pytest.mark.parametrize("username", ["steward_gjj", "approver_mzj", "operator", "liu"])
def test_forged_numbers_are_nothing(username: str) -> None:
    world = build()
    browser, before = browser_of(username), state()
    for door, address in doors(world):
        forged = address
        for real in (*vars_of(world), "relief-status", "relief-details", "relief-live", "gjj-one"):
            forged = forged.replace(real, str(uuid.uuid4()))
        if forged == address:
            continue
        answer = browser.post(forged, filled(door)) if door.post else browser.get(forged)
        assert answer.status_code in {403, 404}, forged
        if "?" not in forged:
            assert browser.get(forged + "%00/").status_code == 404
    assert state() == before


def vars_of(world: World) -> tuple[str, ...]:
    return tuple(getattr(world, name) for name in World.__slots__)


def test_forms_sent_again_do_nothing_again() -> None:
    world = build()
    for door, address in doors(world):
        username = next(iter(sorted(door.opens & door.roles)), None)
        if not door.post or username is None or door.name == "rotate-key":
            continue
        with transaction.atomic():
            browser = browser_of(username)
            browser.post(address, filled(door, username))
            before = state()
            again = browser.post(address, filled(door, username))
            assert (again.status_code in {200, 302}) == (door.name in REPEATABLE), address
            # Each look at a person is written down, the second too; a promise repeated is a promise.
            assert (state() != before) == (door.name in {"correction-person", "clocks"}), address
            transaction.set_rollback(True)
