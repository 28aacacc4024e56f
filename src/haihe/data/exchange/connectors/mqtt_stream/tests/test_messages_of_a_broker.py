"""Messages of a real Mosquitto: kept for us while we are away, taken in order, and none lost whatever breaks."""

import json
from pathlib import Path
from typing import Any

import paho.mqtt.client as mqtt
import pytest
from paho.mqtt.enums import CallbackAPIVersion
from tests.plugins.brokers import PASSWORD, MqttBroker

from haihe.data.exchange.connectors.faults import Fault, FetchFailed
from haihe.data.exchange.connectors.mqtt_stream.connector import MQTT_STREAM
from haihe.data.exchange.connectors.mqtt_stream.session import Session
from haihe.data.exchange.connectors.mqtt_stream.settings import MqttSecret, MqttSettings
from haihe.data.exchange.connectors.ports import Fetched
from haihe.data.exchange.connectors.testing import ListSink, make_site, walked

pytestmark = pytest.mark.engine("mosquitto")
SECRET = MqttSecret(password=PASSWORD)


ROWS: dict[str, Any] = {"key": ("id",), "columns": ("id", "证件号码")}


class Source:
    """A source whose session the broker keeps from its first fetch on."""

    def __init__(self, broker: MqttBroker, tmp_path: Path, *, began: bool = True, **changes: Any) -> None:
        self.broker, self.folder = broker, tmp_path
        told = broker.settings | {"topic": "relief/#", "client": "haihe", "quiet_s": 1} | ROWS | changes
        self.settings = MqttSettings(**told)
        self.since: str | None = None
        self.last: Fetched | None = None
        if began:
            assert self.fetch() is None

    def fetch(self, sink: ListSink | None = None, *, publish: bool = True) -> list[str] | None:
        sink = sink or ListSink(self.folder / "memory")
        self.last = MQTT_STREAM.fetch(self.settings, SECRET, self.since, sink, make_site(self.folder))
        if self.last is None:
            return None
        if publish:
            self.since = self.last.watermark
        return [row["id"] for row in sink.table()]


def send(broker: MqttBroker, *ids: int, topic: str = "relief/changed") -> None:
    broker.publish(topic, *(json.dumps({"id": each, "证件号码": 120103199001010013}).encode() for each in ids))


@pytest.mark.parametrize("version", ["5", "3.1.1"])
def test_what_came_while_we_were_away_comes_once(mqtt_broker: MqttBroker, tmp_path: Path, version: str) -> None:
    source = Source(mqtt_broker, tmp_path, version=version)
    send(mqtt_broker, *range(200))
    # More than the broker gives at once unacknowledged.
    assert source.fetch() == [str(number) for number in range(200)]
    assert source.last is not None
    assert (source.last.mode, source.last.complete) == ("delta", True)
    assert source.fetch() is None
    send(mqtt_broker, 200)
    assert source.fetch() == ["200"]


def test_a_fetch_is_bounded_and_says_that_more_waits(mqtt_broker: MqttBroker, tmp_path: Path) -> None:
    source = Source(mqtt_broker, tmp_path, most_messages=30)
    send(mqtt_broker, *range(45))
    assert [(len(source.fetch() or []), source.last.complete if source.last else None) for _ in range(2)] == [
        (30, False),
        (15, True),
    ]


@pytest.mark.faults
def test_nothing_is_acknowledged_before_it_is_on_the_disk(mqtt_broker: MqttBroker, tmp_path: Path) -> None:
    source = Source(mqtt_broker, tmp_path)
    send(mqtt_broker, 1, 2)
    with Session(source.settings, SECRET, make_site(tmp_path), kept=True) as session:
        assert len(session.take(10, 1)) == 2
    # The session ended and had acknowledged nothing: both come again.
    assert source.fetch() == ["1", "2"]


