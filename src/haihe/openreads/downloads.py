"""Whole files on their way: each made by a thread as fast as its taker takes, some at a time."""

import asyncio
import logging
import threading
import time
from collections import Counter
from collections.abc import Callable, Generator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import msgspec

from haihe.gateway.messages import Listener, Reply, Request
from haihe.openreads import refusing
from haihe.openreads.beside import pool
from haihe.openreads.packing import packed_pieces, takes_gzip
from haihe.openreads.refusing import Refused, refusal
from haihe.openreads.turns import as_refused

AT_ONCE, OF_ONE = 16, 4
LEAST_BYTES_PER_S, GRACE_S = 4_096, 60.0
"""Whoever takes a file more slowly for that long keeps a place from others, and is hung up on."""
_PART_BYTES = 1 << 20
_LOOK_S = 1.0
_log = logging.getLogger("haihe.openreads")


@dataclass(frozen=True, slots=True)
class File:
    """What goes out: the pieces, and their head. `is_packed`: gzip would gain nothing."""

    pieces: Generator[bytes]
    head: Reply
    is_packed: bool = False


class Downloads:
    """`begin` and its like are for the loop's thread."""

    def __init__(
        self,
        loop: asyncio.AbstractEventLoop,
        *,
        at_once: int = AT_ONCE,
        of_one: int = OF_ONE,
        grace_s: float = GRACE_S,
    ) -> None:
        self._loop, self._most, self._of_one, self._grace_s = loop, at_once, of_one, grace_s
        self._is_closing = False
        self._under_way = Counter[str]()
        self._pool = pool(at_once, name="download")

    def check_room(self, asker: str) -> None:
        """Raises: Refused where too many are under way."""
        if self._under_way[asker] >= self._of_one:
            raise Refused("rate-limited", *refusing.TOO_MANY_OF_YOURS, headers="retry-after: 10\r\n")
        if self._under_way.total() >= self._most:
            raise Refused("unavailable", *refusing.BUSY, headers="retry-after: 30\r\n")

    def begin(
        self,
        asker: str,
        make: Callable[[], File],
        request: Request,
        recipient: Listener,
        *,
        may_go_on: Callable[[], bool],
    ) -> None:
        """Send a file that is made while it is taken, for as long as it may go on.

        Raises: Refused where too many are under way.
        """

        def packed() -> File:
            file = make()
            if file.is_packed or not takes_gzip(request.headers):
                return file
            head = msgspec.structs.replace(file.head, headers=file.head.headers + "content-encoding: gzip\r\n")
            return File(packed_pieces(file.pieces), head)

        self._start(asker, packed, recipient, may_go_on)

    def send_file(
        self,
        asker: str,
        file: Path,
        start: int,
        length: int,
        head: Reply,
        recipient: Listener,
        *,
        may_go_on: Callable[[], bool],
    ) -> None:
        """Send part of a file that lies there, for as long as it may go on.

        Raises: Refused where too many are under way.
        """
        self._start(asker, lambda: File(_parts(file, start, length), head), recipient, may_go_on)

    @property
    def under_way(self) -> int:
        return self._under_way.total()

    def close(self) -> None:
        self._is_closing = True
        self._pool.shutdown(wait=True, cancel_futures=True)

    def _start(self, asker: str, make: Callable[[], File], recipient: Listener, may_go_on: Callable[[], bool]) -> None:
        self.check_room(asker)
        self._under_way[asker] += 1
        self._pool.submit(self._run, asker, make, recipient, may_go_on)

    def _run(self, asker: str, make: Callable[[], File], recipient: Listener, may_go_on: Callable[[], bool]) -> None:
        tell = self._loop.call_soon_threadsafe
        has_begun = False
        try:
            file = make()
            with closing(file.pieces) as pieces:
                first = next(pieces, b"")
                tell(recipient.begin, file.head)
                has_begun = True
                self._send(first, pieces, recipient, may_go_on)
            tell(recipient.end)
        except Gone:
            tell(recipient.abort)
        except Exception as fault:
            refused = as_refused(fault)
            # Once it has begun only its missing end can tell that something went wrong.
            tell(recipient.abort) if has_begun else tell(recipient.send, refusal(refused))
        finally:
            tell(self._finished, asker)

    def _send(self, first: bytes, pieces: Generator[bytes], recipient: Listener, may_go_on: Callable[[], bool]) -> None:
        """Raises: Gone, also where the dataset was stopped meanwhile."""
        pace = Pace(self._grace_s)
        piece: bytes | None = first
        while piece is not None:
            for start in range(0, len(piece), _PART_BYTES):
                if not may_go_on():
                    raise Gone
                self._write(piece[start : start + _PART_BYTES], recipient, pace)
            piece = next(pieces, None)

    def _write(self, part: bytes, recipient: Listener, pace: "Pace") -> None:
        """Write, and wait until its taker has room for more. Raises: Gone."""
        has_room = threading.Event()

        def write() -> None:
            recipient.write(part)
            recipient.when_writable(has_room.set)

        self._loop.call_soon_threadsafe(write)
        began = time.monotonic()
        while not has_room.wait(_LOOK_S):
            if self._is_closing or not recipient.is_open:
                raise Gone
            pace.check(time.monotonic() - began)
        pace.took(len(part), time.monotonic() - began)

    def _finished(self, asker: str) -> None:
        self._under_way[asker] -= 1
        if not self._under_way[asker]:
            del self._under_way[asker]


@dataclass(slots=True)
class Pace:
    """How fast a file is taken: only what its taker makes us wait counts."""

    grace_s: float
    _bytes: int = 0
    _waited_s: float = 0.0

    def took(self, count: int, waited_s: float) -> None:
        """Raises: Gone."""
        self._bytes += count
        self._waited_s += waited_s
        self.check(0.0)

    def check(self, waiting_s: float) -> None:
        """Raises: Gone where it was too slow for too long."""
        waited_s = self._waited_s + waiting_s
        if waited_s > self.grace_s and self._bytes < waited_s * LEAST_BYTES_PER_S:
            raise Gone


class Gone(Exception):
    """Nobody takes the file any more, or may have it."""


def _parts(file: Path, start: int, length: int) -> Generator[bytes]:
    with file.open("rb") as opened:
        opened.seek(start)
        while length > 0 and (part := opened.read(min(_PART_BYTES, length))):
            length -= len(part)
            yield part
