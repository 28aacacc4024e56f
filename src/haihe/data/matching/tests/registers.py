"""Small registers with everything that registers have (empty keys, repeated keys, empty fields), and an oracle.

The oracle judges one row at a time in plain Python, so it shares nothing with the plan but its definition.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
from hypothesis import strategies as st

from haihe.data.matching.definition import (
    Absent,
    Compared,
    Condition,
    Definition,
    Input,
    Operator,
    Outcome,
    Present,
)
from haihe.data.matching.plan import TODAY
from haihe.data.matching.tables import Field, Stored, Table

DAY = date(2026, 11, 25)
SCHEMA = pa.schema(
    [
        ("line", pa.int64()),
        ("subject", pa.binary()),
        ("holder_key", pa.binary()),
        ("name_key", pa.binary()),
        ("place", pa.string()),
        ("size", pa.int64()),
        ("amount", pa.decimal128(17, 2)),
        ("since", pa.date32()),
    ]
)
FIELDS: Mapping[str, Field] = {
    "person": Field("证件号码", Stored.IDENTITY_KEY, "subject"),
    "holder": Field("户主证件号码", Stored.IDENTITY_KEY, "holder_key"),
    "name": Field("姓名", Stored.NAME_KEY, "name_key"),
    "place": Field("区划", Stored.TEXT, "place"),
    "size": Field("人口", Stored.INTEGER, "size"),
    "amount": Field("金额", Stored.DECIMAL, "amount"),
    "since": Field("开始日期", Stored.DATE, "since"),
    "phone": Field("电话", Stored.HIDDEN, ""),
}
type Row = dict[str, object]

_KEYS = [bytes([n]) * 16 for n in range(5)]
_ROW = st.fixed_dictionaries(
    {
        "subject": st.sampled_from([*_KEYS, None]),
        "holder_key": st.sampled_from([*_KEYS, None]),
        "name_key": st.sampled_from([b"n1", b"n2", None]),
        "place": st.sampled_from(["a'\\b", "天津", "", None]),
        "size": st.sampled_from([1, 2, 3, None]),
        "amount": st.sampled_from([Decimal("1.00"), Decimal("2.50"), None]),
        "since": st.sampled_from([date(2026, 11, 24), DAY, date(2026, 11, 26), None]),
    }
)


@dataclass(frozen=True)
class Case:
    """A model and its registers: rows by input, and whether an input has one row for each subject."""

    model: Definition
    rows: Mapping[str, list[Row]]
    unique: frozenset[str]

    def tables(self, folder: Path) -> dict[str, Table]:
        return {name: write(folder / f"{name}.parquet", rows, name in self.unique) for name, rows in self.rows.items()}


def write(file: Path, rows: Sequence[Row], unique: bool) -> Table:
    pq.write_table(pa.Table.from_pylist(list(rows), SCHEMA), file)
    return Table(file, len(rows), FIELDS, "subject" if unique else "")


@st.composite
def cases(draw: st.DrawFn) -> Case:
    names = ["base", "other", "third"][: draw(st.integers(2, 3))]
    unique = frozenset(draw(st.sets(st.sampled_from(names))))
    inputs = [Input(name="base", resource="120001/000001")]
    for name in names[1:]:
        before = draw(st.sampled_from([one.name for one in inputs]))
        key, equals = draw(st.sampled_from([("person", "person"), ("person", "holder"), ("place", "place")]))
        inputs.append(Input(name=name, resource="120001/000001", key=key, equals=f"{before}.{equals}"))
    conditions = draw(st.lists(_condition(names), min_size=1, max_size=4))
    absent = {c.input for c in conditions if isinstance(c, Absent)}
    conditions = [c for c in conditions if _goes_with(c, absent)]
    inputs = [one for one in inputs if one.equals.partition(".")[0] not in absent]
    kept = {one.name for one in inputs}
    conditions = [c for c in conditions if _about(c) <= kept] or [
        Present(input="other") if "other" in kept else _size()
    ]
    shown = draw(
        st.lists(st.sampled_from([f"{n}.{f}" for n in sorted(kept - absent) for f in ("place", "amount")]), unique=True)
    )
    model = Definition(
        title="t", purpose="P", legal_basis="L", inputs=tuple(inputs), conditions=tuple(conditions), output=tuple(shown)
    )
    return Case(model, {name: _rows(draw, name in unique) for name in names if name in kept}, unique & kept)


def judge(case: Case) -> list[tuple[Outcome, int]]:
    """Return the outcome of every row of the base, by its line."""
    base, *_ = case.model.inputs
    return [(_outcome(case, row), int(str(row["line"]))) for row in case.rows[base.name]]


def _outcome(case: Case, base: Row) -> Outcome:
    found: dict[str, list[Row]] = {case.model.base.name: [base]}
    keys: dict[str, object] = {}
    for one in case.model.others:
        name, _, field = one.equals.partition(".")
        several = found[name]
        value = _least(several, FIELDS[field].column)
        keys[one.name] = value
        found[one.name] = [r for r in case.rows[one.name] if value is not None and r[FIELDS[one.key].column] == value]
    if any(_surely_false(c, found, keys) for c in case.model.conditions):
        return Outcome.NOT_MATCHED
    looked_at = {c.input for c in case.model.conditions if isinstance(c, Present | Absent)}
    if any(keys[name] is None for name in looked_at):
        return Outcome.NO_KEY
    sides = [side for c in case.model.conditions if isinstance(c, Compared) for side in (c.left, c.right) if side]
    read = {part.partition(".")[0] for part in (*sides, *case.model.output)}
    if any(len(found[name]) > 1 for name in read):
        return Outcome.AMBIGUOUS
    return Outcome.UNDECIDED if any(_value(found, side) is None for side in sides) else Outcome.MATCHED


def _surely_false(condition: Condition, found: Mapping[str, list[Row]], keys: Mapping[str, object]) -> bool:
    match condition:
        case Present(input=name):
            return keys[name] is not None and not found[name]
        case Absent(input=name):
            return bool(found[name])
        case Compared(left=left, op=op, right=right, value=value):
            names = {side.partition(".")[0] for side in (left, right) if side}
            if any(len(found[name]) > 1 for name in names):
                return False
            one, other = _value(found, left), _value(found, right) if right else _read(left, value)
            return one is not None and other is not None and not _HOLDS[op](one, other)


_HOLDS = {
    Operator.EQ: lambda a, b: a == b,
    Operator.NE: lambda a, b: a != b,
    Operator.LT: lambda a, b: a < b,
    Operator.LE: lambda a, b: a <= b,
    Operator.GT: lambda a, b: a > b,
    Operator.GE: lambda a, b: a >= b,
}


def _value(found: Mapping[str, list[Row]], part: str) -> object:
    name, _, field = part.partition(".")
    return _least(found[name], FIELDS[field].column)


def _least(rows: Sequence[Row], column: str) -> object:
    values = [row[column] for row in rows if row[column] is not None]
    return min(values, default=None)  # type: ignore[type-var]  # of one type


def _read(part: str, value: object) -> object:
    stored = FIELDS[part.partition(".")[2]].stored
    if stored is Stored.DATE:
        return DAY if value == TODAY else date.fromisoformat(str(value))
    return str(value) if stored is Stored.TEXT else Decimal(str(value))


def _rows(draw: st.DrawFn, unique: bool) -> list[Row]:
    rows = draw(st.lists(_ROW, max_size=6))
    if unique:
        rows = list({row["subject"]: row for row in rows if row["subject"] is not None}.values())
    return [{**row, "line": number} for number, row in enumerate(rows, 2)]


def _condition(names: list[str]) -> st.SearchStrategy[Condition]:
    others, ordered = st.sampled_from(names[1:]), st.sampled_from(list(Operator))
    fields = [f"{name}.{field}" for name in names for field in ("size", "amount")]
    dates = [f"{name}.since" for name in names]
    texts = [f"{name}.place" for name in names]
    keyed = [f"{name}.name" for name in names]
    return st.one_of(
        st.builds(Present, input=others),
        st.builds(Absent, input=others),
        st.builds(Compared, left=st.sampled_from(fields), op=ordered, right=st.sampled_from(fields)),
        st.builds(Compared, left=st.sampled_from(fields), op=ordered, value=st.sampled_from([2, 1.5, "2.50"])),
        st.builds(Compared, left=st.sampled_from(dates), op=ordered, right=st.sampled_from(dates)),
        st.builds(Compared, left=st.sampled_from(dates), op=ordered, value=st.sampled_from([TODAY, "2026-11-24"])),
        st.builds(Compared, left=st.sampled_from(texts), op=_EQUALITY, value=st.sampled_from(["a'\\b", "天津"])),
        st.builds(Compared, left=st.sampled_from(keyed), op=_EQUALITY, right=st.sampled_from(keyed)),
    )


_EQUALITY = st.sampled_from([Operator.EQ, Operator.NE])


def _about(condition: Condition) -> set[str]:
    if isinstance(condition, Compared):
        return {side.partition(".")[0] for side in (condition.left, condition.right) if side}
    return {condition.input}


def _goes_with(condition: Condition, absent: set[str]) -> bool:
    return isinstance(condition, Absent) or not _about(condition) & absent


def _size() -> Compared:
    return Compared(left="base.size", op=Operator.GE, value=2)
