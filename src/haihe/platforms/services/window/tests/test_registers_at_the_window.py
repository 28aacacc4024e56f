"""Registers are asked at the window only for whom the clerk has before them, and only once they agreed to it."""

from collections.abc import Iterator
from uuid import UUID, uuid4

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from haihe.city import cast
from haihe.city.testing import load_departments
from haihe.platforms.services.forms import api as forms
from haihe.platforms.services.forms import ports
from haihe.platforms.services.forms.testing import ListedPrefiller
from haihe.platforms.services.items.api import load_items, shipped
from haihe.platforms.services.testing import actor, signed_in
from haihe.platforms.services.window import operations
from haihe.platforms.services.window.errors import NotFound
from haihe.platforms.services.window.models import QueueTicket, TicketItem
from haihe.platforms.services.window.testing import hall_of, seated, taken

pytestmark = pytest.mark.django_db

ITEM, FIELD = "rent-allowance", "members_count"


@pytest.fixture
def registers() -> Iterator[ListedPrefiller]:
    load_departments()
    load_items([item for item in shipped() if item.slug == ITEM])
    known = forms.Known(3, "天津市民政局", timezone.now(), str(uuid4()))
    listed, before = ListedPrefiller({FIELD: known}), ports.prefiller()
    ports.register_prefiller(listed)
    yield listed
    ports.register_prefiller(before)


@pytest.fixture
def ticket(client: Client, registers: ListedPrefiller) -> QueueTicket:
    """Return the visit of Liu, at the counter of the clerk who is signed in."""
    now, hall = timezone.now(), hall_of()
    signed_in(client, "clerk_zwb")
    clerk, waiting = seated(hall, now=now), taken(hall, now=now)
    operations.call_next(actor=clerk, now=now)
    operations.start(actor=clerk, ticket_id=waiting.pk, now=now)
    visitor = operations.Visitor(cast.LIU.name, str(cast.LIU.id_number))
    return operations.identify(actor=clerk, ticket_id=waiting.pk, visitor=visitor)


def begin(client: Client, ticket: QueueTicket, **told: str) -> str:
    data = {"item": ITEM, "informed": "on"} | told
    return client.post(reverse("window:begin", args=[ticket.pk]), data, follow=True).text


def test_the_screen_says_what_would_be_asked_of_whom(client: Client, ticket: QueueTicket) -> None:
    screen = client.get(reverse("window:visit", args=[ticket.pk]), {"item": ITEM}).text
    assert "申请人同意从登记数据里代填" in screen
    assert "社会救助对象信息" in screen


def test_with_consent_the_form_is_filled_in_and_the_consent_is_written_down(
    client: Client, ticket: QueueTicket, registers: ListedPrefiller
) -> None:
    form = begin(client, ticket, agrees="on")
    assert "天津市民政局" in form
    assert len(registers.asked) == 1
    assert FIELD in registers.asked[0]
    assert TicketItem.objects.get().prefill_agreed_at is not None


def test_without_consent_nobody_is_asked(client: Client, ticket: QueueTicket, registers: ListedPrefiller) -> None:
    begin(client, ticket)
    assert registers.asked == []
    assert TicketItem.objects.get().prefill_agreed_at is None


def test_of_somebody_who_is_not_there_nobody_is_asked(
    client: Client, ticket: QueueTicket, registers: ListedPrefiller
) -> None:
    zhang = cast.ZHANG
    visitor = operations.Visitor(cast.LIU.name, str(cast.LIU.id_number), zhang.name, str(zhang.id_number))
    operations.identify(actor=actor("clerk_zwb"), ticket_id=ticket.pk, visitor=visitor)
    screen = client.get(reverse("window:visit", args=[ticket.pk]), {"item": ITEM}).text
    assert "申请人同意从登记数据里代填" not in screen
    begin(client, ticket, agrees="on")
    assert registers.asked == []


def test_another_clerk_or_a_forged_draft_asks_nothing(client: Client, ticket: QueueTicket) -> None:
    begin(client, ticket)
    draft: UUID = TicketItem.objects.get().draft
    with pytest.raises(NotFound):
        operations.fill_from_registers(actor=actor("clerk_gjj"), ticket_id=ticket.pk, draft=draft, now=timezone.now())
    with pytest.raises(NotFound):
        operations.fill_from_registers(actor=actor("clerk_zwb"), ticket_id=ticket.pk, draft=uuid4(), now=timezone.now())
