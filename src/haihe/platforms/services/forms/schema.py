"""A form as JSON Schema 2020-12, conditions included, and the validator that knows our formats.

`formatMinimum` and `formatMaximum` bound dates, and the formats named haihe-… and cn-… are checked by our validator; to
another one they are annotations.
"""

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any, Final

import jsonschema_rs

from haihe.kernel.divisions import parse_division
from haihe.kernel.identifiers import IdentifierError, parse_credit_code, parse_id_number
from haihe.platforms.services.forms import strokes, values
from haihe.platforms.services.forms.bounds import bounds_of
from haihe.platforms.services.forms.fields import Field, Kind
from haihe.platforms.services.forms.whens import as_schema

type Schema = dict[str, Any]

DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"


def row_schema(asked: Sequence[tuple[tuple[str, ...], Field]], today: date) -> Schema:
    """Return the schema of an object with these fields, each given with its conditions."""
    always = [field.name for conditions, field in asked if field.required and not any(conditions)]
    cases = [_conditional(tuple(filter(None, conditions)), field) for conditions, field in asked if any(conditions)]
    schema: Schema = {
        "type": "object",
        "properties": {field.name: field_schema(field, today) for _conditions, field in asked},
        "required": always,
        "additionalProperties": False,
    }
    return schema | ({"allOf": cases} if cases else {})


def field_schema(field: Field, today: date) -> Schema:
    """Return the schema of one value."""
    named = {"title": field.label.zh} | ({"description": field.note.zh} if field.note else {})
    build = _KINDS.get(field.kind)
    return named | (build(field, today) if build else {"type": "string", **_SHAPES[field.kind]})


def validator(schema: Schema) -> jsonschema_rs.Draft202012Validator:
    """Return a validator with our formats and keywords."""
    return jsonschema_rs.Draft202012Validator(
        schema, validate_formats=True, ignore_unknown_formats=False, formats=_FORMATS, keywords=_KEYWORDS, offline=True
    )


def _conditional(conditions: tuple[str, ...], field: Field) -> Schema:
    held = [as_schema(condition) for condition in conditions]
    case: Schema = {
        "if": held[0] if len(held) == 1 else {"allOf": held},
        "else": {"properties": {field.name: False}},
    }
    return case | ({"then": {"required": [field.name]}} if field.required else {})


def _text(field: Field, today: date) -> Schema:
    bounds = bounds_of(field, today)
    kept = "haihe-long-text" if field.kind is Kind.LONG_TEXT else "haihe-text"
    return {"type": "string", "minLength": int(bounds.least), "maxLength": int(bounds.most), "format": kept}


def _signature(field: Field, today: date) -> Schema:
    typed = _text(field, today) | {"not": {"pattern": "^drawn:"}}
    return {"type": "string", "anyOf": [typed, {"type": "string", "format": "haihe-strokes"}]}


def _number(field: Field, today: date) -> Schema:
    bounds, places = bounds_of(field, today), values.places_of(field)
    step: Schema = {"type": "number", "multipleOf": 10**-places} if places else {"type": "integer"}
    return step | {"minimum": bounds.least, "maximum": bounds.most}


def _date(field: Field, today: date) -> Schema:
    bounds = bounds_of(field, today)
    schema: Schema = {"type": "string", "format": "haihe-date"}
    return (
        schema
        | ({"formatMinimum": bounds.least} if bounds.least else {})
        | ({"formatMaximum": bounds.most} if bounds.most else {})
    )


def _choice(field: Field, _today: date) -> Schema:
    return {"type": "string", "oneOf": [{"const": option.value, "title": option.zh} for option in field.options]}


def _choices(field: Field, today: date) -> Schema:
    return _list(field, today) | {
        "items": {"enum": [option.value for option in field.options]},
        "optionOrder": [option.value for option in field.options],
    }


def _file(field: Field, today: date) -> Schema:
    return _list(field, today) | {"items": {"type": "string", "format": "haihe-upload"}}


def _table(field: Field, today: date) -> Schema:
    rows = row_schema([((inner.when,), inner) for inner in field.fields], today)
    return _list(field, today) | {"items": rows, "uniqueItems": False}


def _list(field: Field, today: date) -> Schema:
    bounds = bounds_of(field, today)
    return {"type": "array", "minItems": int(bounds.least), "maxItems": int(bounds.most), "uniqueItems": True}


def _yes_no(field: Field, _today: date) -> Schema:
    return {"type": "boolean"} | ({"const": True} if field.must else {})


_KINDS: Final[dict[Kind, Callable[[Field, date], Schema]]] = {
    Kind.TEXT: _text,
    Kind.LONG_TEXT: _text,
    Kind.ADDRESS: _text,
    Kind.SIGNATURE: _signature,
    Kind.NUMBER: _number,
    Kind.MONEY: _number,
    Kind.DATE: _date,
    Kind.CHOICE: _choice,
    Kind.CHOICES: _choices,
    Kind.FILE: _file,
    Kind.TABLE: _table,
    Kind.YES_NO: _yes_no,
}
_SHAPES: Final[dict[Kind, Schema]] = {
    Kind.ID_NUMBER: {"format": "cn-id-number"},
    Kind.CREDIT_CODE: {"format": "cn-credit-code"},
    Kind.DIVISION: {"format": "cn-division"},
    Kind.PHONE: {"pattern": f"^{values.TELEPHONE}$"},
    Kind.EMAIL: {"pattern": f"^{values.EMAIL}$", "maxLength": values.LONGEST_EMAIL},
    Kind.POSTCODE: {"pattern": f"^{values.POSTCODE}$"},
    Kind.BANK_CARD: {"pattern": f"^{values.CARD}$", "format": "haihe-card"},
    Kind.PLATE_NUMBER: {"pattern": f"^{values.PLATE}$"},
}


def _kept(parse: Callable[[str], str]) -> Callable[[str], bool]:
    def is_kept(text: str) -> bool:
        try:
            return parse(text) == text
        except IdentifierError:
            return False

    return is_kept


_FORMATS: Final[dict[str, Callable[[str], bool]]] = {
    "haihe-text": values.is_plain_text,
    "haihe-long-text": values.is_plain_long_text,
    "haihe-date": values.is_day,
    "haihe-card": values.is_card_number,
    "haihe-upload": values.is_upload_id,
    "haihe-strokes": strokes.is_signature,
    "cn-id-number": _kept(lambda text: parse_id_number(text).value),
    "cn-credit-code": _kept(parse_credit_code),
    "cn-division": _kept(parse_division),
}


class _Keyword:
    """A keyword of ours: made with what the schema says, asked about each value."""

    def __init__(self, parent_schema: Schema, value: Any, schema_path: list[str | int]) -> None:
        self.said = value

    def validate(self, instance: object) -> None:
        """Raises: ValueError."""
        raise NotImplementedError


class _NotBefore(_Keyword):
    def validate(self, instance: object) -> None:
        if isinstance(instance, str) and instance < self.said:
            raise ValueError(f"before {self.said}")


class _NotAfter(_Keyword):
    def validate(self, instance: object) -> None:
        if isinstance(instance, str) and instance > self.said:
            raise ValueError(f"after {self.said}")


class _InOrder(_Keyword):
    """What was chosen is kept in the order of the options, so that one choice has one form."""

    def validate(self, instance: object) -> None:
        if isinstance(instance, list) and instance != [one for one in self.said if one in instance]:
            raise ValueError("not in the order of the options")


_KEYWORDS: Final[dict[str, type[Any]]] = {
    "formatMinimum": _NotBefore,
    "formatMaximum": _NotAfter,
    "optionOrder": _InOrder,
}
