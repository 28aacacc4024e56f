"""The clock of a request: two working days to moderate, ten to answer; what is late is seen by everybody."""

from datetime import UTC, date, datetime, timedelta

import pytest

from haihe.base.notices.models import Notice
from haihe.data.participation import operations
from haihe.data.participation.models import DataRequest, ParticipationEvent
from haihe.data.participation.operations import watch_clocks
from haihe.data.participation.operations.reminding import Watched
from haihe.data.participation.tests.conftest import NOW, address, asked, browser, forwarded, move, person, request_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("lake")]


def at(day: str) -> datetime:
    return datetime.fromisoformat(f"{day}T03:00:00+00:00").astimezone(UTC)


def test_working_days_are_the_citys_calendar() -> None:
    number = asked()
    row = request_of(number)
    assert (row.clock_started_on, row.due_on) == (date(2026, 11, 26), date(2026, 11, 30))  # a weekend between
    move("operator", number, "forward", owner="120012", now=at("2026-11-30"))
    row = request_of(number)
    assert (row.clock_started_on, row.clock_days, row.due_on) == (date(2026, 11, 30), 10, date(2026, 12, 14))


def test_an_answer_stops_the_clock_and_says_how_long_it_took() -> None:
    number = forwarded()
    later = at("2026-12-03")
    move("steward_mzj", number, "accept", due_on=date(2026, 12, 31), now=later)
    row = request_of(number)
    assert (row.answered_at, row.answer_days) == (later, 5)
    assert watch_clocks(now=at("2027-03-01")) == Watched(0, 0)


def test_handing_back_starts_the_data_centres_clock_again() -> None:
    number = forwarded()
    move("steward_mzj", number, "hand_back", words="属于市商务局", now=at("2026-11-30"))
    row = request_of(number)
    assert (row.state, row.owner, row.clock_days, row.due_on) == ("HANDED_BACK", "", 2, date(2026, 12, 2))


def test_reminders_come_once_and_the_end_is_noted_once_and_shown() -> None:
    number = forwarded()
    assert request_of(number).due_on == date(2026, 12, 10)
    assert watch_clocks(now=at("2026-12-04")).reminded == 0
    assert watch_clocks(now=at("2026-12-07")).reminded == 2  # steward and approver
    assert watch_clocks(now=at("2026-12-07")).reminded == 0
    assert watch_clocks(now=at("2026-12-10")).reminded == 2
    assert watch_clocks(now=at("2026-12-11")) == Watched(0, 1)
    assert watch_clocks(now=at("2026-12-12")) == Watched(0, 0)
    assert ParticipationEvent.objects.filter(name="overdue").count() == 1
    assert Notice.objects.filter(kind="participation.overdue").count() == 3  # and the data centre
    DataRequest.objects.update(due_on=date(2026, 11, 20))
    for path in (address("request", number), address("requests", show="late")):
        assert "已超期" in browser("").get(path).content.decode()


def test_a_request_the_data_centre_forgets_is_late_too() -> None:
    asked()
    assert watch_clocks(now=at("2026-11-30")).reminded == 1
    assert watch_clocks(now=at("2026-12-01")).overdue == 1


def test_reopening_starts_it_anew() -> None:
    number = forwarded()
    move("approver_mzj", number, "refuse", ground="PERSONAL", words="含有个人信息", now=at("2026-12-01"))
    move("operator", number, "reopen", words="可以脱敏后开放", now=at("2026-12-07"))
    row = request_of(number)
    assert (row.state, row.ground, row.answer, row.answered_at) == ("FORWARDED", "", "", None)
    assert row.due_on == date(2026, 12, 21)


def test_a_due_day_beyond_the_calendar_is_told_when_the_calendar_reaches_it() -> None:
    number = forwarded()
    DataRequest.objects.update(due_on=None)
    watch_clocks(now=NOW + timedelta(days=1))
    assert request_of(number).due_on == date(2026, 12, 10)
    assert operations.watch_clocks(now=NOW).overdue == 0
    assert person("liu").is_signed_in
