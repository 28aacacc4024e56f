"""Who signs for a host is answered under that name only; a proxy's word for it counts if the proxy is ours."""

import asyncio
import json
import time
from pathlib import Path

import httpx
import pytest

from haihe.gateway.http import Connection
from haihe.gateway.loopback import Loopback
from haihe.gateway.messages import Listener, Reply, Request
from haihe.gateway.origin import where_of
from haihe.gateway.room import Lease
from haihe.gateway.testing import CLIENT, PATH, SECRET, Door, question
from haihe.gateway.tests.conftest import LIU
from haihe.kernel.keyring import Keyring
from haihe.kernel.signing import Where, sign_request
from haihe.kernel.source_rules import read_networks

BODY = question(LIU.id_number)
OUTSIDE = Where("https", "gateway.example")
BOTH = ("@method", "@authority", "@path", "content-digest")
WHOLE = ("@method", "@target-uri", "content-digest")
FORWARDED = {"x-forwarded-proto": "https", "x-forwarded-host": "gateway.example"}


def signed(where: Where, covered: tuple[str, ...], *, at: float, nonce: str = "n" * 22) -> dict[str, str]:
    told = sign_request(
        method="POST", path=PATH, body=BODY, client_id=CLIENT, secret=SECRET, created=int(at), nonce=nonce,
        covered=covered, where=where,
    )  # fmt: skip
    return {"content-type": "application/json", **told}


def sent(door: Door, more: dict[str, str], covered: tuple[str, ...], where: Where = OUTSIDE) -> Reply:
    headers = signed(where, covered, at=door.now) | more
    return door.send(Request("POST", PATH, None, headers, BODY, keep_alive=True))


@pytest.mark.parametrize("covered", [BOTH, WHOLE])
def test_where_the_proxy_says_so_a_signature_over_the_outside_holds(door: Door, covered: tuple[str, ...]) -> None:
    reply = sent(door, {"host": "10.0.0.7:8001"} | FORWARDED, covered)
    assert (reply.status, json.loads(reply.body)["answer"]) == (200, "MATCH")


@pytest.mark.parametrize(
    ("more", "covered"),
    [
        ({"host": "10.0.0.7:8001"}, BOTH),
        ({"host": "gateway.example"}, WHOLE),
        (FORWARDED | {"x-forwarded-host": "other.example"}, BOTH),
        (FORWARDED | {"x-forwarded-proto": "http"}, WHOLE),
        (FORWARDED | {"x-forwarded-proto": "https, http"}, BOTH),
        (FORWARDED | {"x-forwarded-host": "gateway.example, other.example"}, BOTH),
        (FORWARDED | {"x-forwarded-host": "user@gateway.example"}, BOTH),
        ({}, BOTH),
    ],
)
def test_under_another_name_or_none_it_doesnt(door: Door, more: dict[str, str], covered: tuple[str, ...]) -> None:
    reply = sent(door, more, covered)
    assert json.loads(reply.body)["type"] == "urn:haihe:problem:credentials-invalid"
    assert [record["kind"] for record in door.records()] == ["REFUSED"]


@pytest.mark.parametrize(
    ("told", "where"),
    [
        ({"host": "Gateway.Example:80"}, Where("http", "gateway.example")),
        ({"host": "gateway.example:443"}, Where("http", "gateway.example:443")),
        ({"x-forwarded-proto": "https", "host": "gateway.example:443"}, OUTSIDE),
        ({"x-forwarded-proto": "https", "host": "gateway.example:8443"}, Where("https", "gateway.example:8443")),
        ({"host": "[fd00::1]:8001"}, Where("http", "[fd00::1]:8001")),
        ({"host": "a/b"}, None),
        ({"x-forwarded-proto": "ftp", "host": "a"}, None),
        ({}, None),
    ],
)
def test_how_a_place_is_written(told: dict[str, str], where: Where | None) -> None:
    assert where_of(told) == where


def test_a_target_uri_has_no_query_that_nobody_looked_at(door: Door) -> None:
    path, where = "/listClients", Where("http", "gateway.example")
    for query, status in ((None, 200), ("xRoadInstance=CN-TJ", 400)):
        headers = sign_request(
            method="GET", path=path, body=b"", client_id=CLIENT, secret=SECRET, created=int(door.now),
            nonce=f"{status}" * 8, covered=WHOLE, where=where,
        )  # fmt: skip
        request = Request("GET", path, query, headers | {"host": "gateway.example"}, b"", keep_alive=True)
        assert door.send(request).status == status


class Kept:
    """Keeps what came, and says yes."""

    def __init__(self) -> None:
        self.requests: list[Request] = []

    def room_for(self, request: Request, size: int) -> Lease | str:
        return "body-too-large"

    def answer(self, request: Request, recipient: Listener) -> None:
        self.requests.append(request)
        recipient.send(Reply(200, "text/plain", b""))


@pytest.mark.parametrize(
    ("behind_proxy", "proxies", "proto", "believed", "private"),
    [
        (False, (), "https", False, True),
        (False, (), "http", False, True),
        (True, (), "https", True, True),
        (True, (), "http", True, False),
        (True, ("127.0.0.0/8",), "https", True, True),
        (True, ("10.1.2.0/24",), "http", False, True),
    ],
)
def test_only_a_proxy_of_ours_is_believed(
    behind_proxy: bool, proxies: tuple[str, ...], proto: str, believed: bool, private: bool
) -> None:
    """Whoever else says so is heard as if it hadn't, even twice; on this machine nobody listens."""
    application = Kept()

    async def play() -> None:
        networks = read_networks(proxies) if proxies else ()

        def connect() -> Connection:
            return Connection(application, set(), behind_proxy=behind_proxy, proxies=networks)

        server = await asyncio.get_running_loop().create_server(connect, "127.0.0.1", 0)
        port = server.sockets[0].getsockname()[1]
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        twice = "" if believed else "X-Forwarded-Host: other.example\r\n"
        head = f"GET / HTTP/1.1\r\nHost: h\r\nX-Forwarded-Host: a.example\r\n{twice}X-Forwarded-Proto: {proto}\r\n\r\n"
        writer.write(head.encode())
        async with asyncio.timeout(60):
            await reader.readuntil(b"\r\n\r\n")
        writer.close()
        server.close()

    asyncio.run(play())
    (request,) = application.requests
    assert request.fault is None
    assert ("x-forwarded-host" in request.headers, request.is_private) == (believed, private)


def test_the_running_gateway_ignores_what_a_stranger_says_of_others(tmp_path: Path, keyring: Keyring) -> None:
    with Loopback(tmp_path, keyring=keyring, people=[LIU]) as gateway:
        headers = signed(OUTSIDE, BOTH, at=time.time()) | FORWARDED
        reply = httpx.post(gateway.url + PATH, content=BODY, headers=headers, trust_env=False, timeout=60)
        assert reply.json()["type"] == "urn:haihe:problem:credentials-invalid"
        own = Where("http", gateway.url.removeprefix("http://"))
        headers = signed(own, BOTH, at=time.time()) | FORWARDED
        reply = httpx.post(gateway.url + PATH, content=BODY, headers=headers, trust_env=False, timeout=60)
        assert reply.json()["answer"] == "MATCH"
