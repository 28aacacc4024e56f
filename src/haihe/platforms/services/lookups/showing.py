"""A register's values as people read them, in the reader's language."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Final

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from haihe.city import api as city
from haihe.platforms.services.lookups.definition import Field
from haihe.platforms.services.lookups.kinds import Format
from haihe.platforms.services.lookups.records import Told, Value
from haihe.platforms.services.wording import in_english

_BAND: Final = re.compile(r"([0-9]+)\.\.([0-9]+)")


@dataclass(frozen=True, slots=True)
class Shown:
    """One field of an answer; `tone` colours a state, `is_chinese` where the register's words have no English."""

    label: str
    text: str
    tone: str = ""
    leads: bool = False
    is_chinese: bool = False


def shown(told: Told) -> tuple[Shown, ...]:
    """Return the fields of an answer, the one that leads first."""
    fields = sorted(told.lookup.fields, key=lambda field: not field.leads)
    return tuple(_shown(field, told.values.get(field.name)) for field in fields)


def _shown(field: Field, value: Value) -> Shown:
    label = str(field.label)
    if value is None or value == "":
        return Shown(label, _("登记中没有填写"), leads=field.leads)
    if field.format is Format.CHOICE:
        return _choice(field, str(value))
    text = _WRITERS[field.format](field, str(value))
    return Shown(label, text, leads=field.leads, is_chinese=in_english() and field.format in _CHINESE)


def _choice(field: Field, value: str) -> Shown:
    option = next((one for one in field.options if one.value == value), None)
    if option is None:
        # A register may know more states than its lookup does; better its own word than none.
        return Shown(str(field.label), value, leads=field.leads, is_chinese=in_english())
    return Shown(str(field.label), str(option.label), option.tone, leads=field.leads)


def _with_unit(field: Field, text: str) -> str:
    if field.unit is None:
        return text
    return f"{text} {field.unit}"


def _money(field: Field, value: str) -> str:
    try:
        amount = Decimal(value)
    except InvalidOperation:
        return value
    return _("%(amount)s 元") % {"amount": f"{amount:,.2f}"}


def _count(field: Field, value: str) -> str:
    return _with_unit(field, value)


def _date(field: Field, value: str) -> str:
    day = _day(value)
    return date_format(day, "j F Y" if in_english() else "DATE_FORMAT") if day else value


def _month(field: Field, value: str) -> str:
    day = _day(value)
    if day is None:
        return value
    return date_format(day, "F Y") if in_english() else f"{day.year}年{day.month}月"


def _year(field: Field, value: str) -> str:
    return _("%(year)s 年") % {"year": value}


def _band(field: Field, value: str) -> str:
    found = _BAND.fullmatch(value)
    if found is None:
        return value
    low, high = (f"{int(end):,}" for end in found.groups())
    return _with_unit(field, _("%(low)s 至 %(high)s") % {"low": low, "high": high})


def _district(field: Field, value: str) -> str:
    place = city.division(f"{value}000000")
    if place is None:
        return value
    return (in_english() and place.name_en) or place.name


def _text(field: Field, value: str) -> str:
    return _with_unit(field, value)


def _day(value: str) -> date | None:
    try:
        return date.fromisoformat(value)
    except ValueError:
        return None


_CHINESE: Final = (Format.TEXT, Format.MASKED)
_WRITERS: Final[Mapping[Format, Callable[[Field, str], str]]] = {
    Format.TEXT: _text,
    Format.MASKED: _text,
    Format.MONEY: _money,
    Format.COUNT: _count,
    Format.DATE: _date,
    Format.MONTH: _month,
    Format.YEAR: _year,
    Format.DISTRICT: _district,
    Format.BAND: _band,
}
