"""Each address × each person: who gets what, before and after something is public."""

import uuid
from collections.abc import Collection
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from haihe.data.participation import operations
from haihe.data.participation.models import Association, BrokenReport, PlanEntry, Post, Reuse, Thread
from haihe.data.participation.tests.conftest import (
    EVERYBODY,
    NOW,
    address,
    asked,
    browser,
    forwarded,
    move,
    new_reuse,
    person,
    request_of,
)
from haihe.data.participation.urls import urlpatterns

pytestmark = pytest.mark.django_db
ALL = frozenset(EVERYBODY)
OWNERS = {"steward_mzj", "approver_mzj"}
STEWARDS = {*OWNERS, "outsider"}
PUBLIC = ("requests", "similar", "plan", "associations", "reuses", "threads")
DESKS = {
    "answering": STEWARDS,
    "new-entry": STEWARDS,
    "moderation": {"operator", "auditor"},
    "association-desk": {"clerk_xh"},
    "new-request": ALL - {""},
    "new-reuse": ALL - {""},
}


type Clients = dict[str, Client]


@pytest.fixture
def clients(association: Association) -> Clients:
    """A browser for each person."""
    return {username: browser(username) for username in EVERYBODY}


def seen_by(clients: Clients, path: str) -> set[str]:
    return {username for username, client in clients.items() if client.get(path).status_code == 200}


def test_public_pages_are_for_everybody_and_desks_for_those_at_work(association: Association, clients: Clients) -> None:
    for name in PUBLIC:
        assert seen_by(clients, address(name)) == ALL, name
    for name, expected in DESKS.items():
        assert seen_by(clients, address(name)) == expected, name
    assert seen_by(clients, address("association", association.code)) == ALL


def test_a_request_is_between_its_writer_and_the_data_centre_until_forwarded(clients: Clients) -> None:
    number = asked("liu")
    assert seen_by(clients, address("request", number)) == {"liu", "operator", "auditor"}
    for username in ("zhang", "clerk_xh", "steward_mzj"):
        assert browser(username).post(address("vote", number)).status_code == 404
    move("operator", number, "forward", owner="120012")
    assert seen_by(clients, address("request", number)) == ALL


def test_a_reuse_is_between_its_author_and_the_data_centre_until_published(published: str, clients: Clients) -> None:
    pk = operations.show_reuse(actor=person("liu"), new=new_reuse(), now=NOW)
    assert seen_by(clients, address("reuse", pk)) == {"liu", "operator", "auditor"}
    assert seen_by(clients, address("revise-reuse", pk)) == {"liu"}
    assert seen_by(clients, address("picture", pk)) == set()
    operations.move_reuse(actor=person("operator"), pk=pk, name="publish", words="", now=NOW)
    assert seen_by(clients, address("reuse", pk)) == ALL


