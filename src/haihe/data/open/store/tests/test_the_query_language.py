"""What the language takes, what it refuses and how it says so; hostile text ends as a value or as a refusal."""

import re

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as some

from haihe.data.open.store import Store, WrongQuery, read_groups, read_query
from haihe.data.open.store.conditions import MOST_CONDITIONS, MOST_DEPTH, read_condition
from haihe.data.open.store.sql import DUCK, LITE, NotHere, condition
from haihe.data.open.store.testing import COLUMNS
from haihe.data.open.store.tree import Comparison, Not, Within

_OUR_WORDS = re.compile(
    r"(?:[()?,<>=\s\\']|\b(?:id|c\d+|folded)\b|::"
    r"|\b(?:AND|OR|NOT|IN|IS|NULL|BETWEEN|LIKE|ESCAPE|starts_with|contains|VARCHAR)\b)*"
)
_HOSTILE = [
    "1=1; drop table rows",
    "name = 'x' union select * from sqlite_master",
    "name = 'a' -- ",
    "name = 'a' /* */ or 1=1",
    "name like '%' escape 'x'",
    "read_csv('/etc/passwd')",
    "name = (select 1)",
    'name = "c0"',
    "c0 = 'a'",
    "id = 1",
    "name = 'a' and load_extension('x')",
    "attach 'x' as y",
    "name = 0x41",
    "name glob 'a'",
    "name = ?1",
    "name = :a",
    "name = $1",
    "beds = 1e999",
    "beds = '1'",
    "beds = 99999999999999999999",
    "area = nan",
    "opened = '2026-13-01'",
    "opened = '20260101'",
    "changed = '9999-12-31T23:59:59-23:59'",
    "is_public = 1",
    "name = \x00",
    "name = '\x00'",
    "name = '\ud800'",
    "",
    "(",
    "name",
    "name =",
    "name in ()",
    "name between 'a'",
    "not",
    "and",
    "name = 'a' or",
    "search('')",
    "search('，。')",
    "search(name)",
    "within(lat, lon, 1, 2, 3, 4)",
    "within(lon, lat, 3, 2, 1, 4)",
    "within(lon, lat, 1, 2, 3)",
    "starts_with(beds, 'a')",
    "beds like '1%'",
    "name like '\\a'",
    "name like '\\'",
    "name like '%a%b%c%d%'",
    "name is not",
    "name not = 'a'",
    "unknown = 1",
    '"unknown "" \'x" = 1',
    "name = 'it's'",
    "name == 'a'",
    "名 = 'a'",
    "search('a b c d e f g h i')",
]


@pytest.mark.parametrize("number", range(len(_HOSTILE)))
def test_what_means_nothing_is_refused_in_both_languages(number: int) -> None:
    with pytest.raises(WrongQuery) as refused:
        read_condition(_HOSTILE[number], COLUMNS)
    assert re.search(r"[一-鿿]", refused.value.zh)
    assert re.search(r"[a-z]", refused.value.en)


def test_a_refusal_says_where() -> None:
    with pytest.raises(WrongQuery) as refused:
        read_condition("district = '和平区' and bedz > 3", COLUMNS)
    assert (refused.value.zh, refused.value.en) == (
        "where 第 22 个字符：没有数据项“bedz”。",
        'where, character 22: there is no column "bedz".',
    )


@given(
    text=some.text(max_size=80)
    | some.lists(
        some.sampled_from(
            [
                "name",
                "beds",
                "=",
                "'",
                "''",
                '"',
                "(",
                ")",
                "and",
                "or",
                "not",
                "in",
                "like",
                "%",
                "\\",
                "1",
                "-",
                "--",
                ";",
                "search",
                "within",
                ",",
                "is",
                "null",
                "between",
                "/*",
                "*/",
                "?",
                "$1",
                "\x00",
                "é",
                "select",
                "_id",
            ]
        ),
        max_size=14,
    ).map(" ".join)
)
@example(text="name='x'' or ''1''=''1'")
@settings(max_examples=400, deadline=None)
def test_no_text_of_anybody_reaches_a_statement(text: str) -> None:
    try:
        tree = read_condition(text, COLUMNS)
    except WrongQuery:
        return
    for dialect in (LITE, DUCK):
        try:
            found = condition(tree, dialect)
        except NotHere:
            continue
        assert _OUR_WORDS.fullmatch(found.text), found.text
        assert found.text.count("?") == len(found.values)


