"""Questions that take longer: a few at a time beside the loop, a short line before them, and a plain no beyond it."""

import asyncio
import logging
import traceback
from collections import Counter
from collections.abc import Callable
from concurrent.futures import Future

from haihe.data.open.store import BuildTrouble, ColumnsTrouble, StoreDamaged, TooCostly, WrongQuery
from haihe.gateway.messages import Reply
from haihe.openreads import refusing
from haihe.openreads.beside import pool
from haihe.openreads.refusing import Refused

AT_ONCE = 2
MOST_WAITING = 256
MOST_OF_ONE = 32
_log = logging.getLogger("haihe.openreads")


class Turns:
    """`take` is for the loop's thread. Each kind of question has turns of its own: none waits for a slower kind."""

    def __init__(
        self,
        loop: asyncio.AbstractEventLoop,
        *,
        at_once: int = AT_ONCE,
        most: int = MOST_WAITING,
        of_one: int = MOST_OF_ONE,
        name: str = "question",
    ) -> None:
        self._loop, self._most, self._of_one = loop, most, of_one
        self._pending = Counter[str]()
        self._pool = pool(at_once, name=name)

    def take(
        self, asker: str, work: Callable[[], Reply], done: Callable[[Reply], None], refused: Callable[[Refused], None]
    ) -> None:
        """Do the work in its turn, and tell the loop's thread how it went. Raises: Refused where too many wait."""
        if self._pending[asker] >= self._of_one:
            raise Refused("rate-limited", *refusing.TOO_MANY_OF_YOURS, headers="retry-after: 2\r\n")
        if self._pending.total() >= self._most:
            raise Refused("unavailable", *refusing.BUSY, headers="retry-after: 5\r\n")
        self._pending[asker] += 1

        def told(future: Future[Reply]) -> None:
            self._loop.call_soon_threadsafe(finish, future)

        def finish(future: Future[Reply]) -> None:
            self._pending[asker] -= 1
            if not self._pending[asker]:
                del self._pending[asker]
            if future.cancelled():
                return
            try:
                done(future.result())
            except Exception as fault:
                # Nobody is left without an answer, also where counting it fails.
                refused(as_refused(fault))

        self._pool.submit(work).add_done_callback(told)

    @property
    def pending(self) -> int:
        """How many wait or are worked on."""
        return self._pending.total()

    def close(self) -> None:
        self._pool.shutdown(wait=True, cancel_futures=True)


def as_refused(fault: BaseException) -> Refused:
    """Return what is told of a fault; what nobody expected is logged without its message."""
    match fault:
        case Refused():
            return fault
        case WrongQuery():
            return Refused("query-invalid", fault.zh, fault.en)
        case TooCostly():
            return Refused("query-too-costly", fault.zh, fault.en)
        case StoreDamaged() | BuildTrouble() | ColumnsTrouble():
            _log.error("a version can't be read: %s", fault)
            return Refused("unavailable", *refusing.DAMAGED)
    where = "".join(traceback.format_tb(fault.__traceback__))
    _log.error("a question failed: %s at\n%s", type(fault).__name__, where)
    return Refused("unavailable")