def test_buttons_do_nothing_for_others(published: str, association: Association, clients: Clients) -> None:
    """What each person may post; everybody else is refused, and nothing changes."""
    number = forwarded("liu")
    reuse = operations.show_reuse(actor=person("liu"), new=new_reuse(), now=NOW)
    operations.move_reuse(actor=person("operator"), pk=reuse, name="publish", words="", now=NOW)
    thread = operations.start_thread(
        actor=person("liu"), subject="DATASET", about="canteens", title="问", body="问题", now=NOW
    )
    entry = operations.add_entry(
        actor=person("steward_mzj"), owner="120012", title="名录", code="", due_on=NOW.date(), now=NOW
    )
    bundle = operations.bundle(
        actor=person("clerk_xh"),
        code=association.code,
        title="汇集",
        words="都要",
        members_behind=3,
        numbers=[number],
        now=NOW,
    )
    operations.vouch(actor=person("clerk_xh"), pk=reuse, statement="好", now=NOW)
    vouching, post = Reuse.objects.get().vouchings.get(), Post.objects.get()
    operations.report_broken(actor=person("zhang"), pk=reuse, words="坏了", now=NOW)
    operations.join(actor=person("zhang"), code=association.code, now=NOW)
    told = {
        "words": "理由",
        "reason": "理由",
        "ground": "PERSONAL",
        "due_on": f"{timezone.localdate() + timedelta(days=20)}",
        "dataset": "canteens",
        "owner": "120012",
        "helped": "1",
        "statement": "好",
    }
    able: dict[str, Collection[str]] = {
        address("unvote", number): ALL - {""},
        address("feedback", number): set(),
        address("move-request", number, "refuse"): {"approver_mzj"},
        address("move-request", number, "accept"): OWNERS,
        address("move-request", number, "hand_back"): OWNERS,
        address("move-request", number, "withdraw"): {"liu"},
        address("move-request", number, "reopen"): set(),
        address("move-request", number, "fulfil"): set(),
        address("move-request", number, "drop"): set(),
        address("move-entry", entry, "postpone"): {"approver_mzj"},
        address("move-entry", entry, "drop"): {"approver_mzj"},
        address("link-entry", entry): {"steward_mzj"},
        address("move-bundle", bundle, "confirm"): set(),
        address("add-to-bundle", bundle): {"clerk_xh"},
        address("move-reuse", reuse, "hide"): {"operator"},
        address("move-reuse", reuse, "withdraw"): {"liu"},
        address("unvouch", reuse, vouching.pk): {"clerk_xh"},
        address("strike-off", association.code, association.members.get().pk): {"clerk_xh"},
        address("close", thread): {"liu", *OWNERS, "operator"},
        address("hide", thread, post.pk): {"operator"},
        address("dismiss", "broken", BrokenReport.objects.get().pk): {"operator"},
    }
    before = _standing(number)
    for path, expected in able.items():
        for username in sorted(ALL - set(expected)):
            status = clients[username].post(path, told).status_code
            assert status in (302, 403, 404) if not username else status in (403, 404, 422), (path, username, status)
    assert _standing(number) == before


def _standing(number: str) -> tuple[object, ...]:
    row = request_of(number)
    counted = (Post.objects.filter(hidden_at=None).count(), BrokenReport.objects.filter(closed_at=None).count())
    states = (PlanEntry.objects.get().state, Reuse.objects.get().state, Thread.objects.get().state)
    return (row.state, row.votes, row.owner, *states, *counted)


def test_what_isnt_there_is_not_found(association: Association) -> None:
    nobody = uuid.UUID(int=1)
    for path in (
        address("request", "XQ-1"),
        address("request", "x' or 1=1 --"),
        address("plan-entry", nobody),
        address("reuse", nobody),
        address("thread", nobody),
        address("bundle", "HJ-1"),
        address("association", "XH9999"),
        address("threads", subject="DATASET", about="nothing"),
        address("threads", subject="PLANET", about="mars"),
        address("new-thread", subject="REUSE", about="not-a-uuid"),
    ):
        assert browser("liu").get(path).status_code == 404, path


def test_odd_addresses_narrow_to_nothing_and_break_nothing(clients: Clients) -> None:
    for name in ("requests", "plan", "reuses", "similar"):
        for value in ("\x00", "';--", "9" * 40, "<script>", "２０２６"):
            query = dict.fromkeys(
                ("q", "state", "owner", "show", "order", "year", "kind", "dataset", "title", "page"), value
            )
            assert clients["liu"].get(address(name), query).status_code == 200, (name, value)


def test_no_address_is_forgotten() -> None:
    read = {
        *PUBLIC,
        *DESKS,
        "request",
        "plan-entry",
        "association",
        "bundle",
        "reuse",
        "revise-reuse",
        "picture",
        "thread",
    }
    written = {
        "vote",
        "unvote",
        "feedback",
        "move-request",
        "link-entry",
        "move-entry",
        "join",
        "leave",
        "strike-off",
        "add-to-bundle",
        "move-bundle",
        "broken",
        "vouch",
        "unvouch",
        "move-reuse",
        "new-thread",
        "answer",
        "close",
        "report",
        "hide",
        "dismiss",
    }
    assert read | written == {pattern.name for pattern in urlpatterns}
