"""Values as a snapshot stores them: texts of cells, once read, become typed columns."""

from collections.abc import Sequence

import pyarrow as pa
import pyarrow.compute as pc

from haihe.data.exchange.rules import Column, Kind, Personal

_TYPES = {Kind.INTEGER: pa.int64(), Kind.DECIMAL: pa.decimal128(17, 2), Kind.DATE: pa.date32()}


def stored_type(column: Column) -> pa.DataType:
    """Return how a column is stored; identifiers, divisions, codes and whatever is personal stay text."""
    return pa.string() if column.personal is not Personal.NONE else _TYPES.get(column.kind, pa.string())


def stored(values: Sequence[str | None] | pa.StringArray, column: Column) -> pa.Array:
    """Return values as the parser of cells left them, typed."""
    texts = values if isinstance(values, pa.Array) else pa.array(values, pa.string())
    return pc.cast(texts, stored_type(column))
