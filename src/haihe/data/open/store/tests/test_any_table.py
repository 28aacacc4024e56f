"""Whatever stands in a table, and whatever is asked of it: both engines and every file say what plain Python does."""

import csv
import io
import json
import math
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

import openpyxl
import pyarrow.parquet as pq
from hypothesis import Phase, example, given, settings
from hypothesis import strategies as some
from msgspec.json import decode
from rdflib import Graph

from haihe.data.open.store import Store, build, open_store, read_query
from haihe.data.open.store.columns import Column
from haihe.data.open.store.query import Order, Query
from haihe.data.open.store.sql import DUCK, LITE, NotHere, condition
from haihe.data.open.store.testing import write_rows
from haihe.data.open.store.tests.oracle import holds, in_order
from haihe.data.open.store.tree import (
    All,
    Among,
    Between,
    Comparison,
    Condition,
    Either,
    Like,
    Missing,
    Not,
    Search,
    StartsWith,
)

COLUMNS = (
    Column("name", "名称", "Name", "text", filterable=True),
    Column("note", "说明", "Note", "text"),
    Column("beds", "床位", "Beds", "integer", filterable=True),
    Column("area", "面积", "Area", "decimal"),
    Column("opened", "日期", "Opened", "date", filterable=True),
    Column("changed", "时间", "Changed", "datetime"),
    Column("is_public", "公立", "Public", "boolean", filterable=True),
)
PHASES = (Phase.explicit, Phase.generate)
NAMES = ["_id", *(column.name for column in COLUMNS)]
HOSTILE = (
    *(
        "",
        " ",
        "0012",
        "a\r\nb",
        "\r",
        "\ufeffa",
        "_x0041_",
        "é",
        "e\u0301",
        "ＡＢ",
        "ﬁ",
        "\u2028",
        "\x85",
        "]]>",
        "a\x1fb",
    ),
    *("=1+1", "\t=1", "100%", "a_c", "back\\slash", '"', "'", ",", "\ud7ff", "\ue000", "\U0010ffff", "\uffff"),
    *("ß", "SS", "İ", "&#13;", "<b>&amp;"),
)
FIRST, LAST = (datetime.combine(day, time(23, 59, 59)) for day in (date.min, date.max))
_TEXTS = some.text(some.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=6) | some.sampled_from(
    HOSTILE
)
_VALUES: dict[str, some.SearchStrategy[Any]] = {
    "text": _TEXTS,
    "integer": some.integers(-(2**63), 2**63 - 1) | some.sampled_from([0, 2**53 + 1, -1, 10**15]),
    "decimal": some.floats() | some.sampled_from([0.0, -0.0, 0.1, 1e300, 5e-324, 2.0**53]),
    "date": some.dates(),
    "datetime": some.datetimes().map(lambda moment: moment.replace(microsecond=0)),
    "boolean": some.booleans(),
}
type Row = tuple[Any, ...]


@some.composite
def _tables(draw: some.DrawFn) -> list[Row]:
    """Few different values in each column, so that many rows stand level."""
    pools = [[None, *draw(some.lists(_VALUES[column.kind], max_size=4))] for column in COLUMNS]
    ids = draw(some.lists(some.integers(0, 60), max_size=25, unique=True))
    return [(each, *(draw(some.sampled_from(pool)) for pool in pools)) for each in sorted(ids)]


@contextmanager
def _opened(rows: Sequence[Row]) -> Iterator[tuple[Store, list[Row]]]:
    """Open a version of the rows; what is no number is missing in it."""
    with tempfile.TemporaryDirectory() as folder:
        write_rows(Path(folder) / "v", COLUMNS, rows)
        build(Path(folder) / "v", COLUMNS, block_rows=1)
        store = open_store(Path(folder) / "v")
        kept = [
            tuple(None if isinstance(cell, float) and not math.isfinite(cell) else cell for cell in r) for r in rows
        ]
        try:
            yield store, kept
        finally:
            store.close()


def _conditions(rows: Sequence[Row]) -> some.SearchStrategy[Condition]:
    """Ask for values that are there, and for others."""

    def value(place: int) -> some.SearchStrategy[Any]:
        there = [row[place + 1] for row in rows if row[place + 1] is not None]
        finite = _VALUES[COLUMNS[place].kind].filter(lambda v: not isinstance(v, float) or math.isfinite(v))
        return some.sampled_from(there) | finite if there else finite

    places = some.sampled_from(range(len(COLUMNS)))
    signs = some.sampled_from(["=", "<>", "<", "<=", ">", ">="])
    texts = some.sampled_from([0, 1])
    pattern = some.lists(some.sampled_from(["%", "_", "a", "A", "\\%", "\\_", "\\\\", "é", "\n", "😀"]), max_size=4)
    return some.recursive(
        some.one_of(
            places.flatmap(lambda n: some.builds(Comparison, some.just(n), signs, value(n))),
            places.flatmap(lambda n: some.builds(Between, some.just(n), value(n), value(n))),
            places.flatmap(
                lambda n: some.builds(Among, some.just(n), some.lists(value(n), min_size=1, max_size=3).map(tuple))
            ),
            some.builds(Comparison, some.just(-1), signs, some.integers(-1, 61)),
            some.builds(Missing, places),
            some.builds(Like, texts, pattern.map("".join)),
            some.builds(StartsWith, texts, _TEXTS),
            some.builds(
                Search, some.lists(some.sampled_from(["a", "12", "ab", "é", "ss", "x0041"]), min_size=1).map(tuple)
            ),
        ),
        lambda inner: some.one_of(
            some.builds(Not, inner),
            some.builds(All, some.lists(inner, min_size=2, max_size=3).map(tuple)),
            some.builds(Either, some.lists(inner, min_size=2, max_size=3).map(tuple)),
        ),
        max_leaves=4,
    )


