"""How good a delivery is, by dimension: 100 less the worst share of rows that break something of that dimension.

Rows count once, under their first reason. What no rule and no check looks at has no score.
"""

from collections.abc import Mapping, Sequence
from typing import Final

from haihe.data.exchange.quality.findings import CheckFinding
from haihe.data.exchange.quality.ruleset import DIMENSIONS, CheckKind, Dimension
from haihe.data.exchange.reasons import Reason
from haihe.data.exchange.rules import RegisterSchema

_OF_REASON: Final = {
    Reason.MISSING: Dimension.COMPLETENESS,
    Reason.OUT_OF_RANGE: Dimension.ACCURACY,
    Reason.CONFLICT: Dimension.CONSISTENCY,
    Reason.KEY_CONFLICT: Dimension.CONSISTENCY,
    Reason.DUPLICATE: Dimension.UNIQUENESS,
}
_ACCURACY_ENDS: Final = ("_CHECK_DIGIT", "_PROVINCE", "_BIRTH_DATE")
_BY_ROWS: Final[tuple[Dimension, ...]] = tuple(each for each in Dimension if each is not Dimension.TIMELINESS)


def dimension_of(code: str, schema: RegisterSchema) -> Dimension:
    """Return what a reason for rejecting a row is about."""
    if code in _OF_REASON:
        return _OF_REASON[Reason(code)]
    if code in {rule.code for rule in schema.cross_rules}:
        return Dimension.CONSISTENCY
    return Dimension.ACCURACY if code.endswith(_ACCURACY_ENDS) else Dimension.CONFORMITY


def scores(
    schema: RegisterSchema, *, rows: int, reasons: Mapping[str, int], findings: Sequence[CheckFinding]
) -> dict[str, float]:
    """Return 0 to 100 by dimension; nothing where there were no rows."""
    if not rows:
        return {}
    worst: dict[Dimension, float] = dict.fromkeys(_BY_ROWS, 0.0)
    for code, count in reasons.items():
        worst[dimension_of(code, schema)] += 100 * count / rows
    for finding in findings:
        dimension = DIMENSIONS.get(finding.kind)
        if dimension is not None and finding.measured is not None:
            worst[dimension] = max(worst.get(dimension, 0.0), _percent(finding))
    return {str(dimension): round(max(0.0, 100 - share), 2) for dimension, share in worst.items()}


def total(scored: Mapping[str, float]) -> float | None:
    """Return the mean of the dimensions."""
    return round(sum(scored.values()) / len(scored), 2) if scored else None


def _percent(finding: CheckFinding) -> float:
    measured = finding.measured or 0.0
    if finding.kind != CheckKind.FRESH:
        return measured
    # As old as promised is as good as new; twice as old is worth nothing.
    return 0.0 if measured <= finding.limit else min(100.0, 100 * (measured / finding.limit - 1))
