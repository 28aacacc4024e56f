"""The index of full text leaves out only rows that can't be meant, and is exact against a look at every row."""

from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from haihe.data.open.store import Store, WrongQuery, read_groups, read_query, read_where
from haihe.data.open.store.folding import folded, words_of
from haihe.data.open.store.searching import _stretches, narrowed
from haihe.data.open.store.testing import COLUMNS, made_up_rows
from haihe.data.open.store.words import WordsFile, WordsWriter

ROWS = made_up_rows(400)
WHOLE = ["\n".join(folded(row[place] or "") for place in (1, 2, 10)) for row in ROWS]
ASKED = (
    "医",
    "医院",
    "第一中心医院",
    "中心医院 和平区",
    "ABC",
    "ａｂｃ　口腔",
    "Abc口腔",
    "1",
    "９１１２",
    "120000123456789x",
    "é",
    "e\u0301",
    "乐园",
    "没有这样的字",
    "院医",
    "script alert",
    "滨海新区，诊所",
)
SYNTAX = (
    '"医院" OR 1',
    "name:医院",
    "医院*",
    "NEAR(医院 海河)",
    "医院 AND 海河",
    "{name}: 医院",
    "^医院",
    "'; --医院",
)


@pytest.mark.parametrize("text", [*ASKED, *SYNTAX])
def test_what_is_found_is_what_a_look_at_every_row_finds(store: Store, text: str) -> None:
    words = words_of(text)
    expected = [row[0] for row, whole in zip(ROWS, WHOLE, strict=True) if all(word in whole for word in words)]
    where = "search('" + text.replace("'", "''") + "')"
    page = store.page(read_query({"where": where, "limit": "1000", "count": "true"}, COLUMNS))
    assert [row[0] for row in page.rows] == expected
    assert page.total == len(expected)
    groups = store.groups(read_groups({"where": where, "aggregate": "count(*)"}, COLUMNS))
    assert groups.rows == [(len(expected),)]
    lines = b"".join(store.export(read_where({"where": where}, COLUMNS), "jsonl")).splitlines()
    assert len(lines) == len(expected)


@pytest.mark.parametrize("text", ["", " ", "*", '"', "，。、", "--", "\u200b", "%"])
def test_signs_alone_are_nothing_to_search_for(text: str) -> None:
    with pytest.raises(WrongQuery, match="nothing to search for"):
        read_query({"where": f"search('{text}')"}, COLUMNS)


def test_rare_words_leave_most_rows_out(store: Store) -> None:
    assert store._words is not None
    assert store._told is not None
    where = read_where({"where": "search('91120000123456789x') and search('车站') or search('没有')"}, COLUMNS)
    assert where is not None
    found = narrowed(where, store._words, store._told.ids)
    assert found is not None
    looked_at = store._duck().rows(f"SELECT count(*) FROM {store._table()} WHERE {found.text}", found.values, limit_s=9)
    assert looked_at[0][0] < 100


@given(
    texts=some.lists(some.text("医院中心abＡ１ \n😀é", max_size=12).map(folded), min_size=1, max_size=60),
    word=some.text("医院中心ab1😀é", min_size=1, max_size=4),
)
@settings(max_examples=100, deadline=None)
def test_no_block_with_the_word_is_left_out(texts: list[str], word: str) -> None:
    with TemporaryDirectory() as folder:
        file = Path(folder) / "words.bits"
        with WordsWriter(file, 3) as writer:
            writer.add(texts)
            writer.finish()
        found = WordsFile(file, len(texts)).blocks_with([word])
    for block, is_there in enumerate(found):
        assert is_there or not any(word in text for text in texts[block * 3 : block * 3 + 3])


def test_more_blocks_than_stand_together(tmp_path: Path) -> None:
    texts = [f"第{number}号" for number in range(600)]
    with WordsWriter(tmp_path / "words.bits", 1) as writer:
        writer.add(texts)
        writer.finish()
    found = WordsFile(tmp_path / "words.bits", 600).blocks_with(["第599号"])
    assert (len(found), bool(found[599]), int(found.sum()) < 20) == (600, True, True)


@given(some.lists(some.booleans(), min_size=1, max_size=2000))
@settings(max_examples=50, deadline=None)
def test_stretches_cover_every_block_and_are_few(told: list[bool]) -> None:
    blocks = np.array(told, np.bool_)
    stretches = _stretches(blocks)
    covered = np.zeros(len(blocks), np.bool_)
    for first, last in stretches:
        covered[first : last + 1] = True
    assert len(stretches) <= 200
    assert not (blocks & ~covered).any()
    assert len(stretches) == 200 or (covered == blocks).all()
