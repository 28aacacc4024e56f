"""A row is hashed as the JSON that it always was, so that receipts of before still prove what they say."""

import json

import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from haihe.data.exchange.delivery.digests import RowsDigest, all_written, written

CELLS = st.none() | st.text(st.characters(exclude_categories=["Cs"]))
PLAIN = st.none() | st.sampled_from(["", "刘*远", "1000..1500", "null", "[,]", "\x7f", "\u2028", "😀"])


@given(st.lists(CELLS).map(tuple))
def test_a_row_is_written_as_plain_json(row: tuple[str | None, ...]) -> None:
    assert written(row) == json.dumps(row, ensure_ascii=False, separators=(",", ":")).encode()


@given(st.lists(st.tuples(CELLS, CELLS)), st.randoms(use_true_random=False))
def test_the_order_of_rows_makes_no_difference(rows: list[tuple[str | None, str | None]], chance: object) -> None:
    one, other = RowsDigest(), RowsDigest()
    one.add(rows)
    chance.shuffle(rows)  # type: ignore[attr-defined]  # a random.Random of hypothesis
    other.add(rows[:1])
    other.add(rows[1:])
    assert (one.rows, one.value) == (other.rows, other.value)


@given(st.lists(st.tuples(CELLS, PLAIN)) | st.lists(st.tuples(PLAIN, PLAIN), min_size=2))
def test_whole_columns_are_written_as_their_rows_are(rows: list[tuple[str | None, str | None]]) -> None:
    cells = list(zip(*rows, strict=True)) or [(), ()]
    batch = pa.record_batch([pa.array(each, pa.string()) for each in cells], ["a", "b"])
    assert [bytes(row) for row in all_written(batch)] == [written(row) for row in rows]
    assert [bytes(row) for row in all_written(batch.slice(1))] == [written(row) for row in rows[1:]]
    by_rows, by_columns = RowsDigest(), RowsDigest()
    by_rows.add(rows)
    by_columns.add_batch(batch)
    assert (by_rows.rows, by_rows.value) == (by_columns.rows, by_columns.value)
    by_columns.take_batch(batch)
    assert (by_columns.rows, by_columns.value) == (0, RowsDigest().value)
