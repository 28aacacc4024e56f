"""Embedded NATS keeps its address, and lets in only who holds its token."""

import asyncio
import socket
import stat
from pathlib import Path
from urllib.parse import urlsplit

import nats
import pytest

from haihe.launch.nats import EmbeddedNats, NatsError


async def _publish(url: str) -> int:
    connection = await nats.connect(url, allow_reconnect=False, connect_timeout=60)
    try:
        stream = connection.jetstream()
        await stream.add_stream(name="samples", subjects=["samples.>"])
        await stream.publish("samples.one", b"1", headers={"Nats-Msg-Id": "one"})
        twice = await stream.publish("samples.one", b"1", headers={"Nats-Msg-Id": "one"})
        return twice.seq
    finally:
        await connection.close()


def test_a_message_sent_twice_is_kept_once(nats_server: str) -> None:
    assert asyncio.run(_publish(nats_server)) == 1


def test_without_the_token_nobody_gets_in(nats_server: str) -> None:
    # By hand: nats-py leaves its socket open when it is refused.
    with socket.create_connection(("127.0.0.1", urlsplit(nats_server).port or 0), timeout=60) as knocking:
        answers = knocking.makefile()
        assert '"auth_required":true' in answers.readline()
        knocking.sendall(b'CONNECT {"verbose":false}\r\nPING\r\n')
        assert "Authorization Violation" in answers.readline()
        answers.close()


def test_the_address_is_kept_until_somebody_takes_the_port(tmp_path: Path) -> None:
    server = EmbeddedNats(tmp_path / "nats")
    with pytest.raises(NatsError):
        _ = server.url
    server.prepare()
    first = server.url
    server.prepare()
    assert server.url == first
    with socket.socket() as other:
        other.bind(("127.0.0.1", urlsplit(first).port))
        other.listen()
        server.prepare()
    assert urlsplit(server.url).port != urlsplit(first).port
    assert urlsplit(server.url).username == urlsplit(first).username


def test_the_token_is_the_owner_s_secret(tmp_path: Path) -> None:
    EmbeddedNats(tmp_path / "nats").prepare()
    files = list((tmp_path / "nats").iterdir())
    assert files
    assert all(stat.S_IMODE(file.stat().st_mode) == 0o600 for file in files)
