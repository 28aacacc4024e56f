"""Geometry of the two pictures, for an SVG that needs no script: a pair's waterfall, precision against recall."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from haihe.data.matching.linkage.accuracy import Point
from haihe.data.matching.linkage.explaining import Explanation, Step

WIDTH: Final = 640
_LABELS, _RIGHT, _ROW, _TOP = 190, 60, 34, 26
_SIDE, _LEFT, _BOTTOM = 360, 46, 34
_TICKS: Final = 5


@dataclass(frozen=True, slots=True)
class Bar:
    """One step of a waterfall. `kind` is BEFORE, FOR, AGAINST, NOTHING or SUM; `link_x` joins it to the bar below."""

    kind: str
    step: Step | None
    bits: float
    x: float
    width: float
    y: float
    link_x: float


@dataclass(frozen=True, slots=True)
class Waterfall:
    """A box of `WIDTH` by `height`; `zero` is where the odds are even, `marks` the thresholds (x, name)."""

    height: float
    zero: float
    bars: tuple[Bar, ...]
    marks: tuple[tuple[float, str], ...]

    @property
    def labels_end(self) -> int:
        return _LABELS - 10


def waterfall(explanation: Explanation, marks: Sequence[tuple[float, str]] = ()) -> Waterfall:
    """Return a pair's steps as bars, each beginning where the one above it ends."""
    reached = [explanation.before]
    for step in explanation.steps:
        reached.append(reached[-1] + step.bits)
    least = min(0.0, *reached, *(bits for bits, _ in marks))
    most = max(0.0, *reached, *(bits for bits, _ in marks))
    scale = (WIDTH - _LABELS - _RIGHT) / max(most - least, 1e-9)

    def at(bits: float) -> float:
        return round(_LABELS + (bits - least) * scale, 1)

    def bar(place: int, kind: str, step: Step | None, start: float, end: float) -> Bar:
        left, right = sorted((at(start), at(end)))
        return Bar(
            kind, step, round(end - start, 2), left, round(max(right - left, 1.5), 1), _TOP + place * _ROW, at(end)
        )

    bars = [bar(0, "BEFORE", None, 0.0, reached[0])]
    for place, (step, (start, end)) in enumerate(zip(explanation.steps, pairwise(reached), strict=True), 1):
        kind = "NOTHING" if not step.level else "FOR" if step.bits >= 0 else "AGAINST"
        bars.append(bar(place, kind, step, start, end))
    bars.append(bar(len(bars), "SUM", None, 0.0, reached[-1]))
    return Waterfall(_TOP + len(bars) * _ROW + 8, at(0.0), tuple(bars), tuple((at(bits), name) for bits, name in marks))


@dataclass(frozen=True, slots=True)
class Curve:
    """Precision (upwards) against recall (to the right) in a box of `WIDTH` by `height`; `chosen` is the threshold in
    force, `moved` another that is looked at. The axes begin a little below the least."""

    height: int
    path: str
    dots: tuple[tuple[float, float, Point], ...]
    chosen: tuple[float, float, Point] | None
    moved: tuple[float, float, Point] | None
    ticks_x: tuple[tuple[float, float], ...]
    ticks_y: tuple[tuple[float, float], ...]


def curve(points: Sequence[Point], chosen_bits: float, moved_bits: float | None = None) -> Curve:
    """Return the thresholds as a line from the lowest (most found) to the highest (most right)."""
    seen = [one for one in points if one.pairs]
    least_x = _floor(min((one.recall for one in seen), default=0.0))
    least_y = _floor(min((one.precision for one in seen), default=0.0))

    def at(one: Point) -> tuple[float, float]:
        x = _LEFT + (one.recall - least_x) / (1 - least_x) * (WIDTH - _LEFT - _RIGHT)
        y = _SIDE - _BOTTOM - (one.precision - least_y) / (1 - least_y) * (_SIDE - _BOTTOM - _TOP)
        return round(x, 1), round(y, 1)

    dots = tuple((*at(one), one) for one in seen if one.bits == int(one.bits))

    def dot(bits: float | None) -> tuple[float, float, Point] | None:
        one = None if bits is None else min(seen, key=lambda each: abs(each.bits - bits), default=None)
        return (*at(one), one) if one else None

    path = " ".join(f"{'L' if place else 'M'}{x} {y}" for place, (x, y) in enumerate(map(at, seen)))
    shares_x = [least_x + (1 - least_x) * n / _TICKS for n in range(_TICKS + 1)]
    shares_y = [least_y + (1 - least_y) * n / _TICKS for n in range(_TICKS + 1)]
    return Curve(
        height=_SIDE,
        path=path,
        dots=dots,
        chosen=dot(chosen_bits),
        moved=dot(moved_bits),
        ticks_x=tuple((at(Point(0, 1, 1, share))[0], share) for share in shares_x),
        ticks_y=tuple((at(Point(0, 1, share, 1))[1], share) for share in shares_y),
    )


def _floor(share: float) -> float:
    """A tenth below, so that the line has room; never 1, where there would be no axis."""
    return max(0.0, min(0.9, int(share * 20) / 20 - 0.05))
