"""Visits are rated like cases (好差评): whoever was served is invited once the visit ends."""

from collections.abc import Collection
from datetime import datetime

from django.utils.translation import gettext as _

from haihe.platforms.services.ratings import api as ratings
from haihe.platforms.services.window.models import Counter, Hall, QueueTicket

_LONGEST_SLUG = 34


def window_id(hall: Hall, counter: int) -> str:
    """Return the name under which visits at a counter are rated."""
    return f"{hall.slug[:_LONGEST_SLUG]}-{counter}"


def windows_of(organisations: Collection[str]) -> list[ratings.Window]:
    """Return the counters of the halls that these bodies run."""
    rows = Counter.objects.filter(hall__organisation__in=organisations).select_related("hall")
    return [
        ratings.Window(
            window_id(one.hall, one.number),
            _("%(hall)s %(n)s 号窗口") % {"hall": one.hall.label, "n": one.number},
        )
        for one in rows.order_by("hall__slug", "number")
    ]


def number_of(ticket: QueueTicket) -> str:
    """Return the number under which a visit is rated; it names no person."""
    return f"H{ticket.hall_id}-{ticket.day:%Y%m%d}-{ticket.label}"


def invite_to_rate(ticket: QueueTicket, *, now: datetime) -> None:
    """Invite to rate a visit that just ended, within the caller's transaction; the clerk may not rate it."""
    first = ticket.items.first()
    counter = ticket.counter.number if ticket.counter else 0
    ratings.invite(
        subject_number=number_of(ticket),
        item_slug=first.item_slug if first else ticket.item_slug,
        # The hall answers for its counters, whosever item it was; the case is rated for itself.
        authority=ticket.hall.organisation,
        window=window_id(ticket.hall, counter),
        holder=bytes(ticket.visitor_key) if ticket.visitor_key is not None else None,
        handlers=[ticket.clerk] if ticket.clerk else [],
        channel=ratings.WINDOW,
        kind=ratings.VISIT,
        now=now,
    )


def rating_path(ticket: QueueTicket, *, now: datetime) -> str:
    """Return where the person to whom a number is linked rates the visit; "" where there is nothing to rate (any more).

    Who took theirs at a terminal rates at the counter's screen: the clerk knows the address of that page too.
    """
    if ticket.visitor_key is None:
        return ""
    found = ratings.invitation_of(number_of(ticket), now=now)
    if found is None or not found.is_open or found.is_rated:
        return ""
    return found.path
