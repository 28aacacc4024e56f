"""Places for a graph that is read from top to bottom: each knot below those that lead to it, ways side by side."""

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Place:
    """Row from the top and lane from the left, both from 0."""

    row: int
    lane: int


def places[Knot: Hashable](start: Knot, ways: Mapping[Knot, Sequence[Knot]]) -> dict[Knot, Place]:
    """Return a place for every knot that can be reached from the start. Lines back up don't count for the rows."""
    order, back = _depth_first(start, ways)
    rows = _rows(order, ways, back)
    lanes: dict[Knot, int] = {}
    taken: dict[int, set[int]] = {}
    for knot in order:
        before = [lanes[one] for one in order if knot in ways[one] and one in lanes and (one, knot) not in back]
        lanes[knot] = _free(min(before, default=0), taken.setdefault(rows[knot], set()))
        taken[rows[knot]].add(lanes[knot])
    return {knot: Place(rows[knot], lanes[knot]) for knot in order}


def _free(wanted: int, taken: Iterable[int]) -> int:
    lane = wanted
    while lane in taken:
        lane += 1
    return lane


def _depth_first[Knot: Hashable](
    start: Knot, ways: Mapping[Knot, Sequence[Knot]]
) -> tuple[list[Knot], set[tuple[Knot, Knot]]]:
    """Return the knots so that each stands after those before it, and the lines that lead back."""
    done: list[Knot] = []
    above: set[Knot] = {start}
    seen: set[Knot] = {start}
    back: set[tuple[Knot, Knot]] = set()
    open_knots = [(start, iter(reversed(ways[start])))]
    while open_knots:
        knot, rest = open_knots[-1]
        following = next(rest, None)
        if following is None:
            open_knots.pop()
            above.discard(knot)
            done.append(knot)
        elif following in above:
            back.add((knot, following))
        elif following not in seen:
            seen.add(following)
            above.add(following)
            open_knots.append((following, iter(reversed(ways[following]))))
    return done[::-1], back


def _rows[Knot: Hashable](
    order: Sequence[Knot], ways: Mapping[Knot, Sequence[Knot]], back: set[tuple[Knot, Knot]]
) -> dict[Knot, int]:
    rows = dict.fromkeys(order, 0)
    for knot in order:
        for following in ways[knot]:
            if (knot, following) not in back:
                rows[following] = max(rows[following], rows[knot] + 1)
    return rows
