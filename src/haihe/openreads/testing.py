"""For tests and benches: the reading side on a port of its own, with made-up datasets and without a database."""

import asyncio
import hashlib
import http.client
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.message import Message
from pathlib import Path
from typing import Any
from urllib.parse import quote
from uuid import UUID

import msgspec
import psycopg
from psycopg import sql

from haihe.data.open.counting import Allowance
from haihe.data.open.store import Column, build
from haihe.data.open.store.testing import COLUMNS, made_up_rows, write_rows
from haihe.gateway.http import MESSAGE_TIME_S, Connection, wanted
from haihe.gateway.listening import sweep
from haihe.openreads.app import OpenReads
from haihe.openreads.server import HEADERS, close, open_reads

PUBLISHED_AT = datetime(2026, 3, 1, 4, tzinfo=UTC)
STAND_INS = """
CREATE TABLE openreads_dataset (code text, slug text, title text, title_en text, owner text, state text, is_api bool,
    licence text, current_version text, opening text);
CREATE TABLE openreads_version (dataset text, version text, path text, published_at timestamptz, rows bigint);
CREATE TABLE openreads_key (key_hash bytea, holder text, quota_per_day int, valid_until timestamptz,
    datasets text[], id uuid, grants jsonb);
CREATE TABLE open_data_usage (dataset text, day date, kind text, count bigint, UNIQUE (dataset, day, kind));
CREATE TABLE open_data_key_usage (key_id uuid, day date, count bigint, UNIQUE (key_id, day));
CREATE TABLE open_data_read (id uuid PRIMARY KEY, at timestamptz, dataset text, version text, "grant" text, key uuid,
    holder text, what text, columns text[], rows bigint);
CREATE TABLE open_data_counted (counter text, dataset text, day date, kind text, count bigint,
    UNIQUE (counter, dataset, day, kind));
CREATE TABLE open_data_key_counted (counter text, key_id uuid, day date, count bigint, UNIQUE (counter, key_id, day));
"""
"""What the open platform's migrations make, as tables."""


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    headers: Message
    body: bytes

    @property
    def json(self) -> Any:
        return msgspec.json.decode(self.body)


def create_stand_ins(connection: psycopg.Connection[tuple[object, ...]]) -> None:
    """Make the tables that stand for the open platform's views."""
    connection.execute(STAND_INS)


def insert(connection: psycopg.Connection[tuple[object, ...]], table: str, row: Mapping[str, Any]) -> None:
    """Put a row into one of them."""
    names, marks = sql.SQL(", ").join(map(sql.Identifier, row)), sql.SQL(", ").join([sql.Placeholder()] * len(row))
    into = sql.SQL("INSERT INTO {} ({}) VALUES ({})").format(sql.Identifier(table), names, marks)
    connection.execute(into, list(row.values()))


def dataset_row(slug: str = "hospitals", **changes: Any) -> dict[str, Any]:
    """Return a row of openreads_dataset."""
    row = {
        "code": f"120001/{slug}",
        "slug": slug,
        "title": "医疗机构",
        "title_en": "Medical institutions",
        "owner": "120001",
        "state": "PUBLISHED",
        "is_api": True,
        "licence": "CC-BY-4.0",
        "current_version": "2",
        "opening": "UNCONDITIONAL",
    }
    return row | changes


def version_row(slug: str = "hospitals", version: str = "1", rows: int = 400, **changes: Any) -> dict[str, Any]:
    """Return a row of openreads_version, published a day after the one before."""
    path = f"open/{slug}/{version}"
    published_at = PUBLISHED_AT + timedelta(days=int(version))
    return {"dataset": slug, "version": version, "path": path, "published_at": published_at, "rows": rows} | changes


def key_row(secret: str, **changes: Any) -> dict[str, Any]:
    """Return a row of openreads_key."""
    hashed = hashlib.sha256(secret.encode()).digest()
    row = {"key_hash": hashed, "holder": "海河大学", "quota_per_day": 1000, "valid_until": None, "datasets": None}
    return row | {"id": str(UUID(bytes=hashed[:16])), "grants": {}} | changes


def grant_row(*columns: str, until: datetime = PUBLISHED_AT + timedelta(days=90)) -> dict[str, Any]:
    """Return what `grants` says of one dataset."""
    return {"grant": "KF2026-000001", "columns": list(columns), "until": until.timestamp()}


def write_version(data_dir: Path, slug: str, version: str, *, rows: int, columns: Sequence[Column] = COLUMNS) -> Path:
    """Write what the opener writes: the rows, and what the store makes of them."""
    folder = data_dir / "open" / slug / version
    write_rows(folder, columns, made_up_rows(rows))
    build(folder, columns, key=("name",))
    return folder


class Served:
    """The reading side in a thread of its own. Use as a context manager."""

    def __init__(
        self,
        data_dir: Path,
        *,
        allowance: Allowance | None = None,
        url: str = "https://open.example",
        message_time_s: float = MESSAGE_TIME_S,
    ) -> None:
        self._url, self._message_time_s = url, message_time_s
        self.data_dir, self.now = data_dir, PUBLISHED_AT.timestamp() + 10 * 86_400
        self._allowance = allowance or Allowance(per_second=100_000)
        self._loop = asyncio.new_event_loop()
        self._ready = threading.Event()
        self._thread = threading.Thread(target=self._run)
        self.app: OpenReads
        self.port = 0

    def __enter__(self) -> "Served":
        self._thread.start()
        self._ready.wait()
        return self

    def __exit__(self, *_: object) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()

    def publish(
        self,
        datasets: Sequence[Mapping[str, Any]],
        versions: Sequence[Mapping[str, Any]],
        keys: Sequence[Mapping[str, Any]] = (),
    ) -> None:
        """Take over what the views say."""
        self.app.picture.take_over(datasets, versions, keys)

    def get(self, path: str, *, method: str = "GET", key: str = "", **headers: str) -> Answer:
        """Ask over a connection of its own; names of headers with _ for -."""
        told = {name.replace("_", "-"): value for name, value in headers.items()}
        if key:
            told["authorization"] = f"Bearer {key}"
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            connection.request(method, quote(path, safe="/?&=%+"), headers=told)
            answer = connection.getresponse()
            return Answer(answer.status, answer.headers, answer.read())
        finally:
            connection.close()

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        self._loop.run_until_complete(self._begin())
        self._ready.set()
        self._loop.run_forever()
        self._server.close()
        self._sweeper.cancel()
        for connection in list(self._connections):
            connection.abort()
        self._loop.run_until_complete(asyncio.sleep(0))
        close(self.app)
        self._loop.run_until_complete(asyncio.sleep(0))
        self._loop.close()

    async def _begin(self) -> None:
        self.app = open_reads(
            self.data_dir, self._loop, url=self._url, clock=lambda: self.now, allowance=self._allowance
        )
        names = wanted(HEADERS)
        self._connections = set[Connection]()
        self._server = await self._loop.create_server(
            lambda: Connection(self.app, self._connections, names=names, message_time_s=self._message_time_s),
            "127.0.0.1",
            0,
        )
        self._sweeper = self._loop.create_task(sweep(self._connections))
        self.port = self._server.sockets[0].getsockname()[1]
