"""By the clock: tell supervisors of waits that are too long, and let numbers end with their day."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from haihe.base.accounts.api import SYSTEM
from haihe.platforms.services.window import pages, supervising, telling
from haihe.platforms.services.window.models import Hall, QueueTicket, Sitting
from haihe.platforms.services.window.operations.moving import move
from haihe.platforms.services.window.workflow import OPEN, Part, TicketState


def warn_of_long_waits(*, now: datetime) -> int:
    """Tell of each number once; return how many."""
    return sum(_warn(ticket, now) for hall in Hall.objects.all() for ticket in supervising.late_tickets(hall, now=now))


def end_the_day(*, now: datetime) -> int:
    """End numbers and sittings of earlier days; return how many numbers."""
    today = timezone.localdate(now)
    Sitting.objects.filter(until=None, since__lt=_day_began(now)).update(until=now)
    old = QueueTicket.objects.filter(day__lt=today, state__in=OPEN).values_list("pk", flat=True)
    return sum(_lapse(pk, now) for pk in list(old))


def _day_began(now: datetime) -> datetime:
    """Return when this day began."""
    return timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0)


@transaction.atomic
def _warn(ticket: QueueTicket, now: datetime) -> int:
    rows = QueueTicket.objects.select_for_update(of=("self",), skip_locked=True).select_related("hall")
    one = rows.filter(pk=ticket.pk, state=TicketState.WAITING, warned_at=None).first()
    if one is None:
        return 0
    one.warned_at = now
    one.save(update_fields=["warned_at"])
    telling.tell_long_wait(one, minutes=pages.minutes(now - one.taken_at), now=now)
    return 1


@transaction.atomic
def _lapse(pk: UUID, now: datetime) -> int:
    rows = QueueTicket.objects.select_for_update(of=("self",), skip_locked=True).select_related("hall", "counter")
    one = rows.filter(pk=pk, state__in=OPEN).first()
    if one is None:
        return 0
    move(one, "lapse", actor=SYSTEM, part=Part.SYSTEM, now=now)
    return 1
