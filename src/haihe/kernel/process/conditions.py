"""Conditions of gates and forks: comparisons of what is known about a case, never code.

    amount >= 50000 and kind in ("COMPANY", "BRANCH") and not is_urgent

The text is parsed by Python's own grammar and only a few kinds of its expressions are let through. A value that isn't
known is None: it equals None and nothing else, and is neither more nor less than anything.
"""

import ast
import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

type Value = str | int | float | bool | None
type Data = Mapping[str, Value]
type _Evaluate = Callable[[Data], object]

_MOST_CHARACTERS: Final = 500
_MOST_NODES: Final = 100
_ORDERED: Final[dict[type[ast.cmpop], Callable[[Any, Any], bool]]] = {
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
}


class ConditionRefused(ValueError):
    """The text isn't a condition."""


@dataclass(frozen=True, slots=True)
class Condition:
    """A parsed condition; `names` are the values that it asks for."""

    text: str
    names: frozenset[str]
    _evaluate: _Evaluate

    def holds(self, data: Data) -> bool:
        return bool(self._evaluate(data))


@lru_cache(maxsize=4096)
def parse(text: str) -> Condition:
    """Parse a condition. Raises: ConditionRefused."""
    if len(text) > _MOST_CHARACTERS:
        raise ConditionRefused(f"longer than {_MOST_CHARACTERS} characters")
    try:
        tree = ast.parse(text.strip(), mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        raise ConditionRefused(f"not a condition: {text[:60]}") from error
    if sum(1 for _ in ast.walk(tree)) > _MOST_NODES:
        raise ConditionRefused("too many parts")
    names = frozenset(node.id for node in ast.walk(tree) if isinstance(node, ast.Name))
    return Condition(text.strip(), names, _compiled(tree))


def _compiled(node: ast.expr) -> _Evaluate:
    build = _KINDS.get(type(node))
    if build is None:
        raise ConditionRefused(f"{type(node).__name__} is no part of a condition")
    return build(node)


def _both(node: ast.BoolOp) -> _Evaluate:
    parts = [_compiled(part) for part in node.values]
    if isinstance(node.op, ast.And):
        return lambda data: all(part(data) for part in parts)
    return lambda data: any(part(data) for part in parts)


def _negated(node: ast.UnaryOp) -> _Evaluate:
    part = _compiled(node.operand)
    if isinstance(node.op, ast.Not):
        return lambda data: not part(data)
    if isinstance(node.op, ast.USub) and isinstance(node.operand, ast.Constant):
        value = node.operand.value
        if isinstance(value, int | float) and not isinstance(value, bool):
            return lambda _data: -value
    raise ConditionRefused("only a number can be negative")


def _compared(node: ast.Compare) -> _Evaluate:
    if len(node.ops) != 1:
        raise ConditionRefused("compare two values at a time")
    left, sign, right = _compiled(node.left), node.ops[0], _compiled(node.comparators[0])
    if isinstance(sign, ast.Eq | ast.Is):
        return lambda data: _same(left(data), right(data))
    if isinstance(sign, ast.NotEq | ast.IsNot):
        return lambda data: not _same(left(data), right(data))
    if isinstance(sign, ast.In | ast.NotIn):
        if not isinstance(node.comparators[0], ast.Tuple | ast.List):
            raise ConditionRefused("`in` wants a list of values")
        return _among(left, right, negated=isinstance(sign, ast.NotIn))
    compare = _ORDERED[type(sign)]
    return lambda data: _is_ordered(compare, left(data), right(data))


def _among(left: _Evaluate, right: _Evaluate, *, negated: bool) -> _Evaluate:
    return lambda data: any(_same(left(data), one) for one in _items(right(data))) is not negated


def _items(value: object) -> tuple[object, ...]:
    return value if isinstance(value, tuple) else ()


def _same(left: object, right: object) -> bool:
    # True is 1 in Python; in a form, a tick is no number.
    return isinstance(left, bool) == isinstance(right, bool) and left == right


def _is_ordered(compare: Callable[[Any, Any], bool], left: object, right: object) -> bool:
    numbers = _is_number(left) and _is_number(right)
    return (numbers or (isinstance(left, str) and isinstance(right, str))) and compare(left, right)


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _constant(node: ast.Constant) -> _Evaluate:
    if node.value is not None and not isinstance(node.value, str | int | float | bool):
        raise ConditionRefused(f"{type(node.value).__name__} is no value")
    value = node.value
    return lambda _data: value


def _named(node: ast.Name) -> _Evaluate:
    name = node.id
    return lambda data: data.get(name)


def _listed(node: ast.Tuple | ast.List) -> _Evaluate:
    values = [_compiled(part) for part in node.elts]
    if not all(isinstance(part, ast.Constant) for part in node.elts):
        raise ConditionRefused("a list holds values only")
    return lambda data: tuple(value(data) for value in values)


_KINDS: Final[dict[type[ast.expr], Callable[..., _Evaluate]]] = {
    ast.BoolOp: _both,
    ast.UnaryOp: _negated,
    ast.Compare: _compared,
    ast.Constant: _constant,
    ast.Name: _named,
    ast.Tuple: _listed,
    ast.List: _listed,
}
