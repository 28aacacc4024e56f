"""Conditions over the fields of a form, and the same conditions as JSON Schema.

A form's conditions are those of processes (`haihe.kernel.process.conditions`), less what JSON Schema can't say: a field
is compared with values, not with another field, and only numbers are more or less than something.
"""

import ast
from collections.abc import Callable, Mapping
from typing import Any, Final

from haihe.kernel.process.conditions import ConditionRefused, parse

type Schema = dict[str, Any]

_FLIPPED: Final[dict[type[ast.cmpop], type[ast.cmpop]]] = {
    ast.Lt: ast.Gt,
    ast.Gt: ast.Lt,
    ast.LtE: ast.GtE,
    ast.GtE: ast.LtE,
}
_BOUNDS: Final[dict[type[ast.cmpop], str]] = {
    ast.Lt: "exclusiveMaximum",
    ast.LtE: "maximum",
    ast.Gt: "exclusiveMinimum",
    ast.GtE: "minimum",
}


def as_schema(text: str) -> Schema:
    """Return the schema that an object of values meets where the condition holds. Raises: ConditionRefused."""
    parse(text)
    return _schema(ast.parse(text.strip(), mode="eval").body)


def names_in(text: str) -> frozenset[str]:
    """Return the fields that a condition asks for. Raises: ConditionRefused."""
    return parse(text).names


def renamed(text: str, names: Mapping[str, str]) -> str:
    """Return the condition over other names; "" stays "". Raises: ConditionRefused."""
    if not text or all(names.get(one, one) == one for one in names_in(text)):
        return text
    tree = ast.parse(text.strip(), mode="eval")
    for node in ast.walk(tree):
        if isinstance(node, ast.Name):
            node.id = names.get(node.id, node.id)
    return ast.unparse(tree)


def all_of(*conditions: str) -> str:
    """Return the condition that holds where each of these does; "" always holds."""
    asked = list(dict.fromkeys(one for one in conditions if one))
    return asked[0] if len(asked) == 1 else " and ".join(f"({one})" for one in asked)


def any_of(*conditions: str) -> str:
    """Return the condition that holds where one of these does; "" always holds."""
    if not all(conditions):
        return ""
    asked = list(dict.fromkeys(conditions))
    return asked[0] if len(asked) == 1 else " or ".join(f"({one})" for one in asked)


def _schema(node: ast.expr) -> Schema:
    if isinstance(node, ast.Name):
        return _given(node.id, {"not": {"enum": [None, False, 0, ""]}})
    build = _KINDS.get(type(node))
    if build is None:
        raise ConditionRefused("a form's condition compares fields with values")
    return build(node)


def _both(node: ast.BoolOp) -> Schema:
    return {"allOf" if isinstance(node.op, ast.And) else "anyOf": [_schema(part) for part in node.values]}


def _negated(node: ast.UnaryOp) -> Schema:
    if not isinstance(node.op, ast.Not):
        raise ConditionRefused("a form's condition compares fields with values")
    return {"not": _schema(node.operand)}


def _compared(node: ast.Compare) -> Schema:
    left, sign, right = node.left, type(node.ops[0]), node.comparators[0]
    if isinstance(right, ast.Name):
        left, right, sign = right, left, _FLIPPED.get(sign, sign)
    if not isinstance(left, ast.Name) or isinstance(right, ast.Name):
        raise ConditionRefused("a form's condition compares a field with a value")
    if sign in (ast.In, ast.NotIn) and right is node.comparators[0]:
        return _turned(_among(left.id, ast.literal_eval(right)), sign is ast.NotIn)
    value = _literal(right)
    if sign in _BOUNDS:
        return _bound(left.id, _BOUNDS[sign], value)
    if sign in (ast.Eq, ast.Is, ast.NotEq, ast.IsNot):
        return _turned(_among(left.id, (value,)), sign in (ast.NotEq, ast.IsNot))
    raise ConditionRefused("`in` wants the field first, then the list")


def _literal(node: ast.expr) -> object:
    try:
        value = ast.literal_eval(node)
    except (ValueError, TypeError) as wrong:
        raise ConditionRefused("a form's condition compares a field with a value") from wrong
    if isinstance(value, tuple | list):
        raise ConditionRefused("a list stands after `in`")
    return value


def _bound(name: str, keyword: str, value: object) -> Schema:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ConditionRefused("only numbers are more or less than something")
    return _given(name, {"type": "number", keyword: value})


def _among(name: str, values: tuple[object, ...] | list[object]) -> Schema:
    known = [value for value in values if value is not None]
    given = _given(name, {"enum": known}) if known else {"not": {}}
    return given if len(known) == len(values) else {"anyOf": [given, {"not": {"required": [name]}}]}


def _turned(schema: Schema, is_negated: bool) -> Schema:
    return {"not": schema} if is_negated else schema


def _given(name: str, schema: Schema) -> Schema:
    return {"required": [name], "properties": {name: schema}}


_KINDS: Final[dict[type[ast.expr], Callable[..., Schema]]] = {
    ast.BoolOp: _both,
    ast.UnaryOp: _negated,
    ast.Compare: _compared,
}
