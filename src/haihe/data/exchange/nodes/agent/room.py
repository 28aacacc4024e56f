"""Room on the node's disk: some of it is left free, and a server that ran out of it is started anew.

A NATS server whose disk ran full stores nothing more in the stream in which it happened, even once there is room; what
it has stored stays, and a start makes it whole. The supervisor starts it again.
"""

import errno
import logging
import os
import shutil
import signal
from dataclasses import dataclass, field
from pathlib import Path

FULL = (errno.ENOSPC, errno.EDQUOT)
_KEPT_FREE, _PART_KEPT_FREE = 256 * 1024**2, 20
"""Left free of the disk: so many bytes, or this part of a small one."""
_FAILURES = 8
_log = logging.getLogger("haihe.node")


@dataclass(slots=True)
class Room:
    """What is known of the disk that `folder`, the node's home, lies on."""

    folder: Path
    _was_lacking: bool = field(default=False)
    _failures: int = field(default=0)

    def is_there(self) -> bool:
        """Whether more may be stored."""
        found = shutil.disk_usage(self.folder)
        is_there = found.free > min(_KEPT_FREE, found.total // _PART_KEPT_FREE)
        self._was_lacking = self._was_lacking or not is_there
        return is_there

    def stored(self) -> None:
        self._failures = 0

    def failed(self) -> None:
        """Note that the server stored nothing though it was asked and there is room."""
        self._failures += 1

    def look(self) -> None:
        """Start the server anew where there is room again after there was none, or it stores nothing for no reason."""
        if self.is_there() and (self._was_lacking or self._failures >= _FAILURES):
            _log.warning("there is room again, or the store is stuck: the server is started anew")
            self._was_lacking, self._failures = False, 0
            signal_server(self.folder, signal.SIGTERM)


def signal_server(folder: Path, number: signal.Signals) -> None:
    """Signal the node's own server, whose number stands in a file of the node's folder."""
    try:
        os.kill(int((folder / "leaf.pid").read_text()), number)
    except (OSError, ValueError) as fault:
        _log.warning("the server can't be signalled: %s", type(fault).__name__)
