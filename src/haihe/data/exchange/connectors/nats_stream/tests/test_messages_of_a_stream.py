"""Messages of a real JetStream: each counts once, in order, whatever breaks, and none is acknowledged too early."""

import json
from pathlib import Path
from typing import Any

import pytest
from nats.aio.client import Client
from nats.js.api import AckPolicy, ConsumerConfig, RetentionPolicy, StreamConfig
from tests.plugins.brokers import PASSWORD, NatsBroker

from haihe.data.exchange.connectors.faults import Fault, FetchFailed
from haihe.data.exchange.connectors.nats_stream.connector import NATS_STREAM
from haihe.data.exchange.connectors.nats_stream.settings import NatsSecret, NatsSettings
from haihe.data.exchange.connectors.ports import Fetched
from haihe.data.exchange.connectors.testing import ListSink, make_site, walked


class Killed(BaseException):
    """Stands for a process that is gone."""


class Dying(ListSink):
    """Dies at `durable`: before it has kept anything, or just behind it."""

    def __init__(self, folder: Path, *, kept: bool) -> None:
        super().__init__(folder)
        self._kept = kept

    def durable(self, fetched: Fetched) -> None:
        if self._kept:
            super().durable(fetched)
        raise Killed


ROWS: dict[str, Any] = {"key": ("id",), "columns": ("id", "证件号码")}


class Source:
    def __init__(self, broker: NatsBroker, tmp_path: Path, **changes: Any) -> None:
        self.broker, self.folder = broker, tmp_path
        told = broker.settings | {"stream": "RELIEF", "consumer": "haihe", "quiet_s": 1} | ROWS | changes
        self.settings = NatsSettings(**told)
        self.since: str | None = None
        self.last: Fetched | None = None

    def fetch(self, sink: ListSink | None = None, *, publish: bool = True) -> list[str] | None:
        sink = sink or ListSink(self.folder / "memory")
        site, secret = make_site(self.folder), NatsSecret(credential=PASSWORD)
        self.last = NATS_STREAM.fetch(self.settings, secret, self.since, sink, site)
        if self.last is None:
            return None
        if publish:
            self.since = self.last.watermark
        return [row["id"] for row in sink.table()]

    def acknowledged(self) -> int:
        """Return up to which message of the stream all are acknowledged."""

        async def act(client: Client) -> int:
            info = await client.jetstream().consumer_info("RELIEF", "haihe")
            return info.ack_floor.stream_seq if info.ack_floor else 0

        return self.broker.do(act)


@pytest.fixture
def broker(nats_broker: NatsBroker) -> NatsBroker:
    async def act(client: Client) -> None:
        await client.jetstream().add_stream(StreamConfig(name="RELIEF", subjects=["relief.>"]))

    nats_broker.do(act)
    return nats_broker


def send(broker: NatsBroker, *ids: int, subject: str = "relief.changed") -> None:
    broker.publish(subject, *(json.dumps({"id": each, "证件号码": 120103199001010013}).encode() for each in ids))


def test_what_is_there_comes_once_as_changes(broker: NatsBroker, tmp_path: Path) -> None:
    source = Source(broker, tmp_path)
    send(broker, *range(700))
    assert source.fetch() == [str(number) for number in range(700)]
    assert source.last is not None
    assert (source.last.mode, source.last.complete, source.last.rows) == ("delta", True, 700)
    assert source.acknowledged() == 700
    assert source.fetch() is None
    send(broker, 700)
    assert source.fetch() == ["700"]


def test_a_fetch_is_bounded_and_says_that_more_waits(broker: NatsBroker, tmp_path: Path) -> None:
    source = Source(broker, tmp_path, most_messages=10)
    send(broker, *range(25))
    found = []
    for _ in range(3):
        found.append((len(source.fetch() or []), source.last.complete if source.last else None))
    assert found == [(10, False), (10, False), (5, True)]


def test_only_the_subject_that_was_asked_for(broker: NatsBroker, tmp_path: Path) -> None:
    send(broker, 1)
    send(broker, 2, subject="relief.ended")
    assert Source(broker, tmp_path, subject="relief.ended").fetch() == ["2"]


@pytest.mark.faults
def test_nothing_is_acknowledged_before_it_is_durable(broker: NatsBroker, tmp_path: Path) -> None:
    source = Source(broker, tmp_path)
    send(broker, 1, 2)
    with pytest.raises(Killed):
        source.fetch(Dying(tmp_path / "memory", kept=False))
    assert source.acknowledged() == 0
    # It lies in the journal and comes again from the broker: the same rows in the same order, merged by key.
    assert source.fetch() == ["1", "2", "1", "2"]
    assert source.acknowledged() == 2
    assert source.fetch() is None


@pytest.mark.faults
def test_killed_between_keeping_and_acknowledging_nothing_counts_twice(broker: NatsBroker, tmp_path: Path) -> None:
    source = Source(broker, tmp_path)
    send(broker, 1, 2)
    dying = Dying(tmp_path / "memory", kept=True)
    with pytest.raises(Killed):
        source.fetch(dying)
    assert dying.kept is not None
    source.since = dying.kept.watermark
    send(broker, 3)
    # 1 and 2 come again, are known by their sequence, and only acknowledged.
    assert source.fetch() == ["3"]
    assert source.acknowledged() == 3


