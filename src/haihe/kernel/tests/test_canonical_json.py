"""One value has one byte form, and only that form is read back."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from haihe.kernel.canonical import NotCanonical, dumps, loads

_scalars = st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | st.text(st.characters(codec="utf-8"))
_values = st.recursive(
    _scalars, lambda v: st.lists(v, max_size=4) | st.dictionaries(st.text(max_size=5), v, max_size=4)
)


def test_keys_are_sorted_and_chinese_stays_as_it_is() -> None:
    assert dumps({"b": 1, "a": "低保", "": None}) == '{"":null,"a":"低保","b":1}'.encode()


@given(_values)
def test_what_was_written_is_read_back_the_same(value: object) -> None:
    assert loads(dumps(value)) == value


@pytest.mark.parametrize(
    "text",
    [
        '{"b":1,"a":2}',
        '{"a": 1}',
        '{"a":1}\n',
        '{"a":1,"a":1}',
        '{"a":1.0}',
        '"\\u0041"',
        "NaN",
        "9007199254740993",
        "",
        "[" * 100_000,
        '"\\ud800"',
    ],
)
def test_any_other_form_is_refused(text: str) -> None:
    with pytest.raises(NotCanonical):
        loads(text.encode())


def test_bytes_that_are_no_text_are_refused() -> None:
    with pytest.raises(NotCanonical):
        loads(b"\xff\xfe\x00")
