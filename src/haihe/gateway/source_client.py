"""One HTTP/1.1 call to a department's interface: to a confirmed address, within time and size, redirects not followed.

A name is resolved once and the connection made to an address that was checked, so a name that changes its mind in
between leads nowhere; TLS still proves the name. No connection is kept: the next call checks anew, and one answer can
never be taken for another's. `httptools` parses; it does so for the gateway's own clients already.
"""

import asyncio
import contextlib
import socket
import ssl
from collections.abc import Awaitable, Callable, Sequence
from functools import lru_cache
from typing import NamedTuple

import httptools

from haihe.gateway.source_message import SourceRequest
from haihe.kernel.link_legs import SourceFault
from haihe.kernel.source_rules import Network, SourceRules, is_within

type Resolve = Callable[[str, int], Awaitable[Sequence[str]]]

_MOST_HEADER_BYTES = 32 << 10
_CHUNK = 64 << 10
_TRIES = 2
_PROBE_S = 3.0
# X509_V_ERR_…, as OpenSSL numbers them; all others mean that nobody trusted vouches for the certificate.
_CERTIFICATE_FAULTS = {
    9: SourceFault.NOT_YET_VALID,
    10: SourceFault.EXPIRED,
    62: SourceFault.OTHER_NAME,
    64: SourceFault.OTHER_NAME,
}


class Unreachable(Exception):
    """No connection, no confirmed address, or one that broke. The text is for the log and names no address."""


class TooSlow(Exception):
    """The answer wasn't whole in time."""


class Garbled(Exception):
    """What came is no answer: broken HTTP, too large, a redirect, packed, or no JSON by its own word."""


class Answered(NamedTuple):
    status: int
    body: bytes


async def resolve(host: str, port: int) -> Sequence[str]:
    """Return the addresses of a name. Raises: OSError."""
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [str(where[0]) for *_, where in found]


async def call(
    rules: SourceRules, request: SourceRequest, *, networks: Sequence[Network], resolve: Resolve = resolve
) -> Answered:
    """Raises: Unreachable, TooSlow, Garbled."""
    try:
        async with asyncio.timeout(rules.timeout_ms / 1000):
            return await _call(rules, request, networks, resolve)
    except TimeoutError:
        raise TooSlow from None
    except (OSError, EOFError, ssl.SSLError) as fault:
        raise Unreachable(type(fault).__name__) from None


async def probe(rules: SourceRules, *, networks: Sequence[Network], resolve: Resolve = resolve) -> SourceFault | None:
    """Connect, shake hands where it speaks TLS, hang up: nothing is asked. Return what is wrong with the way."""
    try:
        async with asyncio.timeout(min(_PROBE_S, rules.timeout_ms / 1000)):
            return await _probe(rules, networks, resolve)
    except TimeoutError:
        return SourceFault.TIMEOUT
    except ssl.SSLCertVerificationError as fault:
        return _CERTIFICATE_FAULTS.get(fault.verify_code, SourceFault.UNTRUSTED)
    except ssl.SSLError:
        return SourceFault.NO_TLS
    except (OSError, EOFError):
        return SourceFault.UNREACHABLE


async def _probe(rules: SourceRules, networks: Sequence[Network], resolve: Resolve) -> SourceFault | None:
    try:
        addresses = [each for each in await resolve(rules.host, rules.port) if is_within(each, networks)]
    except OSError:
        return SourceFault.ADDRESS
    if not addresses:
        return SourceFault.ADDRESS
    _, writer = await _connect(rules, addresses[:_TRIES])
    writer.close()
    writer.transport.abort()
    return None


async def _call(rules: SourceRules, request: SourceRequest, networks: Sequence[Network], resolve: Resolve) -> Answered:
    addresses = [each for each in await resolve(rules.host, rules.port) if is_within(each, networks)]
    if not addresses:
        raise Unreachable("no confirmed address")
    reader, writer = await _connect(rules, addresses[:_TRIES])
    try:
        writer.write(_written(rules, request))
        return await _read(reader, most_bytes=rules.most_bytes)
    finally:
        writer.close()
        # Whoever doesn't say goodbye isn't waited for.
        writer.transport.abort()


