"""Halls are created, changed and closed on pages; whose appointment can't be kept is told; nothing goes unnoted."""

import pytest
from django.db import DatabaseError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from haihe.base.accounts.api import Actor
from haihe.base.notices.models import Notice
from haihe.city.testing import load_departments, load_two_streets
from haihe.platforms.services.forms.testing import account_of
from haihe.platforms.services.testing import actor, item_by, officer, signed_in
from haihe.platforms.services.window import hours, operations
from haihe.platforms.services.window.errors import NotFound, NotNow
from haihe.platforms.services.window.managed import read_hours
from haihe.platforms.services.window.models import Appointment, Counter, Hall, HallEvent
from haihe.platforms.services.window.operations import Hour
from haihe.platforms.services.window.testing import hall_of, seated, taken

pytestmark = pytest.mark.django_db

RUNS, CENTRE = "120037", "120001"
TYPED = {
    "slug": "heping-north",
    "name": "和平北政务服务中心",
    "organisation": RUNS,
    "division": "120103000000",
    "address": "和平区某路 1 号",
    "hours": "09:00-12:00 13:30-17:00",
    "hotline": "12345",
    "wait_limit_min": "20",
    "slot_capacity": "6",
}


@pytest.fixture(autouse=True)
def _city() -> None:
    load_departments()
    load_two_streets()


def operator() -> Client:
    return signed_in(Client(), "operator")


def booked(hall: Hall, hour: int = 10) -> Appointment:
    """Return Liu's appointment on the next day."""
    account_of("liu")
    day = hours.slot_days(hall, today=timezone.localdate(), most=1)[0]
    item = item_by("plain")
    return operations.book(actor=actor("liu"), hall=hall, item=item.slug, at=Hour(day, hour), now=timezone.now())


def test_an_operator_builds_a_hall_with_counters_and_it_is_noted() -> None:
    client = operator()
    made = client.post(reverse("window:new-hall"), TYPED, follow=True)
    hall = Hall.objects.get(slug="heping-north")
    assert hall.hours == [[540, 720], [810, 1020]]
    assert "大厅已建好" in made.text
    counter = reverse("window:set-counter", args=[hall.slug])
    client.post(counter, {"number": "1", "is_in_use": "on"})
    client.post(counter, {"number": "2", "is_in_use": "on", "authorities": ["120040"]})
    assert [(one.number, one.serves_all) for one in hall.counters.all()] == [(1, True), (2, False)]
    page = client.get(reverse("window:manage-hall", args=[hall.slug])).text
    assert "设置 2 号窗口" in page
    assert client.get(reverse("window:hall", args=[hall.slug])).status_code == 200


@pytest.mark.parametrize(
    ("field", "wrong"),
    [
        ("slug", "和平"),
        ("name", " "),
        ("organisation", "999999"),
        ("division", "1"),
        ("hours", "9点到12点"),
        ("hours", "13:00-12:00"),
        ("hours", "09:00-12:00 11:00-13:00"),
        ("wait_limit_min", "0"),
        ("slot_capacity", "x"),
    ],
)
def test_what_can_not_be_is_refused_and_stays_in_the_form(field: str, wrong: str) -> None:
    answer = operator().post(reverse("window:new-hall"), TYPED | {field: wrong})
    assert answer.status_code == 422
    assert 'value="和平区某路 1 号"' in answer.text
    assert not Hall.objects.exists()


def test_hours_that_no_longer_are_cancel_what_was_booked_there_and_the_person_is_told() -> None:
    hall = hall_of(hours=[[540, 720], [810, 1020]])
    early = booked(hall, 10)
    answer = operator().post(
        reverse("window:manage-hall", args=[hall.slug]),
        TYPED | {"hours": "13:30-17:00", "is_daily": "on"},
        follow=True,
    )
    assert "取消了 1 个不再合适的预约" in answer.text
    early.refresh_from_db()
    assert (early.state, early.slot.taken) == ("CANCELLED", 0)
    assert Notice.objects.filter(kind="window.stranded").count() == 1


def test_a_hall_closes_when_nobody_is_in_it_and_opens_again() -> None:
    hall = hall_of()
    one = booked(hall)
    centre = officer("OPERATOR", CENTRE)
    seated(hall, now=timezone.now())
    taken(hall, now=timezone.now())
    with pytest.raises(NotNow):
        operations.close_hall(actor=centre, slug=hall.slug, now=timezone.now())
    later = timezone.now()
    operations.call_next(actor=actor("clerk_zwb"), now=later)
    ticket = hall.tickets.get()
    operations.start(actor=actor("clerk_zwb"), ticket_id=ticket.pk, now=later)
    operations.finish(actor=actor("clerk_zwb"), ticket_id=ticket.pk, now=later)
    operations.stand_up(actor=actor("clerk_zwb"), now=later)
    assert operations.close_hall(actor=centre, slug=hall.slug, now=later) == 1
    one.refresh_from_db()
    assert one.state == "CANCELLED"
    assert hall.slug not in Client().get(reverse("window:halls")).text
    operations.reopen_hall(actor=centre, slug=hall.slug, now=later)
    assert Hall.objects.get().is_open


def test_who_runs_a_hall_changes_it_and_others_do_not_find_it() -> None:
    hall = hall_of()
    address = reverse("window:manage-hall", args=[hall.slug])
    assert signed_in(Client(), "approver_zwb").get(address).status_code == 200
    assert signed_in(Client(), "approver_gjj").get(address).status_code == 404
    assert signed_in(Client(), "clerk_zwb").get(address).status_code == 403
    stranger: Actor = officer("APPROVER", "120012")
    with pytest.raises(NotFound):
        operations.close_hall(actor=stranger, slug=hall.slug, now=timezone.now())
    assert signed_in(Client(), "approver_gjj").post(reverse("window:new-hall"), TYPED).status_code == 422


def test_a_counter_at_which_somebody_sits_is_not_closed() -> None:
    hall = hall_of()
    seated(hall, now=timezone.now())
    with pytest.raises(NotNow):
        operations.set_counter(
            actor=officer("OPERATOR", CENTRE),
            slug=hall.slug,
            number=1,
            authorities=frozenset(),
            is_in_use=False,
            now=timezone.now(),
        )
    assert Counter.objects.get(hall=hall, number=1).is_in_use


def test_history_only_grows() -> None:
    hall = hall_of()
    operations.close_hall(actor=officer("OPERATOR", CENTRE), slug=hall.slug, now=timezone.now())
    with pytest.raises(DatabaseError), transaction.atomic():
        HallEvent.objects.update(actor_name="别人")


def test_hours_are_read_as_people_write_them() -> None:
    assert read_hours("09:00-12:00 13:30-17:00") == ((540, 720), (810, 1020))
    assert read_hours("9:00–12:00，13:30至17:00") == ((540, 720), (810, 1020))
    assert read_hours("00:00-24:00") == ((0, 1440),)
    assert read_hours("09:00-12:00 和下午") == ()
