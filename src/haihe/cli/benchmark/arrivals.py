"""A load that comes when it comes: each request has its moment, whether the server has kept up or not.

A load that waits for its answers (wrk's) slows down with the server and never sees the line that people would stand in;
here a late answer is late from the moment at which somebody asked (Tene's coordinated omission).
"""

import asyncio
import heapq
import time
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import cast

_TICK_S = 0.001


@dataclass(slots=True)
class Asked:
    """One request: when it is due, in seconds from the start; its bytes; and who hears status and body of the answer.

    What the one who hears returns is asked next, in so many seconds from then.
    """

    due_s: float
    message: bytes
    heard: Callable[[int, bytes], "Asked | None"]


@dataclass(slots=True)
class Heard:
    """Latencies in seconds from the moment at which each request was due."""

    latencies_s: list[float] = field(default_factory=list)
    broken: int = 0
    seconds: float = 0.0

    def percentile_ms(self, share: float) -> float:
        ordered = sorted(self.latencies_s)
        return ordered[min(len(ordered) - 1, int(share * len(ordered)))] * 1000


class _Caller(asyncio.Protocol):
    """One kept connection; asks one thing at a time."""

    def __init__(self, crowd: "_Crowd") -> None:
        self._crowd, self._asked, self._parts = crowd, cast("Asked | None", None), bytearray()
        self._need = -1
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)

    def ask(self, asked: Asked) -> None:
        self._asked = asked
        if self._transport is not None:
            self._transport.write(asked.message)

    def data_received(self, data: bytes) -> None:
        self._parts += data
        if self._need < 0:
            head = self._parts.find(b"\r\n\r\n")
            if head < 0:
                return
            length = self._parts.index(b"content-length: ") + 16
            self._need = head + 4 + int(self._parts[length : self._parts.index(b"\r", length)])
        if len(self._parts) >= self._need and self._asked is not None:
            whole, asked = bytes(self._parts), self._asked
            self._parts.clear()
            self._need, self._asked = -1, None
            self._crowd.answered(self, asked, asked.heard(int(whole[9:12]), whole))

    def leave(self) -> None:
        if self._transport is not None:
            self._transport.abort()

    def connection_lost(self, exc: Exception | None) -> None:
        if self._asked is not None:
            self._crowd.lost(self._asked)


class _Crowd:
    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self.free: deque[_Caller] = deque()
        self.waiting: deque[Asked] = deque()
        self.due: list[tuple[float, int, Asked]] = []
        self.heard = Heard()
        self.left = self.added = 0
        self.started = time.perf_counter()
        self.done = loop.create_future()

    def add(self, asked: Asked) -> None:
        self.left, self.added = self.left + 1, self.added + 1
        heapq.heappush(self.due, (asked.due_s, self.added, asked))

    def ask(self, asked: Asked) -> None:
        if self.free:
            self.free.popleft().ask(asked)
        else:
            self.waiting.append(asked)

    def answered(self, caller: _Caller, asked: Asked, then: Asked | None) -> None:
        now = time.perf_counter() - self.started
        self.heard.latencies_s.append(now - asked.due_s)
        if then is not None:
            then.due_s += now
            self.add(then)
        if self.waiting:
            caller.ask(self.waiting.popleft())
        else:
            self.free.append(caller)
        self._one_less()

    def lost(self, asked: Asked) -> None:
        self.heard.broken += 1
        self._one_less()

    def _one_less(self) -> None:
        self.left -= 1
        if self.left == 0 and not self.done.done():
            self.done.set_result(None)


async def arrive(host: str, port: int, everything: Iterable[Asked], *, connections: int) -> Heard:
    """Send each request when it is due, over so many kept connections; return when all were answered."""
    loop = asyncio.get_running_loop()
    crowd = _Crowd(loop)
    for _ in range(connections):
        _, caller = await loop.create_connection(lambda: _Caller(crowd), host, port)
        crowd.free.append(caller)
    callers = tuple(crowd.free)
    for asked in everything:
        crowd.add(asked)
    crowd.started = time.perf_counter()
    while not crowd.done.done():
        now = time.perf_counter() - crowd.started
        while crowd.due and crowd.due[0][0] <= now:
            crowd.ask(heapq.heappop(crowd.due)[2])
        await asyncio.sleep(_TICK_S)
    crowd.heard.seconds = time.perf_counter() - crowd.started
    for caller in callers:
        caller.leave()
    return crowd.heard
