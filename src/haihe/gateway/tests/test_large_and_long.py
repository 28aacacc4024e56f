"""Large bodies only with leave and in bounded room; long replies in parts, no faster than they are read."""

import asyncio
import contextlib

import pytest

from haihe.gateway import http
from haihe.gateway.messages import Reply
from haihe.gateway.tests.test_http import Server, play, read_reply


def large(size: int, path: str = "/large") -> bytes:
    return f"POST {path} HTTP/1.1\r\nHost: h\r\nContent-Length: {size}\r\n\r\n".encode()


async def settle() -> None:
    for _ in range(20):
        await asyncio.sleep(0.005)


def test_a_large_body_is_taken_where_there_is_leave_and_its_room_given_back() -> None:
    async def scene(server: Server, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        for _ in range(3):
            writer.write(large(90_000) + b"x" * 90_000)
            assert (await read_reply(reader))[0] == 200
        assert [len(request.body) for request in server.echo.requests] == [90_000] * 3
        assert server.echo.room.left == 100_000

    play(scene)


def test_elsewhere_it_is_refused_as_before() -> None:
    async def scene(server: Server, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(large(90_000, "/x") + b"x" * 90_000)
        assert (await read_reply(reader))[0] == 400
        assert server.echo.requests[0].fault == "body-too-large"

    play(scene)


def test_without_room_it_is_put_off() -> None:
    async def scene(server: Server, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        server.echo.room.left = 50_000
        writer.write(large(90_000) + b"x" * 90_000)
        assert (await read_reply(reader))[0] == 400
        assert server.echo.requests[0].fault == "unavailable"
        assert server.echo.room.left == 50_000

    play(scene)


def test_a_chunked_body_gets_no_leave() -> None:
    async def scene(server: Server, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"POST /large HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n")
        writer.write(b"1388\r\n" + b"x" * 5000 + b"\r\n0\r\n\r\n")
        assert (await read_reply(reader))[0] == 400
        assert server.echo.requests[0].fault == "body-too-large"

    play(scene)


@pytest.mark.parametrize("sent", [0, 10, 60_000])
def test_who_hangs_up_leaves_no_room_taken(sent: int) -> None:
    async def scene(server: Server, _reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(large(90_000) + b"x" * sent)
        await settle()
        assert server.echo.room.left == 10_000
        writer.transport.abort()
        await settle()
        assert server.echo.room.left == 100_000

    play(scene)


def test_who_hangs_up_while_waiting_for_others_leaves_no_room_taken() -> None:
    async def scene(server: Server, _reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(large(0, "/later") + (large(40_000) + b"x" * 40_000) * 2)
        await settle()
        assert server.echo.room.left == 20_000
        writer.transport.abort()
        await settle()
        server.echo.later[0].send(Reply(200, "text/plain", b""))
        await settle()
        assert server.echo.room.left == 100_000

    play(scene)


def test_a_body_that_drips_is_cut_off_although_something_comes_all_the_time() -> None:
    async def scene(server: Server, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(large(90_000))
        for _ in range(30):
            if writer.transport.is_closing():
                break
            writer.write(b"x")
            await asyncio.sleep(0.02)
            for connection in list(server.connections):
                connection.expire(asyncio.get_running_loop().time())
        with contextlib.suppress(ConnectionResetError):
            assert await reader.read() == b""
        assert server.echo.room.left == 100_000

    play(scene, message_time_s=0.2)


def test_a_reply_in_parts_is_chunked_and_the_next_request_follows() -> None:
    async def scene(server: Server, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(large(0, "/later") + large(0, "/next"))
        await settle()
        listener = server.echo.later[0]
        listener.begin(Reply(200, "text/plain", b"one"))
        listener.write(b"two")
        listener.write(b"")
        listener.end()
        head = await reader.readuntil(b"\r\n\r\n")
        assert b"transfer-encoding: chunked" in head
        assert await reader.readexactly(21) == b"3\r\none\r\n3\r\ntwo\r\n0\r\n\r\n"
        assert (await read_reply(reader))[2] == b"/next"

    play(scene)


def test_the_next_part_waits_until_somebody_reads() -> None:
    async def scene(server: Server, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(large(0, "/later"))
        await settle()
        asked: list[str] = []
        listener = server.echo.later[0]
        listener.begin(Reply(200, "text/plain", b"x"))
        written = 0
        while not asked or asked[-1] == "now":
            asked.append("wait")
            listener.when_writable(lambda: asked.append("now"))
            await settle()
            if asked[-1] == "now":
                written += 1
                listener.write(b"y" * 1_000_000)
            assert written < 50
        assert asked[-1] == "wait"
        while asked[-1] == "wait":
            await reader.read(1 << 20)
            await asyncio.sleep(0)

    play(scene)


def test_who_never_reads_is_hung_up_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http, "_STUCK_TIME_S", 0.05)

    async def scene(server: Server, _reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(large(0, "/later"))
        await settle()
        listener = server.echo.later[0]
        listener.begin(Reply(200, "text/plain", b"y" * 30_000_000))
        listener.when_writable(lambda: None)
        await asyncio.sleep(0.2)
        for connection in list(server.connections):
            connection.expire(asyncio.get_running_loop().time())
        await settle()
        assert not server.connections

    play(scene)
