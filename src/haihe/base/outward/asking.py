"""Ask an address over HTTP, within bounds."""

import ssl
import time
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from types import TracebackType
from typing import Final, Self
from urllib.parse import urljoin

import httpcore
import httpx

from haihe.base.outward.faults import Fault, OutwardFailed
from haihe.base.outward.pinning import PinnedBackend
from haihe.base.outward.reach import PORTS, Reach

_STEP_S: Final = 30.0
_MOST_REDIRECTS: Final = 3
_MOVED: Final = frozenset({301, 302, 303, 307, 308})
_LONGEST_URL: Final = 4000
_SECRET: Final = frozenset({"authorization", "cookie", "x-ckan-api-key"})
_PIECE: Final = 1 << 16


@dataclass(frozen=True, slots=True)
class Bounds:
    """Of one answer: bytes once unpacked, and seconds from the first step to the last byte."""

    most_bytes: int = 16 << 20
    seconds: float = 60.0


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back, whatever its status; header names in lower case. `url` is where it came from in the end."""

    status: int
    body: bytes
    url: str
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def media_type(self) -> str:
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()


class Outward:
    """Asks one question after the other; use as a context. For one thread. Raises: OutwardFailed throughout."""

    def __init__(
        self, reach: Reach, *, bounds: Bounds | None = None, agent: str = "haihe", authority: str = ""
    ) -> None:
        self._bounds = bounds or Bounds()
        self._agent = agent
        self._backend = PinnedBackend(reach)
        context = ssl.create_default_context(cadata=authority or None)
        self._pool = httpcore.ConnectionPool(ssl_context=context, network_backend=self._backend, max_connections=2)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._pool.close()

    def get(self, url: str, headers: Mapping[str, str] | None = None) -> Answer:
        """Ask for a document; redirects are followed as if they had been typed in, without secrets to other hosts."""
        told = dict(headers or {})
        ends_at = time.monotonic() + self._bounds.seconds
        for _ in range(_MOST_REDIRECTS + 1):
            answer = self._ask("GET", url, told, b"", ends_at)
            target = answer.headers.get("location", "")
            if answer.status not in _MOVED or not target:
                return answer
            following = _joined(url, target)
            if origin_of(following) != origin_of(url):
                told = {name: value for name, value in told.items() if name.lower() not in _SECRET}
            url = following
        raise OutwardFailed(Fault.TOO_MANY_REDIRECTS)

    def post(self, url: str, content: bytes, headers: Mapping[str, str] | None = None) -> Answer:
        """Send a document; a redirect is an answer like others and isn't followed."""
        return self._ask("POST", url, dict(headers or {}), content, time.monotonic() + self._bounds.seconds)

    def _ask(self, method: str, url: str, headers: Mapping[str, str], content: bytes, ends_at: float) -> Answer:
        where = read_url(url)
        self._backend.ends_at = ends_at
        told = {"Host": where.netloc.decode("ascii"), "User-Agent": self._agent, "Accept-Encoding": "gzip", **headers}
        target = httpcore.URL(scheme=where.raw_scheme, host=where.raw_host, port=where.port, target=where.raw_path)
        steps = dict.fromkeys(("connect", "read", "write", "pool"), _STEP_S)
        try:
            with self._pool.stream(
                method, target, headers=_raw(told), content=content or None, extensions={"timeout": steps}
            ) as response:
                got = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in response.headers}
                body = b"".join(self._unpacked(response, got.get("content-encoding", "")))
                return Answer(response.status, body, url, got)
        except httpcore.TimeoutException:
            raise OutwardFailed(Fault.TIMED_OUT) from None
        except httpcore.ConnectError as error:
            raise OutwardFailed(Fault.NOT_TRUSTED if _is_certificate(error) else Fault.NO_CONNECTION) from None
        except (httpcore.NetworkError, httpcore.ProtocolError, zlib.error):
            raise OutwardFailed(Fault.BROKEN) from None

    def _unpacked(self, response: httpcore.Response, encoding: str) -> Iterator[bytes]:
        """Give what was packed piece by piece, so that a little that holds very much never stands whole in memory."""
        if encoding.strip().lower() not in ("", "identity", "gzip", "x-gzip"):
            raise OutwardFailed(Fault.BROKEN, "encoding")
        packed = zlib.decompressobj(wbits=31) if "gzip" in encoding.lower() else None
        size = 0
        for raw in response.iter_stream():
            for piece in _pieces(packed, raw) if packed else (raw,):
                size += len(piece)
                if size > self._bounds.most_bytes:
                    raise OutwardFailed(Fault.TOO_LARGE, str(self._bounds.most_bytes >> 20))
                yield piece
        if packed and size and not packed.eof:
            raise OutwardFailed(Fault.BROKEN)


def read_url(url: str) -> httpx.URL:
    """Return the address in its parts: http or https, a host, no name and password in it. Raises: OutwardFailed."""
    try:
        where = httpx.URL(url)
    except (httpx.InvalidURL, TypeError, ValueError):
        raise OutwardFailed(Fault.ADDRESS_WRONG) from None
    if where.scheme not in PORTS:
        raise OutwardFailed(Fault.SCHEME_REFUSED, where.scheme[:20])
    if not where.raw_host or where.userinfo or len(url) > _LONGEST_URL or any(ord(sign) < 33 for sign in url):
        raise OutwardFailed(Fault.ADDRESS_WRONG)
    return where


def origin_of(url: str) -> tuple[str, bytes, int]:
    """Return scheme, host and port. Raises: OutwardFailed."""
    where = read_url(url)
    return where.scheme, where.raw_host, where.port or PORTS[where.scheme]


def _joined(url: str, target: str) -> str:
    try:
        return urljoin(url, target)
    except ValueError:
        raise OutwardFailed(Fault.ADDRESS_WRONG) from None


def _pieces(packed: "zlib._Decompress", raw: bytes) -> Iterator[bytes]:
    while raw:
        yield packed.decompress(raw, _PIECE)
        if packed.eof:
            return
        raw = packed.unconsumed_tail


def _raw(headers: Mapping[str, str]) -> list[tuple[bytes, bytes]]:
    return [(name.encode("ascii"), value.encode("utf-8")) for name, value in headers.items()]


def _is_certificate(error: BaseException) -> bool:
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, ssl.SSLCertVerificationError):
            return True
        cause = cause.__cause__ or cause.__context__
    return False
