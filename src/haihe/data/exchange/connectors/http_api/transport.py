"""Connections to checked addresses only: each host is looked up once, and what was looked up is what is connected to.

Everything that is asked goes through here, redirects and tokens included, so none leads past the check.
"""

import ssl
from typing import Final

import httpx

from haihe.data.exchange.connectors import reach
from haihe.data.exchange.connectors.faults import Fault, FetchFailed
from haihe.data.exchange.connectors.ports import Site

PORTS: Final = {"http": 80, "https": 443}


class CheckedTransport(httpx.BaseTransport):
    """Sends to the address, in the name of the host: its certificate is still the host's."""

    def __init__(self, site: Site, authority: str) -> None:
        self._site = site
        self._known: dict[tuple[str, int], str] = {}
        self._inner = httpx.HTTPTransport(verify=_context(authority), trust_env=False)

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        host = request.url.raw_host.decode("ascii").strip("[]")
        port = request.url.port or PORTS[request.url.scheme]
        if (host, port) not in self._known:
            self._known[host, port] = reach.reachable_address(reach.addresses_of(host, port, self._site), port)
        to_address = httpx.Request(
            request.method,
            request.url.copy_with(host=self._known[host, port]),
            headers=request.headers,
            stream=request.stream,
            extensions=request.extensions | {"sni_hostname": host},
        )
        return self._inner.handle_request(to_address)

    def close(self) -> None:
        self._inner.close()


def failure_of(error: httpx.HTTPError | httpx.InvalidURL) -> FetchFailed:
    """Return the failure that an error of the library means."""
    if isinstance(error, httpx.TimeoutException):
        return FetchFailed(Fault.TIMED_OUT)
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, ssl.SSLCertVerificationError):
            return FetchFailed(Fault.NOT_TRUSTED)
        cause = cause.__cause__ or cause.__context__
    if isinstance(error, httpx.DecodingError | httpx.InvalidURL | httpx.UnsupportedProtocol):
        return FetchFailed(Fault.ANSWER_WRONG, "HTTP")
    return FetchFailed(Fault.NO_CONNECTION if isinstance(error, httpx.ConnectError) else Fault.CONNECTION_LOST)


def _context(authority: str) -> ssl.SSLContext:
    try:
        return ssl.create_default_context(cadata=authority or None)
    except ssl.SSLError:
        raise FetchFailed(Fault.SETTINGS_WRONG, "authority") from None
