"""What people see of halls and their number; what the clerk sees of the queue."""

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from haihe.city.testing import load_departments
from haihe.platforms.services.testing import actor, signed_in
from haihe.platforms.services.window import operations
from haihe.platforms.services.window.models import QueueTicket
from haihe.platforms.services.window.testing import hall_of, rostered, seated, served, taken
from haihe.platforms.services.window.workflow import TicketState

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def departments() -> None:
    load_departments()


def text(client: Client, name: str, *args: object) -> str:
    answer = client.get(reverse(f"window:{name}", args=args))
    assert answer.status_code == 200
    return answer.content.decode()


def test_halls_are_open_to_everybody(client: Client) -> None:
    assert "还没有登记大厅" in text(client, "halls")
    hall = hall_of()
    assert "0 人在等" in text(client, "halls")
    body = text(client, "hall", hall.slug)
    assert "每天，节假日不休" in body
    assert "现在没有窗口在叫号" in body
    assert client.get(reverse("window:hall", args=["no-hall"])).status_code == 404


def test_a_citizen_takes_a_number_watches_it_and_gives_it_up(client: Client) -> None:
    hall, now = hall_of(), timezone.now()
    seated(hall, now=now)
    served(hall, [10, 10, 10, 12, 30], now=now)
    signed_in(client, "liu")
    answer = client.post(reverse("window:take", args=[hall.slug]), {"priority": "disabled"}, follow=True)
    body = answer.content.decode()
    assert "A001" in body
    assert "前面还有 0 人" in body
    assert "大约要等 0–5 分钟" in body
    ticket = QueueTicket.objects.get(source="PHONE")
    assert (ticket.visitor_key, ticket.priority) == (actor("liu").subject_key, "disabled")
    assert client.get(reverse("window:ticket-qr", args=[ticket.pk])).status_code == 200
    assert client.post(reverse("window:leave", args=[ticket.pk])).status_code == 302
    ticket.refresh_from_db()
    assert ticket.state == TicketState.LEFT


def test_the_number_of_somebody_else_is_not_there(client: Client) -> None:
    hall = hall_of()
    signed_in(client, "liu").post(reverse("window:take", args=[hall.slug]))
    ticket = QueueTicket.objects.get()
    signed_in(client, "zhang")
    for name in ("ticket", "ticket-stamp", "ticket-qr"):
        assert client.get(reverse(f"window:{name}", args=[ticket.pk])).status_code == 404
    for name in ("leave", "come-back"):
        assert client.post(reverse(f"window:{name}", args=[ticket.pk])).status_code == 404


def test_the_screen_shows_who_is_called_where_and_its_stamp_changes(client: Client) -> None:
    hall, now = hall_of(), timezone.now()
    clerk = seated(hall, now=now)
    taken(hall, now=now)
    before = client.get(reverse("window:screen-stamp", args=[hall.slug])).json()["stamp"]
    assert f'data-live-stamp="{before}"' in text(client, "screen", hall.slug)
    operations.call_next(actor=clerk, now=now)
    body = text(client, "screen", hall.slug)
    assert "A001" in body
    assert "1 号窗口" in body
    assert client.get(reverse("window:screen-stamp", args=[hall.slug])).json()["stamp"] != before


def test_a_terminal_is_one_only_where_those_who_run_the_hall_made_it_one(client: Client) -> None:
    hall, other = hall_of(), hall_of("hall-two")
    terminal = reverse("window:terminal", args=[hall.slug])
    assert client.get(terminal).status_code == 404
    signed_in(client, "clerk_gjj")
    assert client.post(reverse("window:terminal-enable", args=[hall.slug])).status_code == 404
    signed_in(client, "approver_zwb")
    assert client.post(reverse("window:terminal-enable", args=[hall.slug])).status_code == 302
    del client.cookies[settings.SESSION_COOKIE_NAME]
    assert "请取号" in client.get(terminal).content.decode()
    answer = client.post(terminal, {"priority": "elderly"}, follow=True)
    assert "A001" in answer.content.decode()
    assert client.get(reverse("window:terminal", args=[other.slug])).status_code == 404


def test_what_is_typed_at_the_terminal_finds_items_or_says_that_none_is_needed(client: Client) -> None:
    hall = hall_of()
    signed_in(client, "approver_zwb").post(reverse("window:terminal-enable", args=[hall.slug]))
    body = client.get(reverse("window:terminal", args=[hall.slug]), {"q": "zzzz-qqqq"}).content.decode()
    assert "直接取号就行" in body


def test_the_clerk_sits_down_calls_and_comes_to_the_visit(client: Client) -> None:
    hall, now = hall_of(), timezone.now()
    signed_in(client, "clerk_zwb")
    assert "排班表里现在没有您的窗口" in text(client, "counter")
    counter = hall.counters.get(number=1)
    rostered(counter, actor("clerk_zwb"))
    assert "在哪个窗口上岗" in text(client, "counter")
    client.post(reverse("window:sit-down"), {"counter": counter.pk})
    assert "没有人等候" in text(client, "counter")
    ticket = taken(hall, now=now)
    assert "A001" in text(client, "counter")
    answer = client.post(reverse("window:call"), follow=True)
    assert "人到了，开始办理" in answer.content.decode()
    client.post(reverse("window:visit-act", args=[ticket.pk, "start"]))
    assert "已办 0 分钟" in text(client, "visit", ticket.pk)
    client.post(reverse("window:visit-act", args=[ticket.pk, "finish"]))
    ticket.refresh_from_db()
    assert ticket.state == TicketState.FINISHED


def test_the_visit_of_another_clerk_is_not_there(client: Client) -> None:
    hall, now = hall_of(), timezone.now()
    clerk, ticket = seated(hall, now=now), taken(hall, now=now)
    operations.call_next(actor=clerk, now=now)
    signed_in(client, "clerk_gjj")
    assert client.get(reverse("window:visit", args=[ticket.pk])).status_code == 404
    for name in ("start", "finish", "pass-on", "miss", "call-again", "no-such-move"):
        assert client.post(reverse("window:visit-act", args=[ticket.pk, name])).status_code == 404
