"""Halls and who sits there, numbers and visits, appointments, papers asked for needlessly, and help with consent."""

from haihe.platforms.services.window.models.appointments import Appointment, AppointmentSlot, AppointmentState
from haihe.platforms.services.window.models.entrusting import EntrustedAcceptance, HallEvent
from haihe.platforms.services.window.models.halls import Counter, Hall, Shift, Sitting
from haihe.platforms.services.window.models.helping import Assistance, Consent
from haihe.platforms.services.window.models.papers import FlagKind, PaperFlag
from haihe.platforms.services.window.models.tickets import (
    DaySequence,
    QueueEvent,
    QueueTicket,
    Source,
    TicketItem,
)

__all__ = [
    "Appointment",
    "AppointmentSlot",
    "AppointmentState",
    "Assistance",
    "Consent",
    "Counter",
    "DaySequence",
    "EntrustedAcceptance",
    "FlagKind",
    "Hall",
    "HallEvent",
    "PaperFlag",
    "QueueEvent",
    "QueueTicket",
    "Shift",
    "Sitting",
    "Source",
    "TicketItem",
]
