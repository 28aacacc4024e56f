"""What is done for the person at the counter: know who they are, begin a form for them, keep what came of it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from haihe.base.accounts.api import Actor
from haihe.base.keys import api as keys
from haihe.kernel.identifiers import IdentifierError, parse_id_number
from haihe.kernel.text import normalise
from haihe.platforms.services.forms import api as forms
from haihe.platforms.services.window.errors import InputRefused, NotFound, NotNow
from haihe.platforms.services.window.models import QueueTicket, TicketItem
from haihe.platforms.services.window.operations.moving import locked
from haihe.platforms.services.window.workflow import TicketState

_LONGEST_NAME = 50


@dataclass(frozen=True, slots=True)
class Visitor:
    """Who stands at the counter, and for whom they came where that is somebody else."""

    name: str
    id_number: str = field(repr=False)
    principal: str = ""
    principal_number: str = field(default="", repr=False)

    @property
    def acts_for_another(self) -> bool:
        return bool(self.principal_number)


@transaction.atomic
def identify(*, actor: Actor, ticket_id: UUID, visitor: Visitor) -> QueueTicket:
    """Keep, sealed and for this visit only, whom the clerk has before them. Raises: NotFound, NotNow, InputRefused."""
    ticket = serving(actor, ticket_id)
    told = {
        "name": _name("name", visitor.name),
        "id_number": _number("id_number", visitor.id_number),
        "principal": "",
        "principal_number": "",
    }
    if visitor.principal.strip() or visitor.principal_number.strip():
        told["principal"] = _name("principal", visitor.principal)
        told["principal_number"] = _number("principal_number", visitor.principal_number)
        if told["principal_number"] == told["id_number"]:
            raise InputRefused("principal_number", _("委托人就是来人自己，这里不用填。"))
    plain = json.dumps(told, ensure_ascii=False).encode()
    ticket.sealed_visitor = keys.keyring().seal(plain, context=ticket.seal_context)
    ticket.save(update_fields=["sealed_visitor"])
    return ticket


def visitor_of(ticket: QueueTicket) -> Visitor | None:
    """Open whom the clerk has before them; for the clerk's own screen and form only, never to log."""
    if ticket.sealed_visitor is None:
        return None
    kept = json.loads(keys.keyring().open(bytes(ticket.sealed_visitor), context=ticket.seal_context))
    return Visitor(kept["name"], kept["id_number"], kept["principal"], kept["principal_number"])


@transaction.atomic
def begin_item(
    *,
    actor: Actor,
    ticket_id: UUID,
    slug: str,
    informed: bool,
    agrees: bool = False,
    chosen: Mapping[str, str] | None = None,
    now: datetime,
) -> UUID:
    """Begin an item's form with the person filled in; return the draft. Raises: NotFound, NotNow, InputRefused.

    `agrees`: the person lets registers be asked for the rest (`fill_from_registers`); that is written down. `chosen` is
    which items of a life event.
    """
    ticket = serving(actor, ticket_id)
    visitor = visitor_of(ticket)
    if visitor is None:
        raise NotNow(_("请先核对来人的身份证，再受理事项。"))
    if not informed:
        raise InputRefused("informed", _("请先告知申请人将核验哪些数据，并勾选确认。"))
    try:
        draft = forms.begin_for(
            actor=actor,
            slug=slug,
            said=said_of(visitor, slug=slug, now=now) | dict(chosen or {}),
            now=now,
        )
    except forms.DraftNotFound:
        raise NotFound from None
    offer = forms.offer_of(slug, on=timezone.localdate(now))
    TicketItem.objects.create(
        ticket=ticket,
        draft=draft,
        item_slug=slug,
        authority=offer.authority if offer else "",
        begun_at=now,
        prefill_agreed_at=now if agrees and not visitor.acts_for_another else None,
    )
    return draft


def fill_from_registers(*, actor: Actor, ticket_id: UUID, draft: UUID, now: datetime) -> bool:
    """Ask registers for what the form wants to know, if the person agreed; through the gateway, into the ledger.

    Outside of any transaction: a question that went out can't be undone. Raises: NotFound.
    """
    item = TicketItem.objects.select_related("ticket").filter(ticket=ticket_id, draft=draft).first()
    if item is None or item.ticket.clerk != actor.user_id:
        raise NotFound
    visitor = visitor_of(item.ticket)
    if visitor is None or item.prefill_agreed_at is None:
        return False
    return forms.prefill_for(actor=actor, draft_id=draft, id_number=visitor.id_number, name=visitor.name, now=now)


def said_of(visitor: Visitor, *, slug: str, now: datetime) -> dict[str, str]:
    """Return the values of the shared sections that the ID cards settle."""
    if not visitor.acts_for_another:
        return {"applicant_name": visitor.name, "applicant_id_number": visitor.id_number, "acting_for": "SELF"}
    granted = forms.delegation_between(
        visitor.principal_number, visitor.id_number, item=slug, today=timezone.localdate(now)
    )
    return {
        "applicant_name": visitor.principal,
        "applicant_id_number": visitor.principal_number,
        "acting_for": "FAMILY" if granted else "AGENT",
        "agent_name": visitor.name,
        "agent_id_number": visitor.id_number,
    }


def keep_cases(ticket: QueueTicket) -> None:
    """Write down which cases the drafts of a visit became, within the caller's transaction."""
    rows = list(ticket.items.filter(case_number=""))
    numbers = forms.cases_of([row.draft for row in rows])
    for row in rows:
        row.case_number = numbers.get(row.draft, "")
    TicketItem.objects.bulk_update(rows, ["case_number"])


def serving(actor: Actor, ticket_id: UUID) -> QueueTicket:
    """Return the visit that this clerk is at, locked. Raises: NotFound, NotNow."""
    ticket = locked(ticket_id)
    if actor.user_id is None or ticket.clerk != actor.user_id:
        raise NotFound
    if ticket.state != TicketState.SERVING:
        raise NotNow(_("请先点“人到了，开始办理”。"))
    return ticket


def _name(field: str, typed: str) -> str:
    name = normalise(typed)
    if not 0 < len(name) <= _LONGEST_NAME:
        raise InputRefused(field, _("请填写身份证上的姓名。"))
    return name


def _number(field: str, typed: str) -> str:
    try:
        return parse_id_number(typed).value
    except IdentifierError as wrong:
        raise InputRefused(field, wrong.message_zh) from wrong
