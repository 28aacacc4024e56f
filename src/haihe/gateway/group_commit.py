"""Group commit: all requests that are ready in one turn of the loop share one sync of the disk."""

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from haihe.gateway import traces
from haihe.gateway.dossier import Dossier
from haihe.gateway.journal import Batch, Journal, JournalError
from haihe.gateway.messages import Recipient, Reply
from haihe.gateway.replay import oldest_minute
from haihe.gateway.tally import Tally
from haihe.kernel.problems import MEDIA_TYPE, Problem
from haihe.telemetry import tracing

if TYPE_CHECKING:
    from opentelemetry.trace import Span

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
    failed_at: float = 0.0
    """When the journal could last not be written: what was kept up to then may not be on the disk."""
    _gathering: Batch = field(default_factory=Batch)
    _waiting: list[tuple[Recipient, Reply]] = field(default_factory=list)
    _scheduled: bool = False
    _traced: "list[tuple[Span, Dossier]]" = field(default_factory=list)

    def join(self) -> Batch:
        """Return the batch that gathers now, to be filled before the loop's next turn."""
        if not self._scheduled:
            self._scheduled = True
            # Not at once: whoever is ready in the same turn of the loop travels along.
            self.loop.call_soon(self.commit)
        return self._gathering

    def send_when_durable(self, recipient: Recipient, reply: Reply) -> None:
        """Send the reply when the batch that gathers now is on the disk; if it can't be written, say unavailable."""
        # Whoever asks for nothing new to be kept must not wait until somebody else does.
        self.join()
        self._waiting.append((recipient, reply))

    def trace(self, span: "Span", dossier: Dossier, *, waits: bool) -> None:
        """End the request's span when it is answered; the ledger hears of its trace with its record."""
        if not waits:
            traces.end(span, dossier)
            return
        self._traced.append((span, dossier))
        self._gathering.traces.append(tracing.traceparent_of(span))

    def commit(self) -> None:
        """Write what has gathered, then send what waited for it."""
        batch, waiting = self._gathering, self._waiting
        self._gathering, self._waiting, self._scheduled = Batch(), [], False
        traced, self._traced = self._traced, []
        if batch.empty and not waiting:
            return
        started, failed = time.perf_counter(), False
        try:
            if not batch.empty:
                batch.oldest_minute = oldest_minute(self.clock())
                self.journal.commit(batch)
        except JournalError as fault:
            _log.error("the journal could not be written: %s", fault)
            problem, failed, self.failed_at = Problem.of("unavailable"), True, self.clock()
            waiting = [(recipient, Reply(problem.status, MEDIA_TYPE, problem.to_json())) for recipient, _ in waiting]
        took = time.perf_counter() - started
        for recipient, reply in waiting:
            recipient.send(reply)
        self.tally.committed(batch.size, seconds=took, now=self.clock(), failed=failed)
        for span, dossier in traced:
            traces.end_durable(span, dossier, seconds=took, records=batch.size)
