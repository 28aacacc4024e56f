"""Counts with noise, so that nobody can tell from them whether one person was counted (OpenDP's discrete Laplace)."""

from collections.abc import Sequence
from math import isfinite
from typing import Any, Final, Protocol

MOST_COUNT: Final = 10**9


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
    from opendp.domains import atom_domain, vector_domain
    from opendp.measurements import make_laplace
    from opendp.metrics import l1_distance
    from opendp.mod import enable_features

    enable_features("contrib")
    return make_laplace(vector_domain(atom_domain(T="i64")), l1_distance(T="i64"), scale=scale)
