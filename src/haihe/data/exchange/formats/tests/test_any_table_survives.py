"""Any table of any types, written in any format, is read to the same rows, or the rows that can't be say why."""

import math
from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from haihe.data.exchange import ingest
from haihe.data.exchange.cells import clean
from haihe.data.exchange.encrypted import open_reader
from haihe.data.exchange.formats import FORMATS, detect
from haihe.data.exchange.formats.testing import WRITERS, Table, Value
from haihe.data.exchange.formats.values import value_text
from haihe.data.exchange.lake import DATA, REJECTS
from haihe.data.exchange.ports import Record
from haihe.data.exchange.reasons import Reason
from haihe.data.exchange.resource_keys import ResourceKey
from haihe.data.exchange.rules import Column, Kind, RegisterSchema, rules_of
from haihe.data.exchange.testing import RELIEF, TITLES, id_number, row, source_of
from haihe.kernel.keyring import Keyring

KEYRING = Keyring.generate()
ANYTHING = RegisterSchema(
    resource="r",
    title="任意",
    columns=tuple(Column(field=f"c{n}", title=f"第{n}列", kind=Kind.TEXT, required=False) for n in range(4)),
)
# Formats that know types write these as such; spelt out they are the same text in all.
texts = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"], exclude_characters="\ufffe\uffff\ufffd"), max_size=12
)
codes = st.sampled_from(
    ["0012", "120103199001010011", "91120116MA05KXXX1A", "02223456789", "1E5", "TRUE", "=1+1", "'x"]
)
values: st.SearchStrategy[Value] = st.one_of(
    st.none(),
    texts,
    codes,
    st.integers(-(10**20), 10**20),
    st.floats(allow_nan=True, allow_infinity=True),
    st.decimals(allow_nan=False, allow_infinity=False, places=2, min_value=-(10**12), max_value=10**12),
    st.booleans(),
    st.dates(date(1901, 1, 1), date(2100, 12, 31)),
)
any_rows = st.lists(st.lists(values, min_size=4, max_size=4), min_size=1, max_size=6)
# What a spreadsheet's own writer refuses to write, or makes a formula of, never reaches us.
UNWRITABLE = {"xlsx": ("=", "#"), "xls": ()}


def writable(name: str, value: Value) -> Value:
    """Return what a format's writer is given for a value: its own types where it has them, the text otherwise."""
    if name in ("xlsx", "xls"):
        if isinstance(value, Decimal | date) and not isinstance(value, datetime):
            return value if isinstance(value, date) else str(value)
        if isinstance(value, float) and not math.isfinite(value):
            return None
        if isinstance(value, int) and not isinstance(value, bool) and name == "xls":
            return float(value)
        return None if isinstance(value, str) and value.startswith(UNWRITABLE[name] or ("\0",)) else value
    return value


def meanings(value: Value) -> set[str]:
    """Return every text that a reader may rightly make of a value: formats spell one and the same differently."""
    told = {str(value_text(value)), "" if value is None else str(value)}
    if isinstance(value, bool):
        told |= {"TRUE", "FALSE"} & {str(value).upper()} | {str(int(value))}
    elif isinstance(value, int | float) and math.isfinite(value):
        told |= {str(value_text(float(value))), repr(float(value)), f"{Decimal(repr(value)):f}"}
        told |= {text.removesuffix(".0") for text in told}
    elif isinstance(value, Decimal):
        told |= {str(value_text(value)), str(value_text(float(value))), f"{value:f}"}
    return {clean(text) for text in told}


@pytest.mark.parametrize("name", sorted(WRITERS))
@given(rows=any_rows)
@settings(max_examples=60, deadline=None)
def test_any_table_survives_or_says_why_not(name: str, rows: list[list[Value]]) -> None:
    given_rows = [[writable(name, value) for value in one] for one in rows]
    content = WRITERS[name]([[column.title for column in ANYTHING.columns], *given_rows])
    reading = FORMATS[name].open(source_of(content, piece_bytes=11_000), ANYTHING)
    records = list(reading.records)
    written = [one for one in given_rows if not is_blank(one)]
    assert len(records) == len(written)
    assert [record.line for record in records] == sorted({record.line for record in records})
    for record, one in zip(records, written, strict=True):
        check(record, one, reading.facts.positions)


def is_blank(one: Sequence[Value]) -> bool:
    return all(value is None or (isinstance(value, str) and not value.strip(' "\t　,\x1a')) for value in one)


def check(record: Record, one: Sequence[Value], positions: Sequence[int | None]) -> None:
    if record.fault is not None:
        assert record.fault in set(Reason)
        return
    for place, value in zip(positions, one, strict=True):
        assert place is not None
        assert clean(record.cells[place]) in meanings(value) or is_rounded(record.cells[place], value)


def is_rounded(cell: str, value: Value) -> bool:
    """True for a fraction that a spreadsheet shows with the digits that it has."""
    return isinstance(value, float) and math.isclose(float(cell), value, rel_tol=1e-14)


@pytest.mark.parametrize("name", sorted(WRITERS))
def test_a_clean_table_is_read_whole_by_each_format(name: str) -> None:
    rows: Table = [TITLES, *(row(id_number(serial)) for serial in range(30))]
    content = WRITERS[name](rows)
    if name != "arrow_stream":
        assert detect("名单.txt", content[: 256 * 1024]).name == name
    records = list(FORMATS[name].open(source_of(content), rules_of(RELIEF)).records)
    assert [record.fault for record in records] == [None] * 30
    assert [record.cells for record in records] == [list(one) for one in rows[1:]]


spoilers = st.tuples(st.integers(0, 10), values)


@pytest.mark.parametrize("name", sorted(WRITERS))
@given(spoilt=st.lists(spoilers, max_size=6))
@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_snapshot_holds_every_row_or_its_reason(
    name: str, spoilt: list[tuple[int, Value]], tmp_path_factory: pytest.TempPathFactory
) -> None:
    rows: list[list[Value]] = [list(row(id_number(serial))) for serial in range(8)]
    for serial, (place, value) in enumerate(spoilt):
        rows[serial][place] = writable(name, value)
    work = tmp_path_factory.mktemp("feed") / "work"
    content = WRITERS[name]([TITLES, *rows])
    key = ResourceKey(RELIEF, 1, bytes(32))
    checked = ingest.check_source(
        source_of(content), FORMATS[name], schema=rules_of(RELIEF), keyring=KEYRING, key=key, snapshot="s", work=work
    )
    assert checked.counts.rows_in == 8
    accepted = open_reader(checked.folder / DATA).read()
    rejected = open_reader(checked.folder / REJECTS, key=key.file_key("s", REJECTS)).read().to_pylist()
    assert len(accepted) == checked.counts.rows_accepted
    assert len([one for one in rejected if one["code"] and one["problems"]]) == checked.counts.rows_rejected
    assert checked.counts.rows_accepted >= 8 - len(spoilt)


def test_every_format_has_the_same_contents() -> None:
    folder = Path(__file__).parents[1]
    for name in FORMATS:
        contents = {entry.name for entry in (folder / name).iterdir()}
        assert {"__init__.py", "format.py", "tests"} <= contents, name
        assert list((folder / name / "tests").glob("test_*.py")), f"{name} has no tests"
        assert (folder / name / "__init__.py").read_text().startswith('"""'), f"{name} says not what it reads"
    assert set(WRITERS) == set(FORMATS)
    documented = (folder.parents[4] / "docs" / "exchange.md").read_text()
    assert [name for name in FORMATS if f"| `{name}` |" not in documented] == []
