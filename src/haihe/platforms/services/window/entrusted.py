"""Which departments entrust acceptance to which halls: asked at each acceptance, and shown to both sides."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from haihe.base.accounts.api import Actor, Role
from haihe.platforms.services.items.api import items_in_force
from haihe.platforms.services.window.models import EntrustedAcceptance, Hall, QueueTicket, Sitting
from haihe.platforms.services.window.workflow import TicketState

_BY_DATA: Final = "data-decides"
"""Nobody accepts what data prove and grant."""


@dataclass(frozen=True, slots=True)
class EntrustedRow:
    """What is entrusted, by the item's name; all items where there is none."""

    row: EntrustedAcceptance
    item: str
    may_take_back: bool


@dataclass(frozen=True, slots=True)
class EntrustingPage:
    """What a department entrusted, and what it may; for a hall's own approvers what was entrusted to them."""

    rows: list[EntrustedRow]
    authorities: list[str]
    organisations: list[str]
    items: list[tuple[str, str]]


def front(actor: Actor, authority: str, item: str, now: datetime) -> str:
    """Return the body at whose counter the clerk may accept the item for whom they serve; "" where they may not."""
    if actor.user_id is None:
        return ""
    sitting = Sitting.objects.filter(clerk=actor.user_id, until=None).select_related("counter__hall").first()
    if sitting is None or not sitting.counter.serves(item=item, authority=authority):
        return ""
    if not QueueTicket.objects.filter(counter=sitting.counter, clerk=actor.user_id, state=TicketState.SERVING).exists():
        return ""
    body = sitting.counter.hall.organisation
    given = EntrustedAcceptance.objects.filter(authority=authority, organisation=body, ended_at=None)
    return body if given.filter(Q(item_slug="") | Q(item_slug=item)).exists() else ""


def page_for(actor: Actor, *, now: datetime) -> EntrustingPage:
    own = actor.organisations(Role.APPROVER)
    every = items_in_force(authorities=own, on=timezone.localdate(now))
    items = [item for item in every if item.process != _BY_DATA]
    names = {item.slug: str(item.name) for item in items}
    rows = EntrustedAcceptance.objects.filter(Q(authority__in=own) | Q(organisation__in=own), ended_at=None)
    halls = Hall.objects.filter(is_open=True).order_by().values_list("organisation", flat=True).distinct()
    return EntrustingPage(
        rows=[
            EntrustedRow(row, names.get(row.item_slug, row.item_slug) or _("全部事项"), row.authority in own)
            for row in rows
        ],
        authorities=sorted({item.authority for item in items}),
        organisations=sorted(halls),
        items=sorted(names.items(), key=lambda one: one[1]),
    )
