"""Both engines answer as plain Python does, whatever is asked and however the pages are cut."""

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some
from msgspec.json import decode, encode

from haihe.data.open.store import Store, as_objects, read_groups, read_query
from haihe.data.open.store.conditions import read_condition
from haihe.data.open.store.query import Order, Query
from haihe.data.open.store.sql import DUCK, LITE, NotHere, condition, order
from haihe.data.open.store.testing import COLUMNS, NAMES, made_up_rows
from haihe.data.open.store.tests.oracle import holds, in_order, written
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
    Within,
)

ROWS = made_up_rows(400)
_VALUES = [
    some.sampled_from(sorted({row[place + 1] for row in ROWS if row[place + 1] is not None})) for place in range(10)
]
_TEXT_PLACES = (0, 1, 9)
_PATTERNS = some.sampled_from(
    ["%医院%", "a%", "%", "_", "__", "%\\%", "%\\_%", "\\\\", "abc", "A_C", "%\n%", "", "=%", "%'%", "%😀_乐%"]
)
_WORDS = [("医院",), ("abc",), ("和平区", "医"), ("18", "36"), ("é",), ("车",), ("x",), ("和南",), ("一中心医",)]


def _leaves() -> some.SearchStrategy[Condition]:
    places = some.integers(0, 9)
    signs = some.sampled_from(["=", "<>", "<", "<=", ">", ">="])
    texts = some.sampled_from(_TEXT_PLACES)
    return some.one_of(
        places.flatmap(lambda n: some.builds(Comparison, some.just(n), signs, _VALUES[n])),
        places.flatmap(lambda n: some.builds(Between, some.just(n), _VALUES[n], _VALUES[n])),
        places.flatmap(
            lambda n: some.builds(Among, some.just(n), some.lists(_VALUES[n], min_size=1, unique=True).map(tuple))
        ),
        some.builds(Missing, places),
        some.builds(Like, texts, _PATTERNS),
        some.builds(StartsWith, texts, some.sampled_from(["", "天津", "a", "\U0010ffff", "\ud7ff", "=", "0"])),
        some.builds(
            Search,
            some.sampled_from(_WORDS),
        ),
        some.just(Within(7, 8, 117.0, 38.7, 117.8, 39.5)),
        some.builds(Comparison, some.just(-1), signs, some.integers(-5, 1300)),
    )


_CONDITIONS = some.recursive(
    _leaves(),
    lambda inner: some.one_of(
        some.builds(Not, inner),
        some.builds(All, some.lists(inner, min_size=2, max_size=3).map(tuple)),
        some.builds(Either, some.lists(inner, min_size=2, max_size=3).map(tuple)),
    ),
    max_leaves=6,
)
_ORDERS = some.lists(
    some.builds(Order, some.integers(-1, 9), some.booleans()), max_size=3, unique_by=lambda each: each.column
).map(tuple)


@given(node=_CONDITIONS)
@settings(max_examples=150, deadline=None)
def test_whoever_counts_counts_the_same(store: Store, node: Condition) -> None:
    expected = [row[0] for row in ROWS if holds(node, (*row,), COLUMNS)]
    assert store.count(node) == len(expected)
    try:
        found = condition(node, LITE)
    except NotHere:
        return
    assert store._pages.ids((found,), "id", 1000) == expected


@given(
    node=some.none() | _CONDITIONS,
    orders=_ORDERS,
    limit=some.integers(30, 400),
    select=some.sampled_from([None, (0,), (2, 9)]),
)
@settings(max_examples=60, deadline=None)
def test_pages_put_together_are_all_rows_once_and_in_order(
    store: Store, node: Condition | None, orders: tuple[Order, ...], limit: int, select: tuple[int, ...] | None
) -> None:
    places = [each.column for each in orders]
    orders = orders[: places.index(-1) + 1] if -1 in places else orders
    expected = [row[0] for row in in_order([row for row in ROWS if node is None or holds(node, row, COLUMNS)], orders)]
    words = {"limit": str(limit), "order": _written(orders)}
    query, seen = read_query(words, COLUMNS), list[int]()
    query = Query(where=node, select=select, order=query.order, limit=limit)
    while True:
        page = store.page(query, as_lines=select is None)
        seen += [row[0] for row in page.rows] or [decode(line)["_id"] for line in page.lines or ()]
        if page.next is None:
            break
        query = Query(node, select, query.order, limit, read_query(words | {"cursor": page.next}, COLUMNS).after)
    assert seen == expected


@given(orders=_ORDERS)
@settings(max_examples=30, deadline=None)
def test_the_figures_stand_in_the_same_order(store: Store, orders: tuple[Order, ...]) -> None:
    found = store._duck().rows(f"SELECT id FROM {store._table()} ORDER BY {order(orders)}", (), limit_s=10)
    assert [row[0] for row in found] == [row[0] for row in in_order(ROWS, orders)]


