"""Message brokers of departments: a NATS server with JetStream, and a Mosquitto. Real processes with real stores."""

import asyncio
import os
import subprocess
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nats
import paho.mqtt.client as mqtt
import pytest
from nats.aio.client import Client
from paho.mqtt.enums import CallbackAPIVersion

from haihe.launch import ports
from haihe.launch.child import Child, Program
from haihe.launch.nats import answers_at, program
from tests.plugins.engines import program_of

USER, PASSWORD = "minzheng", "of-the-test-broker"
_NATS = """\
listen: "127.0.0.1:{port}"
jetstream {{ store_dir: "{store}" }}
accounts {{ D: {{
  jetstream: enabled
  users: [
    {{ user: {user}, password: {password} }}
    {{ user: nobody, password: {password}, permissions: {{ publish: {{ deny: ">" }} }} }}
  ]
}} }}
"""
_MOSQUITTO = """\
listener {port} 127.0.0.1
allow_anonymous false
password_file {folder}/passwords
acl_file {folder}/acl
persistence true
persistence_location {folder}/
max_queued_messages 0
"""


@dataclass(frozen=True, slots=True)
class NatsBroker:
    port: int
    child: Child

    @property
    def settings(self) -> dict[str, Any]:
        return {"host": "127.0.0.1", "port": self.port, "auth": "user", "user": USER}

    def do[T](self, act: Callable[[Client], Awaitable[T]]) -> T:
        """Do something as the department's own client."""

        async def run() -> T:
            client = await nats.connect(f"nats://127.0.0.1:{self.port}", user=USER, password=PASSWORD)
            try:
                return await act(client)
            finally:
                await client.close()

        return asyncio.run(run())

    def publish(self, subject: str, *bodies: bytes) -> None:
        async def act(client: Client) -> None:
            stream = client.jetstream()
            for body in bodies:
                await stream.publish(subject, body)

        self.do(act)


@dataclass(frozen=True, slots=True)
class MqttBroker:
    port: int
    child: Child

    @property
    def settings(self) -> dict[str, Any]:
        return {"host": "127.0.0.1", "port": self.port, "user": USER}

    def publish(self, topic: str, *bodies: bytes) -> None:
        """Publish as the department's own client, and wait until the broker has them."""
        client = mqtt.Client(CallbackAPIVersion.VERSION2)
        client.max_inflight_messages_set(1000)
        client.username_pw_set(USER, PASSWORD)
        client.connect("127.0.0.1", self.port)
        client.loop_start()
        try:
            for sent in [client.publish(topic, body, qos=1) for body in bodies]:
                sent.wait_for_publish(30)
        finally:
            client.disconnect()
            client.loop_stop()


@pytest.fixture
def nats_broker(tmp_path: Path) -> Iterator[NatsBroker]:
    port = ports.free_port()
    file = tmp_path / "nats.conf"
    file.write_text(_NATS.format(port=port, store=tmp_path / "jetstream", user=USER, password=PASSWORD))
    command = (str(program()), "-c", str(file))
    child = Child(Program("department-nats", command, tmp_path / "nats.log", answers=lambda: answers_at(port)))
    child.start_and_wait()
    yield NatsBroker(port, child)
    child.stop(timeout_s=10)


@pytest.fixture
def mqtt_broker(tmp_path: Path) -> Iterator[MqttBroker]:
    """Mark the test with `@pytest.mark.engine("mosquitto")`."""
    port, folder = ports.free_port(), tmp_path / "mosquitto"
    folder.mkdir()
    (folder / "acl").write_text(f"user {USER}\ntopic readwrite relief/#\n")
    subprocess.run(["mosquitto_passwd", "-b", "-c", str(folder / "passwords"), USER, PASSWORD], check=True)
    configuration = _MOSQUITTO.format(port=port, folder=folder)
    if os.geteuid() == 0:
        # As root it would change to a user of its own, who may not come into a test's folder.
        configuration += "user root\n"
    (folder / "mosquitto.conf").write_text(configuration)
    command = (program_of("mosquitto") or "mosquitto", "-c", str(folder / "mosquitto.conf"))

    def answers() -> bool:
        return not ports.is_free(port)

    child = Child(Program("department-mqtt", command, folder / "log", answers=answers))
    child.start_and_wait()
    yield MqttBroker(port, child)
    child.stop(timeout_s=10)
