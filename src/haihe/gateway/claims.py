"""Claims: what the owner of a register lets be asked, compiled once from JSON to a predicate.

`{"all": […]}`, `{"any": […]}` or a comparison `{"field": …, "op": eq|ne|in|ge|le, "value": …}`; the value "$today" is
the day in the city. Logic is three-valued: a field that is missing, null or of another type makes a comparison
unknown (None), and unknown never becomes yes or no by accident.
"""

import operator
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from haihe.kernel.subject_index import FieldValue

type Fields = Mapping[str, FieldValue]
type Predicate = Callable[[Fields, str], bool | None]
"""Takes the entry's fields and today's date (YYYY-MM-DD)."""

TODAY = "$today"
_MAX_DEPTH = 8
_COMPARISONS: Mapping[str, Callable[[Any, Any], bool]] = {
    "eq": operator.eq,
    "ne": operator.ne,
    "ge": operator.ge,
    "le": operator.le,
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
    if op == "in":
        if not isinstance(value, list) or not value or not all(_scalar(v) for v in value):
            raise ClaimError("in needs a list of texts or numbers")
        return partial(_member, field, tuple(value))
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
    return compare(found, wanted) if type(found) is type(wanted) else None


def _member(field: str, values: tuple[FieldValue, ...], fields: Fields, today: str) -> bool | None:
    answers = [_compare(field, operator.eq, value, fields, today) for value in values]
    if True in answers:
        return True
    return None if None in answers and False not in answers else False
