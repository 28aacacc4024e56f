"""Keep a set of programs running until told to stop."""

import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

from haihe.launch.child import Child, Program

_TICK_S = 0.1
_GOOD_ORDER_S = 20.0
_SAME_REQUEST_S = 1.0


class StopRequested(BaseException):
    """Ctrl-C or SIGTERM came. Like KeyboardInterrupt, no `except Exception` may swallow it."""


class Supervisor:
    """Programs in rows: those of one row start together, and need the rows before. Use from the main thread only."""

    def __init__(self, *, say: Callable[[str], None]) -> None:
        self._say = say
        self._rows: list[list[Child]] = []
        self._due: dict[Child, float] = {}
        self._returning: dict[Child, float] = {}

    def start(self, *programs: Program) -> None:
        """Start one row and return once all in it answer. Raises: child.StartFailed."""
        row = [Child(program) for program in programs]
        self._rows.append(row)
        for child in row:
            child.start()
        for child in row:
            child.wait_until_it_answers()

    def watch(self) -> None:
        """Start again what dies, until StopRequested comes."""
        while True:
            for child in self._children:
                self._look_after(child)
            time.sleep(_TICK_S)

    def stop(self) -> None:
        """Stop the programs, last row first. A second request to stop while this goes on ends them at once."""
        started = time.monotonic()
        with stop_requests(lambda: self._hurry(started)):
            for row in reversed(self._rows):
                self._stop_row(row)

    @property
    def _children(self) -> list[Child]:
        return [child for row in self._rows for child in row]

    def _stop_row(self, row: list[Child]) -> None:
        for child in row:
            child.ask_to_stop()
        for child in row:
            if not child.stop(timeout_s=_GOOD_ORDER_S):
                self._say(f"{child.program.name} did not stop in {_GOOD_ORDER_S:.0f} s and was killed")

    def _look_after(self, child: Child) -> None:
        now = time.monotonic()
        if child in self._due:
            if now >= self._due[child]:
                del self._due[child]
                child.start()
                self._returning[child] = now
        elif not child.is_alive():
            self._returning.pop(child, None)
            self._mourn(child)
        elif child in self._returning and child.program.answers():
            self._say(f"{child.program.name} is back after {now - self._returning.pop(child):.1f} s")

    def _mourn(self, child: Child) -> None:
        pause = child.note_death()
        name = child.program.name
        self._say(f"{name} {child.how_it_died()}; starting it again in {pause:.1f} s (log: {child.program.log})")
        if child.failures > 1 and (words := child.last_words()):
            self._say(words)
        self._due[child] = time.monotonic() + pause

    def _hurry(self, stopping_since: float) -> None:
        # One Ctrl-C can arrive twice: from the terminal, and passed on by make.
        if time.monotonic() - stopping_since < _SAME_REQUEST_S:
            return
        self._say("stopping at once")
        for child in self._children:
            child.kill()


@contextmanager
def stop_requests(action: Callable[[], None]) -> Iterator[None]:
    """Within, call `action` on Ctrl-C, SIGTERM and the end of the terminal."""

    def handle(_number: int, _frame: FrameType | None) -> None:
        action()

    numbers = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    before = [signal.signal(number, handle) for number in numbers]
    try:
        yield
    finally:
        for number, handler in zip(numbers, before, strict=True):
            signal.signal(number, handler)


def request_stop() -> None:
    raise StopRequested
