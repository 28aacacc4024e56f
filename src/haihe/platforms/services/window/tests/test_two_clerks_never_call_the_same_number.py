"""Clerks press at once, on real connections: each number goes to one counter, and to the one whose turn it is."""

import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from haihe.base.accounts.api import SIGNED_OUT, Actor
from haihe.platforms.services.window import operations
from haihe.platforms.services.window.errors import NotNow
from haihe.platforms.services.window.models import Counter, Hall, QueueTicket, Source
from haihe.platforms.services.window.operations.taking import Wish
from haihe.platforms.services.window.testing import NOW, hall_of, sit, taken

pytestmark = pytest.mark.django_db(transaction=True)

CLERKS = 6


@pytest.fixture
def hall() -> Hall:
    return hall_of(counters=CLERKS)


def clerk(number: int) -> Actor:
    name = f"clerk-{number}"
    return Actor(uuid.uuid5(uuid.NAMESPACE_OID, name), name, frozenset({("CLERK", "120037")}))


def at_once[T](count: int, act: Callable[[int], T]) -> list[T]:
    """Run `act(0) … act(count - 1)` at the same moment, each on a connection of its own."""
    barrier = Barrier(count)

    def run(place: int) -> T:
        try:
            barrier.wait(timeout=60)
            return act(place)
        finally:
            connection.close()

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(run, range(count)))


def test_six_who_call_at_once_get_six_different_numbers(hall: Hall) -> None:
    clerks = [clerk(number) for number in range(CLERKS)]
    for number, one in enumerate(clerks, start=1):
        sit(hall, one, number=number)
    waiting = {taken(hall).pk for _ in range(CLERKS + 2)}

    def call(place: int) -> uuid.UUID | None:
        ticket = operations.call_next(actor=clerks[place], now=NOW)
        return ticket.pk if ticket else None

    called = at_once(CLERKS, call)
    assert len(set(called)) == CLERKS
    assert set(called) <= waiting
    # The two that wait are the last that were taken: nobody was passed over.
    left = QueueTicket.objects.filter(hall=hall, state="WAITING").values_list("number", flat=True)
    assert sorted(left) == [CLERKS + 1, CLERKS + 2]


def test_one_clerk_who_presses_six_times_calls_one(hall: Hall) -> None:
    one = clerk(1)
    sit(hall, one, number=1)
    for _ in range(CLERKS):
        taken(hall)

    def call(_place: int) -> str:
        try:
            return "called" if operations.call_next(actor=one, now=NOW) else "nobody"
        except NotNow:
            return "busy"

    assert sorted(at_once(CLERKS, call)) == ["busy"] * (CLERKS - 1) + ["called"]
    assert Counter.objects.get(hall=hall, number=1).tickets.count() == 1


def test_numbers_that_are_taken_at_once_are_all_different(hall: Hall) -> None:
    def take(_place: int) -> str:
        wish = Wish()
        return operations.take_number(actor=SIGNED_OUT, hall=hall, source=Source.TERMINAL, wish=wish, now=NOW).label

    assert sorted(at_once(CLERKS, take)) == [f"A00{number}" for number in range(1, CLERKS + 1)]
