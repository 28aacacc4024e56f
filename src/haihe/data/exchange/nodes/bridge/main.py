"""The bridge: runs in the worker, between the hub and the centre's tables."""

import asyncio
import contextlib
import logging
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import msgspec
import nats
from django.db import DatabaseError, close_old_connections, connections
from nats.aio.client import Client
from nats.aio.msg import Msg

from haihe.data.exchange.nodes import operations, queries
from haihe.data.exchange.nodes.bridge.keeping import Keeper
from haihe.data.exchange.nodes.bridge.link import Link, NotAnswered, connect
from haihe.data.exchange.nodes.bridge.pushing import Push, store
from haihe.data.exchange.nodes.issuing import hub_keys, orders_for
from haihe.data.exchange.nodes.models import Dispatch, Node
from haihe.data.exchange.nodes.operations import dispatching
from haihe.data.exchange.nodes.wire import Beat, Frame, RenewRequest, encode
from haihe.kernel import node_subjects as subjects
from haihe.kernel.hub_keys import Visitor
from haihe.kernel.keyring import KeyringError
from haihe.kernel.nkeys import Permissions

_LOOK_EVERY_S = 0.25
_REST_S = 1.0
_BATCH, _BATCH_BYTES, _WAIT_S = 32, 16 * 1024 * 1024, 20.0
_THREADS = 4
_log = logging.getLogger("haihe.nodes")


def run(stop: threading.Event, *, hub_url: str) -> None:
    """Serve all links until told to stop; where there is no hub, only wait. Django must be set up."""
    if not hub_url:
        stop.wait()
        return
    asyncio.run(_run(stop, hub_url))


async def _run(stop: threading.Event, hub_url: str) -> None:
    with ThreadPoolExecutor(_THREADS, thread_name_prefix="nodes") as threads:
        while not stop.is_set():
            try:
                await Bridge(hub_url, threads).serve(stop)
            except (OSError, nats.errors.Error) as fault:
                _log.warning("links to nodes rest: %s", fault)
                await asyncio.sleep(_REST_S)
        _let_go(threads)


def _let_go(threads: ThreadPoolExecutor) -> None:
    """Have each thread close its connection to the database: nobody else can."""
    together = threading.Barrier(_THREADS)

    def close() -> None:
        together.wait()
        connections.close_all()

    for work in [threads.submit(close) for _ in range(_THREADS)]:
        work.result()


