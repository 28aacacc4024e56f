"""TCP ports of this machine."""

import errno
import secrets
import socket
import time
from typing import Final

from haihe.launch.trouble import Trouble

_UNUSED_BY_CALLERS: Final = range(10_000, 32_000)
_MOST_TRIES: Final = 1_000
_BEHIND: Final = 4


class PortBusy(Trouble):
    """Another program listens there, or we may not."""


def wait_until_free(host: str, port: int, *, option: str, patience_s: float = 3.0) -> None:
    """Give a city that was killed a moment ago the time to let go of its port.

    Raises: PortBusy, once patience has run out.
    """
    give_up = time.monotonic() + patience_s
    while True:
        try:
            return check_free(host, port, option=option)
        except PortBusy:
            if time.monotonic() >= give_up:
                raise
        time.sleep(0.1)


def check_free(host: str, port: int, *, option: str) -> None:
    """Raises: PortBusy with a sentence that names the option to change."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind, protocol) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except OSError as trouble:
        reason = "is in use by another program" if trouble.errno == errno.EADDRINUSE else f"cannot be used: {trouble}"
        raise PortBusy(f"{host}:{port} {reason}; choose another with {option}") from trouble


def is_free(port: int) -> bool:
    """True if we could listen on the loopback port now."""
    try:
        check_free("127.0.0.1", port, option="")
    except PortBusy:
        return False
    return True


def two_free_ports(first: int | None, *, usual: int = 8002) -> tuple[int, int]:
    """Return the port that is wished for and the next; without a wish the usual ones, or others if they are taken.

    Raises: PortBusy.
    """
    if first is not None:
        for port in (first, first + 1):
            wait_until_free("127.0.0.1", port, option="--metrics-port")
        return first, first + 1
    return (usual, usual + 1) if is_free(usual) and is_free(usual + 1) else (port := free_port(beside=1), port + 1)


def metrics_ports(first: int | None) -> tuple[int, int, int]:
    """Return where gateway, worker and open data show their figures: two in a row, and the fourth behind the first.

    The usual ones between them are score day's and open data's own. Raises: PortBusy.
    """
    gateway, worker = two_free_ports(first)
    wished = None if first is None else first + _BEHIND
    return gateway, worker, wished_or_free(wished, usual=gateway + _BEHIND, option="--metrics-port")


def wished_or_free(wished: int | None, *, usual: int, option: str) -> int:
    """Return the port that is wished for; without a wish the usual one, or another if it is taken. Raises: PortBusy."""
    if wished is None:
        return usual if is_free(usual) else free_port()
    wait_until_free("127.0.0.1", wished, option=option)
    return wished


def free_port(*, beside: int = 0) -> int:
    """Return a loopback port that nobody listens on, and as many free ones right behind it as asked for.

    It lies below those that the system gives to outgoing connections: one of these may be taken before it is bound.
    """
    for _ in range(_MOST_TRIES):
        port = secrets.choice(_UNUSED_BY_CALLERS)
        if all(map(is_free, range(port, port + beside + 1))):
            return port
    raise PortBusy("no free port was found on this machine")
