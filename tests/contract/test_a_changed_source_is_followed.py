"""The gateway's own feed follows a change of a department's interface within a second of its commit."""

import asyncio
import time
from typing import Any

import psycopg
import pytest
import uvloop
from django.conf import settings
from django.db import connections

from haihe.base.keys.api import keyring
from haihe.data.sharing import operations
from haihe.data.sharing.operations.changing_source import ChangedSource
from haihe.data.sharing.testing import NOW, RELIEF_LIVE, cast_actor, open_relief_status
from haihe.gateway.policy import PolicyHolder, Source
from haihe.gateway.policy_feed import PolicyFeed
from haihe.gateway.policy_rows import PolicyReader

PROMISED_S = 1.0


def open_live() -> None:
    open_relief_status()
    operations.open_service(actor=cast_actor("steward_mzj"), service=RELIEF_LIVE, now=NOW)
    operations.confirm_source(actor=cast_actor("operator"), slug="relief-live", networks=["10.12.3.0/24"], now=NOW)


def change(*, seen: int, **changes: Any) -> None:
    """Change it in a thread of its own, beside the loop that follows."""
    told = ChangedSource(rules=dict(RELIEF_LIVE.source or {}) | changes, seen=seen)
    try:
        operations.change_source(actor=cast_actor("steward_mzj"), slug="relief-live", changed=told, now=NOW)
    finally:
        connections.close_all()


async def exchanges_nothing(_: psycopg.AsyncConnection[dict[str, object]]) -> None:
    """Tell and hear nothing."""


@pytest.mark.django_db(transaction=True)
def test_a_running_gateway_asks_by_the_new_rules_within_a_second() -> None:
    open_live()

    async def run() -> tuple[float, float]:
        holder = PolicyHolder()
        feed = PolicyFeed(
            settings.HAIHE.database_url,
            holder=holder,
            reader=PolicyReader(keyring()),
            changed=lambda policy: policy,
            exchange=exchanges_nothing,
        )

        def source() -> Source | None:
            policy = holder.current(now=time.monotonic())
            service = policy.services.get("relief-live") if policy else None
            return service.source if service else None

        async def until_timeout_is(wanted: int | None) -> float:
            started = time.monotonic()
            async with asyncio.timeout(60):
                while (there := source()) is None if wanted else (there := source()) is not None:
                    await asyncio.sleep(0.005)
                while wanted and (there is None or there.rules.timeout_ms != wanted):
                    await asyncio.sleep(0.005)
                    there = source()
            return time.monotonic() - started

        following = asyncio.create_task(feed.run())
        await until_timeout_is(3000)
        await asyncio.to_thread(change, seen=1, timeout_ms=2500)
        took = await until_timeout_is(2500)
        await asyncio.to_thread(change, seen=2, url="https://relief.mzj.example:8443/v2/persons")
        gone = await until_timeout_is(None)
        following.cancel()
        await asyncio.gather(following, return_exceptions=True)
        return took, gone

    took, gone = uvloop.run(run())
    assert took < PROMISED_S
    # An address that nobody confirmed is asked no more.
    assert gone < PROMISED_S
