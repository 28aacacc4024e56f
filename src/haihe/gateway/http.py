"""HTTP/1.1 on uvloop: llhttp (httptools) parses, this file keeps order, limits and time, one request after another.

There is no task and no future per request: what the application answers is written when its batch is durable.
"""

import asyncio
from collections import Counter, deque
from collections.abc import Callable, Mapping, Sequence
from ipaddress import ip_address
from typing import Protocol, cast

import httptools

from haihe.gateway.messages import Listener, Reply, Request, chunk, rendered, rendered_beginning
from haihe.gateway.origin import FORWARDED_FOR, HOST, PROTO
from haihe.gateway.room import Lease
from haihe.kernel.signing import QUESTION
from haihe.kernel.source_rules import Network, is_within

MAX_BODY_BYTES = 4096
MAX_MESSAGE_BYTES = 32 * 1024
MAX_CONNECTIONS = 2048
_MAX_QUEUED = 16
MESSAGE_TIME_S = 30.0
"""So long one may take to send a request."""
_REQUEST_TIME_S = 10.0
_STUCK_TIME_S = 30.0
_LEAST_BYTES_PER_S = 4096
_IDLE_TIME_S = 75.0
_LINGER_S = 1.0
_USUAL = (
    "content-type", "content-length", "content-digest", "signature-input", "signature", "expect", "traceparent",
    "authorization", "host", HOST, PROTO, FORWARDED_FOR, QUESTION,
    "x-road-client", "x-road-id", "x-road-issue", "x-road-userid",
)  # fmt: skip


def wanted(further: Sequence[str] = ()) -> Mapping[bytes, str]:
    """Return the headers that are kept, by the bytes of their names: the usual ones, and what a program adds."""
    return {name.encode(): name for name in (*_USUAL, *further)}


_WANTED = wanted()
_BY_PROXIES = frozenset({HOST, PROTO, FORWARDED_FOR})
"""What counts only by the word of a proxy of ours; from anybody else it is as if it weren't there."""


class Application(Protocol):
    def answer(self, request: Request, recipient: Listener) -> None:
        """Send a reply, now or later, whole or in parts, but exactly one. Never raises."""

    def room_for(self, request: Request, size: int) -> Lease | str:
        """Give room for a body beyond the usual, on the word of its headers; or the slug of the problem with it."""


