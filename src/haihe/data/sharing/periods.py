"""The periods that accounts are kept for: months, quarters, years, and all there ever was."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final

from django.utils.translation import get_language
from django.utils.translation import gettext as _

ALL: Final = "all"
_MONTHS_OF = {"MONTH": 1, "QUARTER": 3, "YEAR": 12}
_MONTHS = ("January", "February", "March", "April", "May", "June", "July")
_MONTHS_ENGLISH: Final = (*_MONTHS, "August", "September", "October", "November", "December")


@dataclass(frozen=True, slots=True)
class Period:
    """`key` is 2026-11, 2026-Q4, 2026 or all; `until` is exclusive."""

    key: str
    first: date
    until: date

    @property
    def label(self) -> str:
        """Return the period as people read it."""
        if self.key == ALL:
            return _("至今")
        year, _dash, part = self.key.partition("-")
        if not part:
            return _("%(year)s 年") % {"year": year}
        if part.startswith("Q"):
            return _("%(year)s 年第 %(quarter)s 季度") % {"year": year, "quarter": part[1:]}
        if (get_language() or "").startswith("en"):
            return f"{_MONTHS_ENGLISH[int(part) - 1]} {year}"
        return f"{year} 年 {int(part)} 月"


def periods_between(first: date, last: date) -> list[Period]:
    """Return every period that the days touch, the newest first, and `all` in front of them."""
    years = [_period("YEAR", day) for day in _starts(first, last, 12)]
    quarters = [_period("QUARTER", day) for day in _starts(first, last, 3)]
    months = [_period("MONTH", day) for day in _starts(first, last, 1)]
    return [Period(ALL, date.min, date.max), *reversed(years), *reversed(quarters), *reversed(months)]


def _period(kind: str, first: date) -> Period:
    keys = {
        "MONTH": f"{first:%Y-%m}",
        "QUARTER": f"{first.year}-Q{(first.month + 2) // 3}",
        "YEAR": f"{first.year}",
    }
    return Period(keys[kind], first, _months_on(first, _MONTHS_OF[kind]))


def _starts(first: date, last: date, months: int) -> Iterator[date]:
    start = date(first.year, (first.month - 1) // months * months + 1, 1)
    while start <= last:
        yield start
        start = _months_on(start, months)


def _months_on(start: date, months: int) -> date:
    year, month0 = divmod(start.year * 12 + start.month - 1 + months, 12)
    return date(year, month0 + 1, 1)
