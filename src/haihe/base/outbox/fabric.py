"""NATS JetStream as the message fabric: each event stored once, under its own id."""

import asyncio
import json
import threading
from concurrent.futures import Future
from typing import Any
from uuid import UUID

import nats
from nats.aio.client import Client
from nats.js.api import StreamConfig

from haihe.base.outbox.handlers import Payload

STREAM = "HAIHE"
SUBJECTS = "haihe.>"
_DUPLICATE_WINDOW_S = 3600.0
_KEPT_FOR_S = 30 * 86400.0
_TIMEOUT_S = 5.0
_CONNECT_WITHIN_S = 3.0


class NatsFabric:
    """Publishes to `haihe.<topic>`. It keeps one connection on a thread of its own, and makes a new one as needed."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._client: Client | None = None
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="nats", daemon=True)
        self._thread.start()

    def publish(self, *, event_id: UUID, topic: str, payload: Payload) -> None:
        """Return when the event is stored. The id keeps a second try within the hour from storing it twice."""
        self._run(self._publish(str(event_id), topic, json.dumps(payload, ensure_ascii=False).encode()))

    def close(self) -> None:
        self._run(self._disconnect())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(_TIMEOUT_S)
        self._loop.close()

    def _run(self, work: Any) -> None:
        future: Future[None] = asyncio.run_coroutine_threadsafe(work, self._loop)
        try:
            future.result(_TIMEOUT_S * 3)
        except TimeoutError:
            future.cancel()
            raise

    async def _publish(self, event_id: str, topic: str, payload: bytes) -> None:
        client = await self._connected()
        headers = {"Nats-Msg-Id": event_id, "Content-Type": "application/json"}
        await client.jetstream().publish(f"haihe.{topic}", payload, timeout=_TIMEOUT_S, headers=headers)

    async def _connected(self) -> Client:
        if self._client is None or not self._client.is_connected:
            await self._disconnect()
            # nats-py tries the first connection for ever, whatever it is told.
            self._client = await asyncio.wait_for(
                nats.connect(self._url, name="haihe outbox", allow_reconnect=False, error_cb=_pass_over),
                _CONNECT_WITHIN_S,
            )
            await self._client.jetstream().add_stream(
                StreamConfig(
                    name=STREAM, subjects=[SUBJECTS], duplicate_window=_DUPLICATE_WINDOW_S, max_age=_KEPT_FOR_S
                )
            )
        return self._client

    async def _disconnect(self) -> None:
        if self._client is not None and not self._client.is_closed:
            await self._client.close()
        self._client = None


async def _pass_over(_: Exception) -> None:
    """Leave errors to `publish`, which raises them; nats-py would log each a second time."""
