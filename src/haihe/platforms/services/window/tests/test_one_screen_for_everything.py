"""A clerk of the halls takes in what any department handles: who it is, what data prove, the form, the case."""

import re
from collections.abc import Callable, Iterator

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoCaptureOnCommitCallbacks

from haihe.base.accounts.api import NotPermitted
from haihe.city import cast
from haihe.city.testing import load_departments
from haihe.kernel.answers import Answer
from haihe.platforms.services import adapters
from haihe.platforms.services import operations as cases
from haihe.platforms.services.forms.testing import account_of
from haihe.platforms.services.items.api import ItemDefinition, load_items
from haihe.platforms.services.models import Case, Channel
from haihe.platforms.services.ratings import api as ratings
from haihe.platforms.services.testing import ITEM, ScriptedVerifier, actor, application_for, item_by, says, signed_in
from haihe.platforms.services.window import operations, rated
from haihe.platforms.services.window.models import Hall, QueueTicket
from haihe.platforms.services.window.testing import hall_of, seated, taken

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def source() -> Iterator[Callable[[ScriptedVerifier], None]]:
    load_departments()
    adapters.use_verifier(says(Answer.MATCH))
    yield adapters.use_verifier
    adapters.use_verifier(None)


@pytest.fixture
def hall() -> Hall:
    return hall_of()


def at_the_counter(client: Client, hall: Hall) -> QueueTicket:
    """Sign the clerk in, with somebody before them."""
    now = timezone.now()
    signed_in(client, "clerk_zwb")
    clerk, ticket = seated(hall, now=now), taken(hall, now=now)
    operations.call_next(actor=clerk, now=now)
    return operations.start(actor=clerk, ticket_id=ticket.pk, now=now)


def post(client: Client, ticket: QueueTicket, act: str, /, **told: str) -> str:
    return client.post(reverse("window:visit-act", args=[ticket.pk, act]), told, follow=True).content.decode()


def identify(client: Client, ticket: QueueTicket, username: str = "liu", **more: str) -> str:
    person = cast.person(username)
    return post(client, ticket, "identify", name=person.name, id_number=str(person.id_number), **more)


def fill_in_and_send(client: Client, ticket: QueueTicket, item: ItemDefinition) -> str:
    """Begin the item's form and send it with what is filled in already; return the page that follows."""
    begun = client.post(reverse("window:begin", args=[ticket.pk]), {"item": item.slug, "informed": "on"}, follow=True)
    body = begun.content.decode()
    assert f'value="{cast.LIU.name}"' in body
    address, revision = begun.redirect_chain[-1][0], re.findall(r'name="revision" value="(\d+)"', body)[0]
    told = {
        "revision": revision,
        "action": "send",
        "applicant_name": cast.LIU.name,
        "applicant_id_number": str(cast.LIU.id_number),
        "amount": "12000",
    }
    return client.post(address, told, follow=True).content.decode()


