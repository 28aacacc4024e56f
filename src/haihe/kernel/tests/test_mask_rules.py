"""A mask shows what it is made for; anything else it refuses to pass rather than show."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from haihe.kernel.mask_rules import MASKS, MaskError, Unmaskable, compile_mask

rules = st.sampled_from([{"mask": name} for name in MASKS]) | st.builds(
    lambda step: {"mask": "bucket", "step": step}, st.integers(10, 10**9)
)
values = (
    st.none() | st.integers() | st.text(max_size=30) | st.sampled_from(["刘志远", "120103197905121012", "2026-01-02"])
)


@pytest.mark.parametrize(
    ("rule", "value", "shown"),
    [
        ({"mask": "none"}, "在保", "在保"),
        ({"mask": "none"}, 3, 3),
        ({"mask": "name"}, "刘志远", "刘*远"),
        ({"mask": "id_number"}, "120103197905121012", "120***********1012"),
        ({"mask": "phone"}, "13820001234", "138****1234"),
        ({"mask": "year"}, "2026-03-01", "2026"),
        ({"mask": "district"}, "120103001004", "120103"),
        ({"mask": "bucket", "step": 500}, "1010.00", "1000..1500"),
        ({"mask": "bucket", "step": 500}, "1499.99", "1000..1500"),
        ({"mask": "bucket", "step": 500}, 1500, "1500..2000"),
        ({"mask": "bucket", "step": 500}, 0, "0..500"),
    ],
)
def test_what_is_shown(rule: object, value: str | int, shown: str | int) -> None:
    assert compile_mask(rule)(value) == shown


@pytest.mark.parametrize(
    ("rule", "value"),
    [
        ({"mask": "name"}, 3),
        ({"mask": "id_number"}, "刘志远"),
        ({"mask": "id_number"}, "12010319790512101x"),
        ({"mask": "phone"}, "刘志远"),
        ({"mask": "year"}, "2026"),
        ({"mask": "year"}, "2026-03-01T00:00"),
        ({"mask": "district"}, "120103"),
        ({"mask": "bucket", "step": 500}, "-1"),
        ({"mask": "bucket", "step": 500}, "约一千"),
        ({"mask": "bucket", "step": 500}, "1e3"),
        ({"mask": "none"}, None),
    ],
)
def test_a_value_of_another_kind_is_not_shown(rule: object, value: str | int | None) -> None:
    with pytest.raises(Unmaskable) as refusal:
        compile_mask(rule)(value)
    assert str(value) not in str(refusal.value) or value is None


@pytest.mark.parametrize(
    "rule",
    [
        None,
        "none",
        {},
        {"mask": "all"},
        {"mask": None},
        {"mask": ["none"]},
        {"mask": "none", "step": 5},
        {"mask": "bucket"},
        {"mask": "bucket", "step": 1},
        {"mask": "bucket", "step": "500"},
        {"mask": "bucket", "step": True},
        {"mask": "bucket", "step": 500.0},
    ],
)
def test_what_is_no_rule_is_refused(rule: object) -> None:
    with pytest.raises(MaskError):
        compile_mask(rule)


@given(rules, values)
def test_a_mask_never_shows_a_number_or_name_whole(rule: dict[str, object], value: str | int | None) -> None:
    try:
        shown = compile_mask(rule)(value)
    except Unmaskable:
        return
    if rule["mask"] in ("id_number", "phone", "year", "district"):
        assert shown != value
    if rule["mask"] == "name" and isinstance(value, str) and value.strip("*"):
        assert shown != value or set(value[1:-1] or value[1:]) <= {"*"}


@given(st.integers(10, 10**6), st.decimals(0, 10**9, places=2))
def test_a_bucket_holds_its_value(step: int, value: object) -> None:
    low, high = map(int, str(compile_mask({"mask": "bucket", "step": step})(str(value))).split(".."))
    assert low <= float(str(value)) < high
    assert (high - low, low % step) == (step, 0)
