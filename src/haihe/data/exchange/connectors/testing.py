"""What tests of connectors use, ours and the nodes': a sink in memory, a site, and what was written as rows."""

import hashlib
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import Any

import pyarrow as pa

from haihe.data.exchange.connectors.ports import Connector, Fetched, LegFound, Site
from haihe.kernel.source_rules import read_networks

NOW = datetime(2026, 11, 25, 8, 0, tzinfo=UTC)


def make_site(root: Path, *, networks: tuple[str, ...] = ("127.0.0.0/8",), now: datetime = NOW) -> Site:
    return Site(read_networks(networks), root, lambda: now)


class PlainMemory:
    """Keeps what it is given as it is, but for the hashes."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder

    def keyed(self, content: bytes) -> bytes:
        return hashlib.blake2b(content, digest_size=16).digest()

    def seal(self, content: bytes) -> bytes:
        return content[::-1]

    def open(self, sealed: bytes) -> bytes:
        return sealed[::-1]


class ListSink:
    """Keeps what a fetch writes; `kept` is what it called durable."""

    def __init__(self, folder: Path) -> None:
        self.memory = PlainMemory(folder)
        self.written = BytesIO()
        self.rows = 0
        self.kept: Fetched | None = None

    def write(self, piece: bytes) -> None:
        assert self.kept is None, "written after it was called durable"  # noqa: S101 - this is for tests
        self.written.write(piece)

    def count(self, rows: int) -> None:
        self.rows = rows

    def durable(self, fetched: Fetched) -> None:
        self.kept = fetched

    @property
    def content(self) -> bytes:
        return self.written.getvalue()

    def table(self) -> list[dict[str, Any]]:
        """Return the rows of an Arrow stream."""
        with pa.ipc.open_stream(self.content) as stream:
            table = stream.read_all()
        assert all(field.type == pa.string() for field in table.schema)  # noqa: S101 - this is for tests
        rows: list[dict[str, Any]] = table.to_pylist()
        return rows


def walked(connector: Connector, settings: Any, secret: Any, site: Site) -> list[LegFound]:
    return list(connector.check(settings, secret, site))
