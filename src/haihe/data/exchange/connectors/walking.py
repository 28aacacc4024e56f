"""Legs that show themselves in one step: where it fails, those before the failing one have held."""

from collections.abc import Iterator, Sequence

from haihe.data.exchange.connectors.faults import FetchFailed
from haihe.data.exchange.connectors.ports import Leg, LegFound


def before(failed: FetchFailed, order: Sequence[Leg], held: Sequence[LegFound]) -> Iterator[LegFound]:
    """Give the legs that come before the one that failed."""
    yield from (leg for leg in held if order.index(leg.leg) < order.index(failed.leg))
