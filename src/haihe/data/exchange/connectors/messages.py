"""What stands in a message: one JSON object or several, or lines of CSV; and what becomes of each row's key.

A message that can't be read is a row too, with what it says in a column of its own: checking rejects it, somebody sees
it, and those behind it go on.
"""

import csv
import io
from collections.abc import Sequence
from typing import Annotated, Final, Literal

import msgspec
import pyarrow as pa

from haihe.data.exchange.connectors import objects
from haihe.data.exchange.connectors.faults import FetchFailed
from haihe.data.exchange.connectors.journal import Journal
from haihe.data.exchange.connectors.objects import Fields
from haihe.data.exchange.connectors.ports import OPERATION, Preview, Sink
from haihe.data.exchange.connectors.rows import DELETE, UPSERT, RowWriter, preview_of

UNREADABLE: Final = "_message"
_SHOWN: Final = 2000

type Name = Annotated[str, msgspec.Meta(min_length=1, max_length=128, pattern=r"^[^\x00-\x1f]+$")]
type Text = Annotated[str, msgspec.Meta(max_length=253, pattern=r"^[^\x00-\x1f]*$")]


class MessageSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What sources of messages have in common.

    `columns` are the names of a CSV line's cells, or those that are taken of an object: each batch has the same ones,
    whatever its messages leave out. `op_field` says what becomes of
    the row: it is deleted where one of `delete_values` stands there. A fetch takes `most_messages`, or fewer where none
    comes for `quiet_s`.
    """

    host: Annotated[str, msgspec.Meta(min_length=1, max_length=253, pattern=r"^[^\x00-\x1f]+$")]
    key: Annotated[tuple[Name, ...], msgspec.Meta(min_length=1)]
    columns: Annotated[tuple[Name, ...], msgspec.Meta(min_length=1)]
    port: Annotated[int, msgspec.Meta(ge=1, le=65535)]
    tls: Literal["off", "verify"] = "off"
    authority: Annotated[str, msgspec.Meta(max_length=20_000)] = ""
    body: Literal["json", "csv"] = "json"
    op_field: Text = ""
    delete_values: tuple[Text, ...] = ("delete", "DELETE", "D", "d")
    most_messages: Annotated[int, msgspec.Meta(ge=1, le=200_000)] = 20_000
    quiet_s: Annotated[int, msgspec.Meta(ge=1, le=60)] = 2

    def __post_init__(self) -> None:
        if missing := [name for name in self.key if name not in self.columns]:
            raise ValueError(f"key: {missing[0]} is none of columns")


def rows_of(body: bytes, settings: MessageSettings, *, all_columns: bool = False) -> list[Fields]:
    """Return a message's rows, what becomes of each among its cells."""
    try:
        rows = _of_lines(body, settings) if settings.body == "csv" else _of_json(body, settings, all_columns)
    except (FetchFailed, ValueError):
        return [{OPERATION: UPSERT, UNREADABLE: body[:_SHOWN].decode("utf-8", "replace")}]
    return [_with_operation(row, settings) for row in rows]


def first_rows(bodies: Sequence[bytes], settings: MessageSettings) -> Preview:
    """Return the rows of some messages with all their columns, so that somebody sees which ones there are."""
    found = [row for body in bodies for row in rows_of(body, settings, all_columns=True)]
    columns = tuple(dict.fromkeys(name for row in found for name in row if name != OPERATION))
    return preview_of(columns, [[row.get(name) for name in columns] for row in found])


def write(journal: Journal, settings: MessageSettings, sink: Sink) -> int:
    """Write what waits as a delta, in its order: of several rows of one key the last one counts. Returns how many."""
    unread = any(UNREADABLE in row for rows in journal.batches() for row in rows)
    columns = (*settings.columns, *([UNREADABLE] if unread else []))
    writer = RowWriter(sink, columns, delta=True)
    for rows in journal.batches():
        writer.write_columns([pa.array([row.get(name) for row in rows], pa.string()) for name in (OPERATION, *columns)])
    writer.close()
    return writer.rows


def _of_json(body: bytes, settings: MessageSettings, all_columns: bool) -> list[Fields]:
    # What becomes of the row needn't be among its columns.
    wanted = () if all_columns else (*settings.columns, settings.op_field)
    return objects.rows_at(objects.decoded(body), "", nested=True, wanted=wanted)


def _of_lines(body: bytes, settings: MessageSettings) -> list[Fields]:
    lines = csv.reader(io.StringIO(_text(body), newline=""), strict=True)
    try:
        return [dict(zip(settings.columns, cells, strict=True)) for cells in lines if cells]
    except csv.Error:
        raise ValueError from None


def _text(body: bytes) -> str:
    try:
        return body.decode("utf-8-sig")
    except UnicodeDecodeError:
        return body.decode("gb18030")


def _with_operation(row: Fields, settings: MessageSettings) -> Fields:
    told = row.pop(settings.op_field, None) if settings.op_field else None
    row.pop(OPERATION, None)
    if told not in settings.delete_values:
        return {OPERATION: UPSERT} | row
    if not all((row.get(name) or "").strip() for name in settings.key):
        # Nobody knows what it deletes. As such it would stop all that came with it.
        return {OPERATION: UPSERT, UNREADABLE: str(row)[:_SHOWN]}
    return {OPERATION: DELETE} | row
