"""clamd's INSTREAM over its socket: pieces with their lengths, an empty one at the end, one line back.

`HAIHE_CLAMD` says where: `unix:/run/clamav/clamd.ctl`, or `host:3310`.
"""

import socket
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from haihe.platforms.services.forms.ports import ScannerAway, Verdict

_TIMEOUT_S: Final = 30.0
_LONGEST_ANSWER: Final = 1024
_END: Final = b"\x00"


@dataclass(frozen=True, slots=True)
class Clamd:
    """Asks one clamd; a connection for each file."""

    address: str
    timeout_s: float = _TIMEOUT_S

    def scan(self, pieces: Iterable[bytes]) -> Verdict:
        """Raises: ScannerAway."""
        try:
            with self._connected() as line:
                line.sendall(b"zINSTREAM\x00")
                for piece in pieces:
                    if piece:
                        line.sendall(len(piece).to_bytes(4, "big") + piece)
                line.sendall(bytes(4))
                answer = _answer(line)
        except OSError as away:
            raise ScannerAway(str(away)) from away
        return _verdict(answer)

    def _connected(self) -> socket.socket:
        if self.address.startswith("unix:"):
            line = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
            line.settimeout(self.timeout_s)
            try:
                line.connect(self.address.removeprefix("unix:"))
            except OSError:
                line.close()
                raise
            return line
        host, _colon, port = self.address.rpartition(":")
        if not port.isdigit():
            raise OSError(f"{self.address!r} is no host:port")
        return socket.create_connection((host, int(port)), timeout=self.timeout_s)


def _answer(line: socket.socket) -> bytes:
    told = b""
    while not told.endswith(_END) and len(told) < _LONGEST_ANSWER:
        part = line.recv(_LONGEST_ANSWER)
        if not part:
            break
        told += part
    return told.rstrip(_END).strip()


def _verdict(answer: bytes) -> Verdict:
    if answer == b"stream: OK":
        return Verdict.CLEAN
    if answer.startswith(b"stream: ") and answer.endswith(b" FOUND"):
        return Verdict.INFECTED
    # "INSTREAM size limit exceeded. ERROR" and the like: nobody looked.
    raise ScannerAway(answer.decode("ascii", "replace"))
