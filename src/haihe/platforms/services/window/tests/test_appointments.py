"""An hour is booked, moved, given back and come to; never by more people than it holds."""

import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, timedelta
from threading import Barrier

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from haihe.base.accounts.api import Actor, NotPermitted
from haihe.base.notices.models import Notice
from haihe.city.testing import load_departments
from haihe.platforms.services.items.api import load_items
from haihe.platforms.services.testing import ITEM, actor, signed_in
from haihe.platforms.services.window import hours, operations, queries
from haihe.platforms.services.window.errors import Full, InputRefused, NotFound, NotNow
from haihe.platforms.services.window.models import Appointment, AppointmentSlot, AppointmentState, Hall
from haihe.platforms.services.window.operations import Hour
from haihe.platforms.services.window.testing import NOW, hall_of, seated, taken

OFFICE = [[9 * 60, 12 * 60], [13 * 60 + 30, 17 * 60]]
TOMORROW = date(2026, 11, 27)
AT = Hour(TOMORROW, 10)


def citizen(number: int) -> Actor:
    name = f"citizen-{number}"
    return Actor(uuid.uuid5(uuid.NAMESPACE_OID, name), name, frozenset({("CITIZEN", "")}), number.to_bytes(16))


def booked(hall: Hall, who: Actor | None = None, *, at: Hour = AT, now: datetime = NOW) -> Appointment:
    return operations.book(actor=who or actor("liu"), hall=hall, item=ITEM, at=at, now=now)


def moment(at: Hour, minute: int = 0) -> datetime:
    return hours.at_minute(at.day, at.hour * 60 + minute)


@pytest.fixture
def hall(db: None) -> Hall:
    load_departments()
    load_items()
    return hall_of(hours=OFFICE, is_daily=False)


def test_hours_lie_whole_within_opening_hours_and_days_skip_those_of_rest(hall: Hall) -> None:
    assert hours.slot_hours(hall) == [9, 10, 11, 14, 15, 16]
    assert hours.slot_days(hall, today=NOW.date(), most=2) == [TOMORROW, date(2026, 11, 30)]
    for at in (Hour(date(2026, 11, 28), 10), Hour(TOMORROW, 13), Hour(NOW.date(), 10), Hour(TOMORROW, 25)):
        with pytest.raises(NotNow):
            booked(hall, at=at)
    with pytest.raises(InputRefused):
        operations.book(actor=actor("liu"), hall=hall, item="no-such-item", at=AT, now=NOW)
    with pytest.raises(NotPermitted):
        booked(hall, actor("clerk_gjj"))


def test_an_hour_that_is_full_takes_nobody_until_somebody_gives_it_back(hall: Hall) -> None:
    hall.slot_capacity = 2
    hall.save()
    first = booked(hall, citizen(1))
    booked(hall, citizen(2))
    with pytest.raises(Full, match="约满"):
        booked(hall, citizen(3))
    operations.cancel(actor=citizen(1), appointment_id=first.pk, now=NOW)
    booked(hall, citizen(3))
    with pytest.raises(NotNow):
        operations.cancel(actor=citizen(1), appointment_id=first.pk, now=NOW)
    assert AppointmentSlot.objects.get().taken == 2


def test_one_person_books_an_item_once(hall: Hall) -> None:
    booked(hall)
    with pytest.raises(NotNow, match="已经预约"):
        booked(hall, at=Hour(TOMORROW, 14))
    assert AppointmentSlot.objects.filter(hour=14, taken__gt=0).count() == 0


def test_moving_gives_the_old_hour_back_and_only_twice(hall: Hall) -> None:
    mine = booked(hall)
    moved = operations.rebook(actor=actor("liu"), appointment_id=mine.pk, at=Hour(TOMORROW, 11), now=NOW)
    assert (moved.slot.hour, moved.moved) == (11, 1)
    assert {slot.hour: slot.taken for slot in AppointmentSlot.objects.all()} == {10: 0, 11: 1}
    with pytest.raises(NotFound):
        operations.rebook(actor=actor("zhang"), appointment_id=mine.pk, at=AT, now=NOW)
    operations.rebook(actor=actor("liu"), appointment_id=mine.pk, at=AT, now=NOW)
    with pytest.raises(NotNow, match="最多改两次"):
        operations.rebook(actor=actor("liu"), appointment_id=mine.pk, at=Hour(TOMORROW, 15), now=NOW)


