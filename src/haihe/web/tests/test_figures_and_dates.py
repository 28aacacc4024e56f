"""Large numbers are read in 万 and 亿 (million, billion), dates as 2026年11月23日; the exact figure is never lost."""

from datetime import UTC, date, datetime

import pytest
from django.template import Context, Template
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from haihe.web import figures


@pytest.mark.parametrize(
    ("value", "zh", "en"),
    [
        (0, "0", "0"),
        (9_600, "9,600", "9,600"),
        (9_999, "9,999", "9,999"),
        (10_000, "1万", "10,000"),
        (13_060_000, "1,306万", "13.06 million"),
        (156_000_000, "1.56亿", "156 million"),
        (-12_345, "-1.23万", "-12,345"),
        (99_999_999, "10,000万", "100 million"),
    ],
)
def test_figures_read_well_in_both_languages(value: int, zh: str, en: str) -> None:
    template = Template("{% load haihe %}{{ value|wan }}")
    for language, told in (("zh-hans", zh), ("en", en)):
        with translation.override(language):
            written = template.render(Context({"value": value}))
        assert f">{told}</data>" in written
        assert f'value="{value}" title="{value:,}"' in written


@given(st.integers(-(10**12), 10**12))
def test_a_short_figure_is_the_exact_one_within_half_a_hundredth_of_its_unit(value: int) -> None:
    number, unit = figures.short(value)
    size = {"": 1, "万": 10_000, "亿": 100_000_000}[unit]
    assert abs(float(number.replace(",", "")) * size - value) <= size * 0.005 + 1e-6


def test_dates_are_told_in_the_citys_time() -> None:
    late = datetime(2026, 11, 23, 16, 5, tzinfo=UTC)
    assert figures.moment(late) == "2026年11月24日 00:05"
    assert figures.day(date(2026, 11, 23)) == "2026年11月23日"
    with translation.override("en"):
        assert figures.moment(late) == "24 November 2026 00:05"


def test_nothing_is_a_dash() -> None:
    template = Template("{% load haihe %}{{ none|wan }}{{ none|day }}{{ none|moment }}{{ none|masked_id }}")
    assert template.render(Context({"none": None})) == "————"
