"""Conditions compare what is known about a case, and are never code."""

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from haihe.kernel.process.conditions import ConditionRefused, Data, parse


@pytest.mark.parametrize(
    ("text", "holds"),
    [
        ("amount >= 50000", True),
        ("amount < 50000", False),
        ("amount >= 1 and kind == 'COMPANY'", True),
        ("kind in ('BRANCH', 'COMPANY')", True),
        ("kind not in ('BRANCH', 'SHOP')", True),
        ("not urgent", True),
        ("urgent or amount > -1", True),
        ("missing is None", True),
        ("missing == None", True),
        ("missing >= 1", False),
        ("missing < 1", False),
        ("kind >= 1", False),
        ("urgent == 0", False),
        ("amount == 50000.0", True),
    ],
)
def test_values_are_compared(text: str, holds: bool) -> None:
    data: Data = {"amount": 50000, "kind": "COMPANY", "urgent": False}

    assert parse(text).holds(data) is holds


@pytest.mark.parametrize(
    "text",
    [
        "",
        "amount >",
        "__import__('os').system('true')",
        "kind.upper() == 'A'",
        "data['x']",
        "[x for x in y]",
        "(lambda: 1)()",
        "f'{x}'",
        "1 < x < 3",
        "x in y",
        "-kind",
        "x = 1",
        "b'1' == x",
        "x if y else z",
        "not " * 110 + "x",
        "x == " + "1" * 600,
        " or ".join(["x"] * 200),
    ],
)
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(ConditionRefused):
        parse(text)


@given(st.text(max_size=60))
def test_no_text_does_harm(text: str) -> None:
    with contextlib.suppress(ConditionRefused):
        parse(text).holds({})


def test_a_condition_tells_what_it_asks_for() -> None:
    assert parse("a == 1 or b in (1, 2)").names == {"a", "b"}
