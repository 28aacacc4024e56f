"""What higher rooms add to the picture: where a snapshot is read by something that the exchange doesn't know."""

from collections.abc import Callable, Sequence

from haihe.base.accounts.api import Actor
from haihe.data.exchange.lineage.knots import Knot

type Uses = Callable[[Actor, str, str], tuple[Sequence[Knot], int]]
"""Given actor, resource and the id of a snapshot: the knots (stage USE) that read it, and how many more are hidden."""

_USES: list[Uses] = []


def add_uses(uses: Uses) -> None:
    """Call this from `AppConfig.ready`."""
    if uses not in _USES:
        _USES.append(uses)


def further_uses(actor: Actor, resource: str, snapshot: str) -> tuple[list[Knot], int]:
    """Return what all of them know."""
    found = [uses(actor, resource, snapshot) for uses in _USES]
    return [knot for knots, _ in found for knot in knots], sum(hidden for _, hidden in found)
