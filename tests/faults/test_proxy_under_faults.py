"""The gateway is killed while a department thinks: the question never goes out again, and what was told is kept."""

import asyncio
import json
from typing import Any

import httpx
import psycopg
import pytest

from haihe.gateway.testing import ASKER, PROXY_PATH, PROXY_SERVICE, PURPOSE, RESOURCE, signed_headers
from haihe.gateway.testing_source import LOOPBACK, MASKS, FakeDepartment, ask, hangs, says, source_rules
from tests.faults.test_gateway_under_faults import ID_NUMBERS, Place, kill_and_start, place

__all__ = ["place"]
pytestmark = pytest.mark.faults
PATIENCE_S = 60


def open_source(place: Place, port: int) -> None:
    rules = json.dumps(source_rules(port, timeout_ms=9000))
    with psycopg.connect(place.server.url(), autocommit=True) as connection:
        connection.execute(
            "INSERT INTO gateway_service (slug, kind, resource, owner, default_claim, claims, max_age_s, enabled,"
            " fields, source, source_networks) VALUES (%s, 'PROXY', %s, '120015', '', '{}', 86400, true, %s, %s, %s)",
            (PROXY_SERVICE, RESOURCE, json.dumps(MASKS), rules, list(LOOPBACK)),
        )
        connection.execute(
            "INSERT INTO gateway_grant (id, organisation, service, claims, purposes, legal_basis, valid_from,"
            " valid_until, quota_per_day, status, fields) VALUES (gen_random_uuid(), %s, %s, '{}', %s, '条例第二十条',"
            " now() - interval '1 day', now() + interval '1 day', 1000, 'ACTIVE', '{paid}')",
            (ASKER, PROXY_SERVICE, [PURPOSE]),
        )
        connection.execute("SELECT pg_notify('haihe_policy', 'gateway_service')")


async def send(client: httpx.AsyncClient, body: bytes, headers: dict[str, str]) -> httpx.Response:
    return await client.post(PROXY_PATH, content=body, headers=headers)


async def answered(client: httpx.AsyncClient) -> dict[str, Any]:
    """Ask anew until the service is known and answers."""
    while True:
        body = ask("paid", id_number=ID_NUMBERS[0])
        reply = await send(client, body, signed_headers(body, path=PROXY_PATH))
        if reply.status_code == 200:
            told: dict[str, Any] = reply.json()
            return told
        await asyncio.sleep(0.1)


def test_a_question_under_way_when_the_gateway_dies_never_goes_out_again(place: Place) -> None:
    async def scene() -> tuple[list[str], int]:
        async with (
            asyncio.timeout(3 * PATIENCE_S),
            FakeDepartment(says({"data": {"paid": "已缴"}})) as department,
            httpx.AsyncClient(base_url=f"http://127.0.0.1:{place.port}", trust_env=False, timeout=PATIENCE_S) as client,
        ):
            open_source(place, department.port)
            before = await answered(client)
            department.asked.clear()
            department.behave = hangs
            body = ask("paid", id_number=ID_NUMBERS[0])
            headers = signed_headers(body, path=PROXY_PATH)
            question = asyncio.create_task(send(client, body, headers))
            while not department.asked:
                await asyncio.sleep(0.01)
            await asyncio.to_thread(kill_and_start, place.gateway)
            with pytest.raises(httpx.HTTPError):
                await question
            department.behave = says({"data": {"paid": "已缴"}})
            while (again := await try_again(client, body, headers)) is None:
                await asyncio.sleep(0.1)
            assert again.json()["type"].endswith("replayed-request")
            assert len(department.asked) == 1
            after = await answered(client)
            return [before["evidence"], after["evidence"]], len(department.asked)

    told, asked = asyncio.run(scene())
    place.ship()
    assert asked == 2
    with psycopg.connect(place.server.url()) as connection:
        rows = connection.execute(
            "SELECT evidence::text FROM ledger_record WHERE kind = 'PROXY' ORDER BY seq"
        ).fetchall()
    assert [row[0] for row in rows] == told


async def try_again(client: httpx.AsyncClient, body: bytes, headers: dict[str, str]) -> httpx.Response | None:
    """Send the very same request once more; None while the gateway isn't there."""
    try:
        reply = await send(client, body, headers)
    except httpx.HTTPError:
        return None
    return None if reply.status_code == 503 else reply
