"""A row is hashed as the JSON that it always was, so that receipts of before still prove what they say."""

import json

from hypothesis import given
from hypothesis import strategies as st

from haihe.data.exchange.delivery.digests import RowsDigest, written

CELLS = st.none() | st.text(st.characters(exclude_categories=["Cs"]))


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