@pytest.mark.faults
def test_a_fetch_that_dies_loses_nothing_and_a_refused_run_neither(mqtt_broker: MqttBroker, tmp_path: Path) -> None:
    class Dying(ListSink):
        def durable(self, fetched: Fetched) -> None:
            raise OSError("gone")

    source = Source(mqtt_broker, tmp_path)
    send(mqtt_broker, 1)
    with pytest.raises(OSError, match="gone"):
        source.fetch(Dying(tmp_path / "memory"))
    send(mqtt_broker, 2)
    assert source.fetch(publish=False) == ["1", "2"]
    assert source.fetch() == ["1", "2"]
    assert source.fetch() is None


@pytest.mark.faults
def test_a_broker_that_restarts_keeps_what_it_has(mqtt_broker: MqttBroker, tmp_path: Path) -> None:
    source = Source(mqtt_broker, tmp_path)
    send(mqtt_broker, 1)
    mqtt_broker.child.stop(timeout_s=10)
    with pytest.raises(FetchFailed) as failed:
        source.fetch()
    assert (failed.value.fault, failed.value.is_transient) == (Fault.NO_CONNECTION, True)
    mqtt_broker.child.start_and_wait()
    assert source.fetch() == ["1"]


@pytest.mark.faults
def test_a_connection_that_breaks_in_the_middle_may_be_tried_again(mqtt_broker: MqttBroker, tmp_path: Path) -> None:
    class Cutting(ListSink):
        def count(self, rows: int) -> None:
            super().count(rows)
            mqtt_broker.child.stop(timeout_s=10)

    source = Source(mqtt_broker, tmp_path)
    send(mqtt_broker, *range(100))
    with pytest.raises(FetchFailed) as failed:
        source.fetch(Cutting(tmp_path / "memory"))
    assert (failed.value.fault, failed.value.is_transient) == (Fault.CONNECTION_LOST, True)
    mqtt_broker.child.start_and_wait()
    rows = source.fetch()
    # What was acknowledged lies in the journal, what wasn't comes again: each at least once, the last of each key last.
    assert rows is not None
    assert list(dict.fromkeys(rows)) == [str(number) for number in range(100)]


def test_a_test_shows_what_comes_and_takes_nothing_away(mqtt_broker: MqttBroker, tmp_path: Path) -> None:
    source = Source(mqtt_broker, tmp_path)
    mqtt_broker.publish("relief/kept", b'{"id": 0}')
    client = mqtt.Client(CallbackAPIVersion.VERSION2)
    client.username_pw_set(source.settings.user, PASSWORD)
    client.connect("127.0.0.1", mqtt_broker.port)
    client.loop_start()
    client.publish("relief/kept", b'{"id": "last known"}', qos=1, retain=True).wait_for_publish(10)
    client.disconnect()
    client.loop_stop()
    legs = walked(MQTT_STREAM, source.settings, SECRET, make_site(tmp_path))
    assert [leg.leg for leg in legs] == list(MQTT_STREAM.legs)
    assert legs[-1].preview is not None
    assert legs[-1].preview.rows == (("last known",),)
    assert source.fetch() == ["0", "last known"]


@pytest.mark.parametrize(
    ("changes", "password", "fault"),
    [
        ({}, "wrong", Fault.LOGIN_REFUSED),
        ({"version": "3.1.1"}, "wrong", Fault.LOGIN_REFUSED),
        ({"topic": "relief/#/x"}, PASSWORD, Fault.SETTINGS_WRONG),
        ({"tls": "verify"}, PASSWORD, Fault.NOT_TRUSTED),
        ({"port": 1}, PASSWORD, Fault.NO_CONNECTION),
        ({"host": "169.254.169.254"}, PASSWORD, Fault.ADDRESS_NOT_ALLOWED),
    ],
    ids=["password", "password-3", "topic", "tls", "port", "address"],
)
def test_the_leg_that_fails_is_named(
    mqtt_broker: MqttBroker, tmp_path: Path, changes: dict[str, Any], password: str, fault: Fault
) -> None:
    source = Source(mqtt_broker, tmp_path, began=False, **changes)
    with pytest.raises(FetchFailed) as failed:
        walked(MQTT_STREAM, source.settings, MqttSecret(password=password), make_site(tmp_path))
    assert failed.value.fault is fault
