"""Whatever comes one after the other, whole files and changes alone: the snapshot is what a dictionary would hold."""

import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msgspec
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from haihe.data.exchange import ingest
from haihe.data.exchange.deltas.merging import CHUNK_ROWS, Base, Merged
from haihe.data.exchange.encrypted import open_reader
from haihe.data.exchange.formats import FORMATS
from haihe.data.exchange.lake import DATA, DOUBTS, PERSONAL, REJECTS
from haihe.data.exchange.resource_keys import ResourceKey
from haihe.data.exchange.rules import Personal, RegisterSchema, rules_of
from haihe.data.exchange.testing import RELIEF, TITLES, id_number, row, source_of
from haihe.kernel.keyring import Keyring

KEYRING = Keyring.generate()
PERSONS = rules_of(RELIEF)
PLACES = RegisterSchema(
    resource="120012/000009",
    title="救助证",
    columns=tuple(
        msgspec.structs.replace(column, personal=Personal.NONE if column.field == "division" else column.personal)
        for column in (
            *(c for c in PERSONS.columns if c.personal is Personal.NONE),
            msgspec.structs.replace(
                next(c for c in PERSONS.columns if c.title == "姓名"), personal=Personal.NAME, field="holder"
            ),
        )
    ),
    key=("division", "household_size"),
)


@dataclass
class Lake:
    """One resource, run by run, as the exchange would have it; `rows` and `doubted` are the oracle's."""

    schema: RegisterSchema
    folder: Path
    base: Base | None = None
    chunk_rows: int = CHUNK_ROWS
    runs: int = 0
    rows: dict[Any, list[str]] = field(default_factory=dict)
    doubted: set[str] = field(default_factory=set)

    def key_of(self, cells: list[str]) -> Any:
        key = {column.title for column in self.schema.key_columns}
        return tuple(cell for title, cell in zip(TITLES, cells, strict=True) if title in key)

    def take(self, lines: list[list[str]], *, delta: bool) -> tuple[ingest.Checked, ResourceKey]:
        self.runs += 1
        # Each run has a key of its own: nothing may be read by that of another.
        snapshot, key = f"s{self.runs}", ResourceKey(self.schema.resource, self.runs, os.urandom(32))
        titles = [*TITLES, "_op"] if delta else list(TITLES)
        content = "\n".join(",".join(cells) for cells in [titles, *lines]).encode()
        check = ingest.check_changes if delta else ingest.check_source
        work = self.folder / snapshot
        checked = check(
            source_of(content),
            FORMATS["csv_file"],
            schema=self.schema,
            keyring=KEYRING,
            key=key,
            snapshot=snapshot,
            work=work,
        )
        if delta:
            assert self.base is not None
            checked = ingest.merge_over(self.base, checked, schema=self.schema, work=work, chunk_rows=self.chunk_rows)
        self.base = Base(snapshot, checked.folder, key, has_doubts=delta)
        return checked, key

    def whole(self, kept: dict[int, int]) -> None:
        """Take a whole file of these persons, each with a household of so many."""
        lines = [line(serial, size) for serial, size in kept.items()]
        self.take([*lines, [*row(id_number(99)), "x"]], delta=False)
        self.rows = {self.key_of(cells): cells for cells in lines}
        self.doubted = {id_number(99)}

    def changes(self, operations: list[tuple[str, int, int]]) -> Merged:
        lines = [_operation(*each) for each in operations]
        before = dict(self.rows)
        checked, _ = self.take(lines, delta=True)
        last: dict[Any, str] = {}
        accepted = 0
        for (what, serial, _), (*cells, _operation_cell) in zip(operations, lines, strict=True):
            key = self.key_of(cells)
            if what in ("upsert", "delete"):
                accepted += 1
                last[key] = what
                self.rows.pop(key, None)
                if what == "upsert":
                    self.rows[key] = cells
                self.doubted.discard(id_number(serial))
            elif what != "unreadable":
                self.doubted.add(id_number(serial))
        merged = checked.merged
        assert merged is not None
        assert checked.counts.rows_accepted == accepted
        assert checked.counts.rows_rejected == len(operations) - accepted
        self._check_account(merged, before, last, accepted)
        return merged

    def _check_account(self, merged: Merged, before: dict[Any, Any], last: dict[Any, str], accepted: int) -> None:
        put, gone = ({key for key, what in last.items() if what == word} for word in ("upsert", "delete"))
        assert (merged.before, merged.after) == (len(before), len(self.rows))
        assert merged.replaced == len(put & before.keys())
        assert merged.deleted == len(gone & before.keys())
        assert merged.new == len(put - before.keys())
        assert merged.unknown == len(gone - before.keys())
        assert merged.overtaken == accepted - len(last)
        assert merged.before == merged.replaced + merged.deleted + merged.unchanged
        assert merged.after == merged.new + merged.replaced + merged.unchanged

    def check(self) -> None:
        """Prove that what lies in the files is what the oracle holds."""
        assert self.base is not None
        fields = [column.field for column in self.schema.columns]
        found = sorted(
            tuple(_text(each[name]) for name in fields) for each in stored(self.schema, self.base).to_pylist()
        )
        places = [TITLES.index(column.title) for column in self.schema.columns]
        assert found == sorted(tuple(cells[place] for place in places) for cells in self.rows.values())
        if self.schema.subject is not None and self.base.has_doubts:
            with open_reader(self.base.folder / DOUBTS) as file:
                doubts = set(file.read().column("subject").to_pylist())
            assert doubts == {KEYRING.subject_key(number) for number in self.doubted}


