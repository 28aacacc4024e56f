"""From a match model to one query that any engine runs: built as a tree, written out in the engine's own SQL.

A row of the base is judged by Kleene's logic: one condition that surely fails decides NOT_MATCHED, whatever else is
unknown; otherwise an empty key, several rows for one key and an empty field are told apart. The query returns all rows
but those NOT_MATCHED, of whom only the number is of interest, and there they are nearly all.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from functools import reduce
from typing import Final

from django.utils.translation import gettext
from sqlglot import exp

from haihe.data.matching.definition import (
    Absent,
    Compared,
    Condition,
    Definition,
    Input,
    ModelRefused,
    Operator,
    Outcome,
    Present,
)
from haihe.data.matching.tables import Field, Stored, Table

TODAY: Final = "today"
_ORDER: Final = {"inner": 0, "left": 1, "anti": 2}
_COMPARE: Final[dict[Operator, type[exp.Binary]]] = {
    Operator.EQ: exp.EQ,
    Operator.NE: exp.NEQ,
    Operator.LT: exp.LT,
    Operator.LE: exp.LTE,
    Operator.GT: exp.GT,
    Operator.GE: exp.GTE,
}


@dataclass(frozen=True, slots=True)
class Plan:
    """`query` reads the views `input_<name>`; its columns are `outcome`, `subject`, `line_<input>` and `output_<n>`."""

    query: exp.Select
    views: Mapping[str, Table]
    base_rows: int

    def sql(self, dialect: str) -> str:
        """Return the query in an engine's SQL: "duckdb" or "spark"."""
        return self.query.sql(dialect=dialect)


def view_of(name: str) -> str:
    """Return the name under which an engine must show an input's Parquet."""
    return f"input_{name}"


def make_plan(model: Definition, tables: Mapping[str, Table], *, today: date) -> Plan:
    """Return the plan over these tables, one for each input by name.

    Raises: ModelRefused where a field doesn't exist, is hidden, or can't be compared so.
    """
    return _Planner(model, tables, today).plan()


