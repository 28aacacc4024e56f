"""Requests, replies, and how a reply is written as HTTP/1.1."""

import time
from collections.abc import Callable
from email.utils import formatdate
from http import HTTPStatus
from typing import Protocol

import msgspec

from haihe.gateway.room import Lease

_STATUS_LINES = {status.value: f"HTTP/1.1 {status.value} {status.phrase}\r\n" for status in HTTPStatus}


class Request(msgspec.Struct, gc=False):
    """`fault` is the slug of the problem that the form of the message already is; then the rest may be missing.

    `lease` is the room that a large body takes until its answer has gone out. `is_private` says that nobody could
    listen: TLS, or a connection within this machine. `peer` is the address that it came from, told by a proxy of ours
    where there is one.
    """

    method: str = ""
    path: str = ""
    query: str | None = None
    headers: dict[str, str] = {}
    body: bytes = b""
    keep_alive: bool = False
    may_stream: bool = False
    fault: str | None = None
    lease: Lease | None = None
    is_private: bool = False
    peer: str = ""

    def give_room_back(self) -> None:
        if self.lease is not None:
            self.lease.give_back()


class Reply(msgspec.Struct, frozen=True, gc=False):
    """`headers` are complete lines, each with its line end.

    `length` is told where the body isn't sent (the answer to HEAD) or comes in parts; below nought: none is told.
    `caching` says who may keep the answer.
    """

    status: int
    media_type: str
    body: bytes
    headers: str = ""
    length: int | None = None
    caching: str = "no-store"


class Recipient(Protocol):
    """Who gets a reply once it may go out."""

    def send(self, reply: Reply) -> None: ...


class Listener(Recipient, Protocol):
    """Who gets a reply whole, or in parts: `begin`, any number of `write`, `end`."""

    def begin(self, reply: Reply) -> None:
        """Send status and headers; the reply's body is the first part."""

    def write(self, part: bytes) -> None: ...

    def end(self) -> None: ...

    def when_writable(self, go_on: Callable[[], None]) -> None:
        """Call back, soon or when what was written has left; never, if nobody listens any more."""

    def abort(self) -> None:
        """Hang up at once: what has begun can't be finished."""

    @property
    def is_open(self) -> bool:
        """True while somebody listens."""


def rendered(reply: Reply, *, keep_alive: bool) -> bytes:
    length = len(reply.body) if reply.length is None else reply.length
    told = f"content-length: {length}\r\n" if length >= 0 else ""
    return _head(reply, told, keep_alive=keep_alive) + reply.body


def rendered_beginning(reply: Reply, *, keep_alive: bool) -> bytes:
    """Return status and headers of a reply in parts, with its first part."""
    if reply.length is not None:
        return _head(reply, f"content-length: {reply.length}\r\n", keep_alive=keep_alive) + reply.body
    return _head(reply, "transfer-encoding: chunked\r\n", keep_alive=keep_alive) + (
        chunk(reply.body) if reply.body else b""
    )


def chunk(part: bytes) -> bytes:
    """Return one part as it travels; the empty one is the end."""
    return b"%x\r\n%b\r\n" % (len(part), part)


def _head(reply: Reply, length: str, *, keep_alive: bool) -> bytes:
    head = (
        f"{_STATUS_LINES[reply.status]}content-type: {reply.media_type}\r\n{length}"
        f"date: {_http_date(int(time.time()))}\r\ncache-control: {reply.caching}\r\n{reply.headers}"
    )
    return (head + ("\r\n" if keep_alive else "connection: close\r\n\r\n")).encode("latin-1")


_date: tuple[int, str] = (0, "")


def _http_date(second: int) -> str:
    global _date  # noqa: PLW0603 - one text a second serves all replies
    if _date[0] != second:
        _date = (second, formatdate(second, usegmt=True))
    return _date[1]
