"""Numbers are called in turn, with a head start for some; nobody is passed over without end."""

from datetime import UTC, datetime, timedelta

import pytest
from stdnum.cn import ric

from haihe.platforms.services.testing import ITEM, actor
from haihe.platforms.services.window import measured, operations, priorities, queries
from haihe.platforms.services.window.errors import InputRefused, NotFound, NotNow
from haihe.platforms.services.window.models import QueueEvent
from haihe.platforms.services.window.testing import (
    NOW,
    hall_of,
    seated,
    served,
    sit,
    taken,
    taken_on_phone,
)
from haihe.platforms.services.window.workflow import TicketState

pytestmark = pytest.mark.django_db

TODAY = NOW.date()


def test_numbers_count_from_one_each_day_and_each_hall() -> None:
    here, there = hall_of(), hall_of("hall-two")
    assert [taken(here).label, taken(here).label, taken(there).label] == ["A001", "A002", "A001"]
    tomorrow = NOW + timedelta(days=1)
    assert taken(here, now=tomorrow).label == "A001"


def test_who_has_a_right_to_it_is_called_first_but_not_before_those_who_waited_longer() -> None:
    hall = hall_of()
    first = taken(hall, now=NOW - timedelta(minutes=25))
    second = taken(hall, now=NOW - timedelta(minutes=10))
    third = taken(hall, priority="disabled")
    assert [one.pk for one in queries.waiting(hall, on=TODAY)] == [first.pk, third.pk, second.pk]


def test_a_right_that_nobody_knows_gives_nothing() -> None:
    hall = hall_of()
    assert taken(hall, priority="mayor").rank_at == NOW
    assert taken(hall, priority="appointment").rank_at == NOW


def test_on_the_phone_age_speaks_for_itself() -> None:
    born_1950 = "12010419501127207" + ric.calc_check_digit("120104195011272070")
    assert priorities.of_age(born_1950, today=TODAY) == "elderly"
    born_1957 = "12010419571127207" + ric.calc_check_digit("120104195711272070")
    assert priorities.of_age(born_1957, today=TODAY) == ""
    hall = hall_of()
    assert taken_on_phone(hall, "liu").priority == ""


def test_the_clerk_calls_serves_and_finishes_and_it_is_all_written_down() -> None:
    hall = hall_of()
    clerk, ticket = seated(hall), taken(hall)
    called = operations.call_next(actor=clerk, now=NOW)
    assert called is not None
    assert (called.pk, called.state, called.counter) == (ticket.pk, TicketState.CALLED, hall.counters.get(number=1))
    operations.start(actor=clerk, ticket_id=ticket.pk, now=NOW)
    done = operations.finish(actor=clerk, ticket_id=ticket.pk, now=NOW + timedelta(minutes=9))
    assert done.state == TicketState.FINISHED
    assert list(QueueEvent.objects.values_list("name", flat=True)) == ["take", "call", "start", "finish"]


def test_nobody_is_called_while_somebody_is_served_or_without_a_counter() -> None:
    hall = hall_of()
    clerk = seated(hall)
    taken(hall)
    taken(hall)
    operations.call_next(actor=clerk, now=NOW)
    with pytest.raises(NotNow, match="没有办完"):
        operations.call_next(actor=clerk, now=NOW)
    with pytest.raises(NotNow, match="没有办完"):
        operations.stand_up(actor=clerk, now=NOW)
    with pytest.raises(NotFound):
        operations.call_next(actor=actor("clerk_gjj"), now=NOW)


def test_an_empty_hall_calls_nobody() -> None:
    assert operations.call_next(actor=seated(hall_of()), now=NOW) is None


def test_a_number_is_missed_after_two_calls_and_its_holder_may_wait_again() -> None:
    hall = hall_of()
    clerk, ticket = seated(hall), taken_on_phone(hall)
    operations.call_next(actor=clerk, now=NOW)
    with pytest.raises(NotNow, match="至少叫两次"):
        operations.miss(actor=clerk, ticket_id=ticket.pk, now=NOW)
    operations.call_again(actor=clerk, ticket_id=ticket.pk, now=NOW)
    operations.miss(actor=clerk, ticket_id=ticket.pk, now=NOW)
    with pytest.raises(NotFound):
        operations.come_back(actor=actor("zhang"), ticket_id=ticket.pk, now=NOW)
    with pytest.raises(NotNow, match="60 分钟"):
        operations.come_back(actor=actor("liu"), ticket_id=ticket.pk, now=NOW + timedelta(minutes=61))
    back = operations.come_back(actor=actor("liu"), ticket_id=ticket.pk, now=NOW + timedelta(minutes=5))
    assert (back.state, back.rank_at) == (TicketState.WAITING, NOW + timedelta(minutes=5))