def test_who_comes_with_the_code_is_called_before_those_who_just_walked_in(hall: Hall) -> None:
    mine = booked(hall)
    with pytest.raises(NotNow, match="前后 30 分钟"):
        operations.check_in(hall=hall, code=mine.code, now=moment(AT, -31))
    with pytest.raises(NotFound):
        operations.check_in(hall=hall_of("hall-two"), code=mine.code, now=moment(AT))
    walked_in = taken(hall, now=moment(AT, 1))
    ticket = operations.check_in(hall=hall, code=mine.code, now=moment(AT, 5))
    assert (ticket.label, ticket.priority) == ("Y001", "appointment")
    assert [one.pk for one in queries.waiting(hall, on=TOMORROW)] == [ticket.pk, walked_in.pk]
    with pytest.raises(NotFound):
        operations.check_in(hall=hall, code=mine.code, now=moment(AT, 6))


def test_three_that_were_missed_bar_from_booking_for_a_while_but_not_from_a_number(hall: Hall) -> None:
    for number in range(3):
        booked(hall, at=Hour(TOMORROW, 9 + number))
        assert operations.note_missed(now=moment(AT, 60 * 4)) == 1
    later = moment(AT, 60 * 4)
    with pytest.raises(NotNow, match="30 天内不能预约"):
        booked(hall, at=Hour(date(2026, 11, 30), 10), now=later)
    free = later + timedelta(days=31)
    assert booked(hall, at=Hour(date(2026, 12, 31), 10), now=free).state == AppointmentState.BOOKED


def test_the_day_before_one_is_reminded_once(hall: Hall, client: Client) -> None:
    signed_in(client, "liu")
    booked(hall, at=Hour(date(2026, 11, 30), 10))
    assert operations.remind(now=NOW) == 0
    sunday = moment(Hour(date(2026, 11, 29), 8))
    assert [operations.remind(now=sunday), operations.remind(now=sunday)] == [1, 0]
    assert Notice.objects.filter(kind="window.reminder").count() == 1


def test_on_the_phone_one_books_sees_the_code_and_cancels(hall: Hall, client: Client) -> None:
    signed_in(client, "liu")
    day = hours.slot_days(hall, today=timezone.localdate(), most=1)[0]
    book = reverse("window:book", args=[hall.slug])
    assert f"?item={ITEM}" in client.get(book, {"q": "低保"}).content.decode()
    page = client.get(book, {"item": ITEM, "day": day.isoformat()}).content.decode()
    assert "还有 6 个位置" in page
    assert "不用带" in page
    body = client.post(book, {"item": ITEM, "at": f"{day.isoformat()} 10"}, follow=True).content.decode()
    mine = Appointment.objects.get()
    assert mine.code in body
    assert client.get(reverse("window:appointment-code", args=[mine.pk])).status_code == 200
    assert "10:00–11:00" in client.get(reverse("window:appointments")).content.decode()
    signed_in(client, "zhang")
    for name in ("appointment", "appointment-code"):
        assert client.get(reverse(f"window:{name}", args=[mine.pk])).status_code == 404
    assert client.post(reverse("window:appointment-cancel", args=[mine.pk])).status_code == 404
    assert client.post(reverse("window:appointment-move", args=[mine.pk]), {"at": "x"}).status_code == 404
    signed_in(client, "liu")
    assert (
        "预约已取消" in client.post(reverse("window:appointment-cancel", args=[mine.pk]), follow=True).content.decode()
    )


def at_once[T](count: int, act: Callable[[int], T]) -> list[T]:
    barrier = Barrier(count)

    def run(place: int) -> T:
        try:
            barrier.wait(timeout=60)
            return act(place)
        finally:
            connection.close()

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(run, range(count)))


@pytest.mark.django_db(transaction=True)
def test_eight_who_want_the_last_three_places_at_once_get_three(hall: Hall) -> None:
    hall.slot_capacity = 3
    hall.save()

    def book(place: int) -> str:
        try:
            return booked(hall, citizen(place)).state
        except Full:
            return "FULL"

    assert sorted(at_once(8, book)) == ["BOOKED"] * 3 + ["FULL"] * 5
    assert AppointmentSlot.objects.get().taken == 3


@pytest.mark.django_db(transaction=True)
def test_a_code_shown_twice_at_once_gives_one_number(hall: Hall) -> None:
    seated(hall)
    mine = booked(hall)

    def come(_place: int) -> str:
        try:
            return operations.check_in(hall=hall, code=mine.code, now=moment(AT)).label
        except NotFound:
            return "GONE"

    assert sorted(at_once(4, come)) == ["GONE"] * 3 + ["Y001"]
