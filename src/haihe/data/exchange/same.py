"""What tells rows that may be equal, or about the same person: 64 bits a row. Whether they are is seen later."""

import threading

import duckdb
import numpy as np
import numpy.typing as npt
import pyarrow as pa

from haihe.data.exchange.engine import name
from haihe.data.exchange.keyed import SUBJECT
from haihe.data.exchange.rules import RegisterSchema

_WORDS_A_KEY = 2


class RowHashes:
    """Makes them: of the subject's key, of the resource's key columns, or of all values. For several threads."""

    def __init__(self, schema: RegisterSchema) -> None:
        self._by_subject = schema.subject is not None
        values = ", ".join(name(column.field) for column in schema.key_columns or schema.columns)
        self._query = f"SELECT hash({values}) AS hash FROM rows"  # noqa: S608 - quoted names of our own
        self._own = threading.local()

    def of(self, rows: pa.RecordBatch) -> npt.NDArray[np.uint64]:
        if self._by_subject:
            keys = rows.column(SUBJECT)
            # Rows that are refused may have no subject; they count for nothing.
            data = keys.buffers()[1]
            return np.frombuffer(data, np.uint64)[keys.offset * _WORDS_A_KEY :: _WORDS_A_KEY][: len(keys)].copy()
        connection = self._connection()
        connection.register("rows", rows)
        found = connection.execute(self._query).fetchnumpy()["hash"]
        connection.unregister("rows")
        return np.asarray(found, np.uint64)

    def _connection(self) -> duckdb.DuckDBPyConnection:
        if not hasattr(self._own, "connection"):
            self._own.connection = duckdb.connect(":memory:", config={"threads": 1, "memory_limit": "128MB"})
        connection: duckdb.DuckDBPyConnection = self._own.connection
        return connection
