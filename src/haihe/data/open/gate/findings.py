"""What the gate found, as data."""

from collections.abc import Iterable
from enum import StrEnum
from typing import Final

import msgspec

MOST_SAMPLES: Final = 3


class Severity(StrEnum):
    """BLOCK: not opened before something is done. WARN: somebody should look, and may open."""

    BLOCK = "BLOCK"
    WARN = "WARN"


class Code(StrEnum):
    """What was found."""

    ID_NUMBER = "ID_NUMBER"
    OLD_ID_NUMBER = "OLD_ID_NUMBER"
    SOLE_TRADER = "SOLE_TRADER"
    MOBILE = "MOBILE"
    LANDLINE = "LANDLINE"
    EMAIL = "EMAIL"
    BANK_CARD = "BANK_CARD"
    PLATE = "PLATE"
    ADDRESS = "ADDRESS"
    NAME = "NAME"
    COLUMN_GRADED = "COLUMN_GRADED"
    RARE_COMBINATION = "RARE_COMBINATION"
    SMALL_GROUP = "SMALL_GROUP"
    GRADE = "GRADE"
    LICENCE = "LICENCE"
    METADATA = "METADATA"
    EMPTY = "EMPTY"


class Finding(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One thing found. `count` of rows; `confidence` from 0 to 1; `detail` names a field, columns or a number."""

    code: Code
    severity: Severity
    column: str = ""
    count: int = 0
    confidence: float = 1.0
    samples: tuple[str, ...] = ()
    detail: str = ""


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """All that was found in one look."""

    rows: int
    findings: tuple[Finding, ...]

    @property
    def passed(self) -> bool:
        return not any(finding.severity is Severity.BLOCK for finding in self.findings)


NEVER_KEPT: Final = frozenset({Code.ID_NUMBER, Code.OLD_ID_NUMBER, Code.BANK_CARD, Code.MOBILE, Code.RARE_COMBINATION})
"""What no decision can keep in the open: it has to be masked, or the rows changed at their source."""


def hidden(value: str) -> str:
    """Return a value as a report may repeat it: enough to find it by, not enough to use it."""
    value = value.strip()
    if len(value) <= 2:
        return value[:1] + "*"
    shown = 2 if len(value) > 6 else 1
    return f"{value[:shown]}{'*' * min(8, len(value) - 2 * shown + 1)}{value[-1:] if len(value) > 3 else ''}"


def samples_of(values: Iterable[str]) -> tuple[str, ...]:
    """Return the first few different ones, hidden."""
    return tuple(dict.fromkeys(hidden(value) for value in values))[:MOST_SAMPLES]
