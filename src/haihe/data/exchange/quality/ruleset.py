"""All that a resource's data is held to, as one value: the rules of rows, and the checks of a whole delivery.

The rules of rows are a `RegisterSchema`: a row that breaks one is rejected. Checks look at all accepted rows together.
What a broken check does is its severity: WARN is told, HOLD waits for a steward, REJECT refuses the delivery.
"""

import re
from enum import StrEnum

import msgspec

from haihe.data.exchange.patterns import fault_of
from haihe.data.exchange.rules import Kind, Operator, Personal, RegisterSchema


class Severity(StrEnum):
    WARN = "WARN"
    HOLD = "HOLD"
    REJECT = "REJECT"


class CheckKind(StrEnum):
    """What a check looks at; the last five compare with the snapshot in use."""

    UNIQUE = "UNIQUE"
    REFERENCE = "REFERENCE"
    PATTERN = "PATTERN"
    RANGE = "RANGE"
    FILLED = "FILLED"
    ORDER = "ORDER"
    FRESH = "FRESH"
    ROWS = "ROWS"
    EMPTY = "EMPTY"
    SHARES = "SHARES"
    MEAN = "MEAN"
    SPREAD = "SPREAD"


class Dimension(StrEnum):
    """What a score is about; names of GB/T 36344, whose 准确性 has 唯一性 in it and which is told apart here."""

    COMPLETENESS = "COMPLETENESS"
    CONFORMITY = "CONFORMITY"
    ACCURACY = "ACCURACY"
    CONSISTENCY = "CONSISTENCY"
    UNIQUENESS = "UNIQUENESS"
    TIMELINESS = "TIMELINESS"


DIMENSIONS: dict[CheckKind, Dimension] = {
    CheckKind.UNIQUE: Dimension.UNIQUENESS,
    CheckKind.REFERENCE: Dimension.CONSISTENCY,
    CheckKind.PATTERN: Dimension.CONFORMITY,
    CheckKind.RANGE: Dimension.ACCURACY,
    CheckKind.FILLED: Dimension.COMPLETENESS,
    CheckKind.ORDER: Dimension.CONSISTENCY,
    CheckKind.FRESH: Dimension.TIMELINESS,
}
"""Checks that compare with the snapshot before are in no score: a change is no fault by itself."""
COMPARING = frozenset(CheckKind) - DIMENSIONS.keys()
NUMBERS = (Kind.INTEGER, Kind.DECIMAL)
MOST_CHECKS = 60
_CODE = re.compile(r"[A-Z][A-Z0-9_]{1,63}")
_NEEDS: dict[CheckKind, tuple[int, int]] = {
    CheckKind.UNIQUE: (1, 5),
    CheckKind.ORDER: (2, 2),
    CheckKind.FRESH: (0, 0),
    CheckKind.ROWS: (0, 0),
}
_KINDS: dict[CheckKind, tuple[Kind, ...]] = {
    CheckKind.RANGE: NUMBERS,
    CheckKind.MEAN: NUMBERS,
    CheckKind.SPREAD: NUMBERS,
    CheckKind.SHARES: (Kind.CODE, Kind.DIVISION),
    CheckKind.PATTERN: (Kind.TEXT, Kind.CODE, Kind.DIVISION, Kind.CREDIT_CODE),
}


class DriftKind(StrEnum):
    """How the columns of a delivery may differ from those that were agreed on."""

    MISSING = "MISSING"
    NEW = "NEW"
    RENAMED = "RENAMED"
    CONTENT = "CONTENT"
    REORDERED = "REORDERED"


HELD_BY_DEFAULT = (DriftKind.MISSING, DriftKind.NEW, DriftKind.RENAMED, DriftKind.CONTENT)


class RulesRefused(ValueError):
    """The rules contradict themselves; `problem` says how (wording.py tells it), `part` where."""

    def __init__(self, problem: str, part: str = "") -> None:
        super().__init__(f"{problem} {part}".strip())
        self.problem = problem
        self.part = part