@pytest.mark.faults
def test_what_an_earlier_fetch_left_comes_before_anything_newer(broker: NatsBroker, tmp_path: Path) -> None:
    async def consumer_and_a_reader_that_dies(client: Client) -> None:
        stream = client.jetstream()
        await stream.add_consumer(
            "RELIEF", ConsumerConfig(durable_name="haihe", ack_policy=AckPolicy.EXPLICIT, ack_wait=3)
        )
        reader = await stream.pull_subscribe_bind("haihe", "RELIEF")
        assert len(await reader.fetch(2)) == 2

    send(broker, 1, 2)
    broker.do(consumer_and_a_reader_that_dies)
    send(broker, 3)
    source = Source(broker, tmp_path)
    with pytest.raises(FetchFailed) as failed:
        source.fetch()
    assert (failed.value.fault, failed.value.is_transient) == (Fault.STILL_UNSETTLED, True)
    rows: list[str] | None = None
    for _ in range(5):
        try:
            rows = source.fetch()
            break
        except FetchFailed:
            continue
    assert rows == ["1", "2", "3"]


def test_a_run_that_was_refused_loses_nothing(broker: NatsBroker, tmp_path: Path) -> None:
    source = Source(broker, tmp_path)
    send(broker, 1)
    assert source.fetch(publish=False) == ["1"]
    send(broker, 2)
    assert source.fetch() == ["1", "2"]
    send(broker, 3)
    assert source.fetch() == ["3"]


@pytest.mark.faults
def test_a_broker_that_restarts_loses_nothing(broker: NatsBroker, tmp_path: Path) -> None:
    source = Source(broker, tmp_path)
    send(broker, 1)
    broker.child.stop(timeout_s=10)
    with pytest.raises(FetchFailed) as failed:
        source.fetch()
    assert (failed.value.fault, failed.value.is_transient) == (Fault.NO_CONNECTION, True)
    broker.child.start_and_wait()
    assert source.fetch() == ["1"]


def test_a_stream_made_anew_counts_from_one_again(broker: NatsBroker, tmp_path: Path) -> None:
    source = Source(broker, tmp_path)
    send(broker, 1, 2, 3)
    source.fetch()

    async def anew(client: Client) -> None:
        stream = client.jetstream()
        await stream.delete_stream("RELIEF")
        config = StreamConfig(name="RELIEF", subjects=["relief.>"], retention=RetentionPolicy.WORK_QUEUE)
        await stream.add_stream(config)

    broker.do(anew)
    send(broker, 4)
    assert source.fetch() == ["4"]


def test_a_message_that_cannot_be_read_holds_up_none(broker: NatsBroker, tmp_path: Path) -> None:
    broker.publish("relief.changed", b"no json")
    send(broker, 1)
    sink = ListSink(tmp_path / "memory")
    Source(broker, tmp_path).fetch(sink)
    assert [(row["_message"], row["id"]) for row in sink.table()] == [("no json", None), (None, "1")]


def test_a_test_shows_messages_and_takes_none(broker: NatsBroker, tmp_path: Path) -> None:
    send(broker, *range(9))
    source = Source(broker, tmp_path)
    legs = walked(NATS_STREAM, source.settings, NatsSecret(credential=PASSWORD), make_site(tmp_path))
    assert [leg.leg for leg in legs] == list(NATS_STREAM.legs)
    assert legs[-1].preview is not None
    assert legs[-1].preview.rows[-1] == ("8", "120103199001010013")
    assert len(source.fetch() or []) == 9


@pytest.mark.parametrize(
    ("changes", "credential", "fault"),
    [
        ({}, "wrong", Fault.LOGIN_REFUSED),
        ({"auth": "none"}, "", Fault.LOGIN_REFUSED),
        ({"auth": "credentials"}, "no file", Fault.LOGIN_REFUSED),
        ({"stream": "NONE"}, PASSWORD, Fault.NO_SUCH_PLACE),
        ({"user": "nobody"}, PASSWORD, Fault.NOT_PERMITTED),
        ({"tls": "verify"}, PASSWORD, Fault.NOT_TRUSTED),
        ({"port": 1}, PASSWORD, Fault.NO_CONNECTION),
        ({"host": "169.254.169.254"}, PASSWORD, Fault.ADDRESS_NOT_ALLOWED),
    ],
    ids=["password", "anonymous", "credentials", "stream", "permission", "tls", "port", "address"],
)
def test_the_leg_that_fails_is_named(
    broker: NatsBroker, tmp_path: Path, changes: dict[str, Any], credential: str, fault: Fault
) -> None:
    source = Source(broker, tmp_path, **changes)
    with pytest.raises(FetchFailed) as failed:
        walked(NATS_STREAM, source.settings, NatsSecret(credential=credential), make_site(tmp_path))
    assert failed.value.fault is fault