class Bridge:
    """One connection's life. What it knows of nodes it reads from the tables, again and again."""

    def __init__(self, hub_url: str, threads: ThreadPoolExecutor) -> None:
        self._hub_url, self._threads = hub_url, threads
        self._pullers: dict[str, asyncio.Task[None]] = {}
        self._pushed: dict[str, int] | None = None
        self._ordered: dict[str, int] = {}
        self._something: dict[str, asyncio.Event] = {}

    async def serve(self, stop: threading.Event) -> None:
        """Raises: OSError where the hub is away."""
        system = hub_keys().visitor("system", _SYSTEM, on_system=True)
        centre = hub_keys().visitor("centre", subjects.CENTRE)
        told = _Open(self._hub_url, system, inbox="_INBOX.centre")
        async with _Open(self._hub_url, centre) as client, told as self._system:
            self._link = Link(client)
            await self._link.open()
            await self._link.on(subjects.beat("*"), self._on_beat)
            await self._link.on(subjects.renew("*"), self._on_renew)
            _log.info("serving the links of nodes")
            try:
                while not stop.is_set():
                    await self._look()
                    await asyncio.sleep(_LOOK_EVERY_S)
            finally:
                await self._end_pullers(list(self._pullers))

    async def _look(self) -> None:
        """Fetch from whom is let in now, and have the hub keep out who isn't."""
        now = datetime.now(UTC)
        try:
            names, revoked, waiting, orders = await self._in_tables(
                lambda: (
                    queries.joined(),
                    queries.revoked_users(now=now),
                    queries.to_be_sent_to(),
                    queries.new_orders(),
                )
            )
            await self._tell_orders(orders, now)
        except DatabaseError as trouble:
            _log.warning("nodes can't be looked up: %s", type(trouble).__name__)
            return
        if revoked != self._pushed:
            await self._push(revoked, now)
        for name, puller in self._pullers.items():
            if puller.done() and (fault := puller.exception()) is not None:
                _log.error("fetching from node %s failed", name, exc_info=fault)
        await self._end_pullers([name for name, task in self._pullers.items() if name not in names or task.done()])
        for name in names:
            if name not in self._pullers:
                self._pullers[name] = asyncio.create_task(self._both_ways(name))
        for name in waiting & self._something.keys():
            self._something[name].set()

    async def _tell_orders(self, numbers: dict[str, int], now: datetime) -> None:
        """Say once what is new; a node that doesn't hear it says so with its next beat, and is told again."""
        for name in [name for name, number in numbers.items() if self._ordered.get(name) != number]:
            await self._link.publish(subjects.orders(name), await self._orders_of(name, now))
        self._ordered = numbers

    async def _orders_of(self, node: str, now: datetime) -> bytes:
        return await self._in_tables(lambda: encode(orders_for(Node.objects.get(pk=node), now=now)))

    async def _push(self, revoked: dict[str, int], now: datetime) -> None:
        keys = hub_keys()
        claims = keys.nodes_claims(issued_at=int(now.timestamp()), revoked=revoked)
        with contextlib.suppress(nats.errors.Error, TimeoutError):
            await self._system.request(_update_of(keys.nodes.public), claims.encode(), timeout=2)
            self._pushed = revoked

    async def _both_ways(self, node: str) -> None:
        async with asyncio.TaskGroup() as group:
            group.create_task(self._pull(node))
            group.create_task(self._push_files(node))

    async def _push_files(self, node: str) -> None:
        something = self._something[node] = asyncio.Event()
        while True:
            await something.wait()
            something.clear()
            try:
                for dispatch in await self._in_tables(lambda: queries.waiting_dispatches(node)):
                    if not queries.has_room_for(dispatch):
                        break
                    await self._push_file(dispatch)
            except (NotAnswered, nats.errors.Error):
                # Once more from the start: the node's store passes over what it has.
                _log.debug("node %s can't be reached", node)
                await asyncio.sleep(_REST_S)
            except (OSError, DatabaseError, KeyringError) as trouble:
                _log.warning("what goes to node %s can't be read: %s", node, type(trouble).__name__)
                await asyncio.sleep(_REST_S)

    async def _push_file(self, dispatch: Dispatch) -> None:
        frames = Push(dispatch, bytes(dispatch.node.sealing_key or b"")).frames()

        def next_one() -> Frame | None:
            if not dispatching.is_waiting(dispatch.pk):
                return Frame("abandon", dispatch.pk, 0, b"")
            return next(frames, None)

        while (frame := await self._in_tables(next_one)) is not None:
            await store(self._link, dispatch.node_id, frame)
            if frame.kind == "abandon":
                return
        await self._in_tables(lambda: dispatching.note_sent(dispatch.pk, now=datetime.now(UTC)))

    async def _pull(self, node: str) -> None:
        keeper = Keeper(node)
        while True:
            try:
                messages = await self._link.fetch(node, most=_BATCH, most_bytes=_BATCH_BYTES)
                messages = messages or await self._link.fetch_next(node, wait_s=_WAIT_S)
                if messages:
                    await self._keep(node, keeper, messages)
            except (NotAnswered, nats.errors.Error):
                await asyncio.sleep(_REST_S)
            except (OSError, DatabaseError) as trouble:
                # What isn't acknowledged comes again.
                _log.warning("what node %s sends can't be kept: %s", node, type(trouble).__name__)
                keeper = Keeper(node)
                await asyncio.sleep(_REST_S)

    async def _keep(self, node: str, keeper: Keeper, messages: list[Msg]) -> None:
        bodies = [message.data for message in messages]
        await self._in_tables(lambda: keeper.keep(bodies, now=datetime.now(UTC)))
        for message in messages:
            await self._answer(node, message, b"+ACK", within=subjects.acknowledgements(node))

    async def _on_beat(self, message: Msg) -> None:
        node, now = subjects.node_of(message.subject), datetime.now(UTC)
        try:
            beat = msgspec.msgpack.decode(message.data, type=Beat)
            wanted = await self._in_tables(lambda: operations.hear(node, beat, now=now))
            await self._answer(node, message, b"")
            if wanted is not None and wanted != beat.orders:
                await self._link.publish(subjects.orders(node), await self._orders_of(node, now))
        except (msgspec.DecodeError, ValueError, DatabaseError) as fault:
            _log.warning("a beat of node %s is passed over: %s", node, type(fault).__name__)

    async def _on_renew(self, message: Msg) -> None:
        node, now = subjects.node_of(message.subject), datetime.now(UTC)
        try:
            request = msgspec.msgpack.decode(message.data, type=RenewRequest)
            given = await self._in_tables(lambda: operations.renew(node, request, now=now))
            await self._answer(node, message, encode(given))
        except (msgspec.DecodeError, operations.CodeRefused, DatabaseError) as fault:
            _log.warning("node %s gets no new credentials: %s", node, fault)

    async def _answer(self, node: str, message: Msg, data: bytes, *, within: str = "") -> None:
        """Answer a node's message on its own subjects only: a node must not have us speak to another in its stead."""
        if message.reply.startswith(within or subjects.replies(node)):
            await self._link.publish(message.reply, data)

    async def _end_pullers(self, names: list[str]) -> None:
        tasks = [self._pullers.pop(name) for name in names]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _in_tables[T](self, work: Callable[[], T]) -> T:
        """Do in a thread what waits for the disk or the database."""

        def run() -> T:
            close_old_connections()
            try:
                return work()
            finally:
                close_old_connections()

        return await asyncio.get_running_loop().run_in_executor(self._threads, run)


def _update_of(account: str) -> str:
    return f"$SYS.REQ.ACCOUNT.{account}.CLAIMS.UPDATE"


_SYSTEM = Permissions(publish=("$SYS.REQ.ACCOUNT.*.CLAIMS.UPDATE",), subscribe=("_INBOX.centre.>",))


class _Open:
    """A connection to the hub, closed at the end."""

    def __init__(self, url: str, visitor: Visitor, *, inbox: str = "_INBOX") -> None:
        self._url, self._visitor, self._inbox = url, visitor, inbox

    async def __aenter__(self) -> Client:
        self._client = await connect(self._url, self._visitor, inbox=self._inbox)
        return self._client

    async def __aexit__(self, *_: object) -> None:
        with contextlib.suppress(nats.errors.Error, TimeoutError):
            await self._client.close()
