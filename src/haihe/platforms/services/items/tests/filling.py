"""Fill a form in as somebody would: one valid value for each field that applies, in the form's order."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from types import MappingProxyType
from typing import Any, Final

from haihe.kernel.identifiers import credit_code_check_character
from haihe.kernel.process import conditions
from haihe.platforms.services.forms.api import Field, Form, Kind
from haihe.platforms.services.forms.bounds import bounds_of

type Asked = Sequence[tuple[tuple[str, ...], Field]]

_COMPANY: Final = "91120000000000001"
_LONG: Final = "海河边上的一句话，" * 60
_VALUES: Final[dict[Kind, str]] = {
    Kind.ID_NUMBER: "120103197905121012",
    Kind.CREDIT_CODE: f"{_COMPANY}{credit_code_check_character(_COMPANY)}",
    Kind.PHONE: "13812345678",
    Kind.EMAIL: "liu@example.com",
    Kind.POSTCODE: "300000",
    Kind.DIVISION: "120103001004",
    Kind.BANK_CARD: "6222000000000000004",
    Kind.PLATE_NUMBER: "津A12345",
}
_UPLOAD: Final = "5f6b2b7e-6f0e-4f4e-9d27-1f1d5d1c0a{:02d}"


def filled(form: Form, *, turn: int, today: date, said: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """Return values for the whole form. Each `turn` answers choices with the next option, so that other parts apply.

    `said` are answers that somebody gave already; None among them: left open.
    """
    return _row(form.asked, turn, today, said or {})


def most_choices(form: Form) -> int:
    """Return after how many turns every option of every choice was taken."""
    return max((len(field.options) for field in form.fields if field.kind is Kind.CHOICE), default=2)


def _row(asked: Asked, turn: int, today: date, said: Mapping[str, Any] = MappingProxyType({})) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for place, (whens, field) in enumerate(asked):
        if field.name in said:
            values |= {field.name: said[field.name]} if said[field.name] is not None else {}
        elif all(conditions.parse(when).holds(values) for when in whens if when):
            values[field.name] = _value(field, turn + place * (field.kind is Kind.YES_NO), today)
    return values


def _value(field: Field, turn: int, today: date) -> Any:
    if field.kind in _VALUES:
        return _VALUES[field.kind]
    if field.kind is Kind.YES_NO:
        return True if field.must else turn % 2 == 0
    if field.kind is Kind.CHOICE:
        return field.options[turn % len(field.options)].value
    least = bounds_of(field, today).least
    if field.kind is Kind.DATE:
        return str(least or bounds_of(field, today).most or today - timedelta(days=1))
    if field.kind in (Kind.NUMBER, Kind.MONEY):
        return least
    return _several(field, int(least), turn, today)


def _several(field: Field, least: int, turn: int, today: date) -> Any:
    if field.kind is Kind.CHOICES:
        return [option.value for option in field.options[:least]]
    if field.kind is Kind.FILE:
        return [_UPLOAD.format(number) for number in range(least)]
    if field.kind is Kind.TABLE:
        return [_row([((inner.when,), inner) for inner in field.fields], turn, today) for _ in range(least)]
    return _LONG[:least]
