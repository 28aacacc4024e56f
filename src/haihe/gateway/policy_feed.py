"""Keep the policy up to date: hear of changes (LISTEN), and look twice a second in case one wasn't heard."""

import asyncio
import contextlib
import logging
import time
from collections.abc import Awaitable, Callable

import psycopg
from psycopg.rows import dict_row

from haihe.gateway.policy import Policy, PolicyHolder
from haihe.gateway.policy_rows import FINGERPRINT, QUERIES, PolicyReader

POLL_S = 0.4
"""Whatever is withdrawn is refused within a second, even if nobody tells us. The look costs the database 4 ms with
2,000 grants and 200 services, a hundredth of one processor for each gateway."""
_TIMEOUT_S = 5.0
_CHANNEL = "haihe_policy"
_log = logging.getLogger("haihe.gateway")


class PolicyFeed:
    """Runs for as long as the gateway; a database that is away is tried again every second."""

    def __init__(
        self,
        database_url: str,
        *,
        holder: PolicyHolder,
        reader: PolicyReader,
        changed: Callable[[Policy], Policy],
        exchange: Callable[[psycopg.AsyncConnection[dict[str, object]]], Awaitable[None]],
    ) -> None:
        """`changed` sees each new policy before anybody can ask under it, and may add to it; `exchange` may use the
        connection after each look.
        """
        self._url = database_url
        self._holder, self._reader, self._changed, self._exchange = holder, reader, changed, exchange
        self._fingerprint: dict[str, object] | None = None

    async def run(self) -> None:
        away = False
        while True:
            try:
                async with await self._connect() as connection:
                    _log.log(logging.WARNING if away else logging.INFO, "the database is there; following the policy")
                    away = False
                    await self._follow(connection)
            except (psycopg.Error, OSError, TimeoutError) as fault:
                if not away:
                    _log.warning("the database is away (%s); the last policy serves on for a while", fault)
                away = True
            await asyncio.sleep(1.0)

    async def _connect(self) -> psycopg.AsyncConnection[dict[str, object]]:
        return await psycopg.AsyncConnection.connect(
            self._url,
            autocommit=True,
            row_factory=dict_row,
            connect_timeout=int(_TIMEOUT_S),
            application_name="gateway",
        )

    async def _follow(self, connection: psycopg.AsyncConnection[dict[str, object]]) -> None:
        await connection.execute(f"LISTEN {_CHANNEL}")
        while True:
            async with asyncio.timeout(_TIMEOUT_S):
                await self._refresh(connection)
                await self._exchange(connection)
            async with contextlib.aclosing(connection.notifies(timeout=POLL_S, stop_after=1)) as heard:
                async for _ in heard:
                    pass

    async def _refresh(self, connection: psycopg.AsyncConnection[dict[str, object]]) -> None:
        asked_at = time.monotonic()
        # One snapshot for all views: a grant must not be seen without its service.
        async with connection.transaction():
            await connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
            fingerprint = await (await connection.execute(FINGERPRINT)).fetchone()
            if fingerprint == self._fingerprint:
                self._holder.confirm(now=asked_at)
                return
            rows = {view: await (await connection.execute(query)).fetchall() for view, query in QUERIES.items()}
        self._holder.confirm(self._changed(self._reader.read(rows)), now=asked_at)
        self._fingerprint = fingerprint
