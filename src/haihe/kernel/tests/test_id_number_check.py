"""The check by the thousand says yes exactly where reading one by one gives back the same text."""

from hypothesis import given
from hypothesis import strategies as st

from haihe.kernel.id_number_check import well_formed
from haihe.kernel.identifiers import IdentifierError, id_number_check_character, parse_id_number

first17 = st.builds(
    lambda place, year, month, day, n: f"{place:06}{year:04}{month:02}{day:02}{n:03}",
    st.sampled_from([120101, 120223, 110105, 810000, 912000, 990000, 650000, 100000, 71]) | st.integers(0, 999_999),
    st.sampled_from([1849, 1850, 1900, 2000, 1999, 2024, 9999, 0]) | st.integers(0, 9999),
    st.integers(0, 13),
    st.integers(0, 32),
    st.integers(0, 999),
)
numbers = first17.flatmap(
    lambda first: st.sampled_from([first + id_number_check_character(first), *(first + last for last in "0X5x")])
)
anything = (
    st.text(max_size=20)
    | st.text("0123456789Xx", min_size=18, max_size=18)
    | st.text("０１２X9", min_size=18, max_size=18)
)


def reads_as_it_stands(text: str) -> bool:
    try:
        return parse_id_number(text).value == text
    except IdentifierError:
        return False


@given(st.lists(numbers | anything, min_size=1, max_size=30))
def test_the_two_agree(texts: list[str]) -> None:
    assert well_formed(texts) == [reads_as_it_stands(text) for text in texts]


def test_every_day_of_four_years_around_two_centuries() -> None:
    texts = [
        first + id_number_check_character(first)
        for year in (1896, 1900, 2000, 2023)
        for month in range(14)
        for day in range(33)
        for first in [f"120101{year}{month:02}{day:02}001"]
    ]
    assert well_formed(texts) == [reads_as_it_stands(text) for text in texts]
