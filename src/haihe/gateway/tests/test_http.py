"""HTTP as it really comes: in pieces, in a row, too much, too slow, and not HTTP at all."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable

import pytest
import uvloop

from haihe.gateway import http
from haihe.gateway.http import Connection
from haihe.gateway.listening import drop_unsent
from haihe.gateway.messages import Listener, Reply, Request
from haihe.gateway.room import Lease, Room

POST = b"POST /x HTTP/1.1\r\nHost: h\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}"
type Scene = Callable[["Server", asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


class Echo:
    """Answers with what it was asked; a path of /later is answered when the test says so."""

    def __init__(self) -> None:
        self.requests: list[Request] = []
        self.later: list[Listener] = []
        self.room = Room(100_000)

    def room_for(self, request: Request, size: int) -> Lease | str:
        if request.path != "/large":
            return "body-too-large"
        return self.room.take(size) or "unavailable"

    def answer(self, request: Request, recipient: Listener) -> None:
        self.requests.append(request)
        if request.path == "/later":
            self.later.append(recipient)
        else:
            recipient.send(Reply(400 if request.fault else 200, "text/plain", request.path.encode()))


class Server:
    def __init__(self) -> None:
        self.echo = Echo()
        self.connections: set[Connection] = set()


def play(scene: Scene, *, message_time_s: float = http.MESSAGE_TIME_S) -> None:
    """Run the scene against a server with one connection open."""

    async def run() -> None:
        stage = Server()
        loop = asyncio.get_running_loop()
        server = await loop.create_server(
            lambda: Connection(stage.echo, stage.connections, message_time_s=message_time_s), "127.0.0.1", 0
        )
        port = server.sockets[0].getsockname()[1]
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        try:
            async with asyncio.timeout(60):
                await scene(stage, reader, writer)
        finally:
            writer.transport.abort()
            server.close()
            for connection in list(stage.connections):
                connection.abort()
            await asyncio.sleep(0.01)

    uvloop.run(run())


async def read_reply(reader: asyncio.StreamReader) -> tuple[int, bytes, bytes]:
    head = await reader.readuntil(b"\r\n\r\n")
    length = int(head.split(b"content-length: ")[1].split(b"\r\n")[0])
    return int(head.split()[1]), head, await reader.readexactly(length)


def test_a_request_in_single_bytes_is_one_request() -> None:
    async def scene(server: Server, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        for place in range(len(POST)):
            writer.write(POST[place : place + 1])
            await asyncio.sleep(0)
        assert (await read_reply(reader))[0] == 200
        (request,) = server.echo.requests
        assert (request.method, request.path, request.query, request.body) == ("POST", "/x", None, b"{}")
        assert request.headers == {"host": "h", "content-type": "application/json", "content-length": "2"}

    play(scene)


def test_requests_in_a_row_are_answered_in_order() -> None:
    async def scene(server: Server, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"".join(b"GET /%d HTTP/1.1\r\n\r\n" % n for n in range(100)))
        for n in range(100):
            assert (await read_reply(reader))[2] == b"/%d" % n

    play(scene)


def test_a_late_answer_holds_back_the_next() -> None:
    async def scene(server: Server, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"GET /later HTTP/1.1\r\n\r\nGET /next HTTP/1.1\r\n\r\n")
        while not server.echo.later:
            await asyncio.sleep(0.01)
        assert len(server.echo.requests) == 1
        server.echo.later[0].send(Reply(200, "text/plain", b"first"))
        assert (await read_reply(reader))[2] == b"first"
        assert (await read_reply(reader))[2] == b"/next"

    play(scene)


def test_the_connection_stays_open_unless_asked_otherwise() -> None:
    async def scene(server: Server, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(POST)
        assert b"connection: close" not in (await read_reply(reader))[1]
        writer.write(b"GET /x HTTP/1.1\r\nConnection: close\r\n\r\n")
        assert b"connection: close" in (await read_reply(reader))[1]
        assert await reader.read() == b""

    play(scene)


@pytest.mark.parametrize(
    "message",
    [
        b"nonsense\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
        b"GET / HTTP/1.1\r\nno colon\r\n\r\n",
        b"POST / HTTP/1.1\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\nabc",
        b"POST / HTTP/1.1\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n",
        b"POST / HTTP/1.1\r\nContent-Length: -1\r\n\r\n",
        b"GET / HTTP/9.9\r\n\r\n",
    ],
)
def test_what_is_not_http_is_refused_and_hung_up_on(message: bytes) -> None:
    async def scene(server: Server, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(message)
        status, head, _ = await read_reply(reader)
        assert status == 400
        assert b"connection: close" in head
        assert await reader.read() == b""
        assert server.echo.requests[-1].fault == "malformed-request"

    play(scene)


def test_a_wish_to_speak_another_language_is_not_granted() -> None:
    async def scene(server: Server, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"GET /x HTTP/1.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\nGET /y HTTP/1.1\r\n\r\n")
        status, head, _ = await read_reply(reader)
        assert status == 200
        assert b"connection: close" in head
        assert await reader.read() == b""
        assert len(server.echo.requests) == 1

    play(scene)


@pytest.mark.parametrize(
    ("message", "fault"),
    [
        (b"POST / HTTP/1.1\r\nContent-Length: 4097\r\n\r\n" + b"x" * 4097, "body-too-large"),
        (b"POST / HTTP/1.1\r\nContent-Length: 99999999999999\r\n\r\n" + b"x" * 70_000, "body-too-large"),
        (b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n" + b"fff\r\n" + b"x" * 4095 + b"\r\n2\r\nxx\r\n0\r\n\r\n", "body-too-large"),  # noqa: E501 - a message as it comes over the line
        (b"GET /" + b"x" * 70_000, "body-too-large"),
        (b"GET / HTTP/1.1\r\nX: " + b"x" * 300_000, "body-too-large"),
        (b"GET / HTTP/1.1\r\nSignature: a\r\nsignature: b\r\n\r\n", "malformed-request"),
    ],
    ids=["body", "huge", "chunked", "endless target", "endless header", "header twice"],
)  # fmt: skip
def test_too_much_is_refused(message: bytes, fault: str) -> None:
    async def scene(server: Server, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(message)
        assert (await read_reply(reader))[0] == 400
        assert server.echo.requests[-1].fault == fault
        assert len(server.echo.requests[-1].body) <= http.MAX_BODY_BYTES

    play(scene)


def test_a_chunked_body_within_the_limit_is_taken() -> None:
    async def scene(server: Server, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n1\r\nc\r\n0\r\n\r\n")
        assert (await read_reply(reader))[0] == 200
        assert server.echo.requests[0].body == b"abc"

    play(scene)


def test_what_follows_a_chunked_body_is_no_header() -> None:
    async def scene(server: Server, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nx\r\n0\r\nSignature: late\r\n\r\n")
        assert (await read_reply(reader))[0] == 200
        assert server.echo.requests[0].headers == {}

    play(scene)


def test_who_waits_for_the_go_ahead_gets_it() -> None:
    async def scene(server: Server, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"POST / HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n")
        assert await reader.readuntil(b"\r\n\r\n") == b"HTTP/1.1 100 Continue\r\n\r\n"
        writer.write(b"{}")
        assert (await read_reply(reader))[0] == 200

    play(scene)


def test_the_slow_and_the_idle_are_hung_up_on() -> None:
    async def scene(server: Server, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"POST / HTTP/1.1\r\n")
        await asyncio.sleep(0.05)
        (connection,) = server.connections
        now = asyncio.get_running_loop().time()
        connection.expire(now + 9)
        assert server.connections
        connection.expire(now + 11)
        assert await reader.read() == b""

    play(scene)


def test_who_awaits_an_answer_is_not_idle() -> None:
    async def scene(server: Server, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"GET /later HTTP/1.1\r\n\r\n")
        while not server.echo.later:
            await asyncio.sleep(0.01)
        (connection,) = server.connections
        connection.expire(asyncio.get_running_loop().time() + 1000)
        assert not connection.close_when_idle()
        server.echo.later[0].send(Reply(200, "text/plain", b"late"))
        assert (await read_reply(reader))[2] == b"late"
        assert connection.close_when_idle()

    play(scene)


def test_who_left_gets_no_answer_and_hurts_nobody() -> None:
    async def scene(server: Server, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"GET /later HTTP/1.1\r\n\r\n")
        while not server.echo.later:
            await asyncio.sleep(0.01)
        writer.transport.abort()
        await asyncio.sleep(0.05)
        server.echo.later[0].send(Reply(200, "text/plain", b"too late"))
        while server.connections:
            await asyncio.sleep(0.01)

    play(scene)


def test_one_who_only_stops_talking_still_hears_the_answer() -> None:
    async def scene(server: Server, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"GET /later HTTP/1.1\r\n\r\n")
        writer.write_eof()
        while not server.echo.later:
            await asyncio.sleep(0.01)
        await asyncio.sleep(0.05)
        server.echo.later[0].send(Reply(200, "text/plain", b"heard"))
        assert (await read_reply(reader))[2] == b"heard"

    play(scene)


def test_beyond_the_limit_whoever_was_quiet_longest_makes_place(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http, "MAX_CONNECTIONS", 2)

    async def scene(server: Server, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        port = writer.get_extra_info("peername")[1]
        writer.write(b"GET /later HTTP/1.1\r\n\r\n")  # busy: never hung up on for others
        while not server.echo.later:
            await asyncio.sleep(0.01)  # until it has come in
        quiet, _quiet = await asyncio.open_connection("127.0.0.1", port)
        while len(server.connections) < 2:
            await asyncio.sleep(0.01)  # until it is connected
        third, further = await asyncio.open_connection("127.0.0.1", port)
        with contextlib.suppress(ConnectionResetError):
            assert await quiet.read() == b""
        further.write(b"GET / HTTP/1.1\r\n\r\n")
        assert (await read_reply(third))[0] == 200
        server.echo.later[0].send(Reply(200, "text/plain", b"late"))
        assert (await read_reply(reader))[2] == b"late"
        for other in (further, _quiet):
            other.transport.abort()
        await asyncio.sleep(0.05)  # they are gone before their loop is

    play(scene)


def test_answers_that_nobody_takes_are_dropped_largest_first(monkeypatch: pytest.MonkeyPatch) -> None:
    async def scene(server: Server, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"GET /later HTTP/1.1\r\n\r\n")
        while not server.echo.later:
            await asyncio.sleep(0.01)  # until it has come in
        server.echo.later[0].send(Reply(200, "text/plain", bytes(32 << 20)))
        await asyncio.sleep(0.05)  # what the kernel takes is gone by then
        (connection,) = server.connections
        drop_unsent(server.connections, most=connection.unsent_bytes)
        assert connection.is_open
        monkeypatch.setattr(http, "_STUCK_TIME_S", 0.0)
        taken = await reader.readexactly(8 << 20)
        connection.expire(asyncio.get_running_loop().time())
        assert connection.is_open  # slow, but it takes
        drop_unsent(server.connections, most=connection.unsent_bytes - 1)
        assert not connection.is_open
        assert len(taken) == 8 << 20

    play(scene)


def test_what_breaks_off_after_a_whole_head_is_refused_as_of_its_address() -> None:
    async def scene(server: Server, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"POST /r1/x?y=1 HTTP/1.1\r\nX-Road-Id: m\r\nTransfer-Encoding: chunked\r\n\r\nno length\r\n")
        assert (await reader.readuntil(b"\r\n\r\n")).startswith(b"HTTP/1.1 400")
        (request,) = server.echo.requests
        assert (request.path, request.headers, request.fault) == ("/r1/x", {"x-road-id": "m"}, "malformed-request")

    play(scene)


def test_of_a_head_that_is_not_whole_nothing_is_taken() -> None:
    async def scene(server: Server, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"POST /r1/x HTTP/1.1\r\nX-Road-Id: m\r\n: \x00\r\n\r\n")
        assert (await reader.readuntil(b"\r\n\r\n")).startswith(b"HTTP/1.1 400")
        (request,) = server.echo.requests
        assert (request.path, request.headers, request.fault) == ("", {}, "malformed-request")

    play(scene)
