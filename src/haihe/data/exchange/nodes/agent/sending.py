"""One fetched file on its way into the node's store, piece by piece, sealed to the centre."""

import asyncio
import logging
import threading
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future
from datetime import UTC, datetime
from hashlib import sha256
from uuid import UUID, uuid4

from haihe.data.exchange.connectors.faults import Fault
from haihe.data.exchange.connectors.ports import Fetched
from haihe.data.exchange.nodes.agent.fabric import Fabric, StoreFull
from haihe.data.exchange.nodes.agent.site import FeedFiles
from haihe.data.exchange.nodes.wire import PIECE_BYTES, Frame, Header, Trailer, encode
from haihe.kernel import node_subjects as subjects
from haihe.kernel.sealed_pieces import Sealer

_REST_S = 1.0
_AHEAD = 8
"""So many frames may be on their way into the store while the next is made."""
_log = logging.getLogger("haihe.node")


class Stopped(Exception):
    """The agent ends; what was sent of the file is given up at the next start."""


class Sending:
    """A file that is being fetched, in the connector's thread; it waits where the store is full or away.

    Nothing is stored before there is a first byte. `begun` hears of the transfer before anything of it is stored;
    `waits` hears why the store takes nothing for now, and an empty text once it does again.
    """

    def __init__(
        self,
        fabric: Fabric,
        loop: asyncio.AbstractEventLoop,
        *,
        feed: UUID,
        recipient: bytes,
        begun: Callable[[UUID], None],
        memory: FeedFiles,
        stop: threading.Event,
        waits: Callable[[str], None] = lambda _: None,
        since: str | None = None,
        anew: int = 0,
    ) -> None:
        self._since, self._anew = since, anew
        self._fabric, self._loop, self._stop = fabric, loop, stop
        self._feed, self._recipient, self._begun, self._waits = feed, recipient, begun, waits
        self.memory = memory
        self.transfer = uuid4()
        self._sealer: Sealer | None = None
        self._number, self._size = 0, 0
        self._digest = sha256()
        self._rest = bytearray()
        self._under_way = deque[tuple[Frame, Future[None]]]()

    @property
    def has_begun(self) -> bool:
        return self._sealer is not None

    def write(self, data: bytes) -> None:
        """Raises: Stopped."""
        self._digest.update(data)
        self._size += len(data)
        self._rest += data
        while len(self._rest) >= PIECE_BYTES:
            piece = bytes(self._rest[:PIECE_BYTES])
            del self._rest[:PIECE_BYTES]
            self._send("piece", piece)

    def count(self, rows: int) -> None:
        """Nothing is told meanwhile: the beat says what waits."""

    def durable(self, fetched: Fetched) -> None:
        """Send what is left and the end; from then on the file is the node's store's to keep. Raises: Stopped."""
        if self._rest:
            self._send("piece", bytes(self._rest))
            self._rest.clear()
        if self._sealer is None:
            return
        trailer = Trailer(
            pieces=self._number - 1,
            size_bytes=self._size,
            sha256=self._digest.hexdigest(),
            filename=fetched.filename,
            format=fetched.format,
            as_of=fetched.as_of or datetime.now(UTC),
            mode=fetched.mode,
            watermark=fetched.watermark,
            since=self._since,
            anew=self._anew,
        )
        self._send("end", encode(trailer))
        self._settle()

    def _settle(self) -> None:
        """Return when nothing is on its way any more. Raises: Stopped."""
        while self._under_way:
            self._wait_for_first()

    def _send(self, kind: str, plain: bytes) -> None:
        if self._sealer is None:
            self._begun(self.transfer)
            self._sealer = Sealer.to(self._recipient)
            self._store("begin", encode(Header(self._feed)), key=self._sealer.key)
        self._store(kind, plain)

    def _store(self, kind: str, plain: bytes, *, key: bytes = b"") -> None:
        assert self._sealer is not None  # noqa: S101 - `_send` makes it first
        while len(self._under_way) >= _AHEAD:
            self._wait_for_first()
        frame = sealed(self._sealer, self.transfer, kind, self._number, plain, key=key)
        self._under_way.append((frame, _store(self._fabric, self._loop, frame)))
        self._number += 1

    def _wait_for_first(self) -> None:
        frame, stored = self._under_way[0]
        try:
            stored.result()
        except OSError:
            # The store's own number keeps it from having it twice.
            store_surely(self._fabric, self._loop, frame, stop=self._stop, waits=self._waits)
        self._under_way.popleft()


def sealed(sealer: Sealer, transfer: UUID, kind: str, number: int, plain: bytes, *, key: bytes = b"") -> Frame:
    """Return one frame of a transfer, sealed in its place."""
    context = f"{transfer}:{kind}"
    return Frame(kind, transfer, number, sealer.seal(plain, number=number, context=context), key)  # type: ignore[arg-type]  # kind is one of a Frame's


def store_surely(
    fabric: Fabric,
    loop: asyncio.AbstractEventLoop,
    frame: Frame,
    *,
    stop: threading.Event,
    waits: Callable[[str], None] = lambda _: None,
) -> None:
    """Store a frame, trying again for as long as the agent runs. Raises: Stopped."""
    is_waiting = False
    while not stop.is_set():
        try:
            _store(fabric, loop, frame).result()
        except OSError as fault:
            if not is_waiting:
                _log.warning("the node's store takes nothing now (%s); waiting", fault)
                is_waiting = True
            waits(Fault.STORE_FULL if isinstance(fault, StoreFull) else Fault.INTERRUPTED)
            stop.wait(_REST_S)
        else:
            if is_waiting:
                waits("")
            return
    raise Stopped


def _store(fabric: Fabric, loop: asyncio.AbstractEventLoop, frame: Frame) -> "Future[None]":
    subject = subjects.up(fabric.name, str(frame.transfer))
    message_id = f"{frame.transfer}:{frame.kind}:{frame.number}"
    return asyncio.run_coroutine_threadsafe(fabric.store(subject, encode(frame), message_id=message_id), loop)
