"""Large numbers and dates as people read them, in the language of the page."""

import calendar
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal

from django.utils import timezone
from django.utils.translation import get_language

_WAN, _YI = 10_000, 100_000_000
_MILLION, _BILLION = 1_000_000, 1_000_000_000


def in_english() -> bool:
    return (get_language() or "").startswith("en")


def exact(value: int | Decimal) -> str:
    """Return the number with separators: 13,060,000."""
    return f"{value:,}"


def short(value: int | Decimal) -> tuple[str, str]:
    """Return (number, unit) with at most two decimals: ("1306", "万"), ("1.56", "亿"), ("9,600", "")."""
    steps: tuple[tuple[int, str], ...] = (
        ((_BILLION, "billion"), (_MILLION, "million")) if in_english() else ((_YI, "亿"), (_WAN, "万"))
    )
    for size, unit in steps:
        if abs(Decimal(value)) >= size:
            return _trimmed(Decimal(value) / size), unit
    return exact(value), ""


def day(value: date | datetime) -> str:
    """Return 2026年11月23日, or 23 November 2026; a moment is read in the city's time."""
    when = timezone.localtime(value) if isinstance(value, datetime) and timezone.is_aware(value) else value
    if in_english():
        return f"{when.day} {calendar.month_name[when.month]} {when.year}"
    return f"{when.year}年{when.month}月{when.day}日"


def moment(value: datetime) -> str:
    """Return 2026年11月23日 14:05, in the city's time."""
    when = timezone.localtime(value) if timezone.is_aware(value) else value
    return f"{day(when)} {when:%H:%M}"


def _trimmed(value: Decimal) -> str:
    rounded = value.quantize(Decimal("0.01"), ROUND_HALF_UP)
    text = f"{rounded:,}"
    return text.rstrip("0").rstrip(".")
