"""A column is masked as each of its values would be."""

from datetime import date
from decimal import Decimal

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from haihe.data.exchange.delivery.masking import ColumnMask
from haihe.kernel.mask_rules import Unmaskable, compile_mask

AMOUNTS = st.none() | st.decimals(-(10**15), 10**17 - 1, places=2, allow_nan=False, allow_infinity=False)


@given(st.lists(AMOUNTS), st.sampled_from([10, 30, 500, 10**9]))
def test_amounts_show_the_step_that_they_lie_in(amounts: list[Decimal | None], step: int) -> None:
    rule = {"mask": "bucket", "step": step}
    one_by_one = compile_mask(rule)

    def shown(amount: Decimal | None) -> str | None:
        try:
            return None if amount is None else str(one_by_one(f"{amount:.2f}"))
        except Unmaskable:
            return None

    column = pa.array(amounts, pa.decimal128(19, 2))
    assert ColumnMask(rule).shown(column).to_pylist() == [shown(amount) for amount in amounts]


@pytest.mark.parametrize(
    ("rule", "column", "shown"),
    [
        ({"mask": "none"}, pa.array(["甲", None, "甲"]), ["甲", None, "甲"]),
        ({"mask": "none"}, pa.array([3, None], pa.int64()), ["3", None]),
        ({"mask": "year"}, pa.array([date(2026, 1, 2), None]), ["2026", None]),
        ({"mask": "district"}, pa.array(["120103001001", "?"]), ["120103", None]),
        ({"mask": "bucket", "step": 500}, pa.array(["1200", "-1", "x", None]), ["1000..1500", None, None, None]),
        ({"mask": "bucket", "step": 500}, pa.array([Decimal("999.9990")], pa.decimal128(10, 4)), ["1000..1500"]),
    ],
)
def test_a_value_that_its_mask_is_not_made_for_is_left_out(
    rule: dict[str, object], column: pa.Array, shown: list[str | None]
) -> None:
    assert ColumnMask(rule).shown(column).to_pylist() == shown
