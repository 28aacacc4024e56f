"""One row: either all its values, or every problem it has."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from haihe.data.exchange.cells import CellFault, parser_for
from haihe.data.exchange.ports import Record, SourceFacts
from haihe.data.exchange.reasons import SENTENCES, WITHOUT_DOUBT, Reason
from haihe.data.exchange.rules import Column, CrossRule, Operator, RegisterSchema, RowSeverity, fold_title
from haihe.kernel.identifiers import IdentifierError, parse_id_number
from haihe.kernel.text import normalise

_SUMMARY_WORDS = ("合计", "总计", "小计", "共计")
# Empty, too: the word may stand in a later cell.
SUMMARY_STARTS = frozenset({"", *(word[0] for word in _SUMMARY_WORDS)})
_LONGEST_SUMMARY = 8
_LOOKS_LIKE_ID = re.compile(r"(?<![0-9A-Za-z])[0-9]{17}[0-9Xx](?![0-9A-Za-z])")
_HOLDS: dict[Operator, Callable[[str, str], bool]] = {
    Operator.LE: lambda left, right: left <= right,
    Operator.LT: lambda left, right: left < right,
    Operator.EQ: lambda left, right: left == right,
    Operator.NE: lambda left, right: left != right,
}

type Values = list[str | None]


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with one cell (`column` is its title) or with the whole row (`column` empty)."""

    column: str
    code: str
    sentence: str


@dataclass(frozen=True, slots=True)
class Refused:
    """A refused row: all its problems, and the identity numbers of the people it puts in doubt."""

    problems: tuple[Problem, ...]
    doubted: tuple[str, ...]


class RowChecker:
    """Checks rows of one source against one schema."""

    def __init__(self, schema: RegisterSchema, facts: SourceFacts) -> None:
        self._schema = schema
        self._columns = [
            (column, parser_for(column), place) for column, place in zip(schema.columns, facts.positions, strict=True)
        ]
        self._header = list(facts.header)
        self._cross = [_Cross.of(rule, schema) for rule in schema.cross_rules if rule.severity is not RowSeverity.WARN]
        self._subject = next((index for index, column in enumerate(schema.columns) if column is schema.subject), None)

    def check(self, record: Record) -> Values | Refused:
        """Return the row's values in the schema's order (empty optional cells are None), or why it is refused."""
        if (damage := self._damage(record)) is not None:
            return Refused((Problem(record.column, damage, SENTENCES[damage]),), self._anybody_in(record.raw, damage))
        values: Values = []
        problems: list[Problem] = []
        cells = record.cells
        for column, parse, place in self._columns:
            try:
                values.append(parse(cells[place]) if place is not None else None)
            except CellFault as fault:
                values.append(None)
                problems.append(Problem(column.title, fault.code, fault.sentence))
        problems += [cross.problem for cross in self._cross if not cross.holds(values)]
        return Refused(tuple(problems), self._subject_of(values)) if problems else values

    def subject_of(self, values: Values) -> str | None:
        """Return whose row it is; None for a resource about no person."""
        return values[self._subject] if self._subject is not None else None

    def _subject_of(self, values: Values) -> tuple[str, ...]:
        subject = self.subject_of(values)
        return (subject,) if subject else ()

    def _damage(self, record: Record) -> Reason | None:
        """Say what is wrong with the row as a whole. What is no data at all is told before a wrong column count."""
        first = record.cells[0].strip() if record.cells else ""
        if first[:1] in SUMMARY_STARTS and _is_summary(record.cells):
            return Reason.SUMMARY_ROW
        if first == self._header[0] and [cell.strip() for cell in record.cells] == self._header:
            return Reason.REPEATED_HEADER
        return record.fault

    def _anybody_in(self, raw: str, damage: Reason) -> tuple[str, ...]:
        """Return every valid identity number in a damaged row: which one is its subject can't be told any more."""
        if damage in WITHOUT_DOUBT or self._subject is None:
            return ()
        found = (_id_number(text) for text in _LOOKS_LIKE_ID.findall(normalise(raw)))
        return tuple(dict.fromkeys(value for value in found if value))


def _is_summary(cells: list[str]) -> bool:
    first = next((text for cell in cells if (text := fold_title(cell))), "")
    return len(first) <= _LONGEST_SUMMARY and first.startswith(_SUMMARY_WORDS)


def _id_number(text: str) -> str | None:
    try:
        return parse_id_number(text).value
    except IdentifierError:
        return None


@dataclass(frozen=True, slots=True)
class _Cross:
    left: int
    right: int
    compare: Callable[[str, str], bool]
    problem: Problem

    @classmethod
    def of(cls, rule: CrossRule, schema: RegisterSchema) -> "_Cross":
        places: dict[str, tuple[int, Column]] = {c.field: (i, c) for i, c in enumerate(schema.columns)}
        (left, first), (right, second) = places[rule.left], places[rule.right]
        problem = Problem(f"{first.title}、{second.title}", rule.code, rule.sentence)
        return cls(left, right, _HOLDS[rule.operator], problem)

    def holds(self, values: Values) -> bool:
        left, right = values[self.left], values[self.right]
        return left is None or right is None or self.compare(left, right)