def test_whatever_department_it_is_of_one_clerk_takes_it_in(
    client: Client, hall: Hall, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    item = item_by("plain", authority="120029", asks=True)
    ticket = at_the_counter(client, hall)
    assert "还没有受理" in identify(client, ticket)
    screen = client.get(reverse("window:visit", args=[ticket.pk]), {"item": item.slug}).content.decode()
    assert "不用交" in screen
    assert "填表受理" in screen
    with django_capture_on_commit_callbacks(execute=True):
        fill_in_and_send(client, ticket, item)
    body = client.get(reverse("window:visit", args=[ticket.pk])).content.decode()
    case = Case.objects.get()
    assert (case.organisation, case.channel, case.opened_by) == ("120029", Channel.WINDOW, actor("clerk_zwb").user_id)
    assert case.number in body
    assert "在低保名册上" in body
    assert str(cast.LIU.id_number) not in body
    # The case is the department's: its page is not there for the clerk of the hall.
    assert client.get(reverse("services:desk-case", args=[case.number])).status_code == 404
    post(client, ticket, "finish")
    ticket.refresh_from_db()
    assert ticket.sealed_visitor is None
    assert ticket.items.get().case_number == case.number
    assert ratings.invitation_of(rated.number_of(ticket), now=timezone.now()) is not None


def test_the_form_says_whose_visit_it_is_and_leads_back(client: Client, hall: Hall) -> None:
    item = item_by("plain", authority="120029")
    ticket = at_the_counter(client, hall)
    identify(client, ticket)
    begun = client.post(reverse("window:begin", args=[ticket.pk]), {"item": item.slug, "informed": "on"}, follow=True)
    assert "回到这次受理" in begun.content.decode()
    assert ticket.label in begun.content.decode()


def test_nothing_begins_before_it_is_known_who_it_is_and_they_were_told(client: Client, hall: Hall) -> None:
    item = item_by("plain", authority="120029")
    ticket = at_the_counter(client, hall)
    begin = reverse("window:begin", args=[ticket.pk])
    assert (
        "先核对来人的身份证" in client.post(begin, {"item": item.slug, "informed": "on"}, follow=True).content.decode()
    )
    assert "身份证号码" in post(client, ticket, "identify", name="刘志远", id_number="123")
    identify(client, ticket)
    assert "请先告知申请人" in client.post(begin, {"item": item.slug}, follow=True).content.decode()
    assert client.post(begin, {"item": "no-such-item", "informed": "on"}).status_code == 404


def test_without_a_seat_nobody_takes_in_what_another_department_handles(hall: Hall) -> None:
    item = item_by("plain", authority="120029")
    now = timezone.now()
    clerk = actor("clerk_zwb")
    form = application_for(item, channel=Channel.WINDOW)
    with pytest.raises(NotPermitted):
        cases.open_case(actor=clerk, application=form, now=now)
    seated(hall, now=now)
    with pytest.raises(NotPermitted):
        # At a counter, but with nobody before them.
        cases.open_case(actor=clerk, application=form, now=now)
    ticket = taken(hall, now=now)
    operations.call_next(actor=clerk, now=now)
    operations.start(actor=clerk, ticket_id=ticket.pk, now=now)
    assert cases.open_case(actor=clerk, application=form, now=now)
    operations.finish(actor=clerk, ticket_id=ticket.pk, now=now)
    with pytest.raises(NotPermitted):
        cases.open_case(actor=clerk, application=application_for(item, "zhang", channel=Channel.WINDOW), now=now)


def test_a_counter_for_one_department_takes_in_no_other(hall: Hall) -> None:
    item = item_by("plain", authority="120029")
    now = timezone.now()
    counter = hall.counters.get(number=1)
    counter.serves_all, counter.authorities = False, ["120040"]
    counter.save()
    clerk, ticket = seated(hall, now=now), taken(hall, now=now)
    QueueTicket.objects.filter(pk=ticket.pk).update(only_counter=counter)
    operations.call_next(actor=clerk, now=now)
    operations.start(actor=clerk, ticket_id=ticket.pk, now=now)
    with pytest.raises(NotPermitted):
        cases.open_case(actor=clerk, application=application_for(item, channel=Channel.WINDOW), now=now)


def test_who_comes_for_somebody_else_is_told_whether_they_are_let(client: Client, hall: Hall) -> None:
    ticket = at_the_counter(client, hall)
    zhang = cast.ZHANG
    body = identify(client, ticket, "liu", principal=zhang.name, principal_number=str(zhang.id_number))
    assert "没有查到网上授权" in body
    account_of("zhang")
    both = identify(client, ticket, "liu", principal=cast.LIU.name, principal_number=str(cast.LIU.id_number))
    assert "委托人就是来人自己" in both


def test_any_item_of_the_city_is_found_on_the_screen(client: Client, hall: Hall) -> None:
    load_items()
    ticket = at_the_counter(client, hall)
    found = client.get(reverse("window:visit", args=[ticket.pk]), {"q": "低保家庭提取住房公积金"}).content.decode()
    assert f"?item={ITEM}" in found
    none = client.get(reverse("window:visit", args=[ticket.pk]), {"q": "zzzz-qqqq"}).content.decode()
    assert "没有找到这样的事项" in none
