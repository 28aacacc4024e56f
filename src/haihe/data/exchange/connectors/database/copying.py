"""All rows of a statement: from PostgreSQL by COPY, from others by a cursor.

COPY gives each value as the text that the server makes of it, as a cursor would, and whole pieces of it become Arrow
columns without a Python object for each cell.
"""

import contextlib
import threading
from collections.abc import Callable, Iterator, Sequence
from typing import Any, Final

import psycopg
import pyarrow as pa
import sqlalchemy as sa
from pyarrow import csv
from sqlalchemy import exc
from sqlalchemy.dialects import postgresql

from haihe.data.exchange.connectors.database.session import QUIET_STATEMENT_S, stream
from haihe.data.exchange.connectors.faults import Fault, FetchFailed
from haihe.data.exchange.connectors.rows import RowWriter, texts

_PIECE_BYTES: Final = 1024 * 1024
_PARSED: Final = csv.ParseOptions(newlines_in_values=True, ignore_empty_lines=False)
# A percent sign is one: there are no parameters.
_DIALECT: Final[Any] = postgresql.dialect(paramstyle="named")  # type: ignore[no-untyped-call]  # as SQLAlchemy has it


def write_rows(
    connection: sa.Connection, statement: "sa.Select[Any]", writer: RowWriter, *, quiet_s: float = QUIET_STATEMENT_S
) -> None:
    """Write what the statement selects. A server that gives nothing for so long is given up.

    Raises: SQLAlchemyError, FetchFailed.
    """
    if (connection.dialect.name, connection.dialect.driver) == ("postgresql", "psycopg"):
        copy_out(connection, statement, writer.write_columns, quiet_s=quiet_s)
        return
    for batch in stream(connection, statement):
        writer.write(texts(batch))


def copy_out(
    connection: sa.Connection,
    statement: "sa.Select[Any]",
    take: Callable[[Sequence[pa.Array]], None],
    *,
    quiet_s: float = QUIET_STATEMENT_S,
) -> None:
    """Give what the statement selects, some rows at a time, as columns of text.

    Raises: SQLAlchemyError, FetchFailed.
    """
    selected = statement.compile(dialect=_DIALECT, compile_kwargs={"literal_binds": True})
    wanted = f"COPY ({selected}) TO STDOUT (FORMAT csv, ENCODING 'UTF8')"
    # One statement for all rows: how long it may take depends on whoever takes them, too.
    connection.execute(sa.text("SET LOCAL statement_timeout = 0"))
    own: Any = connection.connection.driver_connection
    width = len(statement.selected_columns)
    try:
        with contextlib.ExitStack() as stack:
            cursor = stack.enter_context(own.cursor())
            # The server says that it begins with its first rows, not before.
            with _at_most(quiet_s, own):
                rows = iter(stack.enter_context(cursor.copy(wanted.encode())))
            while piece := _piece(own, rows, quiet_s):
                take(_columns(piece, width))
    except psycopg.Error as error:
        if own.closed:
            connection.invalidate()
        raise exc.DBAPIError.instance("COPY", None, error, psycopg.Error, connection_invalidated=own.closed) from None


def _piece(own: "psycopg.Connection[Any]", rows: Iterator[Any], quiet_s: float) -> bytes:
    """Return so many whole rows; nothing at the end."""
    found: list[Any] = []
    size = 0
    with _at_most(quiet_s, own):
        for row in rows:
            found.append(row)
            size += len(row)
            if size >= _PIECE_BYTES:
                break
    return b"".join(found)


@contextlib.contextmanager
def _at_most(seconds: float, own: "psycopg.Connection[Any]") -> Iterator[None]:
    """Have the server stop where the block takes longer; the block then fails as a statement that took too long."""
    timer = threading.Timer(seconds, own.cancel)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


def _columns(piece: bytes, width: int) -> Sequence[pa.Array]:
    """Return rows of CSV as columns of text: what stands in quotes is text, also where it is empty; else it is null."""
    names = [str(place) for place in range(width)]
    try:
        table = csv.read_csv(
            pa.BufferReader(piece),
            read_options=csv.ReadOptions(column_names=names, block_size=len(piece) + 1, use_threads=False),
            parse_options=_PARSED,
            convert_options=csv.ConvertOptions(
                column_types=dict.fromkeys(names, pa.string()),
                null_values=[""],
                strings_can_be_null=True,
                quoted_strings_can_be_null=False,
            ),
        )
    except pa.ArrowInvalid:
        # A database without an encoding may give bytes that are no text. The message could quote a row.
        raise FetchFailed(Fault.QUERY_FAILED) from None
    return [column.combine_chunks() for column in table.columns]
