"""How these tests fetch: one source, again and again, as its runs would."""

from pathlib import Path
from typing import Any

import pytest

from haihe.base.outward.testing import HttpServer
from haihe.data.exchange.connectors.faults import FetchFailed
from haihe.data.exchange.connectors.http_api.connector import HTTP_API
from haihe.data.exchange.connectors.http_api.settings import HttpSecret, HttpSettings
from haihe.data.exchange.connectors.ports import Fetched
from haihe.data.exchange.connectors.testing import ListSink, make_site


class Source:
    """`since` is what the last fetch that counted left."""

    def __init__(self, server: HttpServer, tmp_path: Path, *, credential: str = "", **settings: Any) -> None:
        told: dict[str, Any] = {"url": f"{server.url}/rows", "authority": server.authority} | settings
        self.settings = HttpSettings(**told)
        self.secret = HttpSecret(credential=credential)
        self.since: str | None = None
        self.folder = tmp_path
        self.last: Fetched | None = None
        self.content = b""

    def fetch(self, *, publish: bool = True) -> list[dict[str, Any]] | None:
        """Return the rows; None where nothing is new."""
        sink = ListSink(self.folder / "memory")
        self.last = HTTP_API.fetch(self.settings, self.secret, self.since, sink, make_site(self.folder))
        assert sink.kept == self.last
        self.content = sink.content
        if self.last is None:
            return None
        if publish:
            self.since = self.last.watermark
        return sink.table() if self.last.format else []

    def mode(self) -> str:
        return self.last.mode if self.last else ""

    def fails(self) -> FetchFailed:
        with pytest.raises(FetchFailed) as failed:
            self.fetch()
        return failed.value

    def left(self) -> list[str]:
        """Return what the source's memory holds."""
        return sorted(file.name for file in (self.folder / "memory").iterdir())