@given(node=_CONDITIONS)
@settings(max_examples=150, deadline=None)
def test_what_is_written_is_read_as_it_was_meant(node: Condition) -> None:
    again = read_condition(written(node, COLUMNS), COLUMNS)
    assert [holds(again, row, COLUMNS) for row in ROWS[:60]] == [holds(node, row, COLUMNS) for row in ROWS[:60]]
    assert condition(again, DUCK) == condition(read_condition(written(again, COLUMNS), COLUMNS), DUCK)


def test_a_page_tells_cells_as_they_are(store: Store) -> None:
    page = store.page(read_query({"limit": "1000", "count": "true"}, COLUMNS))
    assert (len(page.rows), page.total, page.next) == (400, 400, None)
    for told, row in zip(page.rows, ROWS, strict=True):
        for place, column in enumerate(COLUMNS):
            value = row[place + 1]
            if value is not None and column.kind == "date":
                value = value.isoformat()
            if value is not None and column.kind == "datetime":
                value = value.isoformat() + "+08:00"
            assert told[place + 1] == value
            assert type(told[place + 1]) is type(value)


def test_rows_that_are_kept_as_json_say_the_same(store: Store) -> None:
    query = read_query({"limit": "1000"}, COLUMNS)
    page, kept = store.page(query), store.page(query, as_lines=True)
    assert kept.rows == []
    assert [decode(line) for line in kept.lines or ()] == [
        decode(encode(each)) for each in as_objects(COLUMNS, page.rows)
    ]


@pytest.mark.parametrize(
    ("words", "key"),
    [
        ({"group": "district"}, lambda row: (row[2],)),
        ({"group": "year(opened), is_public"}, lambda row: (row[5] and row[5].year, row[7])),
        ({"group": "month(changed)"}, lambda row: (row[6] and row[6].strftime("%Y-%m"),)),
    ],
)
def test_groups_are_those_of_plain_python(
    store: Store, words: dict[str, str], key: Callable[[Any], tuple[object, ...]]
) -> None:
    figures = {
        "aggregate": "count(*), count(name), sum(area), avg(lon), min(district), max(opened), count(distinct name)"
    }
    groups = store.groups(read_groups(words | figures | {"where": "beds < 1000 and area < 100"}, COLUMNS))
    chosen = [row for row in ROWS if row[3] is not None and row[3] < 1000 and row[4] is not None and row[4] < 100]
    expected: dict[tuple[object, ...], list[tuple[Any, ...]]] = {}
    for row in chosen:
        expected.setdefault(key(row), []).append(row)
    width = len(groups.names) - 7
    assert groups.is_whole
    assert {row[:width] for row in groups.rows} == set(expected)
    for told in groups.rows:
        rows = expected[told[:width]]
        assert told[width:] == (
            len(rows),
            sum(row[1] is not None for row in rows),
            pytest.approx(sum(row[4] for row in rows)),
            pytest.approx(_mean([row[8] for row in rows if row[8] is not None])),
            min((row[2] for row in rows if row[2] is not None), default=None),
            max((row[5].isoformat() for row in rows if row[5] is not None), default=None),
            len({row[1] for row in rows} - {None}),
        )


def test_groups_beyond_the_limit_are_told(store: Store) -> None:
    some_of = store.groups(read_groups({"group": "name", "limit": "2", "order": "-count"}, COLUMNS))
    assert (len(some_of.rows), some_of.is_whole) == (2, False)
    assert some_of.rows[0][1] >= some_of.rows[1][1]
    assert {*NAMES, None} >= {row[0] for row in some_of.rows}


def _mean(numbers: list[float]) -> float | None:
    return sum(numbers) / len(numbers) if numbers else None


def _written(orders: tuple[Order, ...]) -> str:
    names = ["_id", *(column.name for column in COLUMNS)]
    return ",".join(
        ("-" if each.descending else "") + '"' + names[each.column + 1].replace('"', '""') + '"' for each in orders
    )


@given(node=_CONDITIONS, orders=_ORDERS, offset=some.integers(0, 450), limit=some.integers(1, 450))
@settings(max_examples=60, deadline=None)
def test_so_many_rows_are_left_out(
    store: Store, node: Condition, orders: tuple[Order, ...], offset: int, limit: int
) -> None:
    everything = store.page(Query(node, order=orders, limit=500)).rows
    page = store.page(Query(node, order=orders, limit=limit, offset=offset))
    assert page.rows == everything[offset : offset + limit]
    assert (page.next is None) == (offset + limit >= len(everything))
