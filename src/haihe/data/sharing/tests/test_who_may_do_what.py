"""Each person of the cast × each move × each state: what is written here happens, and nothing else does.

The table is written out by hand rather than drawn from `workflow.py`, so that a change there shows here.
"""

import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from uuid import UUID

import pytest
from django.db import transaction

from haihe.base.accounts.api import Actor, NotPermitted
from haihe.base.keys.api import keyring
from haihe.base.ledger.testing import append_records
from haihe.city.cast import CAST, ZHANG
from haihe.data.sharing import operations
from haihe.data.sharing.errors import NotFound, NotNow
from haihe.data.sharing.models import Correction, Grant, SharingEvent, SharingRequest
from haihe.data.sharing.testing import NOW, application, cast_actor, granted, requested

pytestmark = pytest.mark.django_db

EVERYBODY = tuple(person.username for person in CAST)
OWNERS = {"steward_mzj", "approver_mzj"}
OFFICES = {"steward_gjj", "approver_gjj", *OWNERS}

# What stands where: move → state → who makes it.
REQUEST: dict[str, dict[str, set[str]]] = {
    "approve_by_office": {"OFFICE_REVIEW": {"approver_gjj"}},
    "return_by_office": {"OFFICE_REVIEW": {"approver_gjj"}},
    "resubmit": {"RETURNED": {"steward_gjj"}},
    "ask_supplement": {"OWNER_REVIEW": OWNERS},
    "supplement": {"SUPPLEMENT": {"steward_gjj"}},
    "ask_extension": {"OWNER_REVIEW": OWNERS},
    "consent_extension": {"OWNER_REVIEW": {"operator"}},
    "approve": {"OWNER_REVIEW": {"approver_mzj"}},
    "approve_by_rule": {},
    "refuse": {"OWNER_REVIEW": {"approver_mzj"}},
    "overdue": {},
    "withdraw": {state: {"steward_gjj"} for state in ("OFFICE_REVIEW", "RETURNED", "OWNER_REVIEW", "SUPPLEMENT")},
}
STOPS, USERS = {"approver_mzj", "operator"}, {"steward_gjj", "approver_gjj"}
GRANT: dict[str, dict[str, set[str]]] = {
    "suspend": {"ACTIVE": STOPS},
    "report_put_right": {"SUSPENDED": USERS},
    "reject_put_right": {"SUSPENDED": STOPS},
    "hand_over": {},
    "confirm_receipt": {},
    "resume": {"SUSPENDED": STOPS},
    "terminate": {"ACTIVE": STOPS, "SUSPENDED": STOPS},
    "relinquish": {"ACTIVE": USERS, "SUSPENDED": USERS},
    "expire": {},
}
CORRECTION: dict[str, dict[str, set[str]]] = {
    "confirm": {"RECEIVED": OWNERS},
    "reject": {"RECEIVED": OWNERS},
    "correct": {"RECEIVED": OWNERS, "CONFIRMED": OWNERS},
    "overdue": {},
    "withdraw": {"RECEIVED": {"zhang"}},
}

# How each state is reached from the first: moves by whom.
TO_REQUEST: dict[str, tuple[tuple[str, str], ...]] = {
    "OFFICE_REVIEW": (),
    "RETURNED": (("approver_gjj", "return_by_office"),),
    "OWNER_REVIEW": (("approver_gjj", "approve_by_office"), ("steward_mzj", "ask_extension")),
    "SUPPLEMENT": (("approver_gjj", "approve_by_office"), ("approver_mzj", "ask_supplement")),
    "APPROVED": (("approver_gjj", "approve_by_office"), ("approver_mzj", "approve")),
    "REFUSED": (("approver_gjj", "approve_by_office"), ("approver_mzj", "refuse")),
    "WITHDRAWN": (("steward_gjj", "withdraw"),),
}
TO_GRANT: dict[str, tuple[tuple[str, str], ...]] = {
    "ACTIVE": (),
    "SUSPENDED": (("approver_mzj", "suspend"),),
    "TERMINATED": (("approver_mzj", "terminate"),),
}
TO_CORRECTION: dict[str, tuple[tuple[str, str], ...]] = {
    "RECEIVED": (),
    "CONFIRMED": (("steward_mzj", "confirm"),),
    "CORRECTED": (("steward_mzj", "correct"),),
    "REJECTED": (("steward_mzj", "reject"),),
    "WITHDRAWN": (("zhang", "withdraw"),),
}
# Moves that the state of OWNER_REVIEW above has used up.
ASKED_ALREADY = {("OWNER_REVIEW", "ask_extension")}

type Try = Callable[[str, str], None]


def someone(username: str) -> Actor:
    return cast_actor(username)


def on_request(row_id: UUID) -> Try:
    def attempt(username: str, name: str) -> None:
        actor = someone(username)
        if name == "resubmit":
            operations.resubmit_request(actor=actor, request_id=row_id, application=application(), now=NOW)
        else:
            operations.move_request(actor=actor, request_id=row_id, name=name, now=NOW, words="理由")

    return attempt


def on_grant(row_id: UUID) -> Try:
    def attempt(username: str, name: str) -> None:
        day = date(2026, 12, 31)
        actor = someone(username)
        operations.move_grant(actor=actor, grant_id=row_id, name=name, now=NOW, words="理由", put_right_by=day)

    return attempt


def on_correction(number: str) -> Try:
    def attempt(username: str, name: str) -> None:
        operations.move_correction(actor=someone(username), number=number, name=name, now=NOW, words="理由")

    return attempt


