"""TCP ports of this machine."""

import errno
import socket

from haihe.launch.trouble import Trouble


class PortBusy(Trouble):
    """Another program listens there, or we may not."""


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


def free_port() -> int:
    """Return a loopback port that was free a moment ago."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