def test_who_is_passed_on_keeps_their_turn_and_comes_to_that_counter_only() -> None:
    hall = hall_of()
    one, two = seated(hall), seated(hall, "clerk_gjj", number=2)
    ticket, later = taken(hall, now=NOW - timedelta(minutes=9)), taken(hall)
    operations.call_next(actor=one, now=NOW)
    operations.pass_on(actor=one, ticket_id=ticket.pk, counter_number=2, now=NOW)
    assert [row.pk for row in queries.waiting(hall, on=TODAY)] == [ticket.pk, later.pk]
    again = operations.call_next(actor=one, now=NOW)
    assert again is not None
    assert again.pk == later.pk
    at_two = operations.call_next(actor=two, now=NOW)
    assert at_two is not None
    assert at_two.pk == ticket.pk


def test_a_counter_for_some_items_calls_those_who_came_for_them() -> None:
    hall = hall_of()
    special = hall.counters.get(number=3)
    special.serves_all, special.authorities = False, ["120040"]
    special.save()
    clerk = seated(hall, "clerk_gjj", number=3)
    taken(hall)
    fund = taken(hall)
    fund.item_slug, fund.authority = ITEM, "120040"
    fund.save()
    called = operations.call_next(actor=clerk, now=NOW)
    assert called is not None
    assert called.pk == fund.pk


def test_one_person_has_one_open_number_in_a_hall() -> None:
    hall = hall_of()
    first = taken_on_phone(hall)
    with pytest.raises(NotNow, match="已经有一个号"):
        taken_on_phone(hall)
    operations.leave(actor=actor("liu"), ticket_id=first.pk, now=NOW)
    assert taken_on_phone(hall).label == "A002"


def test_nobody_is_called_to_their_own_counter() -> None:
    hall = hall_of()
    liu = actor("liu")
    both = type(liu)(liu.user_id, liu.name, liu.roles | {("CLERK", "120037")}, liu.subject_key)
    sit(hall, both, number=1)
    taken_on_phone(hall)
    assert operations.call_next(actor=both, now=NOW) is None


def test_a_closed_hall_gives_no_numbers() -> None:
    hall = hall_of(hours=[[9 * 60, 12 * 60]], is_daily=False)
    saturday = datetime(2026, 11, 28, 2, 0, tzinfo=UTC)
    national_day = datetime(2026, 10, 1, 2, 0, tzinfo=UTC)
    made_up_for = datetime(2026, 10, 10, 2, 0, tzinfo=UTC)
    """调休: a Saturday on which people work."""
    evening = datetime(2026, 11, 26, 11, 0, tzinfo=UTC)
    for moment in (saturday, national_day, evening):
        with pytest.raises(NotNow, match="没有开放"):
            taken(hall, now=moment)
    assert taken(hall, now=made_up_for).label == "A001"


def test_an_item_that_does_not_exist_is_refused() -> None:
    with pytest.raises(InputRefused):
        taken(hall_of(), item="no-such-item")


def test_a_clerk_sits_where_the_roster_says_and_nowhere_else() -> None:
    hall = hall_of()
    clerk = seated(hall)
    with pytest.raises(NotFound):
        operations.sit_down(actor=clerk, counter_id=hall.counters.get(number=2).pk, now=NOW)
    with pytest.raises(NotNow, match="已有人在岗"):
        sit(hall, actor("clerk_gjj"), number=1)
    operations.stand_up(actor=clerk, now=NOW)
    assert queries.sitting_of(clerk) is None


def test_waiting_times_rest_on_what_was_measured_and_on_nothing_else() -> None:
    hall = hall_of()
    assert measured.pace(hall, now=NOW) is None
    served(hall, [10, 10, 10, 10])
    assert measured.pace(hall, now=NOW) is None
    hall = hall_of("hall-two")
    served(hall, [8, 10, 10, 12, 30])
    pace = measured.pace(hall, now=NOW)
    assert pace is not None
    assert (pace.middle_min, pace.visits) == (10, 5)
    assert measured.estimate(pace, ahead=3, counters=0) is None
    wait = measured.estimate(pace, ahead=3, counters=2)
    assert wait is not None
    assert wait.least_min == 20
    assert wait.most_min > wait.least_min
    at_once = measured.estimate(pace, ahead=0, counters=2, free=1)
    assert at_once is not None
    assert (at_once.least_min, at_once.most_min) == (0, 5)


def test_a_visit_that_nobody_ended_is_not_measured() -> None:
    hall = hall_of()
    served(hall, [10, 10, 10, 10, 10, 999])
    pace = measured.pace(hall, now=NOW)
    assert pace is not None
    assert pace.visits == 5
