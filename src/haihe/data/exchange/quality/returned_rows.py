"""Rejected rows and what they can be known by later: whose row it is, or the columns that must not repeat."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa

from haihe.base.keys.api import keyring
from haihe.data.exchange.cells import CellFault, CellParser, parser_for
from haihe.data.exchange.engine import duck, name, text
from haihe.data.exchange.keyed import SUBJECT
from haihe.data.exchange.quality.ruleset import CheckKind, RuleSet
from haihe.data.exchange.reasons import WITHOUT_DOUBT
from haihe.data.exchange.rejects import Reject
from haihe.data.exchange.rules import Column, Personal

_SHOWN_LINES = 50
_KEYED = pa.schema([("line", pa.int64()), ("key", pa.binary())])


@dataclass(frozen=True, slots=True)
class Known:
    """The rows of a return: all that can be mended, and of those that can be known later, line and key."""

    rows: int
    lines: list[int]
    keys: list[bytes]
    unkeyed_lines: list[int]


@dataclass(frozen=True, slots=True)
class Settled:
    """How many of the known rows were accepted since, and some lines of those that weren't."""

    count: int
    open_lines: list[int]


class KeyMaker:
    """Makes the key of a rejected row from its cells; None where the cell it needs isn't readable itself."""

    def __init__(self, ruleset: RuleSet) -> None:
        columns = ruleset.schema.columns
        self.column = ruleset.schema.subject or _unique_column(ruleset)
        self._place = columns.index(self.column) if self.column else None
        self._parse: CellParser | None = parser_for(self.column) if self.column else None
        self._keyring = keyring()

    def key_of(self, reject: Reject) -> bytes | None:
        if self._place is None or self._parse is None or self._place >= len(reject.source.cells):
            return None
        try:
            value = self._parse(reject.source.cells[self._place])
        except CellFault:
            return None
        if value is None:
            return None
        is_subject = self.column is not None and self.column.personal is Personal.SUBJECT
        return self._keyring.subject_key(value) if is_subject else value.encode()


def known_rows(rejects: Iterator[Reject], ruleset: RuleSet) -> Known:
    """Return what of the rejects can be mended. What is no data at all, or said twice, isn't anybody's to mend."""
    maker = KeyMaker(ruleset)
    lines, keys, unkeyed = list[int](), list[bytes](), list[int]()
    for reject in rejects:
        if {problem.code for problem in reject.problems} & set(WITHOUT_DOUBT):
            continue
        key = maker.key_of(reject)
        if key is None:
            unkeyed.append(reject.line)
        else:
            lines.append(reject.line)
            keys.append(key)
    return Known(len(lines) + len(unkeyed), lines, keys, unkeyed)


def settled_among(known: Known, data: Path, ruleset: RuleSet, *, work: Path) -> Settled:
    """Look the known rows up among the accepted rows of a later snapshot."""
    column = KeyMaker(ruleset).column
    if column is None or not known.keys:
        return Settled(0, known.unkeyed_lines[:_SHOWN_LINES])
    stored = SUBJECT if column.personal is Personal.SUBJECT else f"{name(column.field)}::VARCHAR::BLOB"
    asked = pa.table([known.lines, known.keys], schema=_KEYED)
    with duck(work) as connection:
        connection.register("asked", asked)
        found = connection.execute(
            f"SELECT line FROM asked WHERE key NOT IN (SELECT {stored} FROM read_parquet({text(data)}) "  # noqa: S608 - names and texts quoted (engine.py)
            f"WHERE {stored} IS NOT NULL) ORDER BY line"
        ).fetchall()
    still = [int(line) for (line,) in found]
    return Settled(len(known.keys) - len(still), sorted([*still, *known.unkeyed_lines])[:_SHOWN_LINES])


def _unique_column(ruleset: RuleSet) -> Column | None:
    """Return the one open column that a check says must not repeat."""
    named = {check.fields[0] for check in ruleset.checks if check.kind == CheckKind.UNIQUE and len(check.fields) == 1}
    return next((column for column in ruleset.schema.plain_columns if column.field in named), None)
