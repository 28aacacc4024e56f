"""What is announced reaches each handler at least once, and one handler's failure is its own."""

import asyncio
import json
from collections.abc import Iterator
from datetime import timedelta
from uuid import UUID

import nats
import pytest
from django.db import transaction
from django.utils import timezone

from haihe.base.outbox import api as outbox
from haihe.base.outbox.handlers import Handler, Payload, subscribe, unsubscribe
from haihe.base.outbox.models import Delivery, Event, State
from haihe.base.outbox.operations import MOST_ATTEMPTS, deliver_next, forget_delivered, publish_next
from haihe.base.outbox.testing import announced, deliver_all

TOPIC = "tests.happened"


class Ears:
    """Two handlers: one hears, one fails until it is told not to."""

    def __init__(self) -> None:
        self.heard: list[Payload] = []
        self.tried = 0
        self.failing = True

    def hear(self, payload: Payload) -> None:
        self.heard.append(payload)

    def stumble(self, payload: Payload) -> None:
        self.tried += 1
        Event.objects.create(topic="tests.half_done", payload={})
        if self.failing:
            raise RuntimeError("not today")


@pytest.fixture
def ears() -> Iterator[Ears]:
    ears = Ears()
    handlers: tuple[Handler, ...] = (ears.hear, ears.stumble)
    for handler in handlers:
        subscribe(TOPIC)(handler)
    yield ears
    for handler in handlers:
        unsubscribe(TOPIC, handler)


@pytest.mark.django_db
def test_each_handler_hears_an_event_once(ears: Ears) -> None:
    ears.failing = False
    outbox.announce(TOPIC, {"number": 7})
    assert deliver_all() == 2
    assert deliver_all() == 0
    assert ears.heard == [{"number": 7}]
    assert announced(TOPIC) == [{"number": 7}]


@pytest.mark.django_db
def test_a_handler_that_fails_is_tried_again_alone_and_leaves_nothing_half_done(ears: Ears) -> None:
    outbox.announce(TOPIC, {})
    deliver_all()
    assert (len(ears.heard), ears.tried) == (1, 1)
    assert announced("tests.half_done") == []

    ears.failing = False
    assert deliver_next(now=timezone.now() + timedelta(minutes=1))
    assert (len(ears.heard), ears.tried) == (1, 2)
    assert announced("tests.half_done") == [{}]


@pytest.mark.django_db
def test_pauses_grow_and_a_hopeless_delivery_becomes_a_dead_letter(ears: Ears) -> None:
    outbox.announce(TOPIC, {})
    now, pauses = timezone.now() + timedelta(seconds=1), []
    while deliver_next(now=now):
        waiting = Delivery.objects.filter(handler__endswith="stumble").get()
        pauses.append((waiting.next_try_at - now).total_seconds())
        now = max(now, waiting.next_try_at) if waiting.state == State.WAITING else now
        if waiting.state == State.DEAD:
            break
    assert ears.tried == MOST_ATTEMPTS
    assert pauses == sorted(pauses)
    [letter] = outbox.dead_letters()
    assert (letter.topic, letter.attempts, letter.last_error) == (TOPIC, MOST_ATTEMPTS, "RuntimeError: not today")
    assert outbox.backlog().dead == 1

    ears.failing = False
    assert outbox.retry(letter.id, now=now)
    assert not outbox.retry(letter.id, now=now)
    assert deliver_next(now=now)
    assert outbox.dead_letters() == []


@pytest.mark.django_db(transaction=True)
def test_what_was_rolled_back_was_never_announced(ears: Ears) -> None:
    with transaction.atomic():
        outbox.announce(TOPIC, {})
        transaction.set_rollback(True)
    assert not Event.objects.exists()
    with pytest.raises(outbox.NotInTransaction):
        outbox.announce(TOPIC, {})


@pytest.mark.django_db
def test_delivered_events_are_forgotten_after_a_week_and_others_kept(ears: Ears) -> None:
    outbox.announce(TOPIC, {"kept": True})
    outbox.announce("tests.nobody_hears", {})
    Delivery.objects.filter(event__topic="tests.nobody_hears").update(state=State.DONE)
    assert forget_delivered(now=timezone.now()) == 0
    assert forget_delivered(now=timezone.now() + timedelta(days=8)) == 1
    assert announced(TOPIC) == [{"kept": True}]


class DownFabric:
    def publish(self, *, event_id: UUID, topic: str, payload: Payload) -> None:
        raise ConnectionError("the line is cut")


@pytest.mark.django_db
def test_the_fabric_never_gives_up() -> None:
    outbox.announce(TOPIC, {})
    now = timezone.now() + timedelta(seconds=1)
    for _ in range(MOST_ATTEMPTS * 2):
        assert publish_next(DownFabric(), now=now)
        now += timedelta(seconds=31)
    assert outbox.backlog().waiting == 1
    assert outbox.backlog().dead == 0


@pytest.mark.django_db
def test_events_are_stored_in_a_real_fabric_once_each(nats_server: str) -> None:
    fabric = outbox.NatsFabric(nats_server)
    try:
        event_id = outbox.announce(TOPIC, {"名称": "低保"})
        now = timezone.now() + timedelta(seconds=1)
        assert publish_next(fabric, now=now)
        # A crash between publishing and committing makes the next worker publish the same event again.
        fabric.publish(event_id=event_id, topic=TOPIC, payload={"名称": "低保"})
        assert not publish_next(fabric, now=now)
        assert asyncio.run(_stored(nats_server)) == [(str(event_id), {"名称": "低保"})]
    finally:
        fabric.close()


def test_a_fabric_that_is_down_raises() -> None:
    fabric = outbox.NatsFabric("nats://127.0.0.1:9")
    with pytest.raises(TimeoutError):
        fabric.publish(event_id=UUID(int=1), topic=TOPIC, payload={})
    fabric.close()


async def _stored(url: str) -> list[tuple[str, Payload]]:
    client = await nats.connect(url)
    reader = await client.jetstream().subscribe(f"haihe.{TOPIC}", ordered_consumer=True)
    found = []
    try:
        while True:
            message = await reader.next_msg(timeout=0.5)
            found.append(((message.headers or {})["Nats-Msg-Id"], json.loads(message.data)))
    except nats.errors.TimeoutError:
        pass
    await client.close()
    return found
