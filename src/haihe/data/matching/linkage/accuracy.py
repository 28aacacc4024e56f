"""How many links are right and how many are found, at each threshold: measured, or as the model expects.

Precision is the share of links that are right, recall the share of all pairs of one person that are linked.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa

STEPS: Final = tuple(float(bits) for bits in np.arange(-4, 30.5, 0.5))


@dataclass(frozen=True, slots=True)
class Point:
    """One threshold: how many pairs are linked by it, and how well."""

    bits: float
    pairs: int
    precision: float
    recall: float

    @property
    def f1(self) -> float:
        both = self.precision + self.recall
        return 2 * self.precision * self.recall / both if both else 0.0


def measured(linked: pa.Table, truth: pa.Table, steps: Sequence[float] = STEPS) -> list[Point]:
    """Return a point for each threshold on these pairs' `bits`; `truth` has all pairs that are one person's."""
    right = _keys(truth)
    bits, keys = linked["bits"].to_numpy(), _keys(linked)
    hit = np.isin(keys, right).astype(np.float64)
    return _points(bits, hit, float(len(right)), steps)


def expected(linked: pa.Table, steps: Sequence[float] = STEPS) -> list[Point]:
    """Return what the model itself expects, where nobody knows the truth: each pair counts by its probability.

    Pairs that no blocking rule brought together aren't in it, so the recall is of those that were looked at.
    """
    bits = linked["bits"].to_numpy()
    chance = 1 / (1 + np.exp2(-bits))
    return _points(bits, chance, float(chance.sum()), steps)


def _points(
    bits: npt.NDArray[np.float64], right: npt.NDArray[np.float64], all_right: float, steps: Sequence[float]
) -> list[Point]:
    order = np.argsort(-bits, kind="stable")
    descending, gathered = bits[order], np.concatenate([[0.0], np.cumsum(right[order])])
    points = []
    for step in steps:
        pairs = int(np.searchsorted(-descending, -step, side="right"))
        precision = gathered[pairs] / pairs if pairs else 1.0
        points.append(Point(step, pairs, float(precision), float(gathered[pairs] / all_right) if all_right else 1.0))
    return points


def _keys(pairs: pa.Table) -> npt.NDArray[np.int64]:
    left, right = pairs["left"].to_numpy(), pairs["right"].to_numpy()
    keys: npt.NDArray[np.int64] = (left.astype(np.int64) << 32) | right.astype(np.int64)
    return keys
