"""A paper that data prove, asked for all the same: told at once, insisted on with a reason only, counted, public."""

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from haihe.city.testing import load_departments
from haihe.platforms.services.items.api import load_items
from haihe.platforms.services.testing import ITEM, actor, item_by, signed_in
from haihe.platforms.services.window import figures, operations
from haihe.platforms.services.window.errors import InputRefused, NotFound, NotNow
from haihe.platforms.services.window.models import FlagKind, PaperFlag, QueueTicket
from haihe.platforms.services.window.testing import NOW, hall_of, seated, taken

pytestmark = pytest.mark.django_db


def served_ticket() -> QueueTicket:
    load_departments()
    load_items()
    hall = hall_of()
    clerk, ticket = seated(hall), taken(hall)
    operations.call_next(actor=clerk, now=NOW)
    return operations.start(actor=clerk, ticket_id=ticket.pk, now=NOW)


def ask(ticket: QueueTicket, paper: str, *, item: str = ITEM) -> PaperFlag | None:
    return operations.ask_for_paper(actor=actor("clerk_zwb"), ticket_id=ticket.pk, slug=item, paper=paper, now=NOW)


def test_what_data_prove_is_flagged_by_name_and_by_slug_once_a_visit() -> None:
    ticket = served_ticket()
    flag = ask(ticket, "relief-certificate")
    assert flag is not None
    assert (flag.kind, flag.resource, flag.source) == (FlagKind.DATA, "120012/000001", "120012")
    again = ask(ticket, "低保证明")
    assert again == flag
    assert PaperFlag.objects.count() == 1


def test_what_data_prove_for_one_item_is_flagged_for_every_other() -> None:
    ticket = served_ticket()
    other = item_by("plain", authority="120029")
    flag = ask(ticket, "低保证明", item=other.slug)
    assert flag is not None
    assert (flag.kind, flag.authority) == (FlagKind.DATA, "120029")


def test_what_the_list_does_not_name_is_flagged_too() -> None:
    flag = ask(served_ticket(), "无犯罪记录和三代直系亲属证明")
    assert flag is not None
    assert (flag.kind, flag.paper) == (FlagKind.NOT_LISTED, "")


def test_what_is_shown_or_rightly_asked_for_is_not() -> None:
    ticket = served_ticket()
    assert ask(ticket, "id-card") is None
    assert not PaperFlag.objects.exists()


def test_who_insists_says_why_and_once() -> None:
    ticket = served_ticket()
    flag = ask(ticket, "relief-certificate")
    assert flag is not None
    clerk = actor("clerk_zwb")

    def insist(reason: str) -> PaperFlag:
        return operations.insist(actor=clerk, ticket_id=ticket.pk, flag_id=flag.pk, reason=reason, now=NOW)

    with pytest.raises(InputRefused, match="至少 5 个字"):
        insist("要")
    assert insist("核验系统今天连接不上").reason == "核验系统今天连接不上"
    with pytest.raises(NotNow):
        insist("再来一次的理由")
    with pytest.raises(NotFound):
        operations.insist(
            actor=actor("clerk_gjj"), ticket_id=ticket.pk, flag_id=flag.pk, reason="理由理由理由", now=NOW
        )


def test_the_screen_tells_the_clerk_at_once(client: Client) -> None:
    ticket = served_ticket()
    signed_in(client, "clerk_zwb")
    told = {"item": ITEM, "paper": "relief-certificate"}
    body = client.post(reverse("window:visit-act", args=[ticket.pk, "ask"]), told, follow=True).content.decode()
    assert "“低保证明”不用交" in body
    assert "120012/000001" in body
    assert "这次要求已经记录" in body


def test_figures_are_public_and_reasons_are_for_those_who_answer_for_them(client: Client) -> None:
    ticket = served_ticket()
    flag = ask(ticket, "relief-certificate")
    assert flag is not None
    operations.insist(
        actor=actor("clerk_zwb"), ticket_id=ticket.pk, flag_id=flag.pk, reason="核验系统今天连接不上", now=NOW
    )
    (row,) = figures.hall_figures(now=NOW)
    assert (row.flags, row.insisted) == (1, 1)
    public = client.get(reverse("window:figures")).content.decode()
    assert "核验系统今天连接不上" not in public
    PaperFlag.objects.update(at=timezone.now())
    for username, sees in (("approver_zwb", True), ("approver_gjj", True), ("approver_mzj", False), ("operator", True)):
        body = signed_in(client, username).get(reverse("window:papers")).content.decode()
        assert ("核验系统今天连接不上" in body) is sees, username
