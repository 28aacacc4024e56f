"""Rows that come from no file are received as an Arrow IPC stream whose columns are all text.

Nothing is ever read as a number: an identity number, a credit code or a division code keeps each of its characters,
whatever type the source's own column has. A missing value is null, which is not the empty text.
"""

import io
import json
import math
from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

import pyarrow as pa

from haihe.data.exchange.connectors.ports import OPERATION, Preview, Sink

UPSERT: Final = "upsert"
DELETE: Final = "delete"
PREVIEW_ROWS: Final = 5
_LONGEST_PREVIEW: Final = 120

type Row = Sequence[str | None]


class RowWriter:
    """Writes batches of text rows into a sink. A delta has one more column in front: what becomes of each row's key."""

    def __init__(self, sink: Sink, columns: Sequence[str], *, delta: bool = False) -> None:
        self._sink = sink
        self._delta = delta
        names = [OPERATION, *columns] if delta else list(columns)
        self._schema = pa.schema([pa.field(name, pa.string()) for name in names])
        self._stream = pa.ipc.new_stream(_Into(sink), self._schema)
        self.rows = 0

    def write(self, rows: Sequence[Row], operation: str = UPSERT) -> None:
        """Append rows, whose cells are in the columns' order."""
        if not rows:
            return
        columns: list[Iterable[str | None]] = list(zip(*rows, strict=True))
        if self._delta:
            columns.insert(0, [operation] * len(rows))
        self.write_columns([pa.array(column, pa.string()) for column in columns])

    def write_columns(self, columns: Sequence[Any]) -> None:
        """Append whole columns of text, the operation's in front where this is a delta."""
        batch = pa.record_batch(list(columns), schema=self._schema)
        self._stream.write_batch(batch)
        self.rows += batch.num_rows
        self._sink.count(self.rows)

    def close(self) -> None:
        self._stream.close()


class _Into(io.RawIOBase):
    """The sink as a file to write to."""

    def __init__(self, sink: Sink) -> None:
        self._sink = sink

    def writable(self) -> bool:
        return True

    def write(self, piece: Any) -> int:
        content = bytes(piece)
        self._sink.write(content)
        return len(content)


def text_of(value: object) -> str | None:
    """Return a cell as text, each of its characters kept."""
    if value is None or isinstance(value, str):
        return value
    writer = _WRITERS.get(type(value))
    return writer(value) if writer else str(value)


def texts(rows: Iterable[Sequence[object]]) -> list[list[str | None]]:
    return [[text_of(value) for value in row] for row in rows]


def preview_of(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> Preview:
    """Return the first rows as a page may show them: long texts cut."""
    shown = [tuple(_cut(text_of(value)) for value in row) for row in rows]
    return Preview(tuple(columns), tuple(shown[:PREVIEW_ROWS]))


def _cut(text: str | None) -> str | None:
    return text if text is None or len(text) <= _LONGEST_PREVIEW else f"{text[:_LONGEST_PREVIEW]}…"


def _of_float(value: float) -> str:
    """Write all the digits that a floating number has, without an exponent."""
    if not math.isfinite(value):
        return str(value)
    return str(int(value)) if value.is_integer() else format(Decimal(repr(value)), "f")


def _of_interval(value: timedelta) -> str:
    """Write a time of day as MySQL gives it; a longer interval in hours, minutes and seconds."""
    seconds = value.total_seconds()
    minutes, rest = divmod(abs(int(seconds)), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{'-' if seconds < 0 else ''}{hours:02}:{minutes:02}:{rest:02}"


def _of_json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, default=str)


_WRITERS: Final[dict[type, Callable[[Any], str]]] = {
    bool: lambda value: "true" if value else "false",
    int: str,
    float: _of_float,
    Decimal: lambda value: format(value, "f"),
    datetime: lambda value: value.isoformat(sep=" "),
    date: date.isoformat,
    time: time.isoformat,
    timedelta: _of_interval,
    UUID: str,
    bytes: bytes.hex,
    bytearray: lambda value: bytes(value).hex(),
    memoryview: lambda value: bytes(value).hex(),
    dict: _of_json,
    list: _of_json,
}
