"""A program hears of its owner's follows by signed messages, or is left alone after it gave no answer for a day."""

import hashlib
import hmac
import json
from base64 import b64decode, b64encode
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from django.conf import settings
from django.test import override_settings

from haihe.base.accounts.api import Actor, actor_for
from haihe.base.notices.models import Notice
from haihe.data.following import operations
from haihe.data.following.errors import InputRefused, NotFound
from haihe.data.following.models import DeliveryState, Webhook, WebhookDelivery
from haihe.data.following.operations import Happened
from haihe.data.following.sending import NO_SECRET, PAUSES, forget_sent, send_due
from haihe.data.following.targets import read_target
from haihe.data.following.testing import Receiver
from haihe.data.open.tests.conftest import NOW

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("published")]


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    """A receiver on loopback, which the operator has named: as a rule nobody reaches there."""
    with Receiver().running() as running:
        named = replace(settings.HAIHE, outward_networks=("127.0.0.0/8",), outward_ports=(running.port,))
        with override_settings(HAIHE=named):
            yield running


def liu() -> Actor:
    return actor_for("liu", now=NOW)


def hooked(url: str) -> tuple[Webhook, str]:
    target = read_target({"dataset": "canteens"})
    assert target is not None
    operations.follow(actor=liu(), target=target, pace="WEEKLY", now=NOW)
    return operations.add_webhook(actor=liu(), url=url, now=NOW)


def happen(key: str = "one") -> None:
    happened = Happened(
        key=key,
        name="version_ready",
        title="社区食堂名录",
        path="/open/datasets/canteens/",
        at=NOW,
        datasets=("canteens",),
        facts={"version": 2, "rows": 6},
    )
    operations.note(happened, now=NOW)


def is_signed(headers: dict[str, str], body: bytes, secret: str) -> bool:
    """As the specification tells a receiver to look."""
    key = b64decode(secret.removeprefix("whsec_"))
    told = headers["webhook-id"].encode() + b"." + headers["webhook-timestamp"].encode() + b"." + body
    expected = "v1," + b64encode(hmac.digest(key, told, hashlib.sha256)).decode()
    return expected in headers["webhook-signature"].split(" ")


def sent(now: datetime) -> int:
    return send_due(clock=lambda: now)


def delivery() -> WebhookDelivery:
    return WebhookDelivery.objects.get()


def test_a_message_is_signed_and_says_what_happened(receiver: Receiver) -> None:
    _row, secret = hooked(receiver.url)
    happen()
    happen()
    assert sent(NOW) == 1
    ((headers, body),) = receiver.seen
    assert is_signed(headers, body, secret)
    assert not is_signed(headers, body + b" ", secret)
    told = json.loads(body)
    assert (told["type"], told["data"]["dataset"], told["data"]["version"]) == ("open.version_ready", "canteens", 2)
    assert headers["webhook-timestamp"] == str(int(NOW.timestamp()))
    assert (delivery().state, delivery().status, delivery().attempts) == (DeliveryState.SENT, 204, 1)
    assert sent(NOW + timedelta(days=1)) == 0


def test_what_is_not_taken_is_tried_again_with_growing_pauses_and_rests_in_the_end(receiver: Receiver) -> None:
    row, secret = hooked(receiver.url)
    receiver.status = 500
    happen()
    now: datetime = NOW
    for pause in PAUSES:
        assert sent(now) == 0
        assert sent(now + pause - timedelta(seconds=1)) == 0
        now += pause
    assert len(receiver.seen) == len(PAUSES)
    sent(now)
    assert len({headers["webhook-id"] for headers, _body in receiver.seen}) == 1
    assert all(is_signed(headers, body, secret) for headers, body in receiver.seen)
    row.refresh_from_db()
    assert (delivery().state, delivery().status, row.stopped_why) == (DeliveryState.DEAD, 500, "HTTP 500")
    notice = Notice.objects.get(kind="following.webhook_stopped")
    assert notice.user == liu().user_id
    happen("two")
    assert WebhookDelivery.objects.count() == 1
    receiver.status = 200
    operations.restart(actor=liu(), webhook_id=row.pk, now=now)
    assert (sent(now), delivery().state) == (1, DeliveryState.SENT)
    assert forget_sent(now=now + timedelta(days=40)) == 1


def test_one_that_says_it_is_gone_is_left_alone_at_once(receiver: Receiver) -> None:
    row, _secret = hooked(receiver.url)
    receiver.status = 410
    happen()
    sent(NOW)
    row.refresh_from_db()
    assert (delivery().state, row.stopped_at) == (DeliveryState.DEAD, NOW)


def test_a_redirect_is_no_answer_and_is_not_followed(receiver: Receiver) -> None:
    hooked(receiver.url)
    receiver.status = 302
    happen()
    sent(NOW)
    assert (delivery().state, delivery().status, len(receiver.seen)) == (DeliveryState.WAITING, 302, 1)