class Check(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One check. `limit` is what is still fine: percent of rows that break it, or percent of change.

    For FRESH the limit is an age in days, 0: as the catalogue promises; for EMPTY and SHARES a difference in
    percentage points; for SPREAD the population stability index times 100 (10: hardly any change, 25: another
    population).
    """

    code: str
    kind: CheckKind
    severity: Severity
    fields: tuple[str, ...] = ()
    limit: float = 0
    pattern: str = ""
    low: float | None = None
    high: float | None = None
    operator: Operator = Operator.LE
    target: str = ""
    target_field: str = ""


class RuleSet(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The rules of one resource. Raises: RulesRefused where they contradict themselves."""

    schema: RegisterSchema
    checks: tuple[Check, ...] = ()
    held: tuple[DriftKind, ...] = HELD_BY_DEFAULT

    def __post_init__(self) -> None:
        if len(self.checks) > MOST_CHECKS or len({check.code for check in self.checks}) != len(self.checks):
            raise RulesRefused("CHECKS_REPEATED")
        kinds = {column.field: column.kind for column in self.schema.columns}
        for check in self.checks:
            _refuse_odd(check, kinds)
            _refuse_sealed(check, self.schema)


def _refuse_odd(check: Check, kinds: dict[str, Kind]) -> None:
    least, most = _NEEDS.get(check.kind, (1, 1))
    if not _CODE.fullmatch(check.code) or not least <= len(check.fields) <= most or set(check.fields) - kinds.keys():
        raise RulesRefused("CHECK_FIELDS", check.code)
    wanted = _KINDS.get(check.kind)
    if wanted and any(kinds[field] not in wanted for field in check.fields):
        raise RulesRefused("CHECK_KIND", check.code)
    if check.limit < 0:
        raise RulesRefused("CHECK_LIMIT", check.code)
    if check.kind == CheckKind.PATTERN and fault_of(check.pattern) is not None:
        raise RulesRefused("CHECK_PATTERN", check.code)
    if check.kind == CheckKind.REFERENCE and not (check.target and check.target_field):
        raise RulesRefused("CHECK_TARGET", check.code)


def _refuse_sealed(check: Check, schema: RegisterSchema) -> None:
    """What is personal can be told apart by its keyed hash, and only so; what is sealed altogether can't."""
    by_hash = check.kind in (CheckKind.UNIQUE, CheckKind.REFERENCE)
    closed = {column.field for column in schema.sealed_columns if not by_hash or column.personal is Personal.SEALED}
    if closed & set(check.fields):
        raise RulesRefused("CHECK_SEALED", check.code)


def default_checks(schema: RegisterSchema, *, size: Severity = Severity.WARN) -> tuple[Check, ...]:
    """Return the checks that fit any resource: as fresh as promised, and not suddenly another population.

    `size` is what half as many rows, or half as many again, bring about.
    """
    plain = schema.plain_columns
    codes = [column for column in plain if column.kind is Kind.CODE]
    numbers = [column for column in plain if column.kind in NUMBERS]
    optional = [column for column in plain if not column.required]
    return (
        Check(code="FRESH", kind=CheckKind.FRESH, severity=Severity.WARN),
        Check(code="ROW_COUNT", kind=CheckKind.ROWS, severity=size, limit=50),
        *(_check(CheckKind.SHARES, column.field, 20) for column in codes[:8]),
        *(_check(CheckKind.SPREAD, column.field, 25) for column in numbers[:8]),
        *(_check(CheckKind.EMPTY, column.field, 20) for column in optional[:8]),
    )


def _check(kind: CheckKind, field: str, limit: float) -> Check:
    return Check(code=f"{kind}_{field.upper()}"[:64], kind=kind, severity=Severity.WARN, fields=(field,), limit=limit)
