"""Rows that are accepted and told of: those that break a rule whose severity is to warn.

Looked at once a snapshot's files are written, a column at a time over what is stored: so it is the same whichever way a
row was read, and rows that were refused after all, or merged, need no thought. The first rows of each reason are kept
with the snapshot, encrypted like its rejects, to be shown; the counts are of all.
"""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from haihe.data.exchange import lake
from haihe.data.exchange.arrays import Flags
from haihe.data.exchange.encrypted import open_reader, open_writer
from haihe.data.exchange.patterns import Pattern
from haihe.data.exchange.reasons import SENTENCES, Reason
from haihe.data.exchange.rejected import SCHEMA
from haihe.data.exchange.resource_keys import ResourceKey
from haihe.data.exchange.rules import Column, CrossRule, Kind, RegisterSchema, RowSeverity
from haihe.data.exchange.setwise.checking import broken

WARNED: Final = "warned.parquet"
KEPT_A_REASON: Final = 2000
_AT_A_TIME = 50_000

type _Breaks = Callable[[pa.RecordBatch], Flags]


@dataclass(slots=True)
class Warned:
    """How many accepted rows are told of, and for what; a row counts once, under its first reason."""

    rows: int = 0
    reasons: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Judge:
    """One rule: which rows break it, and what is said of them."""

    code: str
    title: str
    sentence: str
    breaks: _Breaks


def note_warned(folder: Path, schema: RegisterSchema, *, key: ResourceKey, snapshot: str) -> Warned:
    """Look at the accepted rows in a snapshot's folder; keep those told of beside them, where there are any."""
    judges = _judges(schema)
    warned = Warned()
    if not judges:
        return warned
    kept = [row for batch in _rows(folder, schema, key, snapshot) for row in _told(batch, judges, schema, warned)]
    kept.sort(key=lambda row: row["line"])
    if kept:
        with open_writer(folder / WARNED, SCHEMA, key=key.file_key(snapshot, WARNED)) as writer:
            writer.write_table(pa.Table.from_pylist(kept, schema=SCHEMA))
    return warned


def _rows(folder: Path, schema: RegisterSchema, key: ResourceKey, snapshot: str) -> Iterator[pa.RecordBatch]:
    """Read open and personal columns side by side: their rows are the same, in the same order."""
    plain = [column.field for column in schema.plain_columns]
    with open_reader(folder / lake.DATA) as opened:
        batches = opened.iter_batches(batch_size=_AT_A_TIME, columns=["line", *plain])
        if not schema.sealed_columns:
            yield from batches
            return
        with open_reader(folder / lake.PERSONAL, key=key.file_key(snapshot, lake.PERSONAL)) as other:
            hidden = other.iter_batches(batch_size=_AT_A_TIME)
            for shown, personal in zip(batches, hidden, strict=True):
                if not shown.column("line").equals(personal.column("line")):
                    raise lake.SnapshotDamaged("the rows of the two files don't match")
                columns = {name: shown.column(name) for name in shown.schema.names}
                columns |= {name: personal.column(name) for name in personal.schema.names}
                yield pa.RecordBatch.from_pydict(columns)


def _told(
    batch: pa.RecordBatch, judges: list[_Judge], schema: RegisterSchema, warned: Warned
) -> Iterator[dict[str, Any]]:
    """Count the rows of a batch that break something, and yield those that are to be kept."""
    flags = np.stack([judge.breaks(batch) for judge in judges])
    broken_any = flags.any(axis=0)
    first = flags.argmax(axis=0)
    for number, judge in enumerate(judges):
        places = np.flatnonzero(broken_any & (first == number))
        before = warned.reasons.get(judge.code, 0)
        if len(places):
            warned.reasons[judge.code] = before + len(places)
            warned.rows += len(places)
            yield from _kept(batch, places[: max(0, KEPT_A_REASON - before)], flags, judges, schema)


def _kept(
    batch: pa.RecordBatch, places: Any, flags: Any, judges: list[_Judge], schema: RegisterSchema
) -> Iterator[dict[str, Any]]:
    rows = batch.take(pa.array(places))
    columns = [pc.cast(rows.column(column.field), pa.string()).to_pylist() for column in schema.columns]
    lines = rows.column("line").to_pylist()
    for place, line, *cells in zip(places.tolist(), lines, *columns, strict=True):
        broke = [judge for judge, hit in zip(judges, flags[:, place], strict=True) if hit]
        yield {
            "line": line,
            "code": broke[0].code,
            "problems": json.dumps([[judge.title, judge.code, judge.sentence] for judge in broke], ensure_ascii=False),
            "raw": "",
            "cells": ["" if cell is None else cell for cell in cells],
            "subjects": [],
        }


def _judges(schema: RegisterSchema) -> list[_Judge]:
    telling = [column for column in schema.columns if column.severity is RowSeverity.WARN]
    titles = {column.field: column.title for column in schema.columns}
    return [
        *(judge for column in telling for judge in _of_column(column)),
        *(
            _Judge(rule.code, f"{titles[rule.left]}、{titles[rule.right]}", rule.sentence, _crossing(rule))
            for rule in schema.cross_rules
            if rule.severity is RowSeverity.WARN
        ),
    ]


def _of_column(column: Column) -> Iterator[_Judge]:
    name, title = column.field, column.title
    if column.kind is Kind.CODE and column.options:
        options = pa.array(column.options)
        yield _judge(Reason.NOT_IN_LIST, title, lambda rows: ~_flags(pc.is_in(rows.column(name), options), rows, name))
    if column.kind in (Kind.INTEGER, Kind.DECIMAL) and (column.low is not None or column.high is not None):
        yield _judge(Reason.OUT_OF_RANGE, title, _outside(column))
    if column.pattern:
        pattern = Pattern(column.pattern)
        yield _judge(Reason.BAD_FORMAT, title, lambda rows: ~pattern.matching(rows.column(name)))


def _judge(reason: Reason, title: str, breaks: _Breaks) -> _Judge:
    return _Judge(reason, title, SENTENCES[reason], breaks)


def _flags(holds: pa.Array, rows: pa.RecordBatch, name: str) -> Flags:
    """Return where something holds; it does where the cell is empty."""
    kept = pc.or_(pc.fill_null(holds, True), pc.is_null(rows.column(name)))
    return np.asarray(kept.to_numpy(zero_copy_only=False))


def _outside(column: Column) -> _Breaks:
    low = -np.inf if column.low is None else column.low
    high = np.inf if column.high is None else column.high

    def breaks(rows: pa.RecordBatch) -> Flags:
        values = pc.cast(rows.column(column.field), pa.float64())
        within = pc.and_(pc.greater_equal(values, low), pc.less_equal(values, high))
        return ~_flags(within, rows, column.field)

    return breaks


def _crossing(rule: CrossRule) -> _Breaks:
    return lambda rows: broken(rule, rows.column(rule.left), rows.column(rule.right))