def _orders() -> some.SearchStrategy[tuple[Order, ...]]:
    each = some.builds(Order, some.integers(-1, len(COLUMNS) - 1), some.booleans())
    told = some.lists(each, max_size=3, unique_by=lambda order: order.column).map(tuple)
    return told.map(lambda orders: tuple(orders[: [*(o.column for o in orders), -1].index(-1) + 1]))


@given(rows=_tables(), data=some.data())
@settings(max_examples=15, deadline=None, phases=PHASES)
def test_both_engines_find_what_plain_python_finds(rows: list[Row], data: some.DataObject) -> None:
    with _opened(rows) as (store, kept):
        for _ in range(6):
            node = data.draw(_conditions(kept))
            expected = [row[0] for row in kept if holds(node, row, COLUMNS)]
            assert store.count(node) == len(expected)
            table = store._table()
            found = condition(node, DUCK)
            ids = store._duck().rows(f"SELECT id FROM {table} WHERE {found.text} ORDER BY id", found.values, limit_s=9)
            assert [row[0] for row in ids] == expected
            try:
                lite = condition(node, LITE)
            except NotHere:
                continue
            assert store._pages.ids((lite,), "id", 100) == expected


@given(rows=_tables(), data=some.data())
@settings(max_examples=15, deadline=None, phases=PHASES)
def test_pages_are_all_rows_once_in_order_and_counted(rows: list[Row], data: some.DataObject) -> None:
    with _opened(rows) as (store, kept):
        for _ in range(4):
            node, orders = data.draw(some.none() | _conditions(kept)), data.draw(_orders())
            query = Query(node, None, orders, data.draw(some.integers(1, 12)), count=True)
            expected = [
                row[0] for row in in_order([r for r in kept if node is None or holds(node, r, COLUMNS)], orders)
            ]
            seen, cursor = list[int](), ""
            while True:
                written = {"order": _written(orders)} | ({"cursor": cursor} if cursor else {})
                page = store.page(replace(query, after=read_query(written, COLUMNS).after))
                assert page.total == len(expected)
                seen += [row[0] for row in page.rows]
                if page.next is None:
                    break
                cursor = page.next
            assert seen == expected


@given(rows=_tables())
@example(rows=[(n, text, text, n, 0.1, None, None, None) for n, text in enumerate([*HOSTILE, "长" * 32_767])])
@example(rows=[(1, None, None, None, None, date.min, FIRST, None), (2, *[None] * 4, date.max, LAST, True)])
@settings(max_examples=15, deadline=None, phases=PHASES)
def test_every_file_and_page_says_what_the_rows_say(rows: list[Row]) -> None:
    with _opened(rows) as (store, kept):
        plain = [_plain(row) for row in kept]
        page = store.page(Query(limit=100))
        assert [dict(zip(NAMES, row, strict=True)) for row in page.rows] == plain
        lines = store.page(Query(limit=100), as_lines=True).lines or []
        assert [decode(line) for line in lines] == plain
        assert json.loads(_file(store, "json")) == plain
        assert [json.loads(line) for line in _file(store, "jsonl").decode().split("\n")[:-1]] == plain
        assert [each["properties"] for each in json.loads(_file(store, "geojson"))["features"]] == [
            {name: cell for name, cell in row.items() if name != "_id"} for row in plain
        ]
        assert pq.read_table(io.BytesIO(_file(store, "parquet"))).to_pylist() == [
            dict(zip(NAMES, row, strict=True)) for row in kept
        ]
        table = list(csv.reader(io.StringIO(_file(store, "csv").decode(), newline="")))
        assert [row[1:3] for row in table[1:]] == [[row["name"] or "", row["note"] or ""] for row in plain]
        assert [row[3] for row in table[1:]] == ["" if row[3] is None else str(row[3]) for row in kept]
        assert [row[5] for row in table[1:]] == [row["opened"] or "" for row in plain]
        assert len(Graph().parse(data=_file(store, "nt", base="https://a.cn").decode(), format="nt")) == sum(
            cell is not None for row in kept for cell in row[1:]
        )
        sheet = openpyxl.load_workbook(io.BytesIO(_file(store, "xlsx")))["1"]
        told = [tuple(cell.value for cell in line) for line in sheet.iter_rows(min_row=2)]
        assert [row[2] or "" for row in told] == [_in_a_sheet(row["note"] or "") for row in plain]
        assert {cell.data_type for line in sheet.iter_rows() for cell in line} <= {"n", "s", "b", "inlineStr"}


def _file(store: Store, form: str, **how: Any) -> bytes:
    return b"".join(store.export(None, form, **how))


def _plain(row: Row) -> dict[str, Any]:
    told = dict(zip(NAMES, row, strict=True))
    told["opened"] = told["opened"] and told["opened"].isoformat()
    told["changed"] = told["changed"] and told["changed"].isoformat() + "+08:00"
    return told


def _in_a_sheet(text: str) -> str:
    """Leave out what XML can't hold."""
    return "".join(sign for sign in text if sign >= " " or sign in "\t\n\r" if sign not in "\ufffe\uffff")


def _written(orders: Sequence[Order]) -> str:
    return ",".join(f"{'-' if each.descending else ''}{NAMES[each.column + 1]}" for each in orders)
