"""Keep the picture up to date, and the usage in the database: a look each second.

A database that is away leaves the last picture, and what was counted waits.
"""

import asyncio
import logging

import psycopg
from psycopg.rows import dict_row

from haihe.openreads.picture import DATASETS, KEYS, VERSIONS, Picture
from haihe.openreads.reads import Reads
from haihe.openreads.usage import Usage

_POLL_S = 1.0
_TIMEOUT_S = 10.0
_log = logging.getLogger("haihe.openreads")


class Feed:
    """Runs for as long as the process."""

    def __init__(self, database_url: str, picture: Picture, usage: Usage, reads: Reads) -> None:
        self._url, self._picture, self._usage, self._reads = database_url, picture, usage, reads

    async def run(self) -> None:
        away = False
        while True:
            try:
                await self._follow()
            except (psycopg.Error, OSError, TimeoutError) as fault:
                if not away:
                    _log.warning("the database is away (%s); what was published stays so for a while", fault)
                away = True
            except Exception:
                # Whatever it is, it must not freeze the picture: what was stopped since would go on being given.
                _log.exception("what the database says couldn't be taken over; the next look is soon")
            await asyncio.sleep(_POLL_S)

    async def _follow(self) -> None:
        connecting = psycopg.AsyncConnection.connect(
            self._url, autocommit=True, row_factory=dict_row, connect_timeout=5, application_name="openreads"
        )
        async with await connecting as connection:
            while True:
                async with asyncio.timeout(_TIMEOUT_S):
                    await self._look(connection)
                    await self._usage.write(connection)
                    await self._reads.ship(connection)
                await asyncio.sleep(_POLL_S)

    async def _look(self, connection: psycopg.AsyncConnection[dict[str, object]]) -> None:
        # One snapshot for all views: a version must not be missing from its dataset.
        async with connection.transaction():
            await connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
            datasets, versions, keys = [
                await (await connection.execute(query)).fetchall() for query in (DATASETS, VERSIONS, KEYS)
            ]
        self._picture.take_over(datasets, versions, keys)
