from collections.abc import Iterable, Iterator, Sequence
from shutil import rmtree
from typing import Any, Final

import sqlalchemy as sa

from haihe.data.exchange.connectors import marks, reach
from haihe.data.exchange.connectors.database import differences
from haihe.data.exchange.connectors.database.copying import write_rows
from haihe.data.exchange.connectors.database.session import Relation, Target, reading, relation_of, stream, target_of
from haihe.data.exchange.connectors.database.settings import DatabaseSecret, DatabaseSettings
from haihe.data.exchange.connectors.ports import (
    ARROW_STREAM,
    Fetched,
    Leg,
    LegFound,
    Memory,
    Sink,
    Site,
    Verdict,
)
from haihe.data.exchange.connectors.rows import DELETE, PREVIEW_ROWS, Row, RowWriter, preview_of, texts

_KEPT: Final = ("seen-", "rows-")


class DatabaseConnector:
    name = "database"
    legs = (Leg.NAME, Leg.CONNECT, Leg.LOGIN, Leg.PLACE, Leg.ROWS)
    settings = DatabaseSettings
    secret = DatabaseSecret

    def check(self, settings: DatabaseSettings, secret: DatabaseSecret, site: Site) -> Iterator[LegFound]:
        target = target_of(settings, secret, site)
        yield LegFound(Leg.NAME, ", ".join(target.addresses))
        yield LegFound(Leg.CONNECT, f"{reach.reachable_address(list(target.addresses), target.port)}:{target.port}")
        with reading(target, settings) as connection:
            yield LegFound(Leg.LOGIN, target.url.username or "")
            relation = relation_of(connection, settings)
            for name in (*settings.key, *filter(None, [settings.watermark])):
                relation.column(name)
            yield LegFound(Leg.PLACE, settings.place)
            rows = _first_rows(connection, relation)
        yield LegFound(Leg.ROWS, str(len(relation.columns)), preview_of(relation.columns, rows))

    def fetch(
        self, settings: DatabaseSettings, secret: DatabaseSecret, since: str | None, sink: Sink, site: Site
    ) -> Fetched | None:
        target = target_of(settings, secret, site)
        _forget_others(sink.memory, since)
        fetched: Fetched | None = _WAYS[settings.how](target, settings, since, sink)
        if fetched is not None:
            sink.durable(fetched)
        return fetched

    def settle(
        self, settings: DatabaseSettings, secret: DatabaseSecret, token: str, verdict: Verdict, words: str, site: Site
    ) -> None:
        """Nothing is told to a database that is only read."""


DATABASE: Final = DatabaseConnector()


def _whole(target: Target, settings: DatabaseSettings, since: str | None, sink: Sink) -> Fetched:
    with reading(target, settings) as connection:
        relation = relation_of(connection, settings)
        statement = relation.select()
        if settings.key:
            # In one order the same rows are the same bytes, and are seen to be unchanged.
            statement = statement.order_by(*(relation.column(name) for name in settings.key))
        writer = RowWriter(sink, relation.columns)
        write_rows(connection, statement, writer)
        writer.close()
    return _fetched(settings, writer)


def _by_watermark(target: Target, settings: DatabaseSettings, since: str | None, sink: Sink) -> Fetched | None:
    with reading(target, settings) as connection:
        relation = relation_of(connection, settings)
        for name in settings.key:
            relation.column(name)
        column = relation.column(settings.watermark)
        highest = connection.execute(sa.select(sa.func.max(column))).scalar()
        if highest is None:
            return None if since else _nothing_yet(connection, relation, settings, sink)
        value = marks.value_of(highest)
        # Remembered before the rows are read: what comes in between, where it can, comes again and isn't lost.
        stretch = relation.select().where(column >= marks.back(value, settings.overlap))
        seen = marks.keep_seen((texts(batch) for batch in stream(connection, stretch)), sink.memory)
        mark = marks.Mark(value, seen)
        if since is None:
            writer = RowWriter(sink, relation.columns)
            write_rows(connection, relation.select(), writer)
        else:
            writer = RowWriter(sink, relation.columns, delta=True)
            _write_new(connection, relation, settings, marks.Mark.read(since), writer, sink.memory)
        writer.close()
    if since is not None and not writer.rows:
        return None
    return _fetched(settings, writer, mode="full" if since is None else "delta", watermark=mark.written())


def _write_new(
    connection: sa.Connection,
    relation: Relation,
    settings: DatabaseSettings,
    last: marks.Mark,
    writer: RowWriter,
    memory: Memory,
) -> None:
    known = marks.Seen.kept(memory, last.seen)
    later = relation.select().where(relation.column(settings.watermark) >= marks.back(last.value, settings.overlap))
    for batch in stream(connection, later):
        writer.write(known.new(texts(batch), memory))


def _nothing_yet(connection: sa.Connection, relation: Relation, settings: DatabaseSettings, sink: Sink) -> Fetched:
    """A first fetch of a table whose watermark is nowhere set: all its rows, and no mark."""
    writer = RowWriter(sink, relation.columns)
    write_rows(connection, relation.select(), writer)
    writer.close()
    return _fetched(settings, writer)


def _by_difference(target: Target, settings: DatabaseSettings, since: str | None, sink: Sink) -> Fetched | None:
    name = differences.new_name()
    with reading(target, settings) as connection:
        relation = relation_of(connection, settings)
        for column in settings.key:
            relation.column(column)
        places = [relation.columns.index(column) for column in settings.key]
        writer = RowWriter(sink, relation.columns, delta=since is not None)
        with differences.compared(sink.memory, key=places, before=since or "", name=name) as difference:
            for batch in stream(connection, relation.select()):
                writer.write(difference.changed(texts(batch)))
            for keys in difference.gone():
                writer.write([_only(cells, places, len(relation.columns)) for cells in keys], DELETE)
            difference.keep()
        writer.close()
    if since is not None and not writer.rows:
        rmtree(sink.memory.folder / name)
        return None
    return _fetched(settings, writer, mode="full" if since is None else "delta", watermark=name)


def _only(cells: Sequence[str], places: Sequence[int], width: int) -> Row:
    row: list[str | None] = [None] * width
    for place, cell in zip(places, cells, strict=True):
        row[place] = cell
    return row


def _first_rows(connection: sa.Connection, relation: Relation) -> Iterable[Sequence[object]]:
    statement = relation.select().limit(PREVIEW_ROWS)
    return [row for batch in stream(connection, statement) for row in batch]


def _fetched(settings: DatabaseSettings, writer: RowWriter, **said: Any) -> Fetched:
    return Fetched(format=ARROW_STREAM, filename=settings.table or "query", rows=writer.rows, **said)


def _forget_others(memory: Memory, since: str | None) -> None:
    """Remove what earlier fetches remembered and no watermark names."""
    for file in memory.folder.iterdir():
        if file.name.startswith(_KEPT) and file.name not in (since or ""):
            if file.is_dir():
                rmtree(file)
            else:
                file.unlink()


_WAYS: Final[dict[str, Any]] = {"full": _whole, "watermark": _by_watermark, "difference": _by_difference}
