"""What the window gives the forms below: who may take which item in, and the strip above the form."""

from datetime import datetime
from uuid import UUID

from django.urls import reverse

from haihe.base.accounts.api import Actor, Role
from haihe.platforms.services.forms.api import Beside
from haihe.platforms.services.window import visits
from haihe.platforms.services.window.models import QueueTicket, Sitting
from haihe.platforms.services.window.workflow import TicketState


def has_seat(actor: Actor, authority: str, slug: str, _subject: bytes | None, now: datetime) -> bool:
    """Say whether the clerk sits at a counter that serves the item, with somebody before them."""
    if actor.user_id is None or not actor.has(Role.CLERK):
        return False
    sitting = Sitting.objects.filter(clerk=actor.user_id, until=None).select_related("counter").first()
    if sitting is None or not sitting.counter.serves(item=slug, authority=authority):
        return False
    return QueueTicket.objects.filter(counter=sitting.counter, clerk=actor.user_id, state=TicketState.SERVING).exists()


def around(actor: Actor, draft: UUID, now: datetime) -> Beside | None:
    """Return the visit that a draft belongs to, for the clerk whose it is."""
    if actor.user_id is None:
        return None
    rows = QueueTicket.objects.select_related("hall", "counter")
    found = rows.filter(items__draft=draft, clerk=actor.user_id).first()
    if found is None:
        return None
    page = visits.strip(found, now=now)
    return Beside("window/parts/beside.html", page, reverse("window:visit", args=[found.pk]))
