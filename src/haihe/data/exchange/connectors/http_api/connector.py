"""Rows of a department's HTTP interface, or the file that it gives."""

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any, Final
from urllib.parse import unquote, urlsplit

import httpx

from haihe.data.exchange.connectors import marks, reach
from haihe.data.exchange.connectors.faults import Fault, FetchFailed
from haihe.data.exchange.connectors.http_api.paging import Pages
from haihe.data.exchange.connectors.http_api.patience import MOST_WAITING_S, Patience
from haihe.data.exchange.connectors.http_api.session import Ask, Session, validators_of
from haihe.data.exchange.connectors.http_api.settings import HttpSecret, HttpSettings
from haihe.data.exchange.connectors.http_api.since import Highest, asked_since, is_near
from haihe.data.exchange.connectors.http_api.transport import PORTS
from haihe.data.exchange.connectors.objects import Fields
from haihe.data.exchange.connectors.ports import ARROW_STREAM, Fetched, Leg, LegFound, Memory, Sink, Site, Verdict
from haihe.data.exchange.connectors.rows import RowWriter, preview_of
from haihe.data.exchange.connectors.spool import Spool, in_order, told_apart
from haihe.data.exchange.connectors.walking import before

_CHECK_S: Final = 120.0
_KEPT: Final = "seen-"
_FILENAME = re.compile(r"filename\*=(?:utf-8|UTF-8)''([^;\s]+)|filename=\"?([^\";]+)\"?")


class HttpConnector:
    name = "http_api"
    legs = (Leg.NAME, Leg.CONNECT, Leg.TRUST, Leg.LOGIN, Leg.PLACE, Leg.ROWS)
    settings = HttpSettings
    secret = HttpSecret

    def check(self, settings: HttpSettings, secret: HttpSecret, site: Site) -> Iterator[LegFound]:
        parts = urlsplit(settings.url)
        host, port = parts.hostname or "", parts.port or PORTS[parts.scheme]
        addresses = reach.addresses_of(host, port, site)
        yield LegFound(Leg.NAME, ", ".join(addresses))
        yield LegFound(Leg.CONNECT, f"{reach.reachable_address(addresses, port)}:{port}")
        held = [
            LegFound(Leg.TRUST, parts.scheme),
            LegFound(Leg.LOGIN, settings.user or settings.auth_name),
            LegFound(Leg.PLACE, parts.path or "/"),
        ]
        patience = Patience(waiting_s=0, lasting_s=_CHECK_S, tick=_nothing)
        try:
            with Session(settings, secret, site, patience) as session:
                session.sign_in()
                found = _first_rows(session, settings) if settings.answer == "rows" else _first_bytes(session, settings)
        except FetchFailed as failed:
            yield from before(failed, self.legs, held)
            raise
        yield from held
        yield found

    def fetch(
        self, settings: HttpSettings, secret: HttpSecret, since: str | None, sink: Sink, site: Site
    ) -> Fetched | None:
        _forget_others(sink.memory, since)
        progress = _Progress(sink)
        patience = Patience(waiting_s=MOST_WAITING_S, lasting_s=settings.minutes * 60.0, tick=progress.again)
        with Session(settings, secret, site, patience) as session:
            session.sign_in()
            fetched = _way(settings)(_Try(session, settings, since, progress))
        if fetched is not None:
            sink.durable(fetched)
        return fetched

    def settle(
        self, settings: HttpSettings, secret: HttpSecret, token: str, verdict: Verdict, words: str, site: Site
    ) -> None:
        """Nothing is told to an interface that is only read."""


HTTP_API: Final = HttpConnector()


class _Progress:
    """The sink, and how many rows it was told last: whoever waits tells them again and hears whether to go on."""

    def __init__(self, sink: Sink) -> None:
        self.sink = sink
        self._rows = 0

    def to(self, rows: int) -> None:
        self._rows = rows
        self.sink.count(rows)

    def again(self) -> None:
        self.sink.count(self._rows)


@dataclass(frozen=True, slots=True)
class _Try:
    """One fetch of one interface."""

    session: Session
    settings: HttpSettings
    since: str | None
    progress: _Progress

    @property
    def memory(self) -> Memory:
        return self.progress.sink.memory

    def pages(self) -> Pages:
        return Pages(self.session, self.settings, self.memory.keyed)

    def rows(self, written: int, **said: Any) -> Fetched:
        return Fetched(format=ARROW_STREAM, filename=_name_of(self.settings.url), rows=written, **said)


def _way(settings: HttpSettings) -> Callable[[_Try], Fetched | None]:
    if settings.answer == "file":
        return _file
    return _by_watermark if settings.how == "watermark" else _whole


def _whole(this: _Try) -> Fetched | None:
    pages = this.pages()
    with Spool(this.memory) as spool:
        for rows in pages.all({}, _conditions(this)):
            spool.add(rows)
            this.progress.to(spool.rows)
        if pages.unchanged:
            return None
        written = _write(spool, this, delta=False)
    alone = this.settings.paging == "none"
    return this.rows(written, watermark=_kept(pages.validators) if alone else None)


