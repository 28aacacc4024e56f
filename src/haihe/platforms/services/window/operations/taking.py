"""What visitors do with a number: take it, come back after a missed call, give it up."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final
from uuid import UUID

from django.db import IntegrityError, connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from haihe.base.accounts.api import Actor, id_number_of
from haihe.base.keys import api as keys
from haihe.platforms.services.items.api import ItemNotFound, version_in_force
from haihe.platforms.services.window import hours
from haihe.platforms.services.window import priorities as rules
from haihe.platforms.services.window.errors import InputRefused, NotNow
from haihe.platforms.services.window.models import Hall, QueueTicket, Source
from haihe.platforms.services.window.operations.moving import locked, move, note
from haihe.platforms.services.window.queries import ticket_for
from haihe.platforms.services.window.workflow import OPEN, Part

WALK_IN, BY_APPOINTMENT = "A", "Y"
BACK_WITHIN: Final = timedelta(minutes=60)
"""Whoever missed the call waits again, behind those who are there, within this time."""
MOST_A_DAY: Final = 5
"""Numbers that one person may take in a hall on one day."""
_NEXT = """
INSERT INTO services_window_daysequence (hall_id, day, line, last) VALUES (%s, %s, %s, 1)
ON CONFLICT (hall_id, day, line) DO UPDATE SET last = services_window_daysequence.last + 1
RETURNING last
"""


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody comes for. Without an item, they find it out at a counter that serves everything."""

    item: str = ""
    priority: str = ""


@transaction.atomic
def take_number(*, actor: Actor, hall: Hall, source: Source, wish: Wish, now: datetime) -> QueueTicket:
    """Give out the day's next number. On the phone it is kept for the person, by key; one open number each.

    Raises: NotNow (closed, or has one), InputRefused.
    """
    if not hours.is_open_at(hall, now):
        raise NotNow(_("大厅现在没有开放，开放时间见大厅页面；可以先预约。"))
    key = actor.subject_key if source == Source.PHONE else None
    today = timezone.localdate(now)
    _check_not_too_many(hall, key, today)
    authority = _authority_of(wish.item, today)
    rule = rules.priority(_priority(actor, source, wish, today))
    start = rule.head_start if rule else timedelta()
    return give_number(
        hall=hall,
        line=WALK_IN,
        source=source,
        key=key,
        priority=rule.slug if rule else "",
        item=wish.item,
        authority=authority,
        rank_at=now - start,
        now=now,
    )


def give_number(
    *,
    hall: Hall,
    line: str,
    source: Source,
    key: bytes | None,
    priority: str,
    item: str,
    authority: str,
    rank_at: datetime,
    now: datetime,
) -> QueueTicket:
    """Make the ticket, within the caller's transaction. Raises: NotNow where the person has an open number."""
    today = timezone.localdate(now)
    number = _next(hall, today, line)
    try:
        with transaction.atomic():
            ticket = QueueTicket.objects.create(
                hall=hall,
                day=today,
                line=line,
                number=number,
                source=source,
                priority=priority,
                item_slug=item,
                authority=authority,
                taken_at=now,
                rank_at=rank_at,
                visitor_key=key,
            )
    except IntegrityError:
        raise NotNow(_("您在这个大厅已经有一个号，办完或取消后才能再取。")) from None
    note(ticket, "take", actor=_NOBODY, part=Part.VISITOR, now=now, facts={"source": source, "priority": priority})
    return ticket


@transaction.atomic
def leave(*, actor: Actor, ticket_id: UUID, now: datetime) -> QueueTicket:
    """Give a number up. Raises: NotFound, NotNow."""
    ticket_for(actor, ticket_id)
    ticket = locked(ticket_id)
    move(ticket, "leave", actor=actor, part=Part.VISITOR, now=now)
    return ticket


@transaction.atomic
def come_back(*, actor: Actor, ticket_id: UUID, now: datetime) -> QueueTicket:
    """Wait again after a missed call, behind those who are there. Raises: NotFound, NotNow."""
    ticket_for(actor, ticket_id)
    ticket = locked(ticket_id)
    if ticket.called_at is None or now - ticket.called_at > BACK_WITHIN:
        raise NotNow(_("过号超过 60 分钟，请重新取号。"))
    ticket.rank_at, ticket.calls = now, 0
    ticket.counter, ticket.clerk, ticket.clerk_name = None, None, ""
    move(ticket, "come_back", actor=actor, part=Part.VISITOR, now=now)
    return ticket


_NOBODY: Final = Actor(user_id=None, name="")


def _check_not_too_many(hall: Hall, key: bytes | None, today: date) -> None:
    if key is None:
        return
    mine = QueueTicket.objects.filter(hall=hall, day=today, visitor_key=key)
    if mine.filter(state__in=OPEN).exists():
        raise NotNow(_("您在这个大厅已经有一个号，办完或取消后才能再取。"))
    if mine.count() >= MOST_A_DAY:
        raise NotNow(_("今天在这个大厅取号已达上限，请到导办台取号。"))


def _authority_of(item: str, today: date) -> str:
    if not item:
        return ""
    try:
        return version_in_force(item, on=today).definition.authority
    except ItemNotFound:
        raise InputRefused("item", _("没有这个事项，请重新选择；不确定办什么也可以直接取号。")) from None


def _priority(actor: Actor, source: Source, wish: Wish, today: date) -> str:
    """On the phone, age speaks for itself; what else is said is shown to the clerk."""
    told = wish.priority if wish.priority in {one.slug for one in rules.told_at_the_terminal()} else rules.NONE
    if source != Source.PHONE:
        return told
    id_number = id_number_of(actor, keyring=keys.keyring())
    by_age = rules.of_age(id_number, today=today) if id_number else rules.NONE
    rule = rules.priority(told)
    return by_age or (told if rule and rule.proof == rules.SHOWN else rules.NONE)


def _next(hall: Hall, day: date, line: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(_NEXT, [hall.pk, day, line])
        (last,) = cursor.fetchone()
    return int(last)
