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
_QUERIES = {
    "delete": "SELECT line FROM before ANTI JOIN after USING (key) ORDER BY line",
    "replaced": "SELECT line FROM before SEMI JOIN after USING (key) ANTI JOIN after USING (key, digest) ORDER BY line",
    "upsert": "SELECT line FROM after ANTI JOIN before USING (key, digest) ORDER BY line",
}

type _Lines = npt.NDArray[np.int64]


class Op(StrEnum):
    """What becomes of rows; REPLACED are those of before in whose place others come."""

    UPSERT = "upsert"
    DELETE = "delete"
    REPLACED = "replaced"


def read_changes(
    before: SnapshotInfo | None,
    after: SnapshotInfo,
    fields: Sequence[str],
    *,
    within: str | None = None,
    with_replaced: bool = False,
) -> Iterator[tuple[Op, pa.RecordBatch]]:
    """Yield the rows to delete, as they were, then those that are new or other in these fields, as they are.

    Between them, if asked for, those that were in the place of the others. Rows are the same by their key; in a
    resource without one by all their values, so that a change is a deletion and a new row. `within` and the batches are
    as `read_rows` has them: a row that left the area is one to delete. Raises: UnknownField, SnapshotDamaged.
    """
    if before is None:
        for batch in read_rows(after, fields, within=within):
            yield Op.UPSERT, batch
        return
    lines = _changed_lines(before, after, fields, within)
    for op, snapshot in ((Op.DELETE, before), (Op.REPLACED, before), (Op.UPSERT, after)):
        wanted = lines[op] if op is not Op.REPLACED or with_replaced else ()
        for batch in read_rows(snapshot, fields, within=within) if len(wanted) else ():
            rows = batch.filter(pa.array(np.isin(batch.column("line").to_numpy(), wanted)))
            if rows.num_rows:
                yield op, rows


def _changed_lines(
    before: SnapshotInfo, after: SnapshotInfo, fields: Sequence[str], within: str | None
) -> dict[Op, _Lines]:
    digests = Mac(os.urandom(_SECRET_BYTES))
    folder = places.data_dir() / "tmp"
    folder.mkdir(exist_ok=True)
    with duck(folder) as connection:
        for name, snapshot in (("before", before), ("after", after)):
            connection.execute(f"CREATE TABLE {name} (line BIGINT, key BLOB, digest BLOB)")
            for rows in _digested(snapshot, fields, within, digests):
                connection.register("rows", rows)
                connection.execute(f"INSERT INTO {name} FROM rows")
        return {op: _lines(connection, _QUERIES[op]) for op in Op}


def _lines(connection: duckdb.DuckDBPyConnection, query: str) -> _Lines:
    return np.asarray(connection.execute(query).fetchnumpy()["line"], np.int64)


def _digested(
    snapshot: SnapshotInfo, fields: Sequence[str], within: str | None, digests: Mac
) -> Iterator[pa.RecordBatch]:
    layout = layout_of(snapshot)
    whose = layout.key or [*layout.plain, *layout.personal]
    needed = list(dict.fromkeys([*whose, *fields]))
    for batch in read_rows(snapshot, needed, within=within):
        columns = [batch.column("line"), _of(batch, whose, digests), _of(batch, fields, digests)]
        yield pa.RecordBatch.from_arrays(columns, ["line", "key", "digest"])


def _of(batch: pa.RecordBatch, fields: Sequence[str], digests: Mac) -> pa.BinaryArray:
    texts = [pc.fill_null(pc.cast(batch.column(field), pa.string()), _NOTHING) for field in fields]
    joined = pc.binary_join_element_wise(*texts, _BETWEEN).to_pylist()
    return pa.array(digests.digests((text.encode() for text in joined), size=_DIGEST_BYTES), pa.binary())
