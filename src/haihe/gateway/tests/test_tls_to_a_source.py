"""A department's https interface proves its name by a real certificate, or is asked nothing; a link's test says why."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from haihe.gateway.messages import Reply, Request
from haihe.gateway.testing import PURPOSE, Door, Letterbox, signed_headers
from haihe.gateway.testing_source import LOOPBACK, FakeDepartment, ask, proxied, put_behind, source_rules
from haihe.gateway.testing_tls import Authority
from haihe.gateway.tests.test_proxy import act
from haihe.kernel.link_legs import OF_AN_INTERFACE, Leg

DAY = timedelta(days=1)
LINK = "/v1/links/tax-paid"


def at(department: FakeDepartment, **changes: Any) -> dict[str, Any]:
    return source_rules(department.port) | {"url": f"https://localhost:{department.port}/v1/taxpayers"} | changes


async def linked(door: Door, *fields: str) -> tuple[Reply, dict[str, str | None]]:
    """Test the link; return the reply and each failed leg with its problem."""
    body = json.dumps({"purpose": PURPOSE, "scope": [*(fields or ("paid",))]}).encode()
    signed = signed_headers(body, path=LINK, created=int(door.now))
    letterbox = Letterbox()
    door.gateway.answer(Request("POST", LINK, None, signed, body, True, True), letterbox)
    door.commits.commit()
    await door.desk.sources.settled()
    (reply,) = letterbox.replies
    legs = json.loads(reply.body)["legs"]
    assert all((leg["hint"] is not None) == (leg["state"] == "FAILED") for leg in legs)
    return reply, {leg["leg"]: leg["problem"] for leg in legs if leg["state"] == "FAILED"}


@asynccontextmanager
async def listening(
    behave: Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]],
) -> AsyncIterator[FakeDepartment]:
    """Listen with something that is no department; give one that stands for its port."""
    server = await asyncio.start_server(behave, "127.0.0.1", 0)
    async with asyncio.timeout(60):
        yield FakeDepartment(port=server.sockets[0].getsockname()[1])
    server.close()
    await server.wait_closed()


def legs_of(reply: Reply) -> list[str]:
    return [leg["leg"] for leg in json.loads(reply.body)["legs"]]


def test_by_its_owners_authority_it_is_believed_and_asked(door: Door, tmp_path: Path) -> None:
    authority = Authority()

    async def scene(department: FakeDepartment) -> None:
        put_behind(door, proxied(at(department, ca=authority.pem)))
        reply = await door.proxy(ask("paid"))
        assert json.loads(reply.body)["values"] == {"paid": "已缴"}
        reply, failed = await linked(door)
        assert (reply.status, failed) == (200, {})
        assert legs_of(reply) == list(Leg)[list(Leg).index(Leg.SIGNATURE) : list(Leg).index(Leg.REPLY)]
        # The test of the link asked nothing there.
        assert len(department.asked) == 1
        assert len(door.records()) == 1

    act(scene, FakeDepartment(tls=authority.server(tmp_path, "localhost")))


@pytest.mark.parametrize(
    ("names", "since", "until", "trusted", "problem"),
    [
        (("localhost",), -2 * DAY, -DAY, True, "certificate-expired"),
        (("localhost",), DAY, 2 * DAY, True, "certificate-not-yet-valid"),
        (("other.example",), -DAY, DAY, True, "certificate-name"),
        (("127.0.0.1",), -DAY, DAY, True, "certificate-name"),
        (("localhost",), -DAY, DAY, False, "certificate-untrusted"),
    ],
)
def test_a_certificate_that_proves_nothing_leads_nowhere_and_the_leg_is_named(
    door: Door,
    tmp_path: Path,
    names: tuple[str, ...],
    since: timedelta,
    until: timedelta,
    trusted: bool,
    problem: str,
) -> None:
    authority = Authority()

    async def scene(department: FakeDepartment) -> None:
        put_behind(door, proxied(at(department, ca=(authority if trusted else Authority()).pem)))
        reply = await door.proxy(ask("paid"))
        assert (reply.status, json.loads(reply.body)["type"]) == (502, "urn:haihe:problem:source-unreachable")
        assert department.asked == []
        assert (await linked(door))[1] == {"certificate": problem}

    act(scene, FakeDepartment(tls=authority.server(tmp_path, *names, since=since, until=until)))


def test_without_an_authority_of_its_owner_the_system_s_decide(door: Door, tmp_path: Path) -> None:
    async def scene(department: FakeDepartment) -> None:
        put_behind(door, proxied(at(department)))
        assert (await linked(door))[1] == {"certificate": "certificate-untrusted"}
        assert department.asked == []

    act(scene, FakeDepartment(tls=Authority().server(tmp_path, "localhost")))


def test_whoever_speaks_no_tls_is_named(door: Door) -> None:
    async def scene() -> None:
        async def plain(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            await reader.read(1)
            writer.write(b"HTTP/1.1 400 Bad Request\r\n\r\n")
            writer.close()

        async with listening(plain) as department:
            put_behind(door, proxied(at(department, ca=Authority().pem)))
            assert (await linked(door))[1] == {"certificate": "source-tls"}

    asyncio.run(scene())


def test_an_address_that_nobody_confirmed_or_nobody_listens_at_is_named(door: Door) -> None:
    async def scene(department: FakeDepartment) -> None:
        put_behind(door, proxied(at(department), networks=("10.12.3.0/24",)))
        assert (await linked(door))[1] == {"connection": "source-address"}
        put_behind(door, proxied(source_rules(1), networks=LOOPBACK))
        reply, failed = await linked(door)
        assert failed == {"connection": "source-unreachable"}
        assert Leg.CERTIFICATE not in legs_of(reply)

    act(scene)


def test_one_that_never_shakes_hands_is_not_waited_for_long(door: Door) -> None:
    async def scene() -> None:
        async def silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            await reader.read(-1)
            writer.close()

        async with listening(silent) as department:
            put_behind(door, proxied(at(department, timeout_ms=200)))
            assert (await linked(door))[1] == {"connection": "source-timeout"}

    asyncio.run(scene())


def test_who_may_not_ask_makes_the_gateway_connect_nowhere(door: Door, tmp_path: Path) -> None:
    async def scene(department: FakeDepartment) -> None:
        put_behind(door, proxied(at(department, ca=Authority().pem)))
        door.grant = replace(door.grant, status="SUSPENDED")
        door.apply()
        reply, failed = await linked(door)
        assert failed == {"grant": "grant-suspended"}
        assert not OF_AN_INTERFACE & set(legs_of(reply))

    act(scene)
