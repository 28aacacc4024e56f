"""Run a program that dies with the one that started it: `python -ISE tether.py PARENT SIGNAL USER PROGRAM ARGUMENT…`.

Linux sends SIGNAL when the parent process is gone, even after a kill -9. This file runs by itself, before any of our
packages, and then becomes the program, so the process id stays. The order matters: changing the user clears the wish.
Where there is no prctl (macOS) the program simply starts, and a killed supervisor leaves it running.
"""

import contextlib
import ctypes
import os
import signal
import sys
from collections.abc import Sequence

_PR_SET_PDEATHSIG = 1


def tied(command: Sequence[str], stop_signal: signal.Signals, *, user: str | None = None) -> list[str]:
    """Return the command line that runs the program tied to the calling process. Start it from the main thread."""
    words = [str(os.getpid()), str(int(stop_signal)), user or ""]
    return [sys.executable, "-ISE", __file__, *words, *command]


def main(parent: str, number: str, user: str, *command: str) -> None:
    signal.pthread_sigmask(signal.SIG_SETMASK, [])
    # A shell lets its background jobs ignore Ctrl-C, and so would every program they start.
    signal.signal(int(number), signal.SIG_DFL)
    os.umask(0o077)
    if user:
        _become(user)
    with contextlib.suppress(AttributeError):
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, int(number))
    if os.getppid() != int(parent):
        sys.exit("the parent died before its child could start")
    os.execvp(command[0], command)  # noqa: S606 - no shell is the point


def _become(user: str) -> None:
    import pwd

    entry = pwd.getpwnam(user)
    os.setgroups([])
    os.setgid(entry.pw_gid)
    os.setuid(entry.pw_uid)


if __name__ == "__main__":
    main(*sys.argv[1:])
