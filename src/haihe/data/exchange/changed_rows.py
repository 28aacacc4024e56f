"""What changed from one snapshot to another, for those who are to have its rows: deliveries, subscriptions, nodes.

Rows are compared by keyed digests that only this process could make, so what the engine spills says nothing.
"""

import os
from collections.abc import Iterator, Sequence
from enum import StrEnum

import duckdb
import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from haihe.data.exchange import places
from haihe.data.exchange.engine import duck
from haihe.data.exchange.reading import layout_of, read_rows
from haihe.data.exchange.records import SnapshotInfo
from haihe.kernel.mac import Mac

_DIGEST_BYTES = 16
_SECRET_BYTES = 32
# Neither is in any stored text: control characters are refused.
_BETWEEN, _NOTHING = "\x1f", "\x00"
_UPSERTED = "SELECT line FROM after ANTI JOIN before USING (key, digest) ORDER BY line"
_DELETED = "SELECT line FROM before ANTI JOIN after USING (key) ORDER BY line"

type _Lines = npt.NDArray[np.int64]


class Op(StrEnum):
    UPSERT = "upsert"
    DELETE = "delete"


def read_changes(
    before: SnapshotInfo | None, after: SnapshotInfo, fields: Sequence[str]
) -> Iterator[tuple[Op, pa.RecordBatch]]:
    """Yield the rows to delete, as they were, then those that are new or other in these fields, as they are.

    Rows are the same by their subject; in a resource about no persons by all their values, so that a change is a
    deletion and a new row. Batches are as `read_rows` gives them. Raises: UnknownField, SnapshotDamaged.
    """
    if before is None:
        for batch in read_rows(after, fields):
            yield Op.UPSERT, batch
        return
    deleted, upserted = _changed_lines(before, after, fields)
    for op, snapshot, lines in ((Op.DELETE, before, deleted), (Op.UPSERT, after, upserted)):
        for batch in read_rows(snapshot, fields) if len(lines) else ():
            rows = batch.filter(pa.array(np.isin(batch.column("line").to_numpy(), lines)))
            if rows.num_rows:
                yield op, rows


def _changed_lines(before: SnapshotInfo, after: SnapshotInfo, fields: Sequence[str]) -> tuple[_Lines, _Lines]:
    digests = Mac(os.urandom(_SECRET_BYTES))
    folder = places.data_dir() / "tmp"
    folder.mkdir(exist_ok=True)
    with duck(folder) as connection:
        for name, snapshot in (("before", before), ("after", after)):
            connection.execute(f"CREATE TABLE {name} (line BIGINT, key BLOB, digest BLOB)")
            for rows in _digested(snapshot, fields, digests):
                connection.register("rows", rows)
                connection.execute(f"INSERT INTO {name} FROM rows")
        return _lines(connection, _DELETED), _lines(connection, _UPSERTED)


def _lines(connection: duckdb.DuckDBPyConnection, query: str) -> _Lines:
    return np.asarray(connection.execute(query).fetchnumpy()["line"], np.int64)


def _digested(snapshot: SnapshotInfo, fields: Sequence[str], digests: Mac) -> Iterator[pa.RecordBatch]:
    layout = layout_of(snapshot)
    whose = [layout.subject] if layout.subject else [*layout.plain, *layout.personal]
    needed = list(dict.fromkeys([*whose, *fields]))
    for batch in read_rows(snapshot, needed):
        columns = [batch.column("line"), _of(batch, whose, digests), _of(batch, fields, digests)]
        yield pa.RecordBatch.from_arrays(columns, ["line", "key", "digest"])


def _of(batch: pa.RecordBatch, fields: Sequence[str], digests: Mac) -> pa.BinaryArray:
    texts = [pc.fill_null(pc.cast(batch.column(field), pa.string()), _NOTHING) for field in fields]
    joined = pc.binary_join_element_wise(*texts, _BETWEEN).to_pylist()
    return pa.array(digests.digests((text.encode() for text in joined), size=_DIGEST_BYTES), pa.binary())
