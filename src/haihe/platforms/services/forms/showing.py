"""Values as people read them: labels for choices, units, and as little of a number as is needed."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from django.utils.translation import gettext as _

from haihe.city import api as city
from haihe.kernel.masking import mask_id_number, mask_name, mask_phone
from haihe.platforms.services.forms.definition import Form
from haihe.platforms.services.forms.fields import Field, Kind
from haihe.platforms.services.forms.ports import Known
from haihe.platforms.services.forms.strokes import Drawing, drawing_of, is_drawn

_MASKS: Final[dict[Kind, Callable[[str], str]]] = {
    Kind.ID_NUMBER: mask_id_number,
    Kind.PHONE: mask_phone,
    Kind.BANK_CARD: lambda value: f"**** {value[-4:]}",
}


@dataclass(frozen=True, slots=True)
class Shown:
    """One line of what was said. `rows` of a table, each its own lines; `drawing` of a signature by hand.

    `registered` is what the register of `source` says, where that is something else.
    """

    label: str
    value: str
    rows: tuple[tuple["Shown", ...], ...] = ()
    source: str = ""
    registered: str = ""
    drawing: Drawing | None = None


@dataclass(frozen=True, slots=True)
class ShownSection:
    """The lines of a section that has any."""

    name: str
    title: str
    lines: tuple[Shown, ...]


def shown(
    form: Form, values: Mapping[str, Any], *, masked: bool = True, registered: Mapping[str, Known] | None = None
) -> list[ShownSection]:
    """Return what was said, section by section; files are shown by whoever has them.

    `registered` is what registers say by field, which stands beside where the person says something else.
    """
    sections = [
        ShownSection(
            section.name, str(section.title), tuple(_lines(section.fields, values, registered or {}, masked=masked))
        )
        for section in form.sections_for(values)
    ]
    return [section for section in sections if section.lines]


def signature_drawn(form: Form, values: Mapping[str, Any]) -> Drawing | None:
    """Return the signature of what was said, where it was drawn by hand."""
    names = [field.name for field in form.fields if field.kind is Kind.SIGNATURE]
    return next((drawing for name in names if (drawing := drawing_of(values.get(name)))), None)


def said(field: Field, value: Any, *, masked: bool = True) -> str:
    """Return one value in words."""
    if field.kind is Kind.YES_NO:
        return _("是") if value else _("否")
    if field.kind in (Kind.CHOICE, Kind.CHOICES):
        chosen = value if isinstance(value, list) else [value]
        return "、".join(option.label for one in chosen if (option := field.option(one)))
    if field.kind is Kind.SIGNATURE and is_drawn(value):
        return _("手写签名")
    if field.kind is Kind.MONEY:
        return f"{Decimal(str(value)):,.2f}"
    if field.kind is Kind.DIVISION:
        found = city.division(str(value))
        return found.name if found else str(value)
    return _masked(field, str(value), masked) + (f" {field.unit}" if field.unit else "")


def _masked(field: Field, value: str, masked: bool) -> str:
    if not masked:
        return value
    if field.mask == "name":
        return mask_name(value)
    mask = _MASKS.get(field.kind)
    return mask(value) if mask else value


def _lines(
    fields: tuple[Field, ...], values: Mapping[str, Any], registered: Mapping[str, Known], *, masked: bool
) -> list[Shown]:
    lines = []
    for field in fields:
        if field.name not in values or field.kind is Kind.FILE:
            continue
        value = values[field.name]
        if field.kind is Kind.TABLE:
            rows = tuple(tuple(_lines(field.fields, row, {}, masked=masked)) for row in value)
            lines.append(Shown(str(field.label), "", rows))
        else:
            lines.append(_line(field, value, registered.get(field.name), masked=masked))
    return lines


def _line(field: Field, value: Any, known: Known | None, *, masked: bool) -> Shown:
    label, told = str(field.label), said(field, value, masked=masked)
    if field.kind is Kind.SIGNATURE and is_drawn(value):
        return Shown(label, told, drawing=drawing_of(value))
    if known is None or said(field, known.value, masked=False) == said(field, value, masked=False):
        return Shown(label, told)
    return Shown(label, told, source=known.source, registered=said(field, known.value, masked=masked))
