"""From what was typed to values: field by field, those that don't apply left out, each mistake told by its field."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django.utils.translation import gettext as _

from haihe.kernel.process.conditions import parse
from haihe.platforms.services.forms.bounds import bounds_of
from haihe.platforms.services.forms.fields import Field, Kind
from haihe.platforms.services.forms.refusals import Refused
from haihe.platforms.services.forms.values import Value, is_missing, read

type Path = tuple[str | int, ...]
"""Where in the values: a field's name, and in a table the row's number and the name of the field in it."""

_CHOSEN: Final = frozenset({Kind.CHOICE, Kind.CHOICES, Kind.YES_NO, Kind.DIVISION})


@dataclass(frozen=True, slots=True)
class Cleaned:
    """Values without those that were refused, and what is told of each of these, in the form's order."""

    values: dict[str, Any]
    errors: dict[Path, str]


def holds(conditions: Sequence[str], values: Mapping[str, Value]) -> bool:
    """True if all hold; "" always does."""
    return all(parse(condition).holds(values) for condition in conditions if condition)


def clean_row(
    asked: Sequence[tuple[tuple[str, ...], Field]], raw: Mapping[str, object], *, today: date, at: Path = ()
) -> Cleaned:
    """Clean the fields, each given with its conditions; a value for a field that the form doesn't have is refused."""
    values: dict[str, Any] = {}
    errors: dict[Path, str] = {}
    for conditions, field in asked:
        if holds(conditions, values):
            _take(field, raw.get(field.name), values, errors, today=today, at=at)
    known = {field.name for _conditions, field in asked}
    for name in raw:
        if name not in known:
            errors[(*at, str(name))] = _("表单里没有这一栏，请刷新页面后重新填写。")
    return Cleaned(values, errors)


def _take(field: Field, raw: object, values: dict[str, Any], errors: dict[Path, str], *, today: date, at: Path) -> None:
    here = (*at, field.name)
    if field.must is not None and is_missing(raw):
        raw = False
    if is_missing(raw):
        if field.required:
            errors[here] = missing(field)
        return
    try:
        value = (
            _table(field, raw, errors, today=today, at=here) if field.kind is Kind.TABLE else read(field, raw, today)
        )
    except Refused as wrong:
        errors[here] = wrong.message
    else:
        values[field.name] = value


def _table(field: Field, raw: object, errors: dict[Path, str], *, today: date, at: Path) -> list[dict[str, Any]]:
    if not isinstance(raw, list | tuple) or not all(isinstance(row, Mapping) for row in raw):
        raise Refused(_("请按行填写。"))
    bounds = bounds_of(field, today)
    if not int(bounds.least) <= len(raw) <= int(bounds.most):
        told = _("请填写 %(least)s 到 %(most)s 行。") % {"least": bounds.least, "most": bounds.most}
        raise Refused(told)
    asked = [((inner.when,), inner) for inner in field.fields]
    rows = [clean_row(asked, row, today=today, at=(*at, number)) for number, row in enumerate(raw)]
    for row in rows:
        errors.update(row.errors)
    return [row.values for row in rows]


def missing(field: Field) -> str:
    """Return what is told where nothing was given."""
    label = {"label": str(field.label)}
    if field.kind is Kind.FILE:
        return _("请上传：%(label)s。") % label
    if field.kind in _CHOSEN:
        return _("请选择：%(label)s。") % label
    return _("请填写：%(label)s。") % label
