"""What the gateways of one city tell each other through the database: answers counted today, keys in use.

Each tells its own sums and reads those of the others, once a second. So all of them together exceed a grant's quota by
no more than what the others answered since: what one second lets through at the grant's rate, times the gateways but
one. While the database is away each counts alone, which the policy's own end (MAX_AGE_S) bounds.
"""

import time
import uuid
from collections.abc import Callable
from pathlib import Path

import psycopg

from haihe.gateway.quota import Quotas
from haihe.kernel.city_day import date_of, day_of

EVERY_S = 1.0
_NAME_FILE = "gateway.id"
_TELL = """
INSERT INTO gateway_use (day, grant_id, gateway, used) SELECT %s::date, t.grant_id, %s, t.used
FROM unnest(%s::text[], %s::bigint[]) AS t (grant_id, used)
ON CONFLICT (day, grant_id, gateway) DO UPDATE SET used = excluded.used WHERE gateway_use.used < excluded.used
"""
_HEAR = """
SELECT grant_id, sum(used)::bigint AS used FROM gateway_use WHERE day = %s::date AND gateway <> %s GROUP BY grant_id
"""
_TELL_KEYS = """
INSERT INTO gateway_key_use (client_id, key_id, used_at)
SELECT t.client_id, t.key_id, to_timestamp(t.used_at) FROM unnest(%s::text[], %s::text[], %s::float8[])
    AS t (client_id, key_id, used_at) ORDER BY 1, 2
ON CONFLICT (client_id, key_id) DO UPDATE SET used_at = excluded.used_at
    WHERE gateway_key_use.used_at < excluded.used_at - interval '1 minute'
"""


def gateway_name(folder: Path) -> str:
    """Return the name of the gateway whose journal this is: made once, and kept beside it."""
    file = folder / _NAME_FILE
    try:
        return file.read_text()
    except FileNotFoundError:
        name = uuid.uuid4().hex
        # Whole or not at all, whenever we are killed.
        (folder / f"{_NAME_FILE}.new").write_text(name)
        (folder / f"{_NAME_FILE}.new").replace(file)
        return name


class SharedCounts:
    """Exchanges the sums of one gateway with those of the others. `reserved` grants are nobody's."""

    def __init__(
        self,
        name: str,
        quotas: Quotas,
        *,
        clock: Callable[[], float],
        reserved: frozenset[str],
        every_s: float = EVERY_S,
    ) -> None:
        self._name, self._quotas, self._clock, self._reserved = name, quotas, clock, reserved
        self._seen: dict[tuple[str, str], float] = {}
        self._every_s, self._next = every_s, 0.0

    def see(self, key: tuple[str, str], now: float) -> None:
        """Note that a key, by client id and key id, was used."""
        self._seen[key] = now

    async def exchange(self, connection: psycopg.AsyncConnection[dict[str, object]]) -> None:
        """Tell and hear, if a second has gone by. Raises: psycopg.Error; then nothing is lost, but told later."""
        if time.monotonic() < self._next:
            return
        self._next = time.monotonic() + self._every_s
        day = day_of(self._clock())
        sums = {grant: n for grant, n in self._quotas.untold(day=day).items() if grant not in self._reserved}
        if sums:
            await connection.execute(_TELL, (date_of(day), self._name, list(sums), list(sums.values())))
        heard = await (await connection.execute(_HEAR, (date_of(day), self._name))).fetchall()
        self._quotas.settle(sums, {str(row["grant_id"]): _number(row["used"]) for row in heard}, day=day)
        await self._tell_keys(connection)

    async def _tell_keys(self, connection: psycopg.AsyncConnection[dict[str, object]]) -> None:
        seen = {key: at for key, at in self._seen.items() if key[0] not in self._reserved}
        if not seen:
            return
        clients, keys = [key[0] for key in seen], [key[1] for key in seen]
        await connection.execute(_TELL_KEYS, (clients, keys, list(seen.values())))
        # What was used meanwhile is told the next time.
        self._seen = {key: at for key, at in self._seen.items() if seen.get(key) != at}


def _number(value: object) -> int:
    return value if isinstance(value, int) else 0