def _by_watermark(this: _Try) -> Fetched | None:
    settings, memory = this.settings, this.memory
    last = marks.Mark.read(this.since) if this.since else None
    told = asked_since(last, settings) if last else settings.begin
    known = marks.Seen.kept(memory, last.seen) if last else marks.Seen()

    def is_new(row: Fields) -> bool:
        return not known.take(told_apart(row), memory)

    with Spool(memory) as spool:
        highest = Highest(settings, last.value if last else None)
        for rows in this.pages().all({settings.since_param: told} if told else {}, {}):
            for row in rows:
                highest.see(row.get(settings.watermark))
            spool.add(rows)
            this.progress.to(spool.rows)
        if spool.rows and settings.watermark not in spool.columns:
            raise FetchFailed(Fault.NO_SUCH_COLUMN, settings.watermark)
        mark = _mark(spool, settings, highest, memory)
        written = _write(spool, this, delta=last is not None, wanted=is_new)
    if last is not None and not written:
        return None
    return this.rows(written, mode="full" if last is None else "delta", watermark=mark.written() if mark else None)


def _file(this: _Try) -> Fetched | None:
    ask = Ask(this.settings.url, dict(this.settings.params), _conditions(this))
    with this.session.opened(ask) as response:
        if response.status_code == httpx.codes.NOT_MODIFIED:
            return None
        _says_its_end(response)
        for piece in this.session.pieces(response):
            this.progress.sink.write(piece)
        watermark = _kept(validators_of(response))
        return Fetched(format="", filename=_told_name(response) or _name_of(this.settings.url), watermark=watermark)


def _write(spool: Spool, this: _Try, *, delta: bool, wanted: Callable[[Fields], bool] | None = None) -> int:
    columns = this.settings.columns or spool.columns
    if spool.rows and (missing := [name for name in columns if name not in spool.columns]):
        raise FetchFailed(Fault.NO_SUCH_COLUMN, missing[0])
    writer = RowWriter(this.progress.sink, columns, delta=delta)
    for rows in spool.batches():
        writer.write(in_order((row for row in rows if wanted is None or wanted(row)), columns))
    writer.close()
    return writer.rows


def _mark(spool: Spool, settings: HttpSettings, highest: Highest, memory: Memory) -> marks.Mark | None:
    """Return the mark up to which rows have come, and keep those that the next fetch will ask for once more."""
    if highest.value is None:
        return None
    value: marks.Value = highest.value
    near = (
        [told_apart(row) for row in rows if is_near(row.get(settings.watermark), value, settings)]
        for rows in spool.batches()
    )
    return marks.Mark(value, marks.keep_seen(near, memory))


def _first_rows(session: Session, settings: HttpSettings) -> LegFound:
    extra = {settings.since_param: settings.begin} if settings.how == "watermark" and settings.begin else {}
    page = Pages(session, settings, bytes).first(extra)
    rows = page.rows if page else []
    columns = settings.columns or tuple(dict.fromkeys(name for row in rows for name in row))
    for name in (*columns, *filter(None, [settings.watermark])):
        if rows and not any(name in row for row in rows):
            raise FetchFailed(Fault.NO_SUCH_COLUMN, name)
    told = str(len(columns)) if page is None or page.total is None else f"{len(columns)} × {page.total}"
    return LegFound(Leg.ROWS, told, preview_of(columns, in_order(rows[:10], columns)))


def _first_bytes(session: Session, settings: HttpSettings) -> LegFound:
    with session.opened(Ask(settings.url, dict(settings.params))) as response:
        _says_its_end(response)
        next(session.pieces(response), b"")
        size = response.headers.get("Content-Length", "")
        name = _told_name(response) or _name_of(settings.url)
        return LegFound(Leg.ROWS, f"{name} {size}".strip())


def _says_its_end(response: httpx.Response) -> None:
    """An answer that ends with its connection can't be told from one that was cut off."""
    if not response.headers.get("Content-Length") and not response.headers.get("Transfer-Encoding"):
        raise FetchFailed(Fault.ANSWER_WRONG, "Content-Length")


def _told_name(response: httpx.Response) -> str:
    found = _FILENAME.search(response.headers.get("Content-Disposition", ""))
    name = unquote(found[1]) if found and found[1] else found[2] if found else ""
    return PurePosixPath(name.replace("\\", "/")).name


def _name_of(url: str) -> str:
    parts = urlsplit(url)
    return unquote(PurePosixPath(parts.path).name) or parts.hostname or "http"


def _kept(validators: dict[str, str]) -> str | None:
    return json.dumps(validators) if validators else None


def _conditions(this: _Try) -> dict[str, str]:
    """Return the headers that ask only for what is newer."""
    if not this.since or this.settings.paging != "none":
        return {}
    return {str(name): str(value) for name, value in json.loads(this.since).items()}


def _forget_others(memory: Memory, since: str | None) -> None:
    for file in memory.folder.glob(f"{_KEPT}*"):
        if file.name not in (since or ""):
            file.unlink()


def _nothing() -> None:
    """A test waits for nobody."""
