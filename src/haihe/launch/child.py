"""One process that we start, watch and stop."""

import contextlib
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from haihe.launch import tether
from haihe.launch.trouble import Trouble

_LOG_LIMIT_BYTES = 10_000_000
_CALM_S = 60.0
_LONGEST_PAUSE_S = 30.0


class StartFailed(Trouble):
    """A program did not come up; the message holds the end of its log."""


@dataclass(frozen=True, slots=True)
class Program:
    """What to run. `answers` tells whether it serves by now; `stop_signal` asks it to end in good order."""

    name: str
    command: tuple[str, ...]
    log: Path
    environment: Mapping[str, str] = field(default_factory=dict)
    user: str | None = None
    stop_signal: signal.Signals = signal.SIGTERM
    answers: Callable[[], bool] = lambda: True
    patience_s: float = 180.0


class Child:
    """A running program. It dies with us (see tether.py) and leads a session of its own, so a terminal's Ctrl-C
    reaches only us, and whatever it leaves behind when it is killed can be found and ended."""

    def __init__(self, program: Program) -> None:
        self.program = program
        self.failures = 0
        self._process: subprocess.Popen[bytes] | None = None
        self._started_at = 0.0
        self._may_leave_others = False

    @property
    def pid(self) -> int | None:
        return self._process.pid if self._process else None

    def start(self) -> None:
        """Call from the main thread: the tether ends the child when the thread that started it ends."""
        program = self.program
        _make_room(program.log)
        with program.log.open("ab") as log:
            self._process = subprocess.Popen(  # noqa: S603 - our own programs, no shell
                tether.tied(program.command, program.stop_signal, user=program.user),
                stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT, cwd="/",
                env=os.environ | dict(program.environment), start_new_session=True,
            )  # fmt: skip
        self._started_at = time.monotonic()
        self._may_leave_others = True

    def is_alive(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def wait_until_it_answers(self) -> None:
        """Raises: StartFailed."""
        deadline = time.monotonic() + self.program.patience_s
        while not self.program.answers():
            if not self.is_alive():
                break
            if time.monotonic() > deadline:
                raise StartFailed(self._obituary(f"does not answer after {self.program.patience_s:.0f} s"))
            time.sleep(0.03)
        if not self.is_alive():
            raise StartFailed(self._obituary(self.how_it_died()))

    def start_and_wait(self) -> None:
        """Raises: StartFailed."""
        self.start()
        self.wait_until_it_answers()

    def note_death(self) -> float:
        """Clear up after a child found dead; return how many seconds to wait before starting it again."""
        self._end_group()
        if time.monotonic() - self._started_at > _CALM_S:
            self.failures = 0
        self.failures += 1
        return min(_LONGEST_PAUSE_S, 0.25 * 2.0**self.failures)

    def how_it_died(self) -> str:
        code = self._process.returncode if self._process else None
        if code is not None and code < 0:
            return f"killed by {signal.Signals(-code).name}"
        return f"ended with code {code}"

    def ask_to_stop(self) -> None:
        if self._process and self.is_alive():
            self._process.send_signal(self.program.stop_signal)

    def kill(self) -> None:
        if self._process and self.is_alive():
            self._process.kill()

    def stop(self, *, timeout_s: float) -> bool:
        """Ask it to end, and kill it when it doesn't in time. False if it had to be killed."""
        if self._process is None:
            return True
        self.ask_to_stop()
        try:
            self._process.wait(timeout_s)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
            return False
        finally:
            self._end_group()
        return True

    def last_words(self, lines: int = 8) -> str:
        """Return the end of its log."""
        try:
            with self.program.log.open("rb") as log:
                log.seek(max(0, log.seek(0, os.SEEK_END) - 8192))
                return "\n".join(log.read().decode(errors="replace").splitlines()[-lines:])
        except OSError:
            return ""

    def _obituary(self, what: str) -> str:
        words = self.last_words()
        return f"{self.program.name} {what} (log: {self.program.log})" + (f"\n{words}" if words else "")

    def _end_group(self) -> None:
        """End what a killed child left running, such as the worker processes of a server."""
        if self._process is None or not self._may_leave_others:
            return
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._may_leave_others = False


def _make_room(log: Path) -> None:
    """Keep one older log beside the current one."""
    log.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    if log.exists() and log.stat().st_size > _LOG_LIMIT_BYTES:
        shutil.move(log, log.with_suffix(".log.old"))