async def _connect(rules: SourceRules, addresses: Sequence[str]) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    for address in addresses[:-1]:
        with contextlib.suppress(OSError):
            return await _connect_to(rules, address)
    return await _connect_to(rules, addresses[-1])


async def _connect_to(rules: SourceRules, address: str) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    if not rules.is_tls:
        return await asyncio.open_connection(address, rules.port)
    return await asyncio.open_connection(address, rules.port, ssl=_tls(rules.ca), server_hostname=rules.host)


@lru_cache(maxsize=64)
def _tls(ca: str) -> ssl.SSLContext:
    """Trust the owner's authority and no other, or, where it named none, what the system trusts; a city's own authority
    joins that by `SSL_CERT_FILE`.
    """
    return ssl.create_default_context(cadata=ca or None)


def _written(rules: SourceRules, request: SourceRequest) -> bytes:
    host = f"[{rules.host}]" if ":" in rules.host else rules.host
    usual = 443 if rules.is_tls else 80
    lines = [f"{request.method} {request.target} HTTP/1.1"]
    lines.append(f"Host: {host}" if rules.port == usual else f"Host: {host}:{rules.port}")
    lines += [f"{name}: {value}" for name, value in request.headers]
    if request.method == "POST":
        lines.append(f"Content-Length: {len(request.body)}")
    lines.append("Connection: close")
    return "\r\n".join([*lines, "", ""]).encode("latin-1") + request.body


async def _read(reader: asyncio.StreamReader, *, most_bytes: int) -> Answered:
    answer = _Answer(most_bytes)
    parser = httptools.HttpResponseParser(answer)
    received = 0
    while not answer.complete:
        data = await reader.read(_CHUNK)
        if not data:
            return answer.at_the_end(parser)
        received += len(data)
        if received > most_bytes + _MOST_HEADER_BYTES:
            raise Garbled("too large")
        try:
            parser.feed_data(data)
        except (httptools.HttpParserError, httptools.HttpParserUpgrade) as fault:
            raise answer.fault or Garbled(type(fault).__name__) from None
        answer.check(parser)
    return answer.taken(parser)


class _Answer:
    """What the parser reports."""

    def __init__(self, most_bytes: int) -> None:
        self.complete = False
        self.fault: Garbled | None = None
        self._most = most_bytes
        self._parts: list[bytes] = []
        self._bytes = 0
        self._headers: dict[bytes, bytes] = {}
        self._head_complete = False

    def on_header(self, name: bytes, value: bytes) -> None:
        self._headers[name.lower()] = value.strip().lower()

    def on_headers_complete(self) -> None:
        self._head_complete = True
        if self._headers.get(b"content-encoding", b"identity") != b"identity":
            self.fault = Garbled("packed")

    def on_body(self, body: bytes) -> None:
        self._bytes += len(body)
        if self._bytes > self._most:
            self.fault = Garbled("too large")
        else:
            self._parts.append(body)

    def on_message_complete(self) -> None:
        self.complete = True

    def check(self, parser: httptools.HttpResponseParser) -> None:
        """Raises: Garbled, as soon as it is known."""
        if self.fault is not None:
            raise self.fault
        if self._head_complete and not 200 <= parser.get_status_code() <= 599:
            raise Garbled("an interim answer")
        if self._head_complete and 300 <= parser.get_status_code() <= 399:
            raise Garbled("a redirect")

    def at_the_end(self, parser: httptools.HttpResponseParser) -> Answered:
        """Take what has no stated length as whole when the connection ends. Raises: EOFError, Garbled."""
        if not self._head_complete or self._headers.keys() & {b"content-length", b"transfer-encoding"}:
            raise EOFError
        return self.taken(parser)

    def taken(self, parser: httptools.HttpResponseParser) -> Answered:
        """Raises: Garbled."""
        self.check(parser)
        status, kind = parser.get_status_code(), self._headers.get(b"content-type", b"").partition(b";")[0].strip()
        if status == 200 and kind != b"application/json" and not kind.endswith(b"+json"):
            raise Garbled("no JSON by its own word")
        return Answered(status, b"".join(self._parts))
