"""HTTP/1.1 on uvloop: llhttp (httptools) parses, this file keeps order, limits and time, one request after another.

There is no task and no future per request: what the application answers is written when its batch is durable.
"""

import asyncio
import time
from collections import deque
from email.utils import formatdate
from http import HTTPStatus
from typing import Protocol, cast

import httptools
import msgspec

MAX_BODY_BYTES = 4096
MAX_MESSAGE_BYTES = 32 * 1024
MAX_CONNECTIONS = 2048
_MAX_QUEUED = 16
_REQUEST_TIME_S = 10.0
_IDLE_TIME_S = 75.0
_LINGER_S = 1.0
_WANTED = {
    name.encode(): name
    for name in ("content-type", "content-length", "content-digest", "signature-input", "signature", "expect")
}
_STATUS_LINES = {status.value: f"HTTP/1.1 {status.value} {status.phrase}\r\n" for status in HTTPStatus}


class Request(msgspec.Struct, gc=False):
    """`fault` is the slug of the problem that the form of the message already is; then the rest may be missing."""

    method: str = ""
    path: str = ""
    query: str | None = None
    headers: dict[str, str] = {}
    body: bytes = b""
    keep_alive: bool = False
    fault: str | None = None


class Reply(msgspec.Struct, frozen=True, gc=False):
    """`headers` are complete lines, each with its line end."""

    status: int
    media_type: str
    body: bytes
    headers: str = ""


class Recipient(Protocol):
    """Who gets a reply once it may go out."""

    def send(self, reply: Reply) -> None: ...


class Application(Protocol):
    def answer(self, request: Request, recipient: Recipient) -> None:
        """Send a reply, now or later, but exactly one. Never raises."""


class Connection(asyncio.Protocol):
    """One client's connection; the methods named `on_…` are called by the parser."""

    __slots__ = (
        "_answering", "_application", "_body_bytes", "_connections", "_deaf", "_fault", "_gone_quiet", "_head",
        "_headers", "_loop", "_parser", "_parts", "_since", "_target", "_transport", "_unparsed", "_waiting",
    )  # fmt: skip

    def __init__(self, application: Application, connections: "set[Connection]") -> None:
        self._application, self._connections = application, connections
        self._loop = asyncio.get_running_loop()
        self._parser = httptools.HttpRequestParser(self)
        self._transport: asyncio.Transport | None = None
        self._waiting: deque[Request] = deque()
        self._answering: Request | None = None
        self._unparsed = 0
        self._deaf = self._gone_quiet = False
        self._since = self._loop.time()
        self.on_message_begin()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        # A stream server makes no other; uvloop's isn't of asyncio's class, though.
        self._transport = cast("asyncio.Transport", transport)
        self._connections.add(self)
        if len(self._connections) > MAX_CONNECTIONS:
            self._transport.close()

    def connection_lost(self, exc: Exception | None) -> None:
        self._transport = None
        self._connections.discard(self)
        self._waiting.clear()

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
        if self._unparsed > MAX_MESSAGE_BYTES:
            self._give_up("body-too-large")

    def eof_received(self) -> bool:
        """Keep the way out open while answers are on it."""
        self._deaf = self._gone_quiet = True
        return self._answering is not None

    def pause_writing(self) -> None:
        if self._transport is not None:
            self._transport.pause_reading()

    def resume_writing(self) -> None:
        if self._transport is not None:
            self._transport.resume_reading()

    def on_message_begin(self) -> None:
        self._target = b""
        self._head: dict[str, str] = {}
        self._headers: dict[str, str] = {}
        self._parts: list[bytes] = []
        self._body_bytes = 0
        self._fault: str | None = None

    def on_url(self, url: bytes) -> None:
        self._target += url

    def on_header(self, name: bytes, value: bytes) -> None:
        wanted = _WANTED.get(name.lower())
        if wanted is not None:
            if wanted in self._headers:
                # Two of one kind: somebody else may take the other one for it.
                self._fault = "malformed-request"
            self._headers[wanted] = value.decode("latin-1")

    def on_headers_complete(self) -> None:
        length = self._headers.get("content-length", "0")
        if len(length) > 9 or int(length) > MAX_BODY_BYTES:
            self._fault = "body-too-large"
        if "expect" in self._headers and self._fault is None and self._transport is not None:
            self._transport.write(b"HTTP/1.1 100 Continue\r\n\r\n")
        # What comes after the body looks like headers to the parser, but nobody signed or checked it as such.
        self._head, self._headers = self._headers, {}

    def on_body(self, body: bytes) -> None:
        self._body_bytes += len(body)
        if self._body_bytes > MAX_BODY_BYTES:
            self._fault = "body-too-large"
        else:
            self._parts.append(body)

    def on_message_complete(self) -> None:
        self._unparsed = 0
        path, mark, query = self._target.decode("latin-1").partition("?")
        request = Request(
            self._parser.get_method().decode("latin-1"),
            path,
            query if mark else None,
            self._head,
            b"".join(self._parts),
            self._parser.should_keep_alive() and not self._parser.should_upgrade(),
            self._fault,
        )
        self._take(request)

    def send(self, reply: Reply) -> None:
        """Write the reply to the request at hand and go on with the next."""
        answered, self._answering = self._answering, None
        if self._transport is None or answered is None:
            return
        last = not answered.keep_alive or (self._deaf and not self._waiting)
        self._transport.write(_rendered(reply, keep_alive=not last))
        if last:
            self._linger()
        elif self._waiting:
            self._loop.call_soon(self._next)

    def expire(self, now: float) -> None:
        """Close if nothing has come for too long; for the sweeper."""
        reading = self._unparsed > 0
        allowed = _REQUEST_TIME_S if reading else _IDLE_TIME_S
        if self._answering is None and now - self._since > allowed and self._transport is not None:
            self._transport.close()

    def close_when_idle(self) -> bool:
        """Take no more requests; True once the last answer is out."""
        self._deaf = True
        if self._answering is None and self._transport is not None:
            self._transport.close()
        return self._answering is None

    def abort(self) -> None:
        """Hang up at once."""
        if self._transport is not None:
            self._transport.abort()

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
            self._take(Request(fault=fault))

    def _linger(self) -> None:
        """Close, but not on somebody who still talks: that would reset the connection and could swallow the answer."""
        self._deaf = True
        self._waiting.clear()
        transport = self._transport
        if transport is None:
            return
        if self._gone_quiet:
            transport.close()
            return
        transport.write_eof()
        self._loop.call_later(_LINGER_S, transport.close)


def _rendered(reply: Reply, *, keep_alive: bool) -> bytes:
    head = (
        f"{_STATUS_LINES[reply.status]}content-type: {reply.media_type}\r\ncontent-length: {len(reply.body)}\r\n"
        f"date: {_http_date(int(time.time()))}\r\ncache-control: no-store\r\n{reply.headers}"
    )
    return (head + ("\r\n" if keep_alive else "connection: close\r\n\r\n")).encode("latin-1") + reply.body


_date: tuple[int, str] = (0, "")


def _http_date(second: int) -> str:
    global _date  # noqa: PLW0603 - one text a second serves all replies
    if _date[0] != second:
        _date = (second, formatdate(second, usegmt=True))
    return _date[1]
