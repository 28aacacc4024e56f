"""Days of a form's definition: one of the calendar, or told from today."""

import re
from calendar import monthrange
from datetime import date, timedelta
from typing import Final

from haihe.platforms.services.forms.refusals import FormError

_RELATIVE: Final = re.compile(r"today(?:([+-])([0-9]{1,5})([dmy]))?")
_MONTHS_A_YEAR: Final = 12


def is_relative(text: str) -> bool:
    return _RELATIVE.fullmatch(text) is not None


def day_of(text: str, *, today: date) -> date:
    """Return the day that "2026-01-31", "today" or "today-18y" says. Raises: FormError.

    Years and months before or after the last day of a longer month end on the last of the shorter one.
    """
    match = _RELATIVE.fullmatch(text)
    try:
        return date.fromisoformat(text) if match is None else _moved(today, *match.groups())
    except (ValueError, OverflowError) as wrong:
        raise FormError(f'{text!r} is no day; write "2026-01-31", "today" or "today-18y"') from wrong


def _moved(today: date, sign: str | None, count: str | None, unit: str | None) -> date:
    if sign is None or count is None:
        return today
    number = int(count) if sign == "+" else -int(count)
    if unit == "d":
        return today + timedelta(days=number)
    months = today.year * _MONTHS_A_YEAR + today.month - 1 + (number * _MONTHS_A_YEAR if unit == "y" else number)
    year, month = divmod(months, _MONTHS_A_YEAR)
    return date(year, month + 1, min(today.day, monthrange(year, month + 1)[1]))
