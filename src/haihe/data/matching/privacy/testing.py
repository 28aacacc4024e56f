"""What tests use: noise that a seed decides. OpenDP draws its own from the system and can't be seeded."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import exp
from random import Random


@dataclass(frozen=True, slots=True)
class SeededNoise:
    """The same distribution as `noise.discrete_laplace`, as the difference of two geometric draws."""

    chance: Random

    def __call__(self, counts: Sequence[int], *, epsilon: float) -> list[int]:
        return [count + self._geometric(epsilon) - self._geometric(epsilon) for count in counts]

    def _geometric(self, epsilon: float) -> int:
        drawn = 0
        while self.chance.random() < exp(-epsilon):
            drawn += 1
        return drawn