class _Planner:
    def __init__(self, model: Definition, tables: Mapping[str, Table], today: date) -> None:
        self._model = model
        self._tables = tables
        self._today = today
        # Several rows for one key matter only where one of them would have to be chosen.
        self._chosen = {name for name in tables if self._reads(name)}

    def plan(self) -> Plan:
        base = self._model.base
        query = exp.select(*self._shown()).from_(exp.alias_(exp.to_table(view_of(base.name)), base.name))
        # Joins that keep what they find come first, for the engine to order as it likes; those that drop it come last.
        for one in sorted(self._model.others, key=lambda each: _ORDER[self._join_type(each.name)]):
            self._check_key(one)
            query = query.with_(f"found_{one.name}", as_=self._found(one))
            on = _equal(_column(one.name, "found_key"), self._side(one.equals)[1])
            found = exp.alias_(exp.to_table(f"found_{one.name}"), one.name)
            query = query.join(found, on=on, join_type=self._join_type(one.name))
        left = [c for c in self._model.conditions if not self._held_by_join(c)]
        query = query.where(*(self._not_surely_false(condition) for condition in left))
        return Plan(query, self._tables, self._tables[base.name].rows)

    def _join_type(self, name: str) -> str:
        """Let the join itself decide where it can: what fails there needn't be carried through the others."""
        held = [c for c in self._model.conditions if isinstance(c, Present | Absent) and c.input == name]
        held = [c for c in held if self._held_by_join(c)]
        return "left" if not held else "anti" if isinstance(held[0], Absent) else "inner"

    def _held_by_join(self, condition: Condition) -> bool:
        """True for "there" and "not there" of an input that is found by the base's subject, which is never empty."""
        if not isinstance(condition, Present | Absent):
            return False
        name, _, field = self._equals_of(condition.input).partition(".")
        return name == self._model.base.name and self._tables[name].is_unique_by(field)

    def _reads(self, name: str) -> bool:
        """True if a value of the input is compared or shown."""
        sides = [side for c in self._model.conditions if isinstance(c, Compared) for side in (c.left, c.right)]
        return any(part.partition(".")[0] == name for part in (*sides, *self._model.output))

    def _field(self, part: str) -> tuple[str, Field]:
        name, _, field = part.partition(".")
        found = self._tables[name].fields.get(field)
        if found is None:
            raise ModelRefused(part, gettext("数据里没有这个字段，或者授权不包括它。"))
        return name, found

    def _side(self, part: str) -> tuple[Field, exp.Column]:
        name, field = self._field(part)
        if field.stored is Stored.HIDDEN:
            raise ModelRefused(part, gettext("这个字段只加密保存，不能用来关联或者比较。"))
        return field, _column(name, field.column)

    def _check_key(self, one: Input) -> None:
        key, equals = self._side(f"{one.name}.{one.key}")[0], self._side(one.equals)[0]
        if key.stored is not equals.stored or key.stored not in (Stored.IDENTITY_KEY, Stored.TEXT):
            raise ModelRefused(f"inputs.{one.name}", gettext("关联的两个字段必须同是证件号码，或者同是代码。"))

    def _found(self, one: Input) -> exp.Select:
        """The input by its key, one row for each: what was there once, and how often it is there."""
        table = self._tables[one.name]
        key = exp.column(table.fields[one.key].column, quoted=True)
        columns = self._columns(one)
        if table.is_unique_by(one.key):
            found = exp.select(exp.alias_(key, "found_key"), exp.alias_(exp.Literal.number(1), "found_rows"))
            found = found.select(*(exp.column(column, quoted=True) for column in columns))
        else:
            found = exp.select(exp.alias_(key, "found_key"), exp.alias_(exp.Count(this=exp.Star()), "found_rows"))
            least = (exp.alias_(exp.Min(this=exp.column(c, quoted=True)), c, quoted=True) for c in columns)
            found = found.select(*least).group_by(key)
        found = found.from_(view_of(one.name)).where(exp.Not(this=exp.Is(this=key.copy(), expression=exp.Null())))
        return self._narrowed(found, one, key)

    def _narrowed(self, found: exp.Select, one: Input, key: exp.Column) -> exp.Select:
        """A register larger than the base is first narrowed to its keys, so that the small side is kept in memory."""
        base = self._model.base.name
        name, field = self._field(one.equals)
        if self._join_type(one.name) != "left":
            return found
        if name != base or self._tables[one.name].rows <= self._tables[base].rows:
            return found
        keys = exp.select(exp.column(field.column, quoted=True)).from_(view_of(base))
        return found.where(exp.In(this=key.copy(), query=keys.subquery()))

    def _columns(self, one: Input) -> list[str]:
        fields = (self._tables[one.name].fields.get(field) for field in self._model.fields_of(one.name))
        stored = [field.column for field in fields if field is not None and field.stored is not Stored.HIDDEN]
        return list(dict.fromkeys(["line", *stored]))

    def _shown(self) -> Iterable[exp.Expr]:
        base = self._model.base.name
        yield exp.alias_(self._outcome(), "outcome")
        subject = self._tables[base].subject
        yield exp.alias_(_column(base, subject) if subject else exp.cast(exp.Null(), "BINARY"), "subject")
        for one in self._model.inputs:
            if not self._is_absent(one.name):
                yield exp.alias_(_column(one.name, "line"), f"line_{one.name}")
        for number, part in enumerate(self._model.output):
            name, field = self._field(part)
            if field.stored.is_plain:
                yield exp.alias_(_column(name, field.column), f"output_{number}")

    def _outcome(self) -> exp.Expr:
        case = exp.Case()
        for reason, tests in (
            (Outcome.NO_KEY, self._empty_keys()),
            (Outcome.AMBIGUOUS, self._several()),
            (Outcome.UNDECIDED, self._empty_sides()),
        ):
            if tests:
                case = case.when(_any(tests), exp.Literal.string(reason))
        return case.else_(exp.Literal.string(Outcome.MATCHED)) if case.args.get("ifs") else _matched()

    def _empty_keys(self) -> list[exp.Expr]:
        looked_at = {c.input for c in self._model.conditions if isinstance(c, Present | Absent)}
        return [_is_null(self._side(one.equals)[1]) for one in self._model.others if one.name in looked_at]

    def _several(self) -> list[exp.Expr]:
        unsure = [
            one.name
            for one in self._model.others
            if one.name in self._chosen and not self._tables[one.name].is_unique_by(one.key)
        ]
        return [exp.GT(this=_column(name, "found_rows"), expression=exp.Literal.number(1)) for name in unsure]

    def _empty_sides(self) -> list[exp.Expr]:
        compared = [c for c in self._model.conditions if isinstance(c, Compared)]
        return [_is_null(self._side(side)[1]) for c in compared for side in (c.left, c.right) if side]

    def _not_surely_false(self, condition: Present | Absent | Compared) -> exp.Expr:
        match condition:
            case Present(input=name):
                there = exp.Not(this=_is_null(_column(name, "found_rows")))
                return exp.paren(_any([_is_null(self._side(self._equals_of(name))[1]), there]))
            case Absent(input=name):
                return _is_null(_column(name, "found_rows"))
            case Compared():
                open_ones = [
                    exp.GT(this=_column(name, "found_rows"), expression=exp.Literal.number(1))
                    for name in {side.partition(".")[0] for side in (condition.left, condition.right) if side}
                    if name != self._model.base.name and not self._is_unique(name)
                ]
                holds = exp.Coalesce(this=self._comparison(condition), expressions=[exp.true()])
                return exp.paren(_any([holds, *open_ones]))

    def _comparison(self, condition: Compared) -> exp.Expr:
        left, column = self._side(condition.left)
        if condition.op not in (Operator.EQ, Operator.NE) and not left.stored.is_ordered:
            raise ModelRefused(condition.left, gettext("这个字段只能比较是否相同，不能比较大小或者先后。"))
        compare = _COMPARE[condition.op]
        if not condition.right:
            return compare(this=column, expression=self._literal(condition, left.stored))
        right, other = self._side(condition.right)
        numbers = {Stored.INTEGER, Stored.DECIMAL}
        if right.stored is not left.stored and not {left.stored, right.stored} <= numbers:
            raise ModelRefused(condition.right, gettext("两个字段的类型不同，不能比较。"))
        return compare(this=column, expression=other)

    def _literal(self, condition: Compared, stored: Stored) -> exp.Expr:
        text = str(condition.value)
        try:
            if stored is Stored.DATE:
                day = self._today if text == TODAY else date.fromisoformat(text)
                return exp.cast(exp.Literal.string(day.isoformat()), "DATE")
            if stored in (Stored.INTEGER, Stored.DECIMAL):
                return _number(Decimal(text))
        except (ValueError, InvalidOperation):
            raise ModelRefused(condition.left, gettext("“%(text)s”不是这个字段的值。") % {"text": text}) from None
        if stored is not Stored.TEXT:
            raise ModelRefused(condition.left, gettext("证件号码和姓名只能与另一个字段比较。"))
        return exp.Literal.string(text)

    def _equals_of(self, name: str) -> str:
        return next(one.equals for one in self._model.others if one.name == name)

    def _is_unique(self, name: str) -> bool:
        return self._tables[name].is_unique_by(next(one.key for one in self._model.others if one.name == name))

    def _is_absent(self, name: str) -> bool:
        return any(isinstance(c, Absent) and c.input == name for c in self._model.conditions)


def _number(value: Decimal) -> exp.Expr:
    """As text and cast: a float would be another number in each engine. Raises: ValueError if digits would be lost."""
    if not value.is_finite() or value.as_tuple().exponent < -4 or abs(value) >= 10**16:  # type: ignore[operator]  # finite
        raise ValueError(value)
    return exp.cast(exp.Literal.string(f"{value:f}"), "DECIMAL(20, 4)")


def _matched() -> exp.Expr:
    return exp.Literal.string(Outcome.MATCHED)


def _column(table: str, name: str) -> exp.Column:
    return exp.column(name, table=table, quoted=True)


def _equal(left: exp.Expr, right: exp.Expr) -> exp.Expr:
    return exp.EQ(this=left, expression=right)


def _is_null(column: exp.Expr) -> exp.Expr:
    return exp.Is(this=column, expression=exp.Null())


def _any(tests: list[exp.Expr]) -> exp.Expr:
    return reduce(lambda left, right: exp.Or(this=left, expression=right), tests)