def test_a_killed_sender_leaves_a_claim_that_runs_out(receiver: Receiver) -> None:
    hooked(receiver.url)
    happen()
    WebhookDelivery.objects.update(attempts=1, next_try_at=NOW + timedelta(minutes=2))
    assert sent(NOW + timedelta(minutes=1)) == 0
    assert sent(NOW + timedelta(minutes=2)) == 1


def test_each_message_tells_the_moment_at_which_it_goes(receiver: Receiver) -> None:
    """A round of many slow receivers lasts; a message that tells its beginning would be refused as old."""
    hooked(receiver.url)
    for key in ("one", "two", "three"):
        happen(key)
    ticks = iter(range(100))
    assert send_due(clock=lambda: NOW + timedelta(minutes=next(ticks))) == 3
    seconds = [int(headers["webhook-timestamp"]) for headers, _body in receiver.seen]
    assert [second - seconds[0] for second in seconds] == [0, 180, 360]


def test_an_address_that_is_dropped_meanwhile_holds_up_no_other(receiver: Receiver) -> None:
    first, _secret = hooked(receiver.url)
    operations.add_webhook(actor=liu(), url=f"{receiver.url}/2", now=NOW)
    happen()
    ticks = iter(range(100))

    def clock() -> datetime:
        # The second look at the clock is after the claim and before the message.
        if next(ticks) == 1:
            WebhookDelivery.objects.filter(attempts=1).delete()
        return NOW

    assert send_due(clock=clock) == 2
    assert [one.state for one in WebhookDelivery.objects.all()] == [DeliveryState.SENT]
    assert Webhook.objects.filter(pk=first.pk).exists()


def test_one_that_does_not_answer_is_asked_once_a_round(receiver: Receiver) -> None:
    hooked(receiver.url)
    receiver.status = 500
    for number in range(5):
        happen(str(number))
    sent(NOW)
    assert len(receiver.seen) == 1
    receiver.status = 204
    assert sent(NOW + PAUSES[0]) == 5


def test_a_secret_that_cannot_be_opened_holds_up_no_other(receiver: Receiver) -> None:
    row, _secret = hooked(receiver.url)
    other, _secret = operations.add_webhook(actor=liu(), url=f"{receiver.url}/2", now=NOW)
    Webhook.objects.filter(pk=row.pk).update(sealed_secret=bytes(other.sealed_secret))
    happen()
    assert sent(NOW) == 1
    assert WebhookDelivery.objects.get(webhook=row).error == NO_SECRET


@pytest.mark.parametrize("url", ["http://127.0.0.1:{port}/", "http://localhost:{port}/", "http://[::1]:{port}/"])
def test_nobody_reaches_our_own_machines(url: str) -> None:
    with Receiver().running() as running:
        hooked(url.format(port=running.port))
        named = replace(settings.HAIHE, outward_networks=(), outward_ports=(running.port,))
        with override_settings(HAIHE=named):
            happen()
            assert sent(NOW) == 0
        assert (running.seen, delivery().error) == ([], "NETWORK_REFUSED")


@pytest.mark.parametrize("url", ["", "ftp://a.example/", "https://me:word@a.example/", "no address", "https://"])
def test_an_address_that_is_none_is_refused(url: str) -> None:
    with pytest.raises(InputRefused):
        operations.add_webhook(actor=liu(), url=url, now=NOW)


def test_a_test_message_and_a_new_secret(receiver: Receiver) -> None:
    row, first = hooked(receiver.url)
    operations.test_webhook(actor=liu(), webhook_id=row.pk, now=NOW)
    _row, second = operations.new_secret(actor=liu(), webhook_id=row.pk)
    assert sent(NOW) == 1
    ((headers, body),) = receiver.seen
    assert (is_signed(headers, body, first), is_signed(headers, body, second)) == (False, True)
    assert json.loads(body)["type"] == "test"
    row.refresh_from_db()
    assert second.encode() not in bytes(row.sealed_secret)


def test_webhooks_are_ones_own_few_and_stop_when_told(receiver: Receiver) -> None:
    row, _secret = hooked(receiver.url)
    for operation in (operations.new_secret, operations.drop_webhook):
        with pytest.raises(NotFound):
            operation(actor=actor_for("auditor", now=NOW), webhook_id=row.pk)
    operations.stop(actor=liu(), webhook_id=row.pk, now=NOW)
    with pytest.raises(InputRefused):
        operations.test_webhook(actor=liu(), webhook_id=row.pk, now=NOW)
    happen()
    assert (sent(NOW), receiver.seen) == (0, [])
    with pytest.raises(InputRefused, match="已经添加过"):
        operations.add_webhook(actor=liu(), url=receiver.url, now=NOW)
    for more in range(4):
        operations.add_webhook(actor=liu(), url=f"{receiver.url}/{more}", now=NOW)
    with pytest.raises(InputRefused, match="最多"):
        operations.add_webhook(actor=liu(), url=f"{receiver.url}/more", now=NOW)
    operations.drop_webhook(actor=liu(), webhook_id=row.pk)
    assert Webhook.objects.filter(pk=row.pk).count() == 0
