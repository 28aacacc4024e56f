"""Rows of a delta, many at once: those to put in are checked like any others, of those to delete only the key."""

from dataclasses import replace

import msgspec
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from haihe.data.exchange.arrays import Flags, Places
from haihe.data.exchange.checking import Problem, Refused, RowChecker
from haihe.data.exchange.mapping import OPERATION
from haihe.data.exchange.ports import Batch, Record, SourceFacts
from haihe.data.exchange.reasons import SENTENCES, FileRefused, Reason, Refusal
from haihe.data.exchange.rules import Column, Kind, RegisterSchema
from haihe.data.exchange.setwise.checking import BatchChecker, CheckedBatch

UPSERT, DELETE = "upsert", "delete"
DELETED = "_deleted"
"""Of staged rows: whether the row's key is to be deleted."""


def with_operation(schema: RegisterSchema) -> RegisterSchema:
    """Return the rules with one more column at the end, by which a format finds the operations."""
    column = Column(field=OPERATION, title=OPERATION, kind=Kind.TEXT)
    return msgspec.structs.replace(schema, columns=(*schema.columns, column))


class DeltaChecker:
    """Checks batches of a delta as `BatchChecker` does those of a whole; `operations` is where its column stands.

    Accepted rows have one column more, whether they are to be deleted; of those only the key has values.
    """

    def __init__(self, schema: RegisterSchema, facts: SourceFacts, sample: Batch, operations: int) -> None:
        key = schema.key_columns
        places = dict(zip((column.field for column in schema.columns), facts.positions, strict=True))
        only_key = RegisterSchema(resource=schema.resource, title=schema.title, columns=key)
        key_facts = replace(facts, positions=tuple(places[column.field] for column in key))
        self._upserts = BatchChecker(schema, facts, sample)
        self._deletes = BatchChecker(only_key, key_facts, sample)
        self._rows = RowChecker(schema, facts)
        self._operations = operations
        self.schema = self._upserts.schema.append(pa.field(DELETED, pa.bool_()))

    def check(self, batch: Batch) -> list[CheckedBatch]:
        """Return the batch checked. Raises: FileRefused where nobody can tell what is to be deleted."""
        said = pc.utf8_lower(pc.utf8_trim_whitespace(batch.columns[self._operations]))
        upserts, deletes = (np.asarray(pc.equal(said, word)) for word in (UPSERT, DELETE))
        checked = [self._marked(each, False) for each in self._upserts.check(_part(batch, upserts, batch.damaged))]
        if deletes.any():
            checked += [self._key_alone(each) for each in self._deletes.check(_part(batch, deletes, ()))]
        if strange := [self._refused(batch.record(place)) for place in np.flatnonzero(~(upserts | deletes)).tolist()]:
            checked.append(CheckedBatch(_none(self.schema), None, tuple(strange)))
        return checked

    def _marked(self, checked: CheckedBatch, deleted: bool) -> CheckedBatch:
        flags = pa.repeat(pa.scalar(deleted), checked.rows.num_rows)
        rows = pa.RecordBatch.from_arrays([*checked.rows.columns, flags], schema=self.schema)
        return replace(checked, rows=rows)

    def _key_alone(self, checked: CheckedBatch) -> CheckedBatch:
        for _, found in checked.refused:
            if any(problem.code == Reason.MISSING for problem in found.problems):
                raise FileRefused(
                    Refusal.DELETE_WITHOUT_KEY, "有删除行没有写主键，无法判断删除哪一行；没有采用任何行。"
                )
        rows = checked.rows
        known = set(rows.schema.names)
        columns = [
            rows.column(field.name) if field.name in known else pa.nulls(rows.num_rows, field.type)
            for field in self._upserts.schema
        ]
        whole = pa.RecordBatch.from_arrays(columns, schema=self._upserts.schema)
        # Nobody is in doubt for a row that is to go and can't be read: there is none like it.
        refused = tuple((record, replace(found, doubted=())) for record, found in checked.refused)
        return self._marked(replace(checked, rows=whole, refused=refused), True)

    def _refused(self, record: Record) -> tuple[Record, Refused]:
        found = self._rows.check(record)
        if isinstance(found, Refused):
            doubted = found.doubted
        else:
            subject = self._rows.subject_of(found)
            doubted = (subject,) if subject else ()
        problem = Problem(OPERATION, Reason.BAD_OPERATION, SENTENCES[Reason.BAD_OPERATION])
        return record, Refused((problem,), doubted)


def _part(batch: Batch, chosen: Flags, damaged: tuple[Record, ...]) -> Batch:
    if chosen.all() and damaged is batch.damaged:
        return replace(batch, again=None)
    places: Places = np.flatnonzero(chosen)
    mask = pa.array(chosen)
    columns = tuple(column.filter(mask) for column in batch.columns)
    return Batch(batch.lines.filter(mask), columns, damaged, lambda place: batch.raw(int(places[place])))


def _none(schema: pa.Schema) -> pa.RecordBatch:
    return pa.RecordBatch.from_arrays([pa.nulls(0, field.type) for field in schema], schema=schema)
