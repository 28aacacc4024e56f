"""Connections that go only where the reach allows, and end when the time is over whatever the other side does."""

import ssl
import time
from collections.abc import Iterable
from typing import Any, Final

import httpcore

from haihe.base.outward.faults import Fault, OutwardFailed
from haihe.base.outward.reach import Reach

CONNECT_TIMEOUT_S: Final = 10.0


class PinnedBackend(httpcore.NetworkBackend):
    """Looks each host up through the reach and connects to what was found; the name stays for TLS and `Host`."""

    def __init__(self, reach: Reach) -> None:
        self._reach = reach
        self._inner = httpcore.SyncBackend()
        self._known: dict[tuple[str, int], list[str]] = {}
        self.ends_at = 0.0
        """By the monotonic clock: when the question that is being asked must have been answered."""

    def left(self, timeout: float | None) -> float:
        """Return how long one step may take. Raises: OutwardFailed once the time is over."""
        left = self.ends_at - time.monotonic()
        if left <= 0:
            raise OutwardFailed(Fault.TIMED_OUT)
        return left if timeout is None else min(left, timeout)

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        if (host, port) not in self._known:
            self._known[host, port] = self._reach.addresses_of(host, port)
        for address in self._known[host, port]:
            try:
                stream = self._inner.connect_tcp(address, port, self.left(CONNECT_TIMEOUT_S), local_address)
            except (httpcore.ConnectError, httpcore.ConnectTimeout):
                continue
            return _TimedStream(stream, self)
        raise OutwardFailed(Fault.NO_CONNECTION, host)


class _TimedStream(httpcore.NetworkStream):
    """A connection each step of which is given no more than the time that is left."""

    def __init__(self, inner: httpcore.NetworkStream, backend: PinnedBackend) -> None:
        self._inner = inner
        self._backend = backend

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._inner.read(max_bytes, self._backend.left(timeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._inner.write(buffer, self._backend.left(timeout))

    def close(self) -> None:
        self._inner.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        left = self._backend.left(timeout)
        return _TimedStream(self._inner.start_tls(ssl_context, server_hostname, left), self._backend)

    def get_extra_info(self, info: str) -> Any:
        return self._inner.get_extra_info(info)