def line(serial: int, size: int) -> list[str]:
    return row(
        id_number(serial), size=str(size), name="陈静怡" if size % 2 else "李小龙", division=f"12010300100{size}"
    )


def _operation(what: str, serial: int, size: int) -> list[str]:
    cells = line(serial, size)
    match what:
        case "upsert":
            return [*cells, "upsert"]
        case "bad":
            return [*cells[:9], "2027-02-30", cells[10], "upsert"]
        case "strange":
            return [*cells, "replace"]
        case "unreadable":
            return [*cells[:1], "120103X", *cells[2:5], "1", *cells[6:], "delete"]
        case _:
            # As sources by difference send it: only the key.
            return [
                cell if TITLES[place] in ("证件号码", "区划代码", "家庭人口") else ""
                for place, cell in enumerate(cells)
            ] + ["delete"]


def stored(schema: RegisterSchema, base: Base) -> pa.Table:
    """Read a snapshot's rows, its two files side by side."""
    with open_reader(base.folder / DATA) as data:
        table = data.read()
    with open_reader(base.folder / PERSONAL, key=base.key.file_key(base.snapshot, PERSONAL)) as hidden:
        personal = hidden.read()
    assert personal.column("line").equals(table.column("line"))
    assert len(table.column("line").unique()) == table.num_rows
    for column in schema.sealed_columns:
        table = table.append_column(column.field, personal.column(column.field))
    return table


def _text(value: object) -> str:
    return f"{value:.2f}" if type(value).__name__ == "Decimal" else str(value)


serials = st.integers(0, 5)
sizes = st.integers(1, 3)
wholes = st.dictionaries(serials, sizes, min_size=1)
operations = st.lists(
    st.tuples(
        st.sampled_from(["upsert", "upsert", "delete", "delete", "bad", "strange", "unreadable"]), serials, sizes
    ),
    min_size=1,
    max_size=8,
)
runs = st.lists(st.one_of(wholes, operations, operations), max_size=6)


@given(first=wholes, then=runs)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_register_about_persons(tmp_path_factory: pytest.TempPathFactory, first: Any, then: list[Any]) -> None:
    lake = Lake(PERSONS, tmp_path_factory.mktemp("lake"))
    lake.whole(first)
    lake.check()
    for each in then:
        if isinstance(each, dict):
            lake.whole(each)
        else:
            lake.changes(each)
        lake.check()


keyed = st.lists(st.tuples(st.sampled_from(["upsert", "delete"]), serials, sizes), min_size=1, max_size=6)


@given(first=sizes, then=st.lists(keyed, min_size=1, max_size=4))
@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_register_with_a_key_of_two_columns(
    tmp_path_factory: pytest.TempPathFactory, first: int, then: list[Any]
) -> None:
    lake = Lake(PLACES, tmp_path_factory.mktemp("lake"))
    lake.take([line(0, first)], delta=False)
    lake.rows = {lake.key_of(line(0, first)): line(0, first)}
    for each in then:
        lake.changes(each)
        lake.check()


def test_many_chunks_keep_their_rows_side_by_side(tmp_path: Path) -> None:
    lake = Lake(PERSONS, tmp_path, chunk_rows=7)
    lake.whole(dict.fromkeys(range(50), 1))
    lake.changes([("upsert", serial, 2) for serial in range(0, 80, 3)])
    lake.changes([("delete", serial, 1) for serial in range(0, 80, 7)])
    lake.check()
    assert lake.base is not None
    with open_reader(lake.base.folder / DATA) as file:
        groups = [file.metadata.row_group(place).num_rows for place in range(file.metadata.num_row_groups)]
    assert set(groups[:-1]) == {7}


def test_rejects_of_the_delta_lie_beside_the_merged_rows(tmp_path: Path) -> None:
    lake = Lake(PERSONS, tmp_path)
    lake.whole({1: 1, 2: 2})
    lake.changes([("bad", 1, 3), ("upsert", 2, 3)])
    lake.check()
    assert lake.base is not None
    with open_reader(lake.base.folder / REJECTS, key=lake.base.key.file_key(lake.base.snapshot, REJECTS)) as file:
        assert file.read().column("code").to_pylist() == ["BAD_DATE"]
