"""A clerk of the halls takes a whole life event in for somebody who stands there: one form, several cases."""

import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from haihe.city import cast
from haihe.city.testing import load_departments
from haihe.platforms.services.forms.api import offer_of
from haihe.platforms.services.items import api as items
from haihe.platforms.services.items.tests.filling import filled
from haihe.platforms.services.models import Case, LifeEvent
from haihe.platforms.services.testing import actor, signed_in
from haihe.platforms.services.window import operations
from haihe.platforms.services.window.models import Counter, QueueTicket
from haihe.platforms.services.window.testing import hall_of, seated, taken

pytestmark = pytest.mark.django_db

BIRTH = next(bundle for bundle in items.bundles() if bundle.slug == "birth")
CHOSEN = ("birth-household-registration", "social-card-application")
OFFER = items.offer_slug(BIRTH)


@pytest.fixture
def ticket(client: Client) -> QueueTicket:
    load_departments()
    items.load_items([item for item in items.shipped() if item.slug in BIRTH.items])
    now, hall = timezone.now(), hall_of()
    signed_in(client, "clerk_zwb")
    clerk, row = seated(hall, now=now), taken(hall, now=now)
    operations.call_next(actor=clerk, now=now)
    ticket = operations.start(actor=clerk, ticket_id=row.pk, now=now)
    person = {"name": cast.LIU.name, "id_number": str(cast.LIU.id_number)}
    client.post(reverse("window:visit-act", args=[ticket.pk, "identify"]), person)
    return ticket


def chosen() -> dict[str, str]:
    steps = [(step, slug) for step in BIRTH.steps_in_form for slug in step.items]
    return {items.field_of(step, slug): "yes" if slug in CHOSEN else "no" for step, slug in steps}


def begin(client: Client, ticket: QueueTicket, **more: str) -> Any:
    told = {"item": OFFER, "informed": "on"} | chosen() | more
    return client.post(reverse("window:begin", args=[ticket.pk]), told, follow=True)


def test_the_screen_offers_life_events_and_their_items_to_choose(client: Client, ticket: QueueTicket) -> None:
    body = client.get(reverse("window:visit", args=[ticket.pk])).content.decode()
    assert "?bundle=birth" in body
    body = client.get(reverse("window:visit", args=[ticket.pk]), {"bundle": "birth"}).content.decode()
    assert [name for name in chosen() if f'name="{name}"' not in body] == []
    assert "填一张表受理" in body


def test_one_form_at_the_counter_opens_the_cases_of_all_departments(client: Client, ticket: QueueTicket) -> None:
    begun = begin(client, ticket)
    body, address = begun.content.decode(), begun.redirect_chain[-1][0]
    assert f'value="{cast.LIU.name}"' in body
    offer = offer_of(OFFER, on=timezone.localdate())
    assert offer is not None
    said: dict[str, object] = {name: value == "yes" for name, value in chosen().items()}
    said |= {"applicant_name": cast.LIU.name, "applicant_id_number": cast.LIU.id_number, "signature": cast.LIU.name}
    values = filled(offer.form, turn=0, today=timezone.localdate(), said=said)
    plain = {name: ("yes" if value else "no") if isinstance(value, bool) else value for name, value in values.items()}
    revision = re.findall(r'name="revision" value="(\d+)"', body)[0]
    screen = client.post(address, plain | {"revision": revision, "action": "send"}, follow=True).content.decode()
    event = LifeEvent.objects.get()
    cases = list(Case.objects.order_by("in_life_event__place"))
    assert [case.item_slug for case in cases] == list(CHOSEN)
    assert [case.number for case in cases if case.number not in screen] == []
    page = reverse("services:desk-life-event", args=[event.number])
    assert client.get(page).status_code == 200
    operations.finish(actor=actor("clerk_zwb"), ticket_id=ticket.pk, now=timezone.now())
    assert ticket.items.get().case_number == event.number
    assert signed_in(Client(), "liu").get(reverse("services:life-event", args=[event.number])).status_code == 200


def test_a_choice_that_is_not_on_the_screen_is_refused(client: Client, ticket: QueueTicket) -> None:
    assert begin(client, ticket, take_000000="yes").status_code == 404
    assert not ticket.items.exists()


def test_a_counter_that_does_not_serve_all_of_it_passes_on(client: Client, ticket: QueueTicket) -> None:
    Counter.objects.filter(tickets=ticket).update(serves_all=False, authorities=["120011"])
    body = client.get(reverse("window:visit", args=[ticket.pk]), {"bundle": "birth"}).content.decode()
    assert "请转到综合窗口" in body
    assert begin(client, ticket).status_code == 404
    assert not ticket.items.exists()
