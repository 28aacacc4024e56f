"""Who runs a hall plans who sits where, is told of waits that are too long, and sees no hall of others."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from haihe.base.notices.models import Notice
from haihe.city.testing import load_departments
from haihe.platforms.services.testing import actor, signed_in
from haihe.platforms.services.window import operations
from haihe.platforms.services.window.models import QueueTicket, Shift, Sitting
from haihe.platforms.services.window.testing import NOW, hall_of, seated, taken
from haihe.platforms.services.window.workflow import TicketState

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def departments() -> None:
    load_departments()


def test_the_supervisor_plans_a_shift_and_takes_it_off(client: Client) -> None:
    hall = hall_of()
    signed_in(Client(), "clerk_gjj")
    signed_in(client, "approver_zwb")
    plan = {"counter": "2", "username": "clerk_gjj", "weekday": ["1", "5"], "from": "09:00", "until": "17:00"}
    address = reverse("window:plan-shift", args=[hall.slug])
    body = client.post(address, plan, follow=True).content.decode()
    assert "李敏" in body
    shift = Shift.objects.get()
    assert (shift.weekdays, shift.from_minute, shift.until_minute) == ([1, 5], 540, 1020)
    for wrong, told in (
        ({"username": "liu"}, "没有这个窗口人员"),
        ({"weekday": []}, "至少选一个星期几"),
        ({"until": "08:00"}, "下班时间要晚于"),
        ({"from": "soon"}, "下班时间要晚于"),
        ({}, "已经排过"),
    ):
        assert told in client.post(address, plan | wrong, follow=True).content.decode()
    client.post(reverse("window:end-shift", args=[hall.slug]), {"shift": shift.pk})
    assert not Shift.objects.exists()
    client.post(reverse("window:use-counter", args=[hall.slug]), {"counter": "2", "use": "0"})
    assert not hall.counters.get(number=2).is_in_use


def test_halls_that_others_run_are_not_there(client: Client) -> None:
    hall = hall_of()
    signed_in(client, "approver_gjj")
    assert "没有由您负责的大厅" in client.get(reverse("window:supervise")).content.decode()
    assert client.get(reverse("window:supervise-hall", args=[hall.slug])).status_code == 404
    for name in ("plan-shift", "end-shift", "use-counter"):
        assert client.post(reverse(f"window:{name}", args=[hall.slug]), {"counter": "1"}).status_code == 404
    assert signed_in(client, "clerk_zwb").get(reverse("window:supervise")).status_code == 403


def test_a_wait_that_is_too_long_is_told_once() -> None:
    hall = hall_of()
    ticket = taken(hall, now=NOW - timedelta(minutes=30))
    taken(hall)
    assert [operations.warn_of_long_waits(now=NOW), operations.warn_of_long_waits(now=NOW)] == [1, 0]
    notice = Notice.objects.get(kind="window.long_wait")
    assert notice.facts["number"] == ticket.label


def test_the_supervisor_sees_who_waits_too_long(client: Client) -> None:
    hall = hall_of()
    ticket = taken(hall)
    signed_in(client, "approver_zwb")
    QueueTicket.objects.update(taken_at=NOW - timedelta(minutes=40), day=NOW.date())
    body = client.get(reverse("window:supervise-hall", args=[hall.slug])).content.decode()
    assert ticket.hall.name in body
    assert "排一个班" in body


def test_numbers_and_sittings_end_with_their_day() -> None:
    hall = hall_of()
    clerk = seated(hall)
    waiting, called = taken(hall), taken(hall)
    operations.call_next(actor=clerk, now=NOW)
    assert operations.end_the_day(now=NOW + timedelta(hours=1)) == 0
    assert operations.end_the_day(now=NOW + timedelta(days=1)) == 2
    states = set(QueueTicket.objects.filter(pk__in=[waiting.pk, called.pk]).values_list("state", flat=True))
    assert states == {TicketState.LAPSED}
    assert Sitting.objects.get().until is not None
    assert operations.call_next(actor=seated(hall, "clerk_gjj", number=2), now=NOW) is None
    assert actor("clerk_gjj").user_id is not None
