"""Questions about one person or thing, answered from the department's own database.

The department declares in `connections.toml` what may be asked, and nothing in a question can change it:

```
[table.relief]                    # asked as https://<node>.node/relief
connection = "hr"                 # the password, as for feeds
engine = "postgresql"
host = "127.0.0.1"
database = "hr"
user = "reader"
table = "public.relief"
subject = "id_number"             # the column that the identity number is compared with
columns = { relief_type = "kind", monthly_amount_yuan = "amount" }
```
"""

import asyncio
import json
import logging
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import msgspec
import sqlalchemy as sa
from nats.aio.msg import Msg

from haihe.data.exchange.connectors.database.session import reading, relation_of, target_of
from haihe.data.exchange.connectors.database.settings import DatabaseSecret, DatabaseSettings
from haihe.data.exchange.connectors.faults import FetchFailed
from haihe.data.exchange.connectors.kinds import read_as
from haihe.data.exchange.nodes.agent.fabric import Fabric
from haihe.data.exchange.nodes.agent.home import Home
from haihe.data.exchange.nodes.agent.site import read_settings, secret_of, site_of
from haihe.kernel.node_questions import SUBJECT, Ask, Told

_AT_ONCE = 8
_NOBODY, _BUSY = Told(404), Told(503)
_log = logging.getLogger("haihe.node")


class Asking:
    """Answers in threads, at most so many at once; whoever comes beyond is told at once that it is too much."""

    def __init__(self, home: Home, fabric: Fabric) -> None:
        self._home, self._fabric = home, fabric
        self._threads = ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="ask")
        self._under_way = 0
        self._tasks: set[asyncio.Task[None]] = set()

    async def heard(self, message: Msg) -> None:
        """Take a question; the answer follows by itself."""
        if self._under_way >= _AT_ONCE:
            await self._fabric.answer(message, msgspec.msgpack.encode(_BUSY))
            return
        self._under_way += 1
        task = asyncio.create_task(self._answer(message))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _answer(self, message: Msg) -> None:
        table = message.subject.rpartition(".")[2]
        try:
            told = await asyncio.get_running_loop().run_in_executor(
                self._threads, lambda: answer(self._home, table, message.data)
            )
        finally:
            self._under_way -= 1
        await self._fabric.answer(message, msgspec.msgpack.encode(told))


def answer(home: Home, table: str, data: bytes) -> Told:
    """Return the answer to a question. Never raises: who asked waits, and isn't told why there is none."""
    try:
        ask = msgspec.msgpack.decode(data, type=Ask)
        subject = json.loads(ask.body)[SUBJECT]
        return _looked_up(home, table, str(subject))
    except (FetchFailed, sa.exc.SQLAlchemyError, OSError) as fault:
        _log.warning("a question to %s is unanswered: %s", table, type(fault).__name__)
        return Told(503)
    except (msgspec.DecodeError, ValueError, KeyError, TypeError) as fault:
        _log.warning("a question to %s can't be read: %s", table, type(fault).__name__)
        return Told(500)


def _looked_up(home: Home, table: str, subject: str) -> Told:
    declared: dict[str, Any] = dict(read_settings(home).get("table", {})[table])
    column, columns = str(declared.pop("subject")), dict(declared.pop("columns"))
    secret = read_as(secret_of(home, str(declared.pop("connection", ""))), DatabaseSecret)
    settings = read_as(declared, DatabaseSettings)
    with reading(target_of(settings, secret, site_of(home)), settings) as connection:
        relation = relation_of(connection, settings)
        wanted = [relation.column(str(name)) for name in columns.values()]
        statement = sa.select(*wanted).where(relation.column(column) == subject).limit(2)
        rows = connection.execute(statement).all()
    if not rows:
        return _NOBODY
    if len(rows) > 1:
        # Two rows about one person contradict each other, or one is stale: neither is told.
        return Told(500)
    values = {name: _plain(value) for name, value in zip(columns, rows[0], strict=True)}
    return Told(200, json.dumps(values, ensure_ascii=False).encode())


def _plain(value: object) -> object:
    if value is None or isinstance(value, str | int | bool):
        return value
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, datetime | date):
        return value.isoformat()
    return str(value)
