"""What the pages of appointments show, as data."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.utils import timezone

from haihe.base.accounts.api import Actor
from haihe.platforms.services.items.api import Filters, ItemDefinition, find_items
from haihe.platforms.services.window import hours, pages, queries
from haihe.platforms.services.window.models import Appointment, AppointmentSlot, AppointmentState, Hall
from haihe.platforms.services.window.operations.booking import DAYS_AHEAD

_FOUND = 8


@dataclass(frozen=True, slots=True)
class SlotView:
    """An hour one can choose, and how many places are left."""

    hour: int
    left: int

    @property
    def told(self) -> str:
        return f"{hours.told(self.hour * 60)}–{hours.told(self.hour * 60 + 60)}"


@dataclass(frozen=True, slots=True)
class DayView:
    """A day and its hours."""

    day: date
    slots: list[SlotView]


@dataclass(frozen=True, slots=True)
class BookingPage:
    """Book an hour: first the item with its papers, then the day, then the hour."""

    item: ItemDefinition | None
    q: str
    found: list[tuple[str, str]]
    days: list[date]
    chosen: DayView | None


@dataclass(frozen=True, slots=True)
class AppointmentPage:
    """One's appointment, with what to bring."""

    row: Appointment
    item: ItemDefinition | None
    slot: SlotView
    days: list[DayView]

    @property
    def is_open(self) -> bool:
        return self.row.state == AppointmentState.BOOKED


def booking_page(hall: Hall, asked: Mapping[str, str], *, now: datetime) -> BookingPage:
    today = timezone.localdate(now)
    item, q = pages.item_of(asked.get("item", "")[:64], today=today), asked.get("q", "").strip()[:60]
    days = hours.slot_days(hall, today=today, most=DAYS_AHEAD)
    wanted = next((day for day in days if day.isoformat() == asked.get("day")), None)
    found = find_items(Filters(q=q), on=today).rows[:_FOUND] if q else []
    return BookingPage(
        item=item,
        q=q,
        found=[(row.version.slug, str(row.name)) for row in found],
        days=days,
        chosen=_day(hall, wanted) if wanted else None,
    )


def appointment_page(row: Appointment, *, now: datetime) -> AppointmentPage:
    today, hall = timezone.localdate(now), row.slot.hall
    is_open = row.state == AppointmentState.BOOKED
    days = hours.slot_days(hall, today=today, most=DAYS_AHEAD) if is_open else []
    return AppointmentPage(
        row=row,
        item=pages.item_of(row.item_slug, today=today),
        slot=SlotView(row.slot.hour, 0),
        days=_days(hall, days),
    )


def appointment_rows(actor: Actor, *, today: date) -> list[AppointmentPage]:
    """Return one's appointments, those to come first."""
    rows = queries.own_appointments(actor)
    return [
        AppointmentPage(row, pages.item_of(row.item_slug, today=today), SlotView(row.slot.hour, 0), []) for row in rows
    ]


def _day(hall: Hall, day: date) -> DayView:
    return _days(hall, [day])[0]


def _days(hall: Hall, days: list[date]) -> list[DayView]:
    taken = {
        (slot.day, slot.hour): slot.capacity - slot.taken
        for slot in AppointmentSlot.objects.filter(hall=hall, day__in=days)
    }
    return [
        DayView(day, [SlotView(hour, taken.get((day, hour), hall.slot_capacity)) for hour in hours.slot_hours(hall)])
        for day in days
    ]
