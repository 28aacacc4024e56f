"""Claims say yes, no or unknown, and say unknown rather than guess."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from haihe.gateway.claims import ClaimError, compile_claim

TODAY = "2026-11-23"
values = st.sampled_from(["a", "b", "", "2026-11-23", 0, 1, 2])
fields = st.dictionaries(st.sampled_from("xyz"), st.none() | values)
comparisons = st.fixed_dictionaries(
    {"field": st.sampled_from("xyz"), "op": st.sampled_from(["eq", "ne", "ge", "gt", "le", "lt"]), "value": values}
)
claims = st.recursive(
    comparisons,
    lambda parts: st.builds(
        lambda how, list_: {how: list_}, st.sampled_from(["all", "any"]), st.lists(parts, min_size=1, max_size=3)
    ),
    max_leaves=5,
)


def ask(claim: object, **given_fields: str | int | None) -> bool | None:
    return compile_claim(claim)(given_fields, TODAY)


def compare(op: str, value: object, field: str = "x") -> dict[str, object]:
    return {"field": field, "op": op, "value": value}


@pytest.mark.parametrize(
    ("claim", "x", "expected"),
    [
        (compare("eq", "在保"), "在保", True),
        (compare("eq", "在保"), "停保", False),
        (compare("ne", "在保"), "停保", True),
        (compare("ge", 3), 3, True),
        (compare("le", 3), 4, False),
        (compare("ge", "$today"), "2026-11-23", True),
        (compare("ge", "$today"), "2026-11-22", False),
        (compare("in", ["a", "b"]), "b", True),
        (compare("in", ["a", "b"]), "c", False),
        (compare("in", ["a", 1]), 2, False),
        (compare("eq", "1"), 1, None),
        (compare("ne", "1"), 1, None),
        (compare("ge", 1), None, None),
        (compare("in", ["a"]), None, None),
        (compare("not_in", ["a", "b"]), "c", True),
        (compare("not_in", ["a", "b"]), "b", False),
        (compare("not_in", ["a"]), None, None),
        (compare("not_in", [1]), "a", None),
        (compare("lt", 3), 3, False),
        (compare("lt", 3), 2, True),
        (compare("gt", 3), 3, False),
        (compare("gt", "2026-11-22"), "2026-11-23", True),
        (compare("lt", 1000), "999.99", True),
        (compare("lt", 1000), "1000.00", False),
        (compare("ge", 200), "1000.00", True),
        (compare("eq", 1000), "1000.00", True),
        (compare("lt", 1000), "1,000", None),
        (compare("lt", 1000), "1e3", None),
        (compare("lt", 1000), "", None),
    ],
)
def test_a_comparison(claim: object, x: str | int | None, expected: bool | None) -> None:
    assert ask(claim, x=x) is expected


def test_a_missing_field_is_unknown() -> None:
    assert ask(compare("eq", "a"), y="a") is None


YES, NO, WHO = compare("eq", 1, "one"), compare("eq", 2, "one"), compare("eq", 1, "missing")


@pytest.mark.parametrize(
    ("claim", "expected"),
    [
        ({"all": [YES, YES]}, True),
        ({"all": [YES, NO]}, False),
        ({"all": [WHO, NO]}, False),
        ({"all": [YES, WHO]}, None),
        ({"any": [NO, YES]}, True),
        ({"any": [WHO, YES]}, True),
        ({"any": [NO, WHO]}, None),
        ({"any": [NO, NO]}, False),
        ({"any": [{"all": [YES]}, NO]}, True),
    ],
)
def test_combinations_follow_kleenes_logic(claim: object, expected: bool | None) -> None:
    assert ask(claim, one=1) is expected


@given(claims, fields)
def test_more_knowledge_never_turns_yes_to_no(claim: object, known: dict[str, str | int | None]) -> None:
    """Whatever was decided stays decided when an unknown field becomes known."""
    before = compile_claim(claim)(known, TODAY)
    if before is None:
        return
    for missing in "xyz":
        if known.get(missing) is None:
            for value in ("a", 0):
                assert compile_claim(claim)({**known, missing: value}, TODAY) is before


@pytest.mark.parametrize(
    "claim",
    [
        None,
        [],
        {},
        "on_relief",
        {"all": []},
        {"none": [YES]},
        {"all": [YES], "any": [YES]},
        compare("like", "a"),
        compare("in", "a"),
        compare("in", []),
        compare("in", [None]),
        compare("not_in", "a"),
        compare("not_in", []),
        compare("eq", None),
        compare("eq", True),
        {"field": 1, "op": "eq", "value": "a"},
        {"field": "x", "op": "eq"},
    ],
)
def test_what_is_no_claim_is_refused(claim: object) -> None:
    with pytest.raises(ClaimError):
        compile_claim(claim)


def test_nesting_has_an_end() -> None:
    claim: object = YES
    for _ in range(20):
        claim = {"all": [claim]}
    with pytest.raises(ClaimError):
        compile_claim(claim)
