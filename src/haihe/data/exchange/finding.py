"""One person's row of a register in clear, for whoever must find it. Who may is the caller's to have settled."""

from collections.abc import Sequence
from typing import Any

import pyarrow.compute as pc
import pyarrow.parquet as pq

from haihe.data.exchange.reading import read_rows
from haihe.data.exchange.tables import open_table

_SUBJECT = "SUBJECT"


def row_of(resource: str, subject: bytes, fields: Sequence[str]) -> dict[str, Any] | None:
    """Return these fields of the person's row in the data in use; None where the register has none, or is about nobody.

    Raises: UnknownField, SnapshotDamaged.
    """
    table = open_table(resource)
    if table is None or not any(column.personal == _SUBJECT for column in table.columns):
        return None
    found = pq.read_table(table.file, columns=["line"], filters=[("subject", "=", subject)])["line"].to_pylist()
    if not found:
        return None
    for batch in read_rows(table.snapshot, fields):
        rows = batch.filter(pc.equal(batch["line"], found[0]))
        if rows.num_rows:
            values: dict[str, Any] = rows.select(list(fields)).to_pylist()[0]
            return values
    return None
