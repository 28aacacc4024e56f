"""Appointments: book, move, cancel, come. The row of the hour counts, and a constraint holds: none is overbooked."""

import secrets
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from haihe.base.accounts.api import Actor, NotPermitted, Role, id_number_of, require
from haihe.base.keys import api as keys
from haihe.platforms.services.items.api import ItemNotFound, version_in_force
from haihe.platforms.services.window import hours, telling
from haihe.platforms.services.window import priorities as rules
from haihe.platforms.services.window.errors import Full, InputRefused, NotFound, NotNow
from haihe.platforms.services.window.models import (
    Appointment,
    AppointmentSlot,
    AppointmentState,
    Hall,
    QueueTicket,
    Source,
)
from haihe.platforms.services.window.operations.taking import BY_APPOINTMENT, give_number
from haihe.platforms.services.window.queries import appointment_for

DAYS_AHEAD: Final = 10
"""Open days that can be booked, from tomorrow on."""
MOST_MOVES: Final = 2
EARLY: Final = timedelta(minutes=30)
LATE: Final = timedelta(minutes=30)
"""One may come so much before the hour begins, and after it ended."""
MISSES: Final = 3
MISSED_WITHIN: Final = timedelta(days=90)
BARRED_FOR: Final = timedelta(days=30)
"""Who missed so many within the days can't book for a while; a number is taken all the same."""
_CODE_DIGITS: Final = 8


@dataclass(frozen=True, slots=True)
class Hour:
    """An hour of a day."""

    day: date
    hour: int


@transaction.atomic
def book(*, actor: Actor, hall: Hall, item: str, at: Hour, now: datetime) -> Appointment:
    """Reserve a place for an item. Raises: NotPermitted, InputRefused, NotNow, Full."""
    key = _citizen(actor)
    today = timezone.localdate(now)
    try:
        authority = version_in_force(item, on=today).definition.authority
    except ItemNotFound:
        raise InputRefused("item", _("没有这个事项，请重新选择要办什么。")) from None
    _check_not_barred(key, now)
    slot = _take_place(hall, at, now)
    try:
        with transaction.atomic():
            made = Appointment.objects.create(
                slot=slot,
                holder_key=key,
                item_slug=item,
                authority=authority,
                code=f"{secrets.randbelow(10**_CODE_DIGITS):0{_CODE_DIGITS}}",
                booked_at=now,
                is_elderly=_is_elderly(actor, today),
            )
    except IntegrityError:
        raise NotNow(_("您已经预约了这个事项，可以改时间或取消后再约。")) from None
    telling.tell_booked(made, actor, now=now)
    return made


@transaction.atomic
def rebook(*, actor: Actor, appointment_id: UUID, at: Hour, now: datetime) -> Appointment:
    """Move an appointment to another hour of the hall. Raises: NotFound, NotNow, Full."""
    mine = _locked(actor, appointment_id, now)
    if mine.moved >= MOST_MOVES:
        raise NotNow(_("一次预约最多改两次时间，请取消后重新预约。"))
    if (mine.slot.day, mine.slot.hour) == (at.day, at.hour):
        raise NotNow(_("这就是原来的时间。"))
    before = mine.slot
    mine.slot = _take_place(before.hall, at, now)
    give_back(before)
    mine.moved, mine.reminded_at = mine.moved + 1, None
    mine.save(update_fields=["slot", "moved", "reminded_at"])
    telling.tell_booked(mine, actor, now=now)
    return mine


@transaction.atomic
def cancel(*, actor: Actor, appointment_id: UUID, now: datetime) -> Appointment:
    """Give the place back. Raises: NotFound, NotNow."""
    mine = _locked(actor, appointment_id, now)
    mine.state, mine.ended_at = AppointmentState.CANCELLED, now
    mine.save(update_fields=["state", "ended_at"])
    give_back(mine.slot)
    return mine


@transaction.atomic
def check_in(*, hall: Hall, code: str, now: datetime) -> QueueTicket:
    """Turn an appointment into a number, by the code shown at the terminal. Raises: NotFound, NotNow."""
    rows = Appointment.objects.select_for_update(of=("self",)).select_related("slot__hall")
    found = rows.filter(code=code, slot__hall=hall, state=AppointmentState.BOOKED).first()
    if found is None:
        raise NotFound
    begins = hours.at_minute(found.slot.day, found.slot.hour * 60)
    if not begins - EARLY <= now < begins + timedelta(hours=1) + LATE:
        raise NotNow(_("请在预约时段前后 30 分钟内签到；错过的，可以直接取号。"))
    rule = rules.priority(rules.APPOINTMENT)
    start = rule.head_start if rule else timedelta()
    ticket = give_number(
        hall=hall,
        line=BY_APPOINTMENT,
        source=Source.TERMINAL,
        key=bytes(found.holder_key),
        priority=rules.APPOINTMENT,
        item=found.item_slug,
        authority=found.authority,
        # Who comes early isn't put before those whose hour it is.
        rank_at=max(now, begins) - start,
        now=now,
    )
    found.state, found.ended_at, found.ticket = AppointmentState.CAME, now, ticket
    found.save(update_fields=["state", "ended_at", "ticket"])
    return ticket