class Connection(asyncio.Protocol):
    """One client's connection; the methods named `on_…` are called by the parser."""

    __slots__ = (
        "_answering",
        "_application",
        "_began",
        "_body_bytes",
        "_by_proxy",
        "_connections",
        "_deaf",
        "_fault",
        "_go_on",
        "_gone_quiet",
        "_head",
        "_headers",
        "_is_chunked",
        "_is_private",
        "_lease",
        "_loop",
        "_message_time_s",
        "_most",
        "_names",
        "_owed",
        "_parser",
        "_parts",
        "_peer",
        "_proxies",
        "_since",
        "_stuck",
        "_target",
        "_transport",
        "_unparsed",
        "_waiting",
    )  # fmt: skip

    def __init__(
        self,
        application: Application,
        connections: "set[Connection]",
        *,
        behind_proxy: bool = False,
        proxies: Sequence[Network] = (),
        names: Mapping[bytes, str] = _WANTED,
        message_time_s: float = MESSAGE_TIME_S,
    ) -> None:
        """`behind_proxy` says that whoever connects is a proxy of ours, which ended TLS; if it connects from one of the
        networks in `proxies`, where there are any. `names` are the headers that are kept (`wanted`).
        A request that isn't whole after `message_time_s` is hung up on.
        """
        self._message_time_s = message_time_s
        self._names, self._is_chunked = names, True
        self._application, self._connections = application, connections
        self._loop = asyncio.get_running_loop()
        self._parser = httptools.HttpRequestParser(self)
        self._transport: asyncio.Transport | None = None
        self._waiting: deque[Request] = deque()
        self._answering: Request | None = None
        self._unparsed = 0
        self._deaf = self._gone_quiet = self._stuck = False
        self._owed = 0
        self._lease: Lease | None = None
        self._go_on: Callable[[], None] | None = None
        self._by_proxy, self._proxies, self._is_private, self._peer = behind_proxy, proxies, False, ""
        self._since = self._loop.time()
        self.on_message_begin()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        # A stream server makes no other; uvloop's isn't of asyncio's class, though.
        self._transport = cast("asyncio.Transport", transport)
        self._connections.add(self)
        peer = transport.get_extra_info("peername")
        self._by_proxy = self._by_proxy and (not self._proxies or _is_from(peer, self._proxies))
        self._is_private = self._by_proxy or _is_loopback(peer)
        self._peer = str(peer[0]) if isinstance(peer, tuple) and peer else ""
        if len(self._connections) > MAX_CONNECTIONS:
            self._make_place()

    def connection_lost(self, exc: Exception | None) -> None:
        self._transport = None
        self._connections.discard(self)
        self._go_on = None
        self._forget_waiting()
        if self._answering is not None:
            self._answering.give_room_back()
        if self._lease is not None:
            self._lease.give_back()

    def data_received(self, data: bytes) -> None:
        if self._deaf:
            return
        self._since = self._loop.time()
        self._unparsed += len(data)
        try:
            self._parser.feed_data(data)
        except httptools.HttpParserUpgrade:
            # The request was taken and will be answered as if it hadn't wished to speak another language.
            self._deaf = True
        except httptools.HttpParserError:
            self._give_up("malformed-request")
        if self._unparsed > MAX_MESSAGE_BYTES + self._most:
            self._give_up(self._fault or "body-too-large")

    def eof_received(self) -> bool:
        """Keep the way out open while answers are on it."""
        self._deaf = self._gone_quiet = True
        return self._answering is not None

    def pause_writing(self) -> None:
        self._stuck, self._since, self._owed = True, self._loop.time(), self.unsent_bytes
        if self._transport is not None:
            self._transport.pause_reading()

    def resume_writing(self) -> None:
        self._stuck, go_on, self._go_on = False, self._go_on, None
        if self._transport is not None:
            self._transport.resume_reading()
            if go_on is not None:
                self._loop.call_soon(go_on)

    def on_message_begin(self) -> None:
        self._target = b""
        self._head: dict[str, str] = {}
        self._headers: dict[str, str] = {}
        self._parts: list[bytes] = []
        self._body_bytes, self._most = 0, MAX_BODY_BYTES
        self._began = self._loop.time()
        self._fault: str | None = None

    def on_url(self, url: bytes) -> None:
        self._target += url

    def on_header(self, name: bytes, value: bytes) -> None:
        wanted = self._names.get(name.lower())
        if wanted is not None and (self._by_proxy or wanted not in _BY_PROXIES):
            # Of each proxy on the way there may be a line; the last one is of the nearest, and is ours.
            if wanted in self._headers and wanted != FORWARDED_FOR:
                # Two of one kind: somebody else may take the other one for it.
                self._fault = "malformed-request"
            self._headers[wanted] = value.decode("latin-1")

    def on_headers_complete(self) -> None:
        length = self._headers.get("content-length", "0")
        if len(length) > 9:
            self._fault = "body-too-large"
        elif int(length) > MAX_BODY_BYTES and self._fault is None:
            self._fault = self._make_room(int(length))
        if "expect" in self._headers and self._fault is None and self._transport is not None:
            self._transport.write(b"HTTP/1.1 100 Continue\r\n\r\n")
        # What comes after the body looks like headers to the parser, but nobody signed or checked it as such.
        self._head, self._headers = self._headers, {}

    def on_body(self, body: bytes) -> None:
        self._body_bytes += len(body)
        if self._body_bytes > self._most:
            self._fault = self._fault or "body-too-large"
        else:
            self._parts.append(body)

    def on_message_complete(self) -> None:
        self._unparsed = 0
        request = self._request(self._head, b"".join(self._parts))
        request.lease, self._lease = self._lease, None
        self._take(request)

    def send(self, reply: Reply) -> None:
        """Write the reply to the request at hand and go on with the next."""
        answered, self._answering = self._answering, None
        if self._transport is None or answered is None:
            return
        answered.give_room_back()
        last = not answered.keep_alive or (self._deaf and not self._waiting)
        self._transport.write(rendered(reply, keep_alive=not last))
        self._rest(last)

    def begin(self, reply: Reply) -> None:
        """Write the beginning of a reply in parts. Nothing else is answered until its end."""
        if self._transport is not None and self._answering is not None:
            self._is_chunked = reply.length is None
            self._transport.write(rendered_beginning(reply, keep_alive=self._answering.keep_alive))

    def write(self, part: bytes) -> None:
        if self._transport is not None and part:
            self._transport.write(chunk(part) if self._is_chunked else part)

    def end(self) -> None:
        """Write the end of a reply in parts and go on with the next request."""
        answered, self._answering = self._answering, None
        if self._transport is None or answered is None:
            return
        answered.give_room_back()
        if self._is_chunked:
            self._transport.write(chunk(b""))
        self._rest(not answered.keep_alive or (self._deaf and not self._waiting))

    def when_writable(self, go_on: Callable[[], None]) -> None:
        """Whoever reads slowly gets the next part when this one has left."""
        if self._transport is None:
            return
        if self._stuck:
            self._go_on = go_on
        else:
            self._loop.call_soon(go_on)

    def expire(self, now: float) -> None:
        """Close if nothing has come, or was taken, for too long; for the sweeper."""
        if self._transport is None:
            return
        if self._stuck and now - self._since > _STUCK_TIME_S:
            taken, self._owed = self._owed - self.unsent_bytes, self.unsent_bytes
            if taken < _LEAST_BYTES_PER_S * (now - self._since):
                # Not merely closed: that would wait until what nobody takes has been taken.
                self._transport.abort()
            self._since = now
        if self._answering is not None:
            return
        reading = self._unparsed > 0
        allowed = min(_REQUEST_TIME_S, self._message_time_s) if reading else _IDLE_TIME_S
        if now - self._since > allowed or (reading and now - self._began > self._message_time_s):
            self._transport.close()

    @property
    def peer(self) -> str:
        """The address at the other end."""
        return self._peer

    @property
    def unsent_bytes(self) -> int:
        """How much of the answers waits here until the other end takes it."""
        return 0 if self._transport is None else self._transport.get_write_buffer_size()

    def close_when_idle(self) -> bool:
        """Take no more requests; True once the last answer is out."""
        self._deaf = True
        if self._answering is None and self._transport is not None:
            self._transport.close()
        return self._answering is None

    @property
    def is_open(self) -> bool:
        """True while the other end is there."""
        return self._transport is not None and not self._transport.is_closing()

    def abort(self) -> None:
        """Hang up at once."""
        if self._transport is not None:
            self._transport.abort()

    def _request(self, headers: dict[str, str], body: bytes) -> Request:
        path, mark, query = self._target.decode("latin-1").partition("?")
        return Request(
            self._parser.get_method().decode("latin-1"),
            path,
            query if mark else None,
            headers,
            body,
            self._parser.should_keep_alive() and not self._parser.should_upgrade(),
            self._parser.get_http_version() == "1.1",
            self._fault,
            # A proxy that says it was spoken to in the clear has kept nothing private.
            is_private=self._is_private and headers.get(PROTO, "https") == "https",
            peer=headers[FORWARDED_FOR].rpartition(",")[2].strip() if FORWARDED_FOR in headers else self._peer,
        )

    def _make_place(self) -> None:
        """Hang up on whoever was quiet longest at the address that holds most connections, this one if all are busy."""
        (crowd, _), *_ = Counter(each.peer for each in self._connections).most_common(1)
        others = (each for each in self._connections if each.peer == crowd and each is not self)
        idle = [each for each in others if each._answering is None]
        min(idle, key=lambda each: each._since, default=self).abort()

    def _make_room(self, size: int) -> str | None:
        """Take a body beyond the usual only on the application's word. Return what is wrong with it."""
        answer = self._application.room_for(self._request(self._headers, b""), size)
        if isinstance(answer, str):
            return answer
        self._lease, self._most = answer, size
        return None

    def _forget_waiting(self) -> None:
        for request in self._waiting:
            request.give_room_back()
        self._waiting.clear()

    def _rest(self, last: bool) -> None:
        """Hang up after the last answer, or look for the next request."""
        if last:
            self._linger()
        elif self._waiting:
            self._loop.call_soon(self._next)

    def _take(self, request: Request) -> None:
        if self._answering is not None or self._waiting:
            self._waiting.append(request)
            if len(self._waiting) >= _MAX_QUEUED and self._transport is not None:
                self._transport.pause_reading()
            return
        self._answering = request
        self._application.answer(request, self)

    def _next(self) -> None:
        if self._answering is not None or not self._waiting or self._transport is None:
            return
        self._answering = self._waiting.popleft()
        if len(self._waiting) < _MAX_QUEUED:
            self._transport.resume_reading()
        self._application.answer(self._answering, self)

    def _give_up(self, fault: str) -> None:
        """Refuse what can't be parsed, and close: where the next message begins is anybody's guess."""
        if not self._deaf:
            self._deaf = True
            # If its head was whole, it is refused in the form in which that address speaks.
            path = self._target.decode("latin-1").partition("?")[0] if self._head else ""
            self._take(Request(path=path, headers=self._head, fault=fault))

    def _linger(self) -> None:
        """Close, but not on somebody who still talks: that would reset the connection and could swallow the answer."""
        self._deaf = True
        self._forget_waiting()
        transport = self._transport
        if transport is None:
            return
        if self._gone_quiet:
            transport.close()
            return
        transport.write_eof()
        self._loop.call_later(_LINGER_S, transport.close)


def _is_from(peer: object, networks: Sequence[Network]) -> bool:
    return isinstance(peer, tuple) and bool(peer) and is_within(str(peer[0]), networks)


def _is_loopback(peer: object) -> bool:
    """True if the other end is on this machine; what it sends has crossed no network."""
    return isinstance(peer, tuple) and bool(peer) and ip_address(str(peer[0]).partition("%")[0]).is_loopback
