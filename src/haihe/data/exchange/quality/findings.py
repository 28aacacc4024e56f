"""What was noticed about a run, as it is stored: codes, figures and lines, never a value from the file."""

from typing import Any

import msgspec

from haihe.data.exchange.quality.ruleset import CheckKind, DriftKind, Severity


class ColumnFinding(msgspec.Struct, frozen=True, kw_only=True):
    """One difference between the columns that came and those agreed on; `holds` says whether it waits for a person.

    `field` is the column of the rules it is about, `before` and `after` are titles, `share` how much of the content is
    still of the column's kind.
    """

    kind: DriftKind
    holds: bool
    field: str = ""
    before: str = ""
    after: str = ""
    share: float | None = None


class CheckFinding(msgspec.Struct, frozen=True, kw_only=True):
    """How one check ended. `measured` is in the unit of the check's limit; None where it couldn't be measured.

    `broken` counts rows that break it, `lines` are some of them. `by` is what was compared: a code, a snapshot.
    """

    code: str
    kind: CheckKind
    severity: Severity
    limit: float
    passed: bool
    measured: float | None = None
    broken: int = 0
    lines: tuple[int, ...] = ()
    by: str = ""
    fields: tuple[str, ...] = ()


def stored(findings: list[Any]) -> Any:
    return msgspec.to_builtins(findings)


def column_findings(stored_findings: Any) -> list[ColumnFinding]:
    return msgspec.convert(stored_findings, type=list[ColumnFinding])


def check_findings(stored_findings: Any) -> list[CheckFinding]:
    return msgspec.convert(stored_findings, type=list[CheckFinding])
