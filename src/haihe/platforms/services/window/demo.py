"""Plant the halls of the demo: one of the city that never closes, one in each district, with counters and a roster.

Addresses say that they are the demo's. Numbers of earlier days give the screens something measured to tell.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

from django.db import transaction
from django.utils import timezone

from haihe.base.accounts.api import Role, actor_for
from haihe.city import api as city
from haihe.platforms.services.window import hours, operations
from haihe.platforms.services.window import priorities as rules
from haihe.platforms.services.window.models import (
    Appointment,
    Counter,
    EntrustedAcceptance,
    Hall,
    QueueTicket,
    Shift,
    Source,
)
from haihe.platforms.services.window.models.halls import MINUTES_OF_A_DAY
from haihe.platforms.services.window.operations import Hour
from haihe.platforms.services.window.operations.taking import WALK_IN, give_number
from haihe.platforms.services.window.workflow import TicketState

RUNS_THEM: Final = "120037"
"""市政务服务办: its clerks sit at counters that serve everything, its approvers supervise."""
CITY_HALL: Final = "city-hall"
_OFFICE: Final = [[9 * 60, 12 * 60], [13 * 60 + 30, 17 * 60]]
_ALL_DAY: Final = [[0, MINUTES_OF_A_DAY]]
_EVERY_DAY: Final = [1, 2, 3, 4, 5, 6, 7]
_WINDOW_CLERKS: Final = ("clerk_zwb", "clerk_gjj")
_COUNTERS: Final = 4
_ENTRUSTS: Final = "approver_scjg"
_QUEUE: Final = ((11, ""), (8, ""), (5, "disabled"), (2, ""))
"""Minutes waited, and why somebody goes first."""
_BOOKED_ITEM: Final = "housing-fund-relief-withdrawal"
_MEASURED: Final = (9, 14, 7, 11, 22, 6, 12, 8, 16, 10, 13, 9)
"""Minutes that yesterday's visits took in the city's hall."""


@transaction.atomic
def plant(*, scale: float, now: datetime, progress: Callable[[str, float], None]) -> None:
    """Bring halls, counters and roster in; the same at every scale, and harmless when repeated."""
    halls = [_city_hall(), *(_district_hall(one.code, one.name, one.name_en) for one in city.divisions(level=3))]
    for hall in halls:
        _counters(hall)
    _roster(halls[0], now)
    _yesterday(halls[0], now)
    _today(halls[1], now)
    _booked(halls[1], now)
    _entrusted(now)
    progress(f"{len(halls)} halls", 1.0)


def _city_hall() -> Hall:
    return _hall(
        slug=CITY_HALL,
        name="天津市政务服务中心",
        name_en="Tianjin Government Service Centre",
        division="120000000000",
        address="天津市（演示地址，全天开放）",
        address_en="Tianjin (address of the demo, open around the clock)",
        hours=_ALL_DAY,
        is_daily=True,
    )


def _district_hall(code: str, name: str, name_en: str) -> Hall:
    return _hall(
        slug=f"district-{code[:6]}",
        name=f"{name}政务服务中心",
        name_en=f"{name_en or name} Government Service Centre",
        division=code,
        address=f"天津市{name}（演示地址）",
        address_en=f"{name_en or name}, Tianjin (address of the demo)",
        hours=_OFFICE,
        is_daily=False,
    )


def _hall(*, slug: str, **facts: object) -> Hall:
    hall, _is_new = Hall.objects.get_or_create(slug=slug, defaults={"organisation": RUNS_THEM, **facts})
    return hall


def _counters(hall: Hall) -> None:
    """Three counters serve everything; the last one the housing fund and nothing else."""
    rows = [
        Counter(
            hall=hall,
            number=number,
            serves_all=number < _COUNTERS,
            authorities=["120040"] if number == _COUNTERS else [],
        )
        for number in range(1, _COUNTERS + 1)
    ]
    Counter.objects.bulk_create(rows, ignore_conflicts=True)


def _roster(hall: Hall, now: datetime) -> None:
    for number, username in enumerate(_WINDOW_CLERKS, start=1):
        clerk = actor_for(username, now=now)
        if clerk.user_id is None or Shift.objects.filter(counter__hall=hall, clerk=clerk.user_id).exists():
            continue
        Shift.objects.create(
            counter=hall.counters.get(number=number),
            clerk=clerk.user_id,
            clerk_name=clerk.name,
            weekdays=_EVERY_DAY,
            from_minute=0,
            until_minute=MINUTES_OF_A_DAY,
            valid_from=timezone.localdate(now),
        )


def _yesterday(hall: Hall, now: datetime) -> None:
    """Visits of the day before, so that a waiting time rests on something; made up, like everything in the demo."""
    day = timezone.localdate(now) - timedelta(days=1)
    if QueueTicket.objects.filter(hall=hall).exists():
        return
    begun = now - timedelta(days=1)
    counter = hall.counters.get(number=1)
    QueueTicket.objects.bulk_create(
        QueueTicket(
            hall=hall,
            day=day,
            line="A",
            number=number,
            source=Source.TERMINAL,
            state=TicketState.FINISHED,
            taken_at=begun,
            rank_at=begun,
            counter=counter,
            called_at=begun,
            calls=1,
            started_at=begun,
            ended_at=begun + timedelta(minutes=took),
        )
        for number, took in enumerate(_MEASURED, start=1)
    )


def _today(hall: Hall, now: datetime) -> None:
    """A short queue in a district's hall; the city's own stays empty for whoever tries it."""
    if QueueTicket.objects.filter(hall=hall).exists():
        return
    for waited, priority in _QUEUE:
        rule = rules.priority(priority)
        taken_at = now - timedelta(minutes=waited)
        ticket = give_number(
            hall=hall,
            line=WALK_IN,
            source=Source.TERMINAL,
            key=None,
            priority=priority,
            item="",
            authority="",
            rank_at=taken_at - (rule.head_start if rule else timedelta()),
            now=now,
        )
        QueueTicket.objects.filter(pk=ticket.pk).update(taken_at=taken_at)


def _entrusted(now: datetime) -> None:
    """Market supervision lets the counters of all halls accept its applications."""
    approver = actor_for(_ENTRUSTS, now=now)
    for authority in approver.organisations(Role.APPROVER):
        if not EntrustedAcceptance.objects.filter(authority=authority).exists():
            operations.entrust(
                actor=approver,
                authority=authority,
                organisation=RUNS_THEM,
                item="",
                basis="综合窗口委托受理协议（演示）",
                now=now,
            )


def _booked(hall: Hall, now: datetime) -> None:
    """An appointment of Mr Wang's on the next open day."""
    holder = actor_for("wang", now=now)
    days = hours.slot_days(hall, today=timezone.localdate(now), most=1)
    if days and not Appointment.objects.filter(holder_key=holder.subject_key).exists():
        operations.book(actor=holder, hall=hall, item=_BOOKED_ITEM, at=Hour(days[0], 10), now=now)
