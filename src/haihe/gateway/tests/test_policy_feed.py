"""The policy follows the database within moments, outlives it for a minute, and no longer."""

import asyncio
import time
from collections.abc import Awaitable, Callable

import psycopg
import pytest
import uvloop

from haihe.gateway.policy import MAX_AGE_S, Policy, PolicyHolder
from haihe.gateway.policy_feed import PolicyFeed
from haihe.gateway.policy_rows import PolicyReader
from haihe.gateway.testing import ASKER, CLIENT, GRANT, SERVICE, announce_index
from haihe.kernel.keyring import Keyring

type Scene = Callable[[PolicyHolder, psycopg.AsyncConnection], Awaitable[None]]


def play(url: str, keyring: Keyring, scene: Scene) -> None:
    async def run() -> None:
        holder = PolicyHolder()
        feed = PolicyFeed(
            url, holder=holder, reader=PolicyReader(keyring), changed=lambda policy: policy, exchange=nothing
        )
        task = asyncio.create_task(feed.run())
        async with await psycopg.AsyncConnection.connect(url, autocommit=True) as connection, asyncio.timeout(60):
            await until(lambda: holder.current(now=time.monotonic()) is not None)
            await scene(holder, connection)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)

    uvloop.run(run())


async def nothing(_: psycopg.AsyncConnection[dict[str, object]]) -> None:
    """Tell and hear nothing."""


async def until(true: Callable[[], bool]) -> float:
    """Wait until it is true; return how long that took."""
    started = time.monotonic()
    while not true():
        await asyncio.sleep(0.01)
    return time.monotonic() - started


def now(holder: PolicyHolder) -> Policy:
    policy = holder.current(now=time.monotonic())
    assert policy is not None
    return policy


def test_the_views_are_read_as_they_are(stand_in: str, keyring: Keyring) -> None:
    async def scene(holder: PolicyHolder, connection: psycopg.AsyncConnection) -> None:
        policy = now(holder)
        assert policy.clients[CLIENT].organisation == ASKER
        assert policy.services[SERVICE].claims["on_relief"] is not None
        (grant,) = policy.grants[ASKER, SERVICE]
        assert grant.id == GRANT
        assert grant.in_force(time.time())

    play(stand_in, keyring, scene)


def test_a_change_that_is_told_is_known_at_once(stand_in: str, keyring: Keyring) -> None:
    async def scene(holder: PolicyHolder, connection: psycopg.AsyncConnection) -> None:
        await asyncio.sleep(0.3)
        with psycopg.connect(stand_in, autocommit=True) as other:
            announce_index(other, snapshot="s9", path="indexes/x/s9")
        assert await until(lambda: [i.snapshot for i in now(holder).indexes] == ["s9"]) < 1

    play(stand_in, keyring, scene)


def test_a_change_that_nobody_told_is_seen_within_a_second(stand_in: str, keyring: Keyring) -> None:
    async def scene(holder: PolicyHolder, connection: psycopg.AsyncConnection) -> None:
        await connection.execute("UPDATE gateway_grant SET status = 'SUSPENDED'")
        assert await until(lambda: now(holder).grants[ASKER, SERVICE][0].status == "SUSPENDED") < 1
        await connection.execute("UPDATE gateway_client SET enabled = false")
        assert await until(lambda: not now(holder).clients) < 1

    play(stand_in, keyring, scene)


def test_a_broken_connection_is_made_again(stand_in: str, keyring: Keyring, caplog: pytest.LogCaptureFixture) -> None:
    async def scene(holder: PolicyHolder, connection: psycopg.AsyncConnection) -> None:
        await connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'gateway' "
            "AND datname = current_database()"
        )
        await connection.execute("UPDATE gateway_grant SET quota_per_day = 5")
        await until(lambda: now(holder).grants[ASKER, SERVICE][0].quota_per_day == 5)

    play(stand_in, keyring, scene)
    assert "the database is away" in caplog.text


def test_rows_that_make_no_sense_are_left_out(
    stand_in: str, keyring: Keyring, caplog: pytest.LogCaptureFixture
) -> None:
    with psycopg.connect(stand_in, autocommit=True) as connection:
        connection.execute("INSERT INTO gateway_client VALUES ('bad', '120030', 'not sealed', true)")
        connection.execute("""UPDATE gateway_service SET claims = claims || '{"odd": {"maybe": []}}'""")

    async def scene(holder: PolicyHolder, connection: psycopg.AsyncConnection) -> None:
        assert set(now(holder).clients) == {CLIENT}
        claims = now(holder).services[SERVICE].claims
        assert claims["odd"] is None
        assert claims["on_relief"] is not None

    play(stand_in, keyring, scene)
    assert "a key of client bad is left out" in caplog.text
    assert "claim odd of service relief-status can't be asked" in caplog.text


def test_a_policy_is_trusted_for_a_minute_and_no_longer() -> None:
    holder = PolicyHolder()
    assert holder.current(now=0) is None
    holder.confirm(Policy(), now=100)
    assert holder.current(now=100 + MAX_AGE_S) is not None
    assert holder.current(now=101 + MAX_AGE_S) is None
    holder.confirm(now=200)
    assert holder.current(now=201) is not None
