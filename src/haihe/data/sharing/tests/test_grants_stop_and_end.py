"""A grant can be stopped, let go on, ended, and ends by itself; who did what is seen, and the database holds it."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from haihe.base.accounts.api import NotPermitted
from haihe.base.outbox.testing import announced
from haihe.data.sharing import operations
from haihe.data.sharing.errors import InputRefused, NotNow
from haihe.data.sharing.models import Grant, SharingEvent, SharingRequest
from haihe.data.sharing.testing import NOW, cast_actor, granted, requested

pytestmark = pytest.mark.django_db
FRIDAY = date(2026, 11, 27)
moments = st.integers(1_704_067_200, 1_793_491_200).map(lambda second: datetime.fromtimestamp(second, UTC))
"""From 2024 to October 2026."""


def move(username: str, name: str, *, words: str = "理由", now: datetime = NOW, day: date | None = None) -> Grant:
    row = Grant.objects.get()
    operations.move_grant(
        actor=cast_actor(username), grant_id=row.id, name=name, now=now, words=words, put_right_by=day
    )
    return Grant.objects.get()


def test_the_owner_suspends_with_a_day_to_put_things_right_and_resumes() -> None:
    granted()
    row = move("approver_mzj", "suspend", day=FRIDAY)
    assert (row.state, row.put_right_by, row.in_force(NOW)) == ("SUSPENDED", FRIDAY, False)
    with pytest.raises(NotNow):
        move("approver_mzj", "suspend", day=FRIDAY)
    row = move("approver_mzj", "resume")
    assert (row.state, row.put_right_by) == ("ACTIVE", None)
    assert [payload["state"] for payload in announced("sharing.grant_changed")] == ["ACTIVE", "SUSPENDED", "ACTIVE"]


@pytest.mark.parametrize(("words", "day"), [("", FRIDAY), ("滥用", None), ("滥用", date(2026, 11, 23))])
def test_a_suspension_says_why_and_until_when(words: str, day: date | None) -> None:
    granted()
    with pytest.raises(InputRefused):
        move("approver_mzj", "suspend", words=words, day=day)
    assert Grant.objects.get().state == "ACTIVE"


def test_what_the_authority_stopped_the_owner_cannot_resume() -> None:
    granted()
    move("operator", "suspend", day=FRIDAY)
    with pytest.raises(NotPermitted):
        move("approver_mzj", "resume")
    assert move("operator", "resume").state == "ACTIVE"


def test_the_user_may_give_it_back_but_neither_stop_nor_end_it() -> None:
    granted()
    for name in ("suspend", "terminate"):
        with pytest.raises(NotPermitted):
            move("approver_gjj", name, day=FRIDAY)
    assert move("steward_gjj", "relinquish").state == "TERMINATED"
    with pytest.raises(NotNow):
        move("approver_mzj", "resume")


def test_its_time_ends_it() -> None:
    granted(duration_months=1)
    before, after = datetime(2026, 12, 23, 1, 59, tzinfo=UTC), datetime(2026, 12, 23, 2, 0, tzinfo=UTC)
    assert operations.expire_grants(now=before) == 0
    assert operations.expire_grants(now=after) == 1
    assert operations.expire_grants(now=after) == 0
    row = Grant.objects.get()
    assert (row.state, row.ended_at) == ("EXPIRED", after)
    assert row.events.last().part == "SYSTEM"  # type: ignore[union-attr]  # there is one


@pytest.mark.parametrize(
    "changes",
    [
        {"claims": ["on_relief", "extreme_hardship"]},
        {"purposes": ["ANYTHING"]},
        {"quota_per_day": 1_000_000},
        {"valid_until": NOW + timedelta(days=4000)},
        {"valid_from": NOW - timedelta(days=1)},
        {"organisation": "120030"},
        {"owner": "120030"},
        {"state": "SUSPENDED"},
        {"state": "EXPIRED", "ended_at": NOW},
        {"state": "TERMINATED"},
    ],
)
def test_the_database_lets_nothing_widen_a_grant(changes: dict[str, object]) -> None:
    granted()
    with pytest.raises(IntegrityError), transaction.atomic():
        Grant.objects.update(**changes)


@pytest.mark.parametrize("until", ["request", "approve_by_office"])
def test_the_database_takes_no_grant_without_an_approved_request(until: str) -> None:
    row = SharingRequest.objects.get(pk=requested(until=until))
    with pytest.raises(IntegrityError, match="no approved request"), transaction.atomic():
        Grant.objects.create(
            request=row,
            organisation=row.applicant,
            owner=row.owner,
            service=row.service,
            claims=row.claims,
            purposes=[row.purpose],
            item=row.item,
            legal_basis=row.legal_basis,
            valid_from=NOW,
            valid_until=NOW + timedelta(days=1),
            quota_per_day=1,
        )


def test_the_database_leaves_what_is_decided_and_ended_as_it_is() -> None:
    granted()
    with pytest.raises(IntegrityError, match="is decided"), transaction.atomic():
        SharingRequest.objects.update(state="WITHDRAWN", decided_by=None, decided_at=None)
    move("approver_mzj", "terminate")
    with pytest.raises(IntegrityError, match="is settled"), transaction.atomic():
        Grant.objects.update(state="ACTIVE", ended_at=None)
    with pytest.raises(IntegrityError, match="only grows"), transaction.atomic():
        SharingEvent.objects.update(words="")


def test_the_database_wants_different_eyes() -> None:
    row = SharingRequest.objects.get(pk=requested(until="approve_by_office"))
    with pytest.raises(IntegrityError, match="different_eyes"), transaction.atomic():
        SharingRequest.objects.update(office_approved_by=row.created_by)
    with pytest.raises(IntegrityError, match="through_office"), transaction.atomic():
        SharingRequest.objects.update(office_approved_by=None)


class TestAnyTerm(TestCase):
    """The program's months and the database's are the same."""

    @settings(max_examples=40, deadline=None)
    @given(now=moments, months=st.integers(1, 36))
    def test_a_term_is_never_longer_than_asked(self, now: datetime, months: int) -> None:
        assert granted(now=now, duration_months=months)