@given(text=some.text(alphabet=some.characters(exclude_characters="\x00", exclude_categories=["Cs"]), max_size=40))
@settings(max_examples=100, deadline=None)
def test_any_text_can_be_a_value(store: Store, text: str) -> None:
    where = f"name = '{text.replace(chr(39), chr(39) * 2)}'"
    assert read_condition(where, COLUMNS) == Comparison(0, "=", text)
    counted = store.page(read_query({"where": where, "count": "true", "limit": "1000"}, COLUMNS))
    assert counted.total == len(counted.rows)


@pytest.mark.parametrize(
    "words",
    [
        {"limit": "0"},
        {"limit": "1001"},
        {"limit": "-1"},
        {"limit": "１"},
        {"limit": "1;"},
        {"order": "name desc"},
        {"order": "nobody"},
        {"order": "name,-name"},
        {"order": "name;"},
        {"select": "name as x"},
        {"select": "count(*)"},
        {"select": "*, name"},
        {"count": "yes"},
        {"cursor": "AAAA"},
        {"cursor": "WzEs"},
        {"cursor": "Wy0xXQ==" * 3000},
        {"cursor": "W251bGxd"},
        {"cursor": "W3RydWVd"},
        {"offset": "3"},
        {"order": "beds", "cursor": "WzEwMF0"},
        {"cursor": "WzEuNV0"},
        {"order": "opened", "cursor": "WyJ4IiwxXQ"},
        {"where": "x" * 5000},
        {"order": "name,beds,area,opened,changed"},
    ],
    ids=str,
)
def test_parameters_that_mean_nothing_are_refused(words: dict[str, str]) -> None:
    with pytest.raises(WrongQuery):
        read_query(words, COLUMNS)


@pytest.mark.parametrize(
    "words",
    [
        {"group": "nobody"},
        {"group": "year(name)"},
        {"group": "district,district"},
        {"aggregate": "sum(name)"},
        {"aggregate": "median(beds)"},
        {"aggregate": "count(*), count(*)"},
        {"aggregate": "sum(*)"},
        {"aggregate": "count(distinct)"},
        {"order": "district"},
        {"limit": "10001"},
        {"group": "name,district,beds,area,opened"},
        {"group": "_id"},
        {"aggregate": ",".join(["count(*)"] * 11)},
        {"cursor": "x"},
        {"group": "district", "order": "-sum_beds"},
    ],
    ids=str,
)
def test_groups_that_mean_nothing_are_refused(words: dict[str, str]) -> None:
    with pytest.raises(WrongQuery):
        read_groups(words, COLUMNS)


def test_long_and_deep_conditions_are_refused() -> None:
    with pytest.raises(WrongQuery):
        read_condition("(" * (MOST_DEPTH + 2) + "beds=1" + ")" * (MOST_DEPTH + 2), COLUMNS)
    with pytest.raises(WrongQuery):
        read_condition(" or ".join(["beds=1"] * (MOST_CONDITIONS + 1)), COLUMNS)
    assert read_condition("not " * 1001 + "beds=1", COLUMNS) == Not(Comparison(2, "=", 1))


def test_words_are_read_in_any_case_and_names_in_quotes() -> None:
    assert read_condition("WITHIN(LON, lat, -1, -2.5, 3e1, 4)", COLUMNS) == Within(7, 8, -1, -2.5, 30, 4)
    assert read_condition('"代码 ""x"",1" = \'0012\'', COLUMNS) == Comparison(9, "=", "0012")
    assert read_condition("changed >= '2026-01-01T00:00:00Z'", COLUMNS) == read_condition(
        "changed >= '2026-01-01 08:00:00'", COLUMNS
    )
