"""Rows that passed the first pass, each batch as it will be written: its open columns already a row group of Parquet.

That is a sixth of the memory that the rows took, and what took it serves the next rows: fresh memory would cost more
than the checks do. The personal columns lie beside them, since encrypted Parquet can be written by one thread only.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import pyarrow as pa

from haihe.data.exchange.encrypted import Kept, SealedPieces, SetDown, packed, unpacked
from haihe.data.exchange.keyed import hidden_columns, open_columns
from haihe.data.exchange.row_groups import made_group, opened_group
from haihe.data.exchange.rules import RegisterSchema


@dataclass(frozen=True, slots=True)
class KeptRows:
    """A batch as it may be set down."""

    group: Kept
    hidden: Kept | None


@dataclass(frozen=True, slots=True)
class StagedBatch:
    """Where a batch lies."""

    group: SetDown
    hidden: SetDown | None


class StagedRows:
    """Batches of accepted rows. Keeping may be done by many threads, adding by one."""

    def __init__(self, store: SealedPieces, schema: RegisterSchema, more: Sequence[str] = ()) -> None:
        """`more` names columns beside the register's own that stand open."""
        self._store = store
        self.open_names = [*open_columns(schema), *more]
        self.hidden_names = hidden_columns(schema)
        self.hides = bool(schema.sealed_columns)

    def keep(self, rows: pa.Table) -> KeptRows:
        """Return rows as they may be added."""
        group = self._store.keep(made_group(rows.select(self.open_names)))
        return KeptRows(group, self._store.keep(packed(rows.select(self.hidden_names))) if self.hides else None)

    def add(self, kept: KeptRows) -> StagedBatch:
        """Set rows down."""
        hidden = None if kept.hidden is None else self._store.add(kept.hidden)
        return StagedBatch(self._store.add(kept.group), hidden)

    def group(self, batch: StagedBatch) -> bytes:
        """Return a batch's row group, as `row_groups.made_group` made it."""
        return self._store.open(batch.group)

    def hidden(self, batch: StagedBatch) -> pa.Table:
        """Return a batch's lines and personal columns. Only where the register has any."""
        assert batch.hidden is not None  # noqa: S101 - what `hides` says
        return unpacked(self._store.open(batch.hidden))

    def whole(self, batch: StagedBatch) -> pa.Table:
        """Return all columns of a batch."""
        rows = opened_group(self.group(batch))
        if self.hides:
            hidden = self.hidden(batch)
            for name in self.hidden_names[1:]:
                rows = rows.append_column(name, hidden.column(name))
        return rows
