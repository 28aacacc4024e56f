"""What sharing accepts as a claim, the gateway can put to a register; anything else sharing refuses."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from haihe.data.catalogue.api import ItemEntry
from haihe.data.sharing.claims import check_claims
from haihe.data.sharing.errors import InputRefused
from haihe.gateway.claims import compile_claim

ITEMS = {
    "status": ItemEntry("status", "状态", "C", 10, "PERSONAL", False),
    "valid_until": ItemEntry("valid_until", "截止日期", "D", 10, "INTERNAL", False),
    "size": ItemEntry("size", "人口", "I", 2, "INTERNAL", False),
}

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5) | st.sampled_from(["status", "eq", "$today"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["field", "op", "value", "all", "any"]), inner, max_size=3)
    ),
    max_leaves=12,
)
leaves = st.sampled_from(
    [
        {"field": "status", "op": "eq", "value": "在保"},
        {"field": "size", "op": "in", "value": [1, 2]},
        {"field": "status", "op": "not_in", "value": ["停保"]},
        {"field": "size", "op": "lt", "value": 3},
        {"field": "valid_until", "op": "ge", "value": "$today"},
    ]
)
predicates = st.recursive(
    leaves, lambda inner: st.fixed_dictionaries({"any": st.lists(inner, min_size=1, max_size=3)}), max_leaves=8
)


def check(predicate: object) -> None:
    check_claims({"a_claim": predicate}, items=ITEMS)


@given(json_values)
def test_any_json_is_refused_or_can_be_asked(value: object) -> None:
    try:
        check(value)
    except InputRefused:
        return
    assert callable(compile_claim(value))


@given(predicates)
def test_what_makes_sense_is_accepted_and_can_be_asked(predicate: dict[str, Any]) -> None:
    check(predicate)
    assert callable(compile_claim(predicate))
