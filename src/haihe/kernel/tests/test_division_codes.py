"""Division codes are twelve digits on five levels, however short a file writes them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from haihe.kernel.divisions import COUNTRY, level_of, parse_division, path_of
from haihe.kernel.identifiers import IdentifierError

LIU_LIVES = "120103001004"


def test_five_levels_from_the_country_to_the_community() -> None:
    path = path_of(LIU_LIVES)
    assert path == (COUNTRY, "120000000000", "120103000000", "120103001000", LIU_LIVES)
    assert [level_of(code) for code in path] == [1, 2, 3, 4, 5]


def test_a_prefecture_lies_below_its_province() -> None:
    assert path_of("130102000000") == (COUNTRY, "130000000000", "130100000000", "130102000000")


def test_a_prefecture_without_districts_holds_its_towns() -> None:
    assert path_of(parse_division("441900003")) == (COUNTRY, "440000000000", "441900000000", "441900003000")


@pytest.mark.parametrize("text", ["12", "120103", "120103001", " １２０１０３００１００４\t", "120103 001 004"])
def test_short_and_full_width_forms_are_filled(text: str) -> None:
    assert parse_division(text).startswith("12")
    assert len(parse_division(text)) == 12


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "division-empty"),
        ("和平区", "division-format"),
        ("12010a", "division-format"),
        ("1", "division-length"),
        ("12010300", "division-length"),
        ("120000001", "division-format"),
        ("000103", "division-format"),
    ],
)
def test_what_is_no_code_is_refused(text: str, code: str) -> None:
    with pytest.raises(IdentifierError) as caught:
        parse_division(text)
    assert caught.value.code == code


@given(st.text("01269", min_size=12, max_size=12) | st.text(max_size=14))
def test_every_code_climbs_to_the_country(text: str) -> None:
    try:
        code = parse_division(text)
    except IdentifierError:
        return
    path = path_of(code)
    levels = [level_of(step) for step in path]
    assert path[0] == COUNTRY
    assert path[-1] == code
    assert levels == sorted(levels)
    assert all(parse_division(step) == step for step in path)
