"""Identity numbers and credit codes are read as people write them, and no mistyped one gets through."""

from collections.abc import Callable
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from haihe.kernel.identifiers import (
    IdentifierError,
    credit_code_check_character,
    id_number_check_character,
    make_credit_code,
    parse_credit_code,
    parse_id_number,
)

DIGITS = "0123456789"
ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
FULL_WIDTH = str.maketrans(DIGITS + "X", "０１２３４５６７８９Ｘ")

births = st.dates(date(1900, 1, 1), date(2030, 12, 31))
places = st.sampled_from(["120103", "120107", "120223", "130999", "830000"])


@st.composite
def id_numbers(draw: st.DrawFn) -> str:
    first17 = draw(places) + draw(births).strftime("%Y%m%d") + f"{draw(st.integers(0, 999)):03}"
    return first17 + id_number_check_character(first17)


@st.composite
def credit_codes(draw: st.DrawFn) -> str:
    head = draw(st.text(ALPHABET, min_size=2, max_size=2))
    first17 = head + draw(st.text(DIGITS, min_size=6, max_size=6)) + draw(st.text(ALPHABET, min_size=9, max_size=9))
    return first17 + credit_code_check_character(first17)


@given(id_numbers())
def test_a_valid_number_says_birth_sex_and_place(value: str) -> None:
    parsed = parse_id_number(value)
    assert parsed.value == value
    assert parsed.birth_date.strftime("%Y%m%d") == value[6:14]
    assert parsed.sex == ("男" if int(value[16]) % 2 else "女")
    assert parsed.division6 == value[:6]


@given(id_numbers(), st.integers(0, 18))
def test_full_width_small_x_and_spaces_mean_the_same(value: str, at: int) -> None:
    messy = "　" + value[:at] + " " + value[at:].lower() + "\t"
    assert parse_id_number(messy).value == value
    assert parse_id_number(value.translate(FULL_WIDTH)).value == value


@given(id_numbers(), st.integers(0, 16), st.integers(1, 9))
def test_one_wrong_digit_is_always_noticed(value: str, at: int, off: int) -> None:
    wrong = value[:at] + str((int(value[at]) + off) % 10) + value[at + 1 :]
    with pytest.raises(IdentifierError):
        parse_id_number(wrong)


@given(id_numbers(), st.integers(0, 15))
def test_two_neighbours_swapped_are_always_noticed(value: str, at: int) -> None:
    swapped = value[:at] + value[at + 1] + value[at] + value[at + 2 :]
    if swapped == value:
        return
    with pytest.raises(IdentifierError):
        parse_id_number(swapped)


@given(st.text(max_size=40))
def test_any_text_is_a_number_or_a_typed_error(text: str) -> None:
    for parse in (parse_id_number, parse_credit_code):
        error = _error_of(parse, text)
        if error:
            assert error.code.startswith(("id-number-", "credit-code-"))
            assert error.message_zh.endswith("。")


def _error_of(parse: Callable[[str], object], text: str) -> IdentifierError | None:
    try:
        parse(text)
    except IdentifierError as error:
        return error
    return None


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "id-number-empty"),
        (" 　", "id-number-empty"),
        ("12010319790512101", "id-number-length"),
        ("120103790512101", "id-number-old"),
        ("1.20103E+17", "id-number-scientific"),
        ("12010319790512101A", "id-number-format"),
        ("X20103197905121012", "id-number-format"),
        ("990103197905121012", "id-number-province"),
        ("120103197902301012", "id-number-birth-date"),
        ("120103000005121012", "id-number-birth-date"),
        ("120103197905121013", "id-number-check-digit"),
        ("²20103197905121012x", "id-number-length"),
    ],
)
def test_each_mistake_has_its_own_code(text: str, code: str) -> None:
    with pytest.raises(IdentifierError) as caught:
        parse_id_number(text)
    assert caught.value.code == code


def test_a_county_abolished_long_ago_is_no_mistake() -> None:
    # 120107 塘沽区 became part of 滨海新区 in 2009; its people keep their numbers, whenever they were given.
    first17 = "12010720150512101"
    assert parse_id_number(first17 + id_number_check_character(first17)).division6 == "120107"


def test_a_foreigners_permanent_residence_number_is_read() -> None:
    first17 = "91284019800101001"
    assert parse_id_number(first17 + id_number_check_character(first17)).birth_date == date(1980, 1, 1)


@given(credit_codes(), st.integers(0, 18))
def test_credit_codes_keep_their_value_through_dirt(code: str, at: int) -> None:
    assert parse_credit_code(" " + code[:at].lower() + "-" + code[at:].translate(FULL_WIDTH)) == code


@given(credit_codes(), st.integers(0, 16), st.sampled_from(ALPHABET))
def test_one_wrong_character_of_a_credit_code_is_noticed(code: str, at: int, other: str) -> None:
    if other == code[at]:
        return
    with pytest.raises(IdentifierError):
        parse_credit_code(code[:at] + other + code[at + 1 :])


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "credit-code-empty"),
        ("91110000600037341", "credit-code-length"),
        ("91110000600037341I", "credit-code-format"),
        ("911100A0600037341L", "credit-code-format"),
        ("911100006000373410", "credit-code-check-digit"),
    ],
)
def test_each_credit_code_mistake_has_its_own_code(text: str, code: str) -> None:
    with pytest.raises(IdentifierError) as caught:
        parse_credit_code(text)
    assert caught.value.code == code


def test_a_rural_collective_may_begin_with_a_letter() -> None:
    first17 = "N2120110MF0001234"
    code = first17 + credit_code_check_character(first17)
    assert parse_credit_code(code) == code


@pytest.mark.parametrize(
    "text", ["", "1", "1201031979051210a", "１２０１０３１９７９０５１２１０１", "120103197905121012"]
)
def test_check_characters_are_made_of_exactly_seventeen(text: str) -> None:
    with pytest.raises(ValueError, match="17"):
        id_number_check_character(text)


@given(st.integers(0, 31**9 - 1), st.integers(0, 31**9 - 1))
def test_each_serial_has_a_code_of_its_own(one: int, other: int) -> None:
    made = make_credit_code("91120000", one)
    assert parse_credit_code(made) == made
    assert (made == make_credit_code("91120000", other)) == (one == other)


def test_a_serial_too_large_has_none() -> None:
    with pytest.raises(ValueError, match="nine places"):
        make_credit_code("91120000", 31**9)
