"""Counts with noise, so that nobody can tell from them whether one person was counted (OpenDP's discrete Laplace)."""

from collections.abc import Sequence
from functools import cache
from math import ceil, exp, isfinite, log
from typing import Any, Final, Protocol

import numpy as np

MOST_COUNT: Final = 10**9
_LEAST_CHANCE: Final = 1e-9


class NoiseMissing(RuntimeError):
    """What draws the noise isn't installed (the extra `privacy`)."""


class Noise(Protocol):
    """Adds noise to counts. `epsilon` is what one person's presence may change, in the logarithm of the odds."""

    def __call__(self, counts: Sequence[int], *, epsilon: float) -> list[int]: ...


def discrete_laplace(counts: Sequence[int], *, epsilon: float) -> list[int]:
    """Return the counts with noise. A person is counted in one of them at most, so the sensitivity is 1.

    The noise is drawn by OpenDP from the system's own source; it can't be seeded. Raises: ValueError.
    """
    if not (isfinite(epsilon) and epsilon > 0):
        raise ValueError(epsilon)
    if any(not 0 <= count <= MOST_COUNT for count in counts):
        raise ValueError("a count is out of bounds")
    if not counts:
        return []
    found: list[int] = _measurement(1 / epsilon)(list(counts))
    return found


def loss_of(epsilon: float) -> float:
    """Return what OpenDP proves that such a release loses, which is never more than `epsilon` but by rounding."""
    return float(_measurement(1 / epsilon).map(1))


def _measurement(scale: float) -> Any:
    # Imported when used: half a second and a large library that only this needs (the extra `privacy`).
    try:
        from opendp.domains import atom_domain, vector_domain
        from opendp.measurements import make_laplace
        from opendp.metrics import l1_distance
        from opendp.mod import enable_features
    except ImportError as missing:
        raise NoiseMissing from missing
    enable_features("contrib")
    return make_laplace(vector_domain(atom_domain(T="i64")), l1_distance(T="i64"), scale=scale)


@cache
def within(epsilon: float, *, cells: int, share: float = 0.95) -> int:
    """Return by how much at most the sum of so many noisy counts differs from the true one, in this share of cases."""
    q = exp(-epsilon)
    reach = ceil(log(_LEAST_CHANCE) / -epsilon)
    one = np.array([(1 - q) / (1 + q) * q ** abs(k) for k in range(-reach, reach + 1)])
    many = np.array([1.0])
    for _cell in range(cells):
        many = np.convolve(many, one)
    middle = len(many) // 2
    held = many[middle]
    off = 0
    while held < share:
        off += 1
        held += many[middle - off] + many[middle + off]
    return off
