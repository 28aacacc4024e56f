"""Look through a table as it would be opened."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

from haihe.data.open.columns import OpenColumn
from haihe.data.open.gate import groups, metadata, names, texts
from haihe.data.open.gate.facts import Facts
from haihe.data.open.gate.findings import NEVER_KEPT, Code, Finding, Report, Severity, samples_of

_SUSPECT: Final = (
    r"(?:\p{N}[\s\p{Z}\p{Cf}\p{Pd}−.·_]{0,4}){5}"
    r"|[@＠]|室|户|单元|门|栋|幢|号楼|排|[A-Z][A-Z0-9·]{4}|[A-Za-z]·|先生|女士|同志|同学"
    r"|联系人|姓名|户主|人"
)
"""What a text must have for a detector to look at it. In RE2, over a whole column at once."""
_MANY_CODES: Final = 50
"""So many pieces of a shape in a column are a column of codes."""
_LEAST_NAMES: Final = 5
_EASED: Final = frozenset({Code.LANDLINE})
"""Public bodies have telephones: told of, never in the way."""


@dataclass(slots=True)
class _Tally:
    candidates: int = 0
    good: int = 0
    rows: int = 0
    samples: list[str] = field(default_factory=list)


def check(table: pa.Table, facts: Facts) -> Report:
    """Return what is found in the rows and in what is told of them. Columns that aren't among `facts.columns` are
    looked at all the same: nothing leaves unseen.
    """
    known = {column.name: column for column in facts.columns}
    columns = [known.get(name) or OpenColumn(name=name, title=name) for name in table.schema.names if name != "_id"]
    findings = list(metadata.told_of(facts))
    if not table.num_rows:
        findings.append(Finding(code=Code.EMPTY, severity=Severity.BLOCK))
    for column in columns:
        findings += _in_column(table[column.name], column, facts)
    findings += groups.rare_combinations(table, facts)
    findings += groups.small_groups(table, facts)
    return Report(rows=table.num_rows, findings=tuple(findings))


def _in_column(values: pa.ChunkedArray, column: OpenColumn, facts: Facts) -> Iterator[Finding]:
    if column.sensitivity in ("PERSONAL", "SENSITIVE"):
        yield _finding(Code.COLUMN_GRADED, column.name, facts, count=len(values) - values.null_count)
    if (kind := values.type) and (pa.types.is_boolean(kind) or pa.types.is_temporal(kind)):
        return
    different = _different(values)
    yield from _pieces(different, column, facts)
    if pa.types.is_string(kind) or pa.types.is_large_string(kind):
        yield from _names(different, column, facts)


def _different(values: pa.ChunkedArray) -> pa.Table:
    """Return each different value as text, with how many rows have it."""
    if pa.types.is_dictionary(values.type):
        values = values.cast(values.type.value_type)
    if pa.types.is_floating(values.type):
        # 1.2e17 was 120000000000000000 once: whole numbers are read as such.
        values = pc.if_else(pc.equal(values, pc.floor(values)), values, pa.scalar(None, values.type))
        values = values.cast(pa.decimal128(38, 0), safe=False)
    counted = pc.value_counts(values.drop_null().combine_chunks())
    return pa.table({"value": counted.field(0).cast(pa.string()), "count": counted.field(1)})


def _pieces(different: pa.Table, column: OpenColumn, facts: Facts) -> Iterator[Finding]:
    suspect = different.filter(pc.match_substring_regex(different["value"], _SUSPECT))
    tallies: dict[Code, _Tally] = defaultdict(_Tally)
    shares: dict[Code, float] = {}
    for value, count in zip(suspect["value"].to_pylist(), suspect["count"].to_pylist(), strict=True):
        for detector, piece, is_one in texts.found_in(value):
            tally = tallies[detector.code]
            tally.candidates += 1
            shares[detector.code] = detector.by_chance
            if is_one:
                tally.good += 1
                tally.rows += count
                tally.samples.append(piece)
    for code, tally in tallies.items():
        if not tally.good:
            continue
        share = tally.good / tally.candidates
        is_code = tally.candidates >= _MANY_CODES and share < shares[code]
        yield _finding(
            code,
            column.name,
            facts,
            count=tally.rows,
            confidence=round(share if is_code else 1.0, 2),
            samples=samples_of(tally.samples),
            eased=is_code,
        )


def _names(different: pa.Table, column: OpenColumn, facts: Facts) -> Iterator[Finding]:
    short = different.filter(pc.less_equal(pc.utf8_length(different["value"]), 8))
    pairs = zip(short["value"].to_pylist(), short["count"].to_pylist(), strict=True)
    counted = {"".join(texts.folded(value).split()): count for value, count in pairs}
    found = {value: count for value, count in counted.items() if names.looks_like_name(value)}
    if not found:
        return
    share = len(found) / different.num_rows
    told = names.says_name(column.title, column.name)
    if not told and (share < names.SOME or len(found) < _LEAST_NAMES):
        return
    yield _finding(
        Code.NAME,
        column.name,
        facts,
        count=sum(found.values()),
        confidence=round(min(1.0, share + (0.4 if told else 0.0)), 2),
        samples=samples_of(found),
        eased=not told and share < names.MANY,
    )


def _finding(
    code: Code,
    column: str,
    facts: Facts,
    *,
    count: int,
    confidence: float = 1.0,
    samples: tuple[str, ...] = (),
    eased: bool = False,
) -> Finding:
    kept = column in facts.kept and code not in NEVER_KEPT
    severity = Severity.WARN if eased or kept or code in _EASED else Severity.BLOCK
    return Finding(code=code, severity=severity, column=column, count=count, confidence=confidence, samples=samples)
