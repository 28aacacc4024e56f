"""Why a pair has its weight: from the odds before anything is compared, step by step to the sum."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from haihe.data.matching.linkage.comparisons import COMPARISONS
from haihe.data.matching.linkage.model import LinkageModel


@dataclass(frozen=True, slots=True)
class Step:
    """What one comparison adds. `level` is "" where a side is empty and nothing can be said; `rare` is what the
    frequency of the value adds or takes, already in `bits`."""

    comparison: str
    title: str
    level: str
    level_title: str
    bits: float
    rare: float = 0.0


@dataclass(frozen=True, slots=True)
class Explanation:
    """`before`, and then each step, add up to `bits`."""

    before: float
    steps: tuple[Step, ...]

    @property
    def bits(self) -> float:
        return self.before + sum(step.bits for step in self.steps)

    @property
    def probability(self) -> float:
        return float(1 / (1 + 2**-self.bits))


def explain(pair: Mapping[str, Any], model: LinkageModel) -> Explanation:
    """Return the explanation of a row of `scoring.PAIRS`, weighed by this model."""
    steps = []
    for one in COMPARISONS:
        place = pair[f"level_{one.name}"]
        if place < 0:
            steps.append(Step(one.name, one.title, "", "", 0.0))
            continue
        level = one.levels[place]
        rare = float(pair["bits_rare"]) if level.by_frequency else 0.0
        bits = model.of(one, level).bits + rare
        steps.append(Step(one.name, one.title, level.code, level.title, bits, rare))
    return Explanation(model.prior_bits, tuple(steps))
