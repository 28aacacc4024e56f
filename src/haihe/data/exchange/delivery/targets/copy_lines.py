"""Rows as PostgreSQL's COPY reads them: a line for each, put together from whole columns."""

from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

_SPECIAL: Final = r"[\\\t\n\r]"
_ESCAPES: Final = (("\\", "\\\\"), ("\t", "\\t"), ("\n", "\\n"), ("\r", "\\r"))
"""The backslash first: the others bring one."""
_NULL: Final = "\\N"
_TAB: Final = pa.scalar("\t", pa.large_string())


def copy_lines(batch: pa.RecordBatch, number: str) -> memoryview:
    """Return the rows of a batch of text in COPY's text format, each with the number behind its cells."""
    columns = [_escaped(pc.cast(column, pa.large_string())) for column in batch.columns]
    end = pa.scalar(f"{number}\n", pa.large_string())
    lines = pc.binary_join_element_wise(*columns, end, _TAB, null_handling="replace", null_replacement=_NULL)
    _, offsets, content = lines.buffers()
    return memoryview(content)[: int(np.frombuffer(offsets, np.int64, len(lines) + 1)[-1])]


def _escaped(column: pa.Array) -> pa.Array:
    if not pc.any(pc.match_substring_regex(column, _SPECIAL)).as_py():
        return column
    for character, written in _ESCAPES:
        column = pc.replace_substring(column, pattern=character, replacement=written)
    return column
