"""What is sent to a department's interface, and what is taken out of its answer. Both by its owner's rules only."""

import re
from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any, Final, NamedTuple
from urllib.parse import quote

import msgspec

from haihe.kernel.source_rules import SUBJECT, Parameter, SourceRules
from haihe.kernel.subject_index import FieldValue

MOST_TEXT = 100
_MOST_VALUE = 500
_CODE = re.compile(r"[A-Za-z0-9_-]{1,64}")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
_INTEGER = re.compile(r"-?[0-9]{1,15}")
_AMOUNT = re.compile(r"-?[0-9]{1,15}(?:\.[0-9]{1,4})?")
_MOST_INTEGER = 10**15
_decode = msgspec.json.Decoder(float_hook=Decimal).decode
_encode = msgspec.json.Encoder().encode
_MISSING: Final = object()


class BadParameter(ValueError):
    """A parameter that the owner doesn't take, or not in this form. Its text came with a request: not for a log."""


class AnswerInvalid(ValueError):
    """The source's answer isn't what its owner said it would be. The text repeats nothing of it."""


class SourceRequest(NamedTuple):
    """`target` is path and query string; neither it nor the rest may stand in a log."""

    method: str
    target: str
    headers: tuple[tuple[str, str], ...]
    body: bytes


def checked_parameters(rules: SourceRules, told: Mapping[str, str | int]) -> dict[str, str | int]:
    """Return the parameters in the order of their names. Raises: BadParameter."""
    for name in told.keys() - rules.parameters.keys():
        raise BadParameter(name)
    for name, parameter in rules.parameters.items():
        if parameter.required and name not in told:
            raise BadParameter(name)
    for name, value in told.items():
        if not _FORMS[rules.parameters[name].form](value, rules.parameters[name]):
            raise BadParameter(name)
    return dict(sorted(told.items()))


def render(
    rules: SourceRules, *, id_number: str | None, parameters: Mapping[str, str | int], secret: str | None, evidence: str
) -> SourceRequest:
    """Make the request; `parameters` are checked ones, `id_number` is given exactly if the rules have a subject."""
    path = rules.path
    placed: dict[str, dict[str, str | int]] = {"header": {}, "body": {}, "query": {}, "path": {}}
    for name, value in parameters.items():
        parameter = rules.parameters[name]
        place = name if parameter.place == "path" else parameter.name or name
        placed[parameter.place][place] = value
    if rules.subject is not None and id_number is not None:
        place = SUBJECT if rules.subject.place == "path" else rules.subject.name
        placed[rules.subject.place][place] = id_number
    for name, value in placed["path"].items():
        path = path.replace(f"{{{name}}}", quote(str(value), safe=""))
    query = "&".join(f"{quote(name, safe='')}={quote(str(value), safe='')}" for name, value in placed["query"].items())
    body = _encode(placed["body"]) if rules.method == "POST" else b""
    return SourceRequest(
        rules.method, f"{path}?{query}" if query else path, _headers(rules, placed["header"], secret, evidence), body
    )


def _headers(
    rules: SourceRules, placed: Mapping[str, str | int], secret: str | None, evidence: str
) -> tuple[tuple[str, str], ...]:
    headers = [("Accept", "application/json"), ("Accept-Encoding", "identity"), ("Haihe-Evidence", evidence)]
    if rules.method == "POST":
        headers.append(("Content-Type", "application/json"))
    if rules.secret_header and secret is not None:
        headers.append((rules.secret_header, secret))
    headers += [(name, str(value)) for name, value in placed.items()]
    return tuple(headers)


def read_answer(
    rules: SourceRules, status: int, body: bytes, *, id_number: str | None
) -> "dict[str, FieldValue | None] | None":
    """Return each field that is as its owner said, None for a subject that the source doesn't know.

    A field of another type, or one that isn't there, is left out: who asked for it is told that the answer is invalid,
    who didn't never learns of it. Raises: AnswerInvalid, if nothing can be taken from it at all.
    """
    if rules.absent.status == status:
        return None
    if status != 200:
        raise AnswerInvalid(f"status {status}")
    document = _document(body)
    if rules.absent.pointer is not None and _at(document, rules.absent.pointer) in (None, _MISSING):
        return None
    if rules.echo is not None and _at(document, rules.echo) != id_number:
        raise AnswerInvalid("the answer is about another subject")
    found: dict[str, FieldValue | None] = {}
    for name, field in rules.fields.items():
        value = _at(document, field.pointer)
        if value is None:
            found[name] = None
        elif (read := _TYPES[field.type](value)) is not None:
            found[name] = read
    return found


def _document(body: bytes) -> object:
    try:
        return _decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise AnswerInvalid("no JSON") from None


def _at(document: Any, pointer: str) -> Any:
    """Follow a JSON pointer (RFC 6901); `_MISSING` where it leads nowhere."""
    for step in pointer.split("/")[1:]:
        token = step.replace("~1", "/").replace("~0", "~")
        if isinstance(document, dict):
            document = document.get(token, _MISSING)
        elif isinstance(document, list) and _INTEGER.fullmatch(token) and 0 <= int(token) < len(document):
            document = document[int(token)]
        else:
            return _MISSING
    return document


def _text(value: object) -> FieldValue | None:
    return value if isinstance(value, str) and len(value) <= _MOST_VALUE and not _CONTROLS.search(value) else None


def _integer(value: object) -> FieldValue | None:
    if isinstance(value, str) and _INTEGER.fullmatch(value):
        return int(value)
    return value if type(value) is int and abs(value) < _MOST_INTEGER else None


def _amount(value: object) -> FieldValue | None:
    if type(value) is int:
        value = str(value)
    elif isinstance(value, Decimal):
        # Without an exponent.
        value = f"{value:f}"
    return value if isinstance(value, str) and _AMOUNT.fullmatch(value) else None


def _day(value: object) -> FieldValue | None:
    if not isinstance(value, str) or not _DATE.fullmatch(value):
        return None
    try:
        return date.fromisoformat(value).isoformat()
    except ValueError:
        return None


def _boolean(value: object) -> FieldValue | None:
    return {True: "true", False: "false"}[value] if isinstance(value, bool) else None


_TYPES: Final[Mapping[str, Callable[[object], FieldValue | None]]] = {
    "text": _text,
    "integer": _integer,
    "amount": _amount,
    "date": _day,
    "boolean": _boolean,
}


def _is_number(value: object, parameter: Parameter) -> bool:
    if type(value) is not int or abs(value) >= _MOST_INTEGER:
        return False
    low, high = parameter.least, parameter.most
    return (low is None or value >= low) and (high is None or value <= high)


_FORMS: Final[Mapping[str, Callable[[object, Parameter], bool]]] = {
    "code": lambda value, _: isinstance(value, str) and _CODE.fullmatch(value) is not None,
    "integer": _is_number,
    "date": lambda value, _: _day(value) is not None,
    "choice": lambda value, parameter: value in parameter.choices,
    "text": lambda value, _: isinstance(value, str) and 0 < len(value) <= MOST_TEXT and _CONTROLS.search(value) is None,
}
