"""Feeds by the clock: what is due is fetched, one file after another, each feed by itself."""

import asyncio
import contextlib
import logging
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any
from uuid import UUID

from haihe.data.exchange.connectors.faults import Fault, FetchFailed
from haihe.data.exchange.connectors.kinds import CONNECTORS, read_as
from haihe.data.exchange.connectors.ports import Connector, Fetched, KeepsWhatItTook, Site, Verdict
from haihe.data.exchange.nodes.agent.fabric import Fabric, StoreFull
from haihe.data.exchange.nodes.agent.home import Home
from haihe.data.exchange.nodes.agent.room import FULL
from haihe.data.exchange.nodes.agent.sending import Sending, Stopped, store_surely
from haihe.data.exchange.nodes.agent.site import FeedFiles, secret_of, site_of
from haihe.data.exchange.nodes.agent.state import FeedMemory, Memory
from haihe.data.exchange.nodes.wire import FeedOrder, Frame

_LOOK_EVERY_S = 0.5
_AT_ONCE = 4
_LONGEST_REST = timedelta(minutes=30)
_FRESH_FOR = timedelta(hours=20)
_log = logging.getLogger("haihe.node")


class Feeds:
    """The feeds of one node. All but the fetching itself happens in the loop's thread."""

    def __init__(self, home: Home, fabric: Fabric, *, stop: threading.Event) -> None:
        self._home, self._fabric, self._stop = home, fabric, stop
        self._memory = Memory(home.path / "state.json")
        self._busy: dict[UUID, asyncio.Task[None]] = {}
        self._due: dict[UUID, datetime] = {}
        self._threads = ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="fetch")

    def states(self) -> dict[UUID, FeedMemory]:
        """Return where each feed stands."""
        return self._memory.all()

    async def run(self, clock: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        """Fetch until cancelled; first give up what a crash left half-sent."""
        await self._give_up_open()
        try:
            while True:
                for order in self._home.orders.feeds:
                    self._begin_if_due(order, clock)
                await asyncio.sleep(_LOOK_EVERY_S)
        finally:
            self._stop.set()
            await asyncio.gather(*self._busy.values(), return_exceptions=True)
            self._threads.shutdown()

    async def _give_up_open(self) -> None:
        loop = asyncio.get_running_loop()
        for memory in self._memory.all().values():
            if memory.open is not None:
                give_up = partial(store_surely, self._fabric, loop, _abandoned(memory.open), stop=self._stop)
                await loop.run_in_executor(self._threads, give_up)
                memory.open = None
        self._memory.save()

    def _begin_if_due(self, order: FeedOrder, clock: Callable[[], datetime]) -> None:
        now = clock()
        if order.id in self._busy and not self._busy[order.id].done():
            return
        if now < self._due.get(order.id, now) and self._memory.of(order.id).anew == order.anew:
            return
        self._busy[order.id] = asyncio.create_task(self._fetch(order, clock))

    async def _fetch(self, order: FeedOrder, clock: Callable[[], datetime]) -> None:
        memory = self._memory.of(order.id)
        loop = asyncio.get_running_loop()
        try:
            more = await loop.run_in_executor(self._threads, lambda: self._fetch_one(order, memory, loop, clock))
        except Stopped:
            return
        except Exception as fault:
            memory.failures += 1
            # Of others only the name: a driver's message may quote a row or a password.
            memory.trouble = _told(fault)
            if isinstance(fault, FetchFailed) and not fault.is_transient:
                memory.anew = order.anew
            _log.warning("feed %s: %s", order.id, memory.trouble)
            rest = min(_LONGEST_REST, timedelta(seconds=order.every_s) * 2.0 ** min(memory.failures, 8))
        else:
            memory.failures, memory.trouble, memory.anew = 0, "", order.anew
            rest = timedelta(0) if more else timedelta(seconds=order.every_s)
        memory.last_at = clock()
        self._due[order.id] = memory.last_at + rest
        with contextlib.suppress(OSError):
            # On a full disk: what it held before stays, and the next fetch says it anew.
            self._memory.save()

    def _fetch_one(
        self, order: FeedOrder, memory: FeedMemory, loop: asyncio.AbstractEventLoop, clock: Callable[[], datetime]
    ) -> bool:
        """Fetch and send what is new; return whether more waits. In a thread of its own."""

        def begun(transfer: UUID) -> None:
            memory.open = transfer
            asyncio.run_coroutine_threadsafe(self._save(), loop).result()

        def waits(why: str) -> None:
            memory.trouble = why

        connector = _connector(order.connector)
        is_anew = memory.anew != order.anew
        one = _Fetch(
            order=order,
            connector=connector,
            settings=read_as(order.settings, connector.settings),
            secret=read_as(secret_of(self._home, order.connection), connector.secret),
            site=site_of(self._home),
            again=memory.token if is_anew else "",
        )

        def fetch(since: str | None) -> tuple[Sending, Fetched | None]:
            sending = Sending(
                self._fabric,
                loop,
                feed=order.id,
                recipient=self._home.orders.sealing_key,
                begun=begun,
                memory=FeedFiles.of(self._home, order.id),
                stop=self._stop,
                waits=waits,
                since=since,
                anew=order.anew,
            )
            try:
                return sending, one.into(sending, since)
            except BaseException:
                if sending.has_begun and not self._stop.is_set():
                    store_surely(self._fabric, loop, _abandoned(sending.transfer), stop=self._stop)
                    memory.open = None
                raise

        since = memory.watermark if order.deltas and not is_anew else None
        sending, fetched = fetch(since)
        if fetched is None and since is not None and _is_old(memory, clock()):
            # Nothing has changed for long: all rows, so that their owner says anew that they are true.
            sending, fetched = fetch(None)
        if fetched is None:
            return False
        memory.watermark, memory.open, memory.last_transfer = fetched.watermark, None, sending.transfer
        memory.token, memory.sent_at = fetched.token or memory.token, clock()
        asyncio.run_coroutine_threadsafe(self._save(), loop).result()
        one.settle(fetched)
        return not fetched.complete

    async def _save(self) -> None:
        self._memory.save()


@dataclass(frozen=True, slots=True)
class _Fetch:
    """What one fetch asks of its source. `again` is what the source knows the file by that is to come once more."""

    order: FeedOrder
    connector: Connector
    settings: Any
    secret: Any
    site: Site
    again: str

    def into(self, sending: Sending, since: str | None) -> Fetched | None:
        if self.again and isinstance(self.connector, KeepsWhatItTook):
            return self.connector.fetch_again(self.settings, self.again, sending, self.site)
        return self.connector.fetch(self.settings, self.secret, since, sending, self.site)

    def settle(self, fetched: Fetched) -> None:
        if fetched.token:
            self.connector.settle(self.settings, self.secret, fetched.token, Verdict.TAKEN, "", self.site)


def _is_old(memory: FeedMemory, now: datetime) -> bool:
    return memory.sent_at is None or now - memory.sent_at >= _FRESH_FOR


def _told(fault: Exception) -> str:
    if isinstance(fault, FetchFailed):
        return str(fault)
    is_full = isinstance(fault, StoreFull) or (isinstance(fault, OSError) and fault.errno in FULL)
    return Fault.STORE_FULL if is_full else type(fault).__name__


def _abandoned(transfer: UUID) -> Frame:
    return Frame("abandon", transfer, 0, b"")


def _connector(name: str) -> Connector:
    try:
        return CONNECTORS[name]
    except KeyError:
        raise FetchFailed(Fault.SETTINGS_WRONG, name[:32]) from None
