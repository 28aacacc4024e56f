"""Count what is asked and how long the first byte took, between the line and the routes; neither knows of it.

Only the loop's thread writes; any thread may read, since plain numbers in a list change in one step.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from haihe.gateway.messages import Listener, Reply, Request
from haihe.gateway.room import Lease
from haihe.openreads.app import HEALTH, OpenReads
from haihe.telemetry.latency import BUCKETS, bucket_of

KINDS: Final = ("rows", "groups", "export", "description", "other")
SECONDS: Final = BUCKETS


@dataclass(slots=True)
class Metered:
    """The routes, counted. `connections` tells how many are open."""

    app: OpenReads
    connections: Callable[[], int]
    statuses: dict[tuple[str, int], int] = field(default_factory=dict)
    times: dict[str, list[float]] = field(default_factory=lambda: {kind: [0.0] * (BUCKETS + 1) for kind in KINDS})
    broken: int = 0
    """Files that began and couldn't be finished, ours or the taker's fault."""

    def answer(self, request: Request, recipient: Listener) -> None:
        if request.path == HEALTH:
            self.app.answer(request, recipient)
            return
        self.app.answer(request, _Watched(self, kind_of(request.path), recipient))

    def room_for(self, request: Request, size: int) -> Lease | str:
        return self.app.room_for(request, size)

    def note(self, kind: str, status: int, seconds: float) -> None:
        self.statuses[kind, status] = self.statuses.get((kind, status), 0) + 1
        times = self.times[kind]
        times[bucket_of(seconds)] += 1
        times[SECONDS] += seconds


class _Watched:
    """The listener, with a look at the clock when the answer begins."""

    __slots__ = ("_began", "_kind", "_listener", "_metered")

    def __init__(self, metered: Metered, kind: str, listener: Listener) -> None:
        self._metered, self._kind, self._listener = metered, kind, listener
        self._began = time.perf_counter()

    def send(self, reply: Reply) -> None:
        self._note(reply)
        self._listener.send(reply)

    def begin(self, reply: Reply) -> None:
        self._note(reply)
        self._listener.begin(reply)

    def write(self, part: bytes) -> None:
        self._listener.write(part)

    def end(self) -> None:
        self._listener.end()

    def when_writable(self, go_on: Callable[[], None]) -> None:
        self._listener.when_writable(go_on)

    def abort(self) -> None:
        self._metered.broken += 1
        self._listener.abort()

    @property
    def is_open(self) -> bool:
        return self._listener.is_open

    def _note(self, reply: Reply) -> None:
        self._metered.note(self._kind, reply.status, time.perf_counter() - self._began)


def kind_of(path: str) -> str:
    """Return what a path asks for; never more kinds than these, whatever is asked."""
    last = path.rpartition("/")[2]
    if last in ("rows", "groups"):
        return last
    if last.startswith("export."):
        return "export"
    return "description" if path.startswith("/open/v1/datasets/") else "other"