@contextmanager
def undone() -> Iterator[None]:
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def happens(attempt: Try, username: str, name: str) -> str:
    """Return what comes of it: "made", or the name of the refusal; a refusal leaves no line of history."""
    with undone():
        lines = SharingEvent.objects.count()
        try:
            attempt(username, name)
        except (NotPermitted, NotFound, NotNow) as refusal:
            assert SharingEvent.objects.count() == lines
            return type(refusal).__name__
        assert SharingEvent.objects.count() > lines
        return "made"


def check_all(attempt: Try, state: str, table: dict[str, dict[str, set[str]]], seers: set[str]) -> None:
    for name, by_state in table.items():
        for username in EVERYBODY:
            may = username in by_state.get(state, set()) and (state, name) not in ASKED_ALREADY
            if may:
                expected = {"made"}
            elif username not in seers:
                expected = {"NotFound"}
            else:
                expected = {"NotPermitted", "NotNow"}
            assert happens(attempt, username, name) in expected, (username, name, state)


@pytest.mark.parametrize("state", TO_REQUEST)
def test_a_request(state: str) -> None:
    attempt = on_request(row_id := requested())
    for username, name in TO_REQUEST[state]:
        attempt(username, name)
    row = SharingRequest.objects.get(pk=row_id)
    assert row.state == state
    seers = {"steward_gjj", "approver_gjj", "operator", "auditor"}
    check_all(attempt, state, REQUEST, seers | (OWNERS if row.office_approved_at else set()))


@pytest.mark.parametrize("state", TO_GRANT)
def test_a_grant(state: str) -> None:
    attempt = on_grant(row_id := granted())
    for username, name in TO_GRANT[state]:
        attempt(username, name)
    assert Grant.objects.get(pk=row_id).state == state
    check_all(attempt, state, GRANT, OFFICES | {"operator", "auditor"})


@pytest.mark.parametrize("state", TO_CORRECTION)
def test_a_report_of_wrong_data(state: str) -> None:
    key = keyring().subject_key(ZHANG.id_number or "").hex()
    evidence = append_records(1, subject=key, answer="NO_MATCH")[0]
    number = operations.open_correction(someone("zhang"), evidence, "登记有误", NOW)
    attempt = on_correction(number)
    for username, name in TO_CORRECTION[state]:
        attempt(username, name)
    assert Correction.objects.get().state == state
    check_all(attempt, state, CORRECTION, OFFICES | {"zhang", "operator", "auditor"})


@pytest.mark.parametrize("username", EVERYBODY)
def test_a_forged_id_is_nothing_to_anybody(username: str) -> None:
    grant_id, request_id = granted(), requested(purpose="ANOTHER")
    tries: list[tuple[Try, str]] = [
        (on_request(uuid.uuid4()), "approve"),
        (on_grant(uuid.uuid4()), "suspend"),
        # One kind's id is not another's.
        (on_grant(request_id), "suspend"),
        (on_request(grant_id), "approve"),
        *((on_correction(number), "confirm") for number in ("", "JH-20261123-0001", "JH-%", "'; --")),
    ]
    assert {happens(attempt, username, name) for attempt, name in tries} == {"NotFound"}


@pytest.mark.parametrize("name", ["", "APPROVE", "approve ", "grant", "request", "__class__", "expire"])
def test_a_move_that_no_table_lists_is_none(name: str) -> None:
    on_a_request, on_a_grant = on_request(requested(until="approve_by_office")), on_grant(granted(purpose="ANOTHER"))
    for username in ("approver_mzj", "operator", "steward_gjj"):
        assert happens(on_a_request, username, name) == "NotNow"
        assert happens(on_a_grant, username, name) in {"NotNow", "NotPermitted"}


@pytest.mark.parametrize("username", EVERYBODY)
def test_only_the_authority_urges_and_only_what_is_overdue(username: str) -> None:
    request_id = requested(until="approve_by_office")
    number = operations.open_correction(someone("clerk_gjj"), append_records(1)[0], "登记有误", NOW)

    def urge_at(now: datetime) -> list[str]:
        told = {"name": "urge", "words": "请立即答复", "now": now}
        tries: tuple[Try, ...] = (
            lambda who, _: operations.move_request(actor=someone(who), request_id=request_id, **told),  # type: ignore[arg-type]  # keywords as the caller gives them
            lambda who, _: operations.move_correction(actor=someone(who), number=number, **told),  # type: ignore[arg-type]  # keywords as the caller gives them
        )
        return [happens(attempt, username, "urge") for attempt in tries]

    late = urge_at(NOW + timedelta(days=15))
    assert late == (["made", "made"] if username == "operator" else late)
    assert username == "operator" or "made" not in late
    assert "made" not in urge_at(NOW + timedelta(days=14))


def test_a_move_made_twice_is_made_once() -> None:
    attempt = on_request(row_id := requested(until="approve_by_office"))
    attempt("approver_mzj", "approve")
    with pytest.raises(NotNow):
        attempt("approver_mzj", "approve")
    assert Grant.objects.filter(request=row_id).count() == 1


@pytest.mark.parametrize("username", EVERYBODY)
def test_only_the_departments_steward_asks_in_its_name(username: str) -> None:
    granted()
    lines = SharingRequest.objects.count()
    wish = application(purpose="ANOTHER")
    if username == "steward_gjj":
        operations.request_sharing(actor=someone(username), application=wish, now=NOW)
        assert SharingRequest.objects.count() == lines + 1
        return
    with pytest.raises(NotPermitted):
        operations.request_sharing(actor=someone(username), application=wish, now=NOW)
    assert SharingRequest.objects.count() == lines
