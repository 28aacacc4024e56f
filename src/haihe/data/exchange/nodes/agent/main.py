"""The agent of a node: fetches by its orders, tells how it is, renews its credentials."""

import asyncio
import logging
import shutil
import signal
import threading
import time
from collections.abc import Coroutine
from datetime import UTC, datetime, timedelta

import msgspec
from nats.aio.msg import Msg

from haihe.data.exchange.delivery.ports import Fault
from haihe.data.exchange.nodes.agent.asking import Asking
from haihe.data.exchange.nodes.agent.delivering import Deliveries
from haihe.data.exchange.nodes.agent.fabric import Fabric, local_url
from haihe.data.exchange.nodes.agent.fetching import Feeds
from haihe.data.exchange.nodes.agent.home import BadOrders, Home
from haihe.data.exchange.nodes.agent.room import signal_server
from haihe.data.exchange.nodes.wire import Backlog, Beat, Credentials, RenewRequest, Signed, encode
from haihe.kernel import node_subjects as subjects

BEAT_EVERY_S = 3.0
RENEW_BEFORE = timedelta(days=10)
_LOOK_AT_EXPIRY_S = 60.0
_REST_S = 0.5
_log = logging.getLogger("haihe.node")


def run(home: Home, *, version: str) -> None:
    """Work until SIGTERM or SIGINT. Raises: HomeError, before the node has joined."""
    asyncio.run(_run(home, version))


async def _run(home: Home, version: str) -> None:
    enough, loop = asyncio.Event(), asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, enough.set)
    fabric = await _connected(home, enough)
    if fabric is None:
        return
    agent = Agent(home, fabric, version)
    await agent.open()
    tasks = [asyncio.create_task(part) for part in agent.parts()]
    waiting = asyncio.create_task(enough.wait())
    try:
        await asyncio.wait({*tasks, waiting}, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in (*tasks, waiting):
            task.cancel()
        ended = await asyncio.gather(*tasks, return_exceptions=True)
        await fabric.close()
    for fault in ended:
        if isinstance(fault, Exception):
            raise fault


async def _connected(home: Home, enough: asyncio.Event) -> Fabric | None:
    """Return the connection to the node's own server once that answers; None if told to stop before."""
    name, url = home.identity.name, local_url(home.path)
    while not enough.is_set():
        try:
            return await Fabric.connect(name, url, home.path)
        except OSError as fault:
            _log.info("waiting: %s", fault)
            await asyncio.sleep(_REST_S)
    return None


class Agent:
    def __init__(self, home: Home, fabric: Fabric, version: str) -> None:
        self._home, self._fabric, self._version = home, fabric, version
        self._name = home.identity.name
        self._feeds = Feeds(home, fabric, stop=threading.Event())
        self._deliveries = Deliveries(home, fabric)
        self._asking = Asking(home, fabric)
        self._round_trip_ms: float | None = None

    async def open(self) -> None:
        await self._fabric.on(subjects.orders(self._name), self._on_orders)
        await self._fabric.on(subjects.ask(self._name, "*"), self._asking.heard)

    def parts(self) -> list[Coroutine[None, None, None]]:
        return [self._feeds.run(), self._deliveries.run(), self._beat(), self._renew()]

    async def _beat(self) -> None:
        while True:
            self._fabric.room.look()
            beat = await self._told()
            started = time.monotonic()
            try:
                await self._fabric.request(subjects.beat(self._name), encode(beat), timeout_s=BEAT_EVERY_S)
                self._round_trip_ms = round((time.monotonic() - started) * 1000, 1)
            except OSError:
                self._round_trip_ms = None
            await asyncio.sleep(BEAT_EVERY_S)

    async def _told(self) -> Beat:
        return Beat(
            at=datetime.now(UTC),
            orders=self._home.orders.number,
            version=self._version,
            round_trip_ms=self._round_trip_ms,
            up=await self._backlog(subjects.up_stream(self._name)),
            down=await self._backlog(subjects.down_stream(self._name)),
            disk_free_bytes=shutil.disk_usage(self._home.path).free,
            feeds={str(feed): memory.told() for feed, memory in self._feeds.states().items()},
            trouble=self._deliveries.trouble if self._fabric.room.is_there() else Fault.DISK_FULL,
            deliveries=self._deliveries.troubles(),
            takes_changes=True,
        )

    async def _backlog(self, stream: str) -> Backlog:
        try:
            return await self._fabric.backlog(stream)
        except OSError:
            return Backlog()

    async def _on_orders(self, message: Msg) -> None:
        try:
            orders = self._home.keep_orders(msgspec.msgpack.decode(message.data, type=Signed))
            _log.info("orders %s are in force", orders.number)
        except (BadOrders, msgspec.DecodeError) as fault:
            _log.warning("orders are passed over: %s", fault)

    async def _renew(self) -> None:
        """Ask for new credentials in good time, again and again until they come."""
        while True:
            is_due = self._home.expires_at() - datetime.now(UTC) < RENEW_BEFORE
            done = not is_due or await self._renew_once()
            await asyncio.sleep(_LOOK_AT_EXPIRY_S if done else BEAT_EVERY_S)

    async def _renew_once(self) -> bool:
        request = RenewRequest(self._home.certificate_request())
        try:
            answer = await self._fabric.request(subjects.renew(self._name), encode(request), timeout_s=10)
            self._home.keep_credentials(msgspec.msgpack.decode(answer, type=Credentials))
            # The server reads claims at each call, but certificates only when it is told to.
            signal_server(self._home.path, signal.SIGHUP)
            _log.info("credentials are renewed until %s", self._home.expires_at().isoformat())
        except (OSError, msgspec.DecodeError) as fault:
            _log.warning("no new credentials yet: %s", fault)
            return False
        return True
