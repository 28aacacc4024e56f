"""Records that belong to one person, over any number of registers: what links and people's decisions join.

A decision that two records are not one person's outweighs links: the weakest links on the way between them go first.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

type Record = tuple[str, int]
"""A register's name, and a line of it."""


@dataclass(frozen=True, slots=True)
class Link:
    """Two records and how much speaks for one person. A person's decision has no weight: it is."""

    one: Record
    other: Record
    bits: float = float("inf")


def clusters(links: Iterable[Link], apart: Iterable[tuple[Record, Record]] = ()) -> dict[Record, Record]:
    """Return for each record that is linked the least record of its cluster, which stands for it.

    Links are taken from the heaviest down; one that would bring together what a person held apart is left out. A pair
    that was both linked and held apart by people is apart: joining can be made good later, a wrong answer about
    somebody else's life can't.
    """
    forbidden: dict[Record, set[Record]] = defaultdict(set)
    for one, other in apart:
        forbidden[one].add(other)
        forbidden[other].add(one)
    stands_for: dict[Record, Record] = {}
    members: dict[Record, set[Record]] = {}
    for link in sorted(links, key=lambda each: (-each.bits, *sorted((each.one, each.other)))):
        ones = members.setdefault(stands_for.setdefault(link.one, link.one), {link.one})
        others = members.setdefault(stands_for.setdefault(link.other, link.other), {link.other})
        if ones is others or _held_apart(ones, others, forbidden):
            continue
        small, large = sorted((ones, others), key=len)
        root = stands_for[next(iter(large))]
        for record in small:
            stands_for[record] = root
        large |= small
    return _named_by_least(stands_for)


def _held_apart(ones: set[Record], others: set[Record], forbidden: Mapping[Record, set[Record]]) -> bool:
    small, large = sorted((ones, others), key=len)
    return any(forbidden.get(record, set()) & large for record in small) if forbidden else False


def _named_by_least(stands_for: Mapping[Record, Record]) -> dict[Record, Record]:
    least: dict[Record, Record] = {}
    for record, root in stands_for.items():
        least[root] = min(record, least.get(root, record))
    return {record: least[root] for record, root in stands_for.items()}
