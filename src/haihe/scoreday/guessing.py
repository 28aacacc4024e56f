"""Against guessing: who is wrong too often waits, by each of the numbers that are tried and by where they come from.

Only failures count, so that a school with one address, where everybody knows their own number, is never locked out for
being many: an address from which many were right is borne more, since among many some mistype. A number is locked for
one address long before it is for all: nobody shall lock out somebody else.
"""

from collections import OrderedDict
from dataclasses import dataclass, field
from functools import lru_cache
from ipaddress import IPv6Address, ip_address
from typing import Final

from haihe.scoreday.looking_up import Credentials

MOST_OF_ONE_FROM_ONE: Final = 5
MOST_OF_ONE: Final = 50
MOST_FROM_ONE: Final = 100
LOCKED_S: Final = 900.0
_MOST_KEPT = 200_000
_NETWORK_BITS = 64
"""What one subscriber has of IPv6 addresses: they count as one."""

type Key = tuple[str, str]


@dataclass(slots=True)
class _Tries:
    """`right` counts only where everybody comes from one address."""

    wrong: int
    right: int
    since: float


@dataclass(slots=True)
class GuessGuard:
    """Lives in the loop's thread. Memory is bounded: the ones longest untouched are forgotten first."""

    _kept: OrderedDict[Key, _Tries] = field(default_factory=OrderedDict)

    def locked_for(self, tried: Credentials, address: str, *, now: float) -> float:
        """Return for how many seconds still no try is taken, 0 if one is."""
        return max(self._left(key, most, now) for key, most in _counted(tried, source_of(address)))

    def failed(self, tried: Credentials, address: str, *, now: float) -> None:
        """Note a wrong guess."""
        for key, _ in _counted(tried, source_of(address)):
            self._touched(key, now).wrong += 1
        while len(self._kept) > _MOST_KEPT:
            self._kept.popitem(last=False)

    def succeeded(self, tried: Credentials, address: str, *, now: float) -> None:
        """Forget what was wrong about their numbers from where their owner came; what others guessed still counts."""
        source = source_of(address)
        for value in _hidden(tried):
            self._kept.pop((value, source), None)
        if ("", source) in self._kept:
            self._touched(("", source), now, renews=False).right += 1

    def _touched(self, key: Key, now: float, *, renews: bool = True) -> _Tries:
        known = self._kept.pop(key, None)
        if known is None or now - known.since > LOCKED_S:
            known = _Tries(0, 0, now)
        if renews:
            known.since = now
        self._kept[key] = known
        return known

    def _left(self, key: Key, most: int, now: float) -> float:
        known = self._kept.get(key)
        if known is None or known.wrong < most + known.right:
            return 0.0
        return max(0.0, known.since + LOCKED_S - now)


@lru_cache(maxsize=65_536)
def source_of(address: str) -> str:
    """Return where somebody comes from: the address, or the network that one subscriber has."""
    try:
        found = ip_address(address)
    except ValueError:
        return address
    if isinstance(found, IPv6Address) and found.ipv4_mapped is None:
        return f"{int(found) >> _NETWORK_BITS:x}/{_NETWORK_BITS}"
    return address


def _counted(tried: Credentials, source: str) -> tuple[tuple[Key, int], ...]:
    """Return under what a try counts, each with how many wrong ones are borne."""
    number, id_number = _hidden(tried)
    return (
        ((number, source), MOST_OF_ONE_FROM_ONE),
        ((id_number, source), MOST_OF_ONE_FROM_ONE),
        ((number, ""), MOST_OF_ONE),
        ((id_number, ""), MOST_OF_ONE),
        (("", source), MOST_FROM_ONE),
    )


def _hidden(tried: Credentials) -> tuple[str, str]:
    """Return what stands for the two numbers, good for this process alone: nobody's identity number is kept here."""
    return tried.number, str(hash(tried.id_number))
