"""Visits are rated like cases (好差评): whoever was served is invited once the visit ends."""

from datetime import datetime

from haihe.platforms.services.ratings import api as ratings
from haihe.platforms.services.window.models import QueueTicket

_LONGEST_SLUG = 34


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
        window=f"{ticket.hall.slug[:_LONGEST_SLUG]}-{counter}",
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
