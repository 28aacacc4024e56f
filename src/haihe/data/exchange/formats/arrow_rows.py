"""Columns of Arrow to rows of text."""

from collections.abc import Iterable, Iterator, Sequence

import numpy as np
import pyarrow as pa

from haihe.data.exchange.formats.damage import damaged, refusing_damage
from haihe.data.exchange.formats.table import Row
from haihe.data.exchange.formats.values import value_text
from haihe.data.exchange.reasons import FileRefused, Refusal

BATCH_ROWS = 8192
MOST_ROWS = 500_000_000
MOST_COLUMNS = 10_000


def check_columns(schema: pa.Schema, used: Sequence[str]) -> None:
    """Refuse columns that hold structures where values are asked for. Raises: FileRefused."""
    nested = [name for name in used if pa.types.is_nested(_plain(schema.field(name).type))]
    if nested:
        names = "、".join(nested)
        raise FileRefused(Refusal.NO_TABLE, f"列“{names}”里是嵌套的结构，不是值；请展开为单独的列后再上传。")


def rows_of(batches: Iterable[pa.RecordBatch], width: int, places: Sequence[int]) -> Iterator[Row]:
    """Yield rows of `width` cells numbered from 1; each batch's columns go to `places`, the other cells stay empty."""
    line = 0
    for batch in batches:
        if batch.num_columns != len(places):
            raise damaged("列名无法区分")
        with refusing_damage():
            # Whatever the bytes claim, Arrow would follow it to any place in memory.
            batch.validate(full=True)
            columns = [texts_of(column) for column in batch.columns]
        for cells in zip(*columns, strict=True):
            line += 1
            row = [""] * width
            for place, cell in zip(places, cells, strict=True):
                row[place] = cell
            yield line, row


def _plain(kind: pa.DataType) -> pa.DataType:
    return kind.value_type if pa.types.is_dictionary(kind) else kind


def texts_of(column: pa.Array) -> list[str]:
    """Return each value of a column as the text of a cell."""
    if pa.types.is_dictionary(column.type):
        column = column.dictionary_decode()
    kind = column.type
    if pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_string_view(kind):
        # As bytes: whether they are the UTF-8 that the file promises is seen cell by cell.
        column = column.cast(pa.large_string()).cast(pa.large_binary())
    elif pa.types.is_timestamp(kind) and kind.unit == "ns":
        # Python knows no nanoseconds; what is lost can't be in any register.
        column = column.cast(pa.timestamp("us", kind.tz), safe=False)
    elif pa.types.is_float16(kind) or pa.types.is_float32(kind):
        short = np.float16 if pa.types.is_float16(kind) else np.float32
        return [value_text(None if value is None else float(str(short(value)))) for value in column.to_pylist()]
    return [value_text(value) for value in _values(column)]


def _values(column: pa.Array) -> list[object]:
    try:
        return list(column.to_pylist())
    except (ValueError, OverflowError):
        # A date that Python doesn't know; as text it is refused in its own row.
        return list(column.cast(pa.string()).to_pylist())
