"""The owner never has more working days than the law gives, by a calendar that isn't ours."""

from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import chinese_calendar
import pytest
from django.db import transaction
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st

from haihe.data.sharing.errors import NotNow
from haihe.data.sharing.models import SharingRequest
from haihe.data.sharing.operations import move_request
from haihe.data.sharing.testing import cast_actor, open_relief_status, requested

FIRST, LAST = datetime(2024, 1, 1, tzinfo=UTC), datetime(2026, 9, 30, tzinfo=UTC)
moments = st.datetimes(FIRST.replace(tzinfo=None), LAST.replace(tzinfo=None), timezones=st.just(UTC))
rests = st.timedeltas(timedelta(0), timedelta(days=20))


def working_days(start: date, end: date) -> int:
    """Count the working days after `start` up to and with `end`."""
    days = (start + timedelta(days=n) for n in range(1, (end - start).days + 1))
    return sum(chinese_calendar.is_workday(day) for day in days)


def move(username: str, request_id: UUID, name: str, now: datetime) -> SharingRequest:
    move_request(actor=cast_actor(username), request_id=request_id, name=name, now=now, words="理由")
    return SharingRequest.objects.get(pk=request_id)


def due_of(row: SharingRequest) -> date:
    assert row.due_on is not None
    return row.due_on


def late(row: SharingRequest, now: datetime) -> bool:
    return timezone.localdate(now) > due_of(row)


@pytest.mark.django_db
@settings(deadline=None, max_examples=40)
@given(start=moments, used=rests, rest=rests, more=st.booleans())
def test_whatever_rests_and_is_extended(start: datetime, used: timedelta, rest: timedelta, more: bool) -> None:
    with transaction.atomic():
        open_relief_status(now=FIRST)
        request_id = requested(until="approve_by_office", now=start)
        row = SharingRequest.objects.get(pk=request_id)
        begun, asked, back = (timezone.localdate(at) for at in (start, start + used, start + used + rest))
        assert working_days(begun, due_of(row)) == 10
        if late(row, start + used):
            with pytest.raises(NotNow):
                move("steward_mzj", request_id, "ask_supplement", start + used)
        else:
            move("steward_mzj", request_id, "ask_supplement", start + used)
            row = move("steward_gjj", request_id, "supplement", start + used + rest)
            gone = working_days(begun, asked)
            assert working_days(back, due_of(row)) == max(10 - gone, 1)
            if more:
                before = due_of(row)
                move("approver_mzj", request_id, "ask_extension", start + used + rest)
                row = move("operator", request_id, "consent_extension", start + used + rest)
                assert working_days(before, due_of(row)) == 10
        transaction.set_rollback(True)
