"""Accepted at the front, examined at the back: where a department entrusts that to a hall, and nowhere else."""

from uuid import UUID, uuid4

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from haihe.base.accounts.api import Actor, NotPermitted
from haihe.city.testing import load_departments
from haihe.platforms.services import operations as cases
from haihe.platforms.services.forms.models import Draft
from haihe.platforms.services.models import Case, CaseEvent, Channel
from haihe.platforms.services.testing import application_for, item_by, officer, signed_in, take
from haihe.platforms.services.window import operations
from haihe.platforms.services.window.errors import InputRefused, NotFound, NotNow
from haihe.platforms.services.window.models import EntrustedAcceptance, Hall, QueueTicket, TicketItem
from haihe.platforms.services.window.testing import hall_of, seated, taken
from haihe.platforms.services.workflow import CaseState

pytestmark = pytest.mark.django_db

MARKET, HALLS = "120029", "120037"


@pytest.fixture
def hall() -> Hall:
    load_departments()
    return hall_of()


def entrusted(item: str = "") -> EntrustedAcceptance:
    item_by("plain", authority=MARKET)
    return operations.entrust(
        actor=officer("APPROVER", MARKET),
        authority=MARKET,
        organisation=HALLS,
        item=item,
        basis="综合窗口委托受理协议",
        now=timezone.now(),
    )


def at_the_counter(hall: Hall, *, process: str = "plain") -> tuple[Actor, QueueTicket, str]:
    """Return the clerk, the visit, and the case that was taken in during it."""
    now = timezone.now()
    clerk, ticket = seated(hall, now=now), taken(hall, now=now)
    operations.call_next(actor=clerk, now=now)
    operations.start(actor=clerk, ticket_id=ticket.pk, now=now)
    item = item_by(process, authority=MARKET)
    number = cases.open_case(actor=clerk, application=application_for(item, channel=Channel.WINDOW), now=now)
    TicketItem.objects.create(
        ticket=ticket, draft=drafted(clerk, number, item.slug), item_slug=item.slug, authority=MARKET, begun_at=now
    )
    return clerk, ticket, number


def drafted(clerk: Actor, number: str, slug: str) -> UUID:
    """Return the draft that became the case."""
    now = timezone.now()
    made = Draft(
        item_slug=slug,
        item_version=1,
        channel="WINDOW",
        owner=clerk.user_id or uuid4(),
        organisation=MARKET,
        begun_at=now,
        saved_at=now,
        expires_at=now,
        state="SENT",
        sent_at=now,
        case_number=number,
        receipt={},
        sealed_content=b"",
    )
    made.save(force_insert=True)
    return made.pk


def accept(clerk: Actor, ticket: QueueTicket, number: str, choice: str = "accept", note: str = "") -> None:
    operations.accept_case(
        actor=clerk, ticket_id=ticket.pk, number=number, choice=choice, note=note, now=timezone.now()
    )


def test_the_hall_accepts_and_the_department_examines(hall: Hall) -> None:
    entrusted()
    clerk, ticket, number = at_the_counter(hall)
    accept(clerk, ticket, number)
    case = Case.objects.get(number=number)
    assert case.state == CaseState.EXAMINING
    assert case.due_at is not None
    event = CaseEvent.objects.get(case=case, name="accept")
    assert (event.actor_name, event.facts["front"]) == (clerk.name, HALLS)
    take(number, "examine", now=timezone.now())


def test_the_screen_offers_it_and_says_afterwards_that_it_is_accepted(client: Client, hall: Hall) -> None:
    entrusted()
    _clerk, ticket, number = at_the_counter(hall)
    signed_in(client, "clerk_zwb")
    screen = reverse("window:visit", args=[ticket.pk])
    assert "当场受理" in client.get(screen).text
    answer = client.post(
        reverse("window:visit-act", args=[ticket.pk, "accept"]), {"number": number, "choice": "accept"}, follow=True
    )
    assert "当场受理" not in answer.text
    assert "审查" in answer.text


def test_what_is_missing_is_told_once_at_the_front_with_words(hall: Hall) -> None:
    entrusted()
    clerk, ticket, number = at_the_counter(hall)
    with pytest.raises(NotNow, match="至少 5 个字"):
        accept(clerk, ticket, number, "missing")
    accept(clerk, ticket, number, "missing", "营业场所的照片看不清，请重新拍")
    assert Case.objects.get().state == CaseState.SUPPLEMENTING


def test_without_entrusting_or_of_another_item_nothing_is_accepted(client: Client, hall: Hall) -> None:
    clerk, ticket, number = at_the_counter(hall)
    with pytest.raises(NotFound):
        accept(clerk, ticket, number)
    signed_in(client, "clerk_zwb")
    assert "当场受理" not in client.get(reverse("window:visit", args=[ticket.pk])).text
    assert Case.objects.get().state == CaseState.AWAITING_ACCEPTANCE


def test_it_ends_when_it_is_taken_back(hall: Hall) -> None:
    given = entrusted()
    clerk, ticket, number = at_the_counter(hall)
    with pytest.raises(NotFound):
        operations.take_back(actor=officer("APPROVER", "120012"), pk=given.pk, now=timezone.now())
    operations.take_back(actor=officer("APPROVER", MARKET), pk=given.pk, now=timezone.now())
    with pytest.raises(NotFound):
        accept(clerk, ticket, number)


@pytest.mark.parametrize("choice", ["refuse", "", "approve"])
def test_to_refuse_acceptance_stays_the_departments(hall: Hall, choice: str) -> None:
    entrusted()
    clerk, ticket, number = at_the_counter(hall)
    with pytest.raises(NotNow):
        accept(clerk, ticket, number, choice, "不符合条件，不予受理")
    assert Case.objects.get().state == CaseState.AWAITING_ACCEPTANCE


def test_another_clerk_another_visit_or_a_second_time_is_refused(hall: Hall) -> None:
    entrusted()
    clerk, ticket, number = at_the_counter(hall)
    other = seated(hall, "clerk_gjj", number=2, now=timezone.now())
    with pytest.raises(NotFound):
        accept(other, ticket, number)
    with pytest.raises(NotFound):
        accept(clerk, ticket, "SCJ-20261126-999999")
    accept(clerk, ticket, number)
    with pytest.raises(NotNow):
        accept(clerk, ticket, number)
    operations.finish(actor=clerk, ticket_id=ticket.pk, now=timezone.now())
    with pytest.raises(NotNow):
        accept(clerk, ticket, number)


def test_only_the_departments_own_approvers_entrust_and_say_on_what_basis(hall: Hall) -> None:
    def give(by: Actor, *, to: str = HALLS, item: str = "", basis: str = "委托协议") -> EntrustedAcceptance:
        now = timezone.now()
        return operations.entrust(actor=by, authority=MARKET, organisation=to, item=item, basis=basis, now=now)

    with pytest.raises(NotPermitted):
        give(officer("APPROVER", "120012"))
    approver = officer("APPROVER", MARKET)
    with pytest.raises(InputRefused):
        give(approver, basis="  ")
    with pytest.raises(InputRefused):
        give(approver, to="120001")
    with pytest.raises(InputRefused):
        give(approver, item="no-such-item")
    give(approver)
    with pytest.raises(InputRefused, match="已经委托"):
        give(approver)
