"""The node's own NATS server, as the agent uses it: streams in its own store, requests over the leaf's line."""

import asyncio
import json
import logging
import secrets
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path

import nats
from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.js import JetStreamContext
from nats.js.api import AckPolicy, ConsumerConfig, DiscardPolicy, RetentionPolicy, StreamConfig
from nats.js.errors import APIError, NotFoundError

from haihe.data.exchange.nodes.agent.room import Room
from haihe.data.exchange.nodes.wire import Backlog
from haihe.kernel import node_subjects as subjects

MOST_BYTES = 10 * 1024**3
"""Of each stream: what may wait for the line to come back."""
ACK_WITHIN_S = 10.0
_FULL = frozenset({10023, 10047, 10077})
"""What the server calls it where it has no room."""
_UNDER_WAY = 64
_DUPLICATES_S = 600.0
_CONNECT_WITHIN_S = 3.0
_WAIT_S = 5.0
_log = logging.getLogger("haihe.node")


class StoreFull(OSError):
    """There is no room for more: in the stream, in the store, or on the disk."""


class Fabric:
    """One connection to the local server. `url` holds a secret."""

    def __init__(self, name: str, client: Client, folder: Path) -> None:
        self.name, self._client, self.room = name, client, Room(folder)
        self._jetstream: JetStreamContext = client.jetstream(timeout=5)
        self._down: JetStreamContext.PullSubscription | None = None

    @classmethod
    async def connect(cls, name: str, url: str, folder: Path) -> "Fabric":
        """`folder` is what the store lies in. Raises: OSError, until the server answers."""
        try:
            client = await asyncio.wait_for(
                nats.connect(
                    url,
                    name="haihe agent",
                    inbox_prefix=subjects.reply(name, "agent", secrets.token_hex(8)).encode(),
                    max_reconnect_attempts=-1,
                    reconnect_time_wait=0.5,
                    error_cb=_pass_over,
                ),
                _CONNECT_WITHIN_S,
            )
        except (TimeoutError, nats.errors.Error) as fault:
            raise OSError(f"the node's server doesn't answer: {type(fault).__name__}") from fault
        fabric = cls(name, client, folder)
        await fabric._make_streams()
        return fabric

    async def store(self, subject: str, data: bytes, *, message_id: str) -> None:
        """Return when the message is in the node's store; the id keeps a second try from storing it twice.

        Raises: StoreFull; OSError, where the server is away.
        """
        if not self.room.is_there():
            raise StoreFull("the disk is full")
        try:
            await self._jetstream.publish(subject, data, headers={"Nats-Msg-Id": message_id})
        except APIError as fault:
            self.room.failed()
            if fault.err_code in _FULL:
                raise StoreFull(fault.description) from fault
            raise OSError(type(fault).__name__) from fault
        except (nats.errors.Error, TimeoutError) as fault:
            self.room.failed()
            raise OSError(type(fault).__name__) from fault
        self.room.stored()

    async def on(self, subject: str, heard: Callable[[Msg], Awaitable[None]]) -> None:
        await self._client.subscribe(subject, cb=heard)

    async def request(self, subject: str, data: bytes, *, timeout_s: float) -> bytes:
        """Raises: OSError, where no answer comes."""
        try:
            return (await self._client.request(subject, data, timeout=timeout_s)).data
        except (nats.errors.Error, TimeoutError) as fault:
            raise OSError(type(fault).__name__) from fault

    async def answer(self, message: Msg, data: bytes) -> None:
        await self._client.publish(message.reply, data)

    async def backlog(self, stream: str) -> Backlog:
        """Return what waits in a stream of ours. Raises: OSError."""
        try:
            answer = await self._client.request(f"$JS.API.STREAM.INFO.{stream}", timeout=2)
            state = json.loads(answer.data)["state"]
        except (nats.errors.Error, TimeoutError, KeyError, ValueError) as fault:
            raise OSError(type(fault).__name__) from fault
        oldest = datetime.fromisoformat(state["first_ts"]).astimezone(UTC) if state["messages"] else None
        return Backlog(int(state["messages"]), int(state["bytes"]), oldest)

    async def fetch_down(self, most: int) -> list[Msg]:
        """Return what the centre has sent, not acknowledged yet; none if none came for a while. Raises: OSError."""
        try:
            if self._down is None:
                self._down = await self._jetstream.pull_subscribe_bind("agent", subjects.down_stream(self.name))
            return await self._down.fetch(most, timeout=_WAIT_S)
        except (nats.errors.TimeoutError, TimeoutError):
            return []
        except nats.errors.Error as fault:
            self._down = None
            raise OSError(type(fault).__name__) from fault

    async def close(self) -> None:
        await self._client.close()

    async def _make_streams(self) -> None:
        try:
            await self._make(subjects.up_stream(self.name), subjects.up(self.name, "*"), subjects.CONSUMER)
            await self._make(subjects.down_stream(self.name), subjects.down(self.name, "*"), "agent")
        except (nats.errors.Error, TimeoutError) as fault:
            raise OSError(f"the node's store isn't ready: {type(fault).__name__}") from fault

    async def _make(self, stream: str, subject: str, consumer: str) -> None:
        try:
            await self._jetstream.stream_info(stream)
        except NotFoundError:
            await self._jetstream.add_stream(
                StreamConfig(
                    name=stream,
                    subjects=[subject],
                    retention=RetentionPolicy.WORK_QUEUE,
                    discard=DiscardPolicy.NEW,
                    max_bytes=MOST_BYTES,
                    duplicate_window=_DUPLICATES_S,
                )
            )
        # The same configuration again changes nothing.
        await self._jetstream.add_consumer(
            stream,
            ConsumerConfig(
                durable_name=consumer,
                ack_policy=AckPolicy.EXPLICIT,
                ack_wait=ACK_WITHIN_S,
                max_ack_pending=_UNDER_WAY,
            ),
        )


def local_url(folder: Path) -> str:
    """Return the address of the node's own server, with the token in it: a secret."""
    told = json.loads((folder / "local.json").read_text())
    return f"nats://{told['token']}@127.0.0.1:{told['port']}"


async def _pass_over(fault: Exception) -> None:
    _log.debug("nats: %s", type(fault).__name__)
