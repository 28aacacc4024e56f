"""Batches of rows: accepted as typed columns, or refused one by one by the checker of rows."""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from haihe.data.exchange.arrays import Bytes, Flags, first_bytes_of, lengths_of
from haihe.data.exchange.checking import SUMMARY_STARTS, Refused, RowChecker, Values
from haihe.data.exchange.ports import Batch, Record, SourceFacts
from haihe.data.exchange.rules import CrossRule, Operator, RegisterSchema, RowSeverity
from haihe.data.exchange.setwise.columns import ColumnJudge, Judged, repeats

_SPACE = 0x20
# First bytes of the characters of white space beyond ASCII.
_WIDE_SPACES = (0xC2, 0xE1, 0xE2, 0xE3)
_COMPARE = {
    Operator.LE: pc.less_equal,
    Operator.LT: pc.less,
    Operator.EQ: pc.equal,
    Operator.NE: pc.not_equal,
}


@dataclass(frozen=True, slots=True)
class CheckedBatch:
    """Rows of a batch: `accepted` where flagged, in columns `line` and the schema's fields; the others `refused`."""

    rows: pa.RecordBatch
    accepted: Flags | None
    refused: tuple[tuple[Record, Refused], ...]


class BatchChecker:
    """Checks batches of one source against one schema. May be used by several threads at once."""

    def __init__(self, schema: RegisterSchema, facts: SourceFacts, sample: Batch) -> None:
        self._places = facts.positions
        self._judges = [
            ColumnJudge(column, repeating=place is None or repeats(column, sample.columns[place]))
            for column, place in zip(schema.columns, facts.positions, strict=True)
        ]
        self._header = facts.header[0]
        self._rows = RowChecker(schema, facts)
        fields = {column.field: place for place, column in enumerate(schema.columns)}
        refusing = [rule for rule in schema.cross_rules if rule.severity is not RowSeverity.WARN]
        self._rules = [(rule, fields[rule.left], fields[rule.right]) for rule in refusing]
        self.schema = pa.schema(
            [
                ("line", pa.int64()),
                *((column.field, judge.type) for column, judge in zip(schema.columns, self._judges, strict=True)),
            ]
        )

    def check(self, batch: Batch) -> list[CheckedBatch]:
        """Return the batch checked: first what was judged in one step, then what single rows had to be looked at."""
        judged = [
            judge.absent(len(batch.lines)) if place is None else judge.judge(batch.columns[place])
            for judge, place in zip(self._judges, self._places, strict=True)
        ]
        odd = self._odd(batch, judged)
        rows = pa.RecordBatch.from_arrays([batch.lines, *(one.values for one in judged)], schema=self.schema)
        read = [(record, self._rows.check(record)) for record in batch.damaged]
        read += [(record, self._rows.check(record)) for record in map(batch.record, np.flatnonzero(odd).tolist())]
        refused = tuple((record, found) for record, found in read if isinstance(found, Refused))
        first = CheckedBatch(rows, ~odd if odd.any() else None, refused)
        good = [(record.line, found) for record, found in read if not isinstance(found, Refused)]
        return [first, CheckedBatch(self._typed(good), None, ())] if good else [first]

    def _typed(self, rows: list[tuple[int, Values]]) -> pa.RecordBatch:
        lines = pa.array([line for line, _ in rows], pa.int64())
        columns = [judge.stored([values[place] for _, values in rows]) for place, judge in enumerate(self._judges)]
        return pa.RecordBatch.from_arrays([lines, *columns], schema=self.schema)

    def _odd(self, batch: Batch, judged: list[Judged]) -> Flags:
        """Say which rows a checker of rows has to look at."""
        odd = self._maybe_no_data(batch)
        for one in judged:
            if one.faulty is not None:
                odd |= one.faulty
        for rule, left, right in self._rules:
            odd |= broken(rule, judged[left].values, judged[right].values)
        return odd

    def _maybe_no_data(self, batch: Batch) -> Flags:
        """Say which rows may be summaries or the header repeated, by the beginning of their first cell."""
        cells = batch.columns[0]
        first = first_bytes_of(cells)
        odd = (lengths_of(cells) == 0) | (first <= _SPACE)
        for byte in _WIDE_SPACES:
            odd |= first == byte
        return np.asarray(odd | _beginning(cells, first, {*SUMMARY_STARTS, self._header}))


def _beginning(cells: pa.StringArray, first: Bytes, starts: set[str]) -> Flags:
    flags = np.zeros(len(cells), np.bool_)
    for start in starts:
        sign = start.encode()
        if sign and (first == sign[0]).any():
            flags |= np.asarray(pc.starts_with(cells, start).to_numpy(zero_copy_only=False))
    return flags


def broken(rule: CrossRule, left: pa.Array, right: pa.Array) -> Flags:
    """Say where the rule doesn't hold; it does where either side is empty."""
    first, second = _comparable(left, right)
    holds = pc.fill_null(_COMPARE[rule.operator](first, second), True)
    return ~np.asarray(holds.to_numpy(zero_copy_only=False))


def _comparable(left: pa.Array, right: pa.Array) -> tuple[pa.Array, pa.Array]:
    first, second = _plain(left), _plain(right)
    if first.type == second.type:
        return first, second
    return pc.cast(first, pa.string()), pc.cast(second, pa.string())


def _plain(values: pa.Array) -> pa.Array:
    return values.dictionary_decode() if pa.types.is_dictionary(values.type) else values
