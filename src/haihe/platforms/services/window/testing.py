"""Halls, counters and numbers for tests, here and a storey higher."""

from datetime import UTC, datetime, timedelta

from haihe.base.accounts.api import SIGNED_OUT, Actor
from haihe.platforms.services.testing import actor
from haihe.platforms.services.window import operations
from haihe.platforms.services.window.models import Counter, Hall, QueueTicket, Shift, Sitting, Source
from haihe.platforms.services.window.models.halls import MINUTES_OF_A_DAY
from haihe.platforms.services.window.operations.taking import Wish
from haihe.platforms.services.window.workflow import TicketState

NOW = datetime(2026, 11, 26, 2, 0, tzinfo=UTC)
"""Thursday, ten in the morning in the city."""


def hall_of(
    slug: str = "hall-one", *, hours: list[list[int]] | None = None, is_daily: bool = True, counters: int = 3
) -> Hall:
    """Make a hall with counters that serve everything; open around the clock unless told otherwise."""
    hall = Hall.objects.create(
        slug=slug,
        name="试验政务服务中心",
        name_en="Hall for tests",
        organisation="120037",
        division="120101000000",
        address="天津市和平区（演示地址）",
        address_en="Heping, Tianjin",
        hours=[[0, MINUTES_OF_A_DAY]] if hours is None else hours,
        is_daily=is_daily,
    )
    for number in range(1, counters + 1):
        Counter.objects.create(hall=hall, number=number)
    return hall


def seated(hall: Hall, username: str = "clerk_zwb", *, number: int = 1, now: datetime = NOW) -> Actor:
    """Put a clerk of the cast on the roster and at the counter; return them."""
    who = actor(username)
    sit(hall, who, number=number, now=now)
    return who


def sit(hall: Hall, who: Actor, *, number: int, now: datetime = NOW) -> Sitting:
    counter = hall.counters.get(number=number)
    rostered(counter, who)
    return operations.sit_down(actor=who, counter_id=counter.pk, now=now)


def rostered(counter: Counter, who: Actor) -> Shift:
    if who.user_id is None:
        raise ValueError("nobody is put on a roster without an account")
    return Shift.objects.create(
        counter=counter,
        clerk=who.user_id,
        clerk_name=who.name,
        weekdays=[1, 2, 3, 4, 5, 6, 7],
        from_minute=0,
        until_minute=MINUTES_OF_A_DAY,
        valid_from=NOW.date() - timedelta(days=30),
    )


def taken(hall: Hall, *, priority: str = "", item: str = "", now: datetime = NOW) -> QueueTicket:
    """Take a number at the terminal."""
    return operations.take_number(
        actor=SIGNED_OUT, hall=hall, source=Source.TERMINAL, wish=Wish(item, priority), now=now
    )


def taken_on_phone(hall: Hall, username: str = "liu", *, item: str = "", now: datetime = NOW) -> QueueTicket:
    return operations.take_number(actor=actor(username), hall=hall, source=Source.PHONE, wish=Wish(item), now=now)


def served(hall: Hall, minutes: list[int], *, now: datetime = NOW) -> None:
    """Let visits of these lengths have ended before now."""
    start = now - timedelta(days=1)
    QueueTicket.objects.bulk_create(
        QueueTicket(
            hall=hall,
            day=start.date(),
            line="A",
            number=number,
            source=Source.TERMINAL,
            state=TicketState.FINISHED,
            taken_at=start,
            rank_at=start,
            called_at=start,
            started_at=start,
            ended_at=start + timedelta(minutes=took),
        )
        for number, took in enumerate(minutes, start=1)
    )
