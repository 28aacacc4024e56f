"""Group commit: all requests that are ready in one turn of the loop share one sync of the disk."""

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol

from haihe.gateway.journal import Batch, Journal, JournalError
from haihe.gateway.messages import Recipient, Reply
from haihe.gateway.tally import Tally
from haihe.kernel.problems import MEDIA_TYPE, Problem

_log = logging.getLogger("haihe.gateway")


class Loop(Protocol):
    """What is needed of an event loop."""

    def call_soon(self, callback: Callable[[], object], /) -> object: ...


@dataclass(slots=True)
class GroupCommit:
    """Commits in the loop's own thread. Nothing could be answered meanwhile anyway, since no answer goes out before
    its record is durable; and a thread of its own made the gateway slower (docs/performance.md).
    """

    journal: Journal
    loop: Loop
    tally: Tally = field(default_factory=Tally)
    clock: Callable[[], float] = time.time
    _gathering: Batch = field(default_factory=Batch)
    _waiting: list[tuple[Recipient, Reply]] = field(default_factory=list)
    _scheduled: bool = False

    def join(self) -> Batch:
        """Return the batch that gathers now, to be filled before the loop's next turn."""
        if not self._scheduled:
            self._scheduled = True
            # Not at once: whoever is ready in the same turn of the loop travels along.
            self.loop.call_soon(self.commit)
        return self._gathering

    def send_when_durable(self, recipient: Recipient, reply: Reply) -> None:
        """Send the reply when the batch that gathers now is on the disk; if it can't be written, say unavailable."""
        self._waiting.append((recipient, reply))

    def commit(self) -> None:
        """Write what has gathered, then send what waited for it."""
        batch, waiting = self._gathering, self._waiting
        self._gathering, self._waiting, self._scheduled = Batch(), [], False
        if batch.empty:
            return
        started, failed = time.perf_counter(), False
        try:
            self.journal.commit(batch)
        except JournalError as fault:
            _log.error("the journal could not be written: %s", fault)
            problem, failed = Problem.of("unavailable"), True
            waiting = [(recipient, Reply(problem.status, MEDIA_TYPE, problem.to_json())) for recipient, _ in waiting]
        took = time.perf_counter() - started
        for recipient, reply in waiting:
            recipient.send(reply)
        self.tally.committed(batch.size, seconds=took, now=self.clock(), failed=failed)
