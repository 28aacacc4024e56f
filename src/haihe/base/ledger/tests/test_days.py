"""Days are the city's days, and a day without a question is a day with zeros."""

from datetime import UTC, date, datetime

import pytest

from haihe.base.ledger import api as ledger
from haihe.base.ledger.testing import append_records

pytestmark = pytest.mark.django_db


def test_late_evening_in_utc_is_the_next_day_in_the_city() -> None:
    append_records(2, at="2026-11-22T16:30:00.000Z")
    append_records(1, at="2026-11-22T15:30:00.000Z", answer="NO_MATCH")
    days = ledger.counts_by_day(now=datetime(2026, 11, 23, 1, tzinfo=UTC), days=3)
    assert [(day.day, day.match, day.no_match) for day in days] == [
        (date(2026, 11, 21), 0, 0),
        (date(2026, 11, 22), 0, 1),
        (date(2026, 11, 23), 2, 0),
    ]
    assert sum(day.answered for day in days) == 3


def test_older_records_are_left_out() -> None:
    append_records(1, at="2026-10-01T00:00:00.000Z")
    assert not any(day.answered for day in ledger.counts_by_day(now=datetime(2026, 11, 23, tzinfo=UTC)))


def test_the_days_of_one_grant_leave_out_the_others() -> None:
    mine, another = "5a3f6a57-0d0f-4b52-9b5e-6f3a5c1d0001", "5a3f6a57-0d0f-4b52-9b5e-6f3a5c1d0002"
    append_records(2, grant=mine)
    append_records(1, grant=another)
    now = datetime(2026, 11, 23, 12, tzinfo=UTC)
    assert sum(day.answered for day in ledger.counts_by_day(now=now, consumer="120040", grant=mine)) == 2
    assert sum(day.answered for day in ledger.counts_by_day(now=now, consumer="120040")) == 3
    assert sum(day.answered for day in ledger.counts_by_day(now=now, consumer="120012")) == 0
