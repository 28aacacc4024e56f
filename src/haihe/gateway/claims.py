"""Claims: what the owner of a register lets be asked, compiled once from JSON to a predicate.

`{"all": […]}`, `{"any": […]}` or a comparison `{"field": …, "op": eq|ne|in|not_in|ge|gt|le|lt, "value": …}`; the value
"$today" is the day in the city. What is compared with, thresholds too, stands here and never in a request: who may
choose the threshold finds any value in a few questions.

Logic is three-valued: a field that is missing, null or of another type makes a comparison unknown (None), and unknown
never becomes yes or no by accident. Amounts with decimals come as text ("1010.50") and are compared with whole numbers
as numbers.
"""

import operator
import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from functools import partial
from typing import Any

from haihe.kernel.subject_index import FieldValue

type Fields = Mapping[str, FieldValue]
type Predicate = Callable[[Fields, str], bool | None]
"""Takes the entry's fields and today's date (YYYY-MM-DD)."""

TODAY = "$today"
_MAX_DEPTH = 8
_DECIMAL = re.compile(r"-?[0-9]{1,17}(?:\.[0-9]{1,4})?")
_COMPARISONS: Mapping[str, Callable[[Any, Any], bool]] = {
    "eq": operator.eq,
    "ne": operator.ne,
    "ge": operator.ge,
    "gt": operator.gt,
    "le": operator.le,
    "lt": operator.lt,
}


class ClaimError(ValueError):
    """The claim's JSON says nothing this program understands."""


def compile_claim(claim: object, *, depth: int = 0) -> Predicate:
    """Raises: ClaimError."""
    if not isinstance(claim, dict) or depth > _MAX_DEPTH:
        raise ClaimError("a claim is an object, nested at most eight deep")
    if set(claim) == {"field", "op", "value"}:
        return _comparison(claim["field"], claim["op"], claim["value"])
    if len(claim) != 1 or not isinstance(parts := next(iter(claim.values())), list) or not parts:
        raise ClaimError("a claim is a comparison, or all or any of a list")
    predicates = tuple(compile_claim(part, depth=depth + 1) for part in parts)
    match next(iter(claim)):
        case "all":
            return partial(_decided_by, False, predicates)
        case "any":
            return partial(_decided_by, True, predicates)
        case other:
            raise ClaimError(f"unknown combination {other!r}")


def _decided_by(decisive: bool, predicates: tuple[Predicate, ...], fields: Fields, today: str) -> bool | None:
    """One decisive part decides; else one unknown part leaves the whole unknown (Kleene's logic)."""
    outcome: bool | None = not decisive
    for predicate in predicates:
        answer = predicate(fields, today)
        if answer is decisive:
            return decisive
        if answer is None:
            outcome = None
    return outcome


def _comparison(field: object, op: object, value: object) -> Predicate:
    if not isinstance(field, str) or not isinstance(op, str):
        raise ClaimError("field and op are texts")
    if op in ("in", "not_in"):
        if not isinstance(value, list) or not value or not all(_scalar(v) for v in value):
            raise ClaimError(f"{op} needs a list of texts or numbers")
        return partial(_member if op == "in" else _stranger, field, tuple(value))
    if op not in _COMPARISONS or not isinstance(value, str | int) or isinstance(value, bool):
        raise ClaimError(f"unknown comparison {op!r}, or a value that is neither text nor number")
    return partial(_compare, field, _COMPARISONS[op], value)


def _scalar(value: object) -> bool:
    return isinstance(value, str | int) and not isinstance(value, bool)


def _compare(
    field: str, compare: Callable[[Any, Any], bool], value: FieldValue, fields: Fields, today: str
) -> bool | None:
    found = fields.get(field)
    wanted = today if value == TODAY else value
    if type(found) is type(wanted):
        return compare(found, wanted)
    if type(wanted) is int and type(found) is str and _DECIMAL.fullmatch(found):
        return compare(Decimal(found), wanted)
    return None


def _member(field: str, values: tuple[FieldValue, ...], fields: Fields, today: str) -> bool | None:
    answers = [_compare(field, operator.eq, value, fields, today) for value in values]
    if True in answers:
        return True
    return None if None in answers and False not in answers else False


def _stranger(field: str, values: tuple[FieldValue, ...], fields: Fields, today: str) -> bool | None:
    member = _member(field, values, fields, today)
    return None if member is None else not member