def note_missed(*, now: datetime) -> int:
    """Mark those who didn't come within their time; return how many."""
    today = timezone.localdate(now)
    late = Appointment.objects.filter(state=AppointmentState.BOOKED, slot__day__lte=today).select_related("slot")
    ended = [one.pk for one in late if hours.at_minute(one.slot.day, one.slot.hour * 60 + 60) + LATE <= now]
    rows = Appointment.objects.filter(pk__in=ended, state=AppointmentState.BOOKED)
    return rows.update(state=AppointmentState.MISSED, ended_at=now)


def remind(*, now: datetime) -> int:
    """Remind those whose day is tomorrow, once; return how many."""
    tomorrow = timezone.localdate(now) + timedelta(days=1)
    count = 0
    for pk in Appointment.objects.filter(
        state=AppointmentState.BOOKED, slot__day=tomorrow, reminded_at=None
    ).values_list("pk", flat=True):
        count += _remind_one(pk, now)
    return count


@transaction.atomic
def _remind_one(pk: UUID, now: datetime) -> int:
    rows = Appointment.objects.select_for_update(of=("self",), skip_locked=True).select_related("slot__hall")
    one = rows.filter(pk=pk, state=AppointmentState.BOOKED, reminded_at=None).first()
    if one is None:
        return 0
    one.reminded_at = now
    one.save(update_fields=["reminded_at"])
    telling.tell_reminder(one, now=now)
    return 1


def _citizen(actor: Actor) -> bytes:
    require(actor, Role.CITIZEN)
    if actor.subject_key is None:
        raise NotPermitted("an appointment is a person's")
    return actor.subject_key


def _check_not_barred(key: bytes, now: datetime) -> None:
    missed = Appointment.objects.filter(
        holder_key=key, state=AppointmentState.MISSED, ended_at__gt=now - MISSED_WITHIN
    ).order_by("-ended_at")
    last = missed.values_list("ended_at", flat=True)[:MISSES]
    if len(last) == MISSES and last[0] is not None and now - last[0] < BARRED_FOR:
        raise NotNow(_("90 天内 3 次约了没有来，30 天内不能预约；可以直接取号，不影响办事。"))


def _take_place(hall: Hall, at: Hour, now: datetime) -> AppointmentSlot:
    """Count one more in the hour's row, if there is room. Raises: NotNow, Full."""
    days = hours.slot_days(hall, today=timezone.localdate(now), most=DAYS_AHEAD)
    if at.day not in days or at.hour not in hours.slot_hours(hall):
        raise NotNow(_("这个时段不能预约，请另选一个。"))
    # The row is made by whoever comes first; then all wait for the same row.
    AppointmentSlot.objects.bulk_create(
        [AppointmentSlot(hall=hall, day=at.day, hour=at.hour, capacity=hall.slot_capacity)], ignore_conflicts=True
    )
    rows = AppointmentSlot.objects.filter(hall=hall, day=at.day, hour=at.hour)
    if not rows.filter(taken__lt=F("capacity")).update(taken=F("taken") + 1):
        raise Full(_("这个时段刚刚约满，请另选一个。"))
    return rows.get()


def give_back(slot: AppointmentSlot) -> None:
    AppointmentSlot.objects.filter(pk=slot.pk, taken__gt=0).update(taken=F("taken") - 1)


def _locked(actor: Actor, appointment_id: UUID, now: datetime) -> Appointment:
    seen = appointment_for(actor, appointment_id)
    mine = Appointment.objects.select_for_update(of=("self",)).select_related("slot__hall").get(pk=seen.pk)
    if mine.state != AppointmentState.BOOKED:
        raise NotNow(_("这个预约已经结束，不能再改。"))
    if hours.at_minute(mine.slot.day, mine.slot.hour * 60) <= now:
        raise NotNow(_("预约的时间已经到了，不能再改。"))
    return mine


def _is_elderly(actor: Actor, today: date) -> bool:
    id_number = id_number_of(actor, keyring=keys.keyring())
    return bool(id_number and rules.of_age(id_number, today=today))
