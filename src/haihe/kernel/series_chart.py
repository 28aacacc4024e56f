"""Pictures of figures that go second by second, as SVG that needs nothing else: no script, no font, no style sheet."""

from collections.abc import Sequence
from html import escape

_WIDE, _HIGH, _LEFT, _RIGHT, _TOP, _FOOT = 720, 220, 64, 8, 12, 34
_INK, _SOFT, _LINE = "#1b2430", "#52606f", "#d5dbe2"
COLOURS = ("#1f5fbf", "#c98a12", "#1b7a43")


def series_chart(series: Sequence[tuple[str, Sequence[int]]], *, label: str, seconds: str) -> str:
    """Draw the series over one another, each named where it ends; `seconds` names the axis of time."""
    length = max((len(values) for _, values in series), default=0)
    most = _rounded_up(max((max(values, default=0) for _, values in series), default=0))
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDE} {_HIGH}" role="img" '
        f'aria-label="{escape(label)}" font-family="sans-serif" font-size="12">',
        *_grid(most, length, seconds),
        *(_line(values, length, most, COLOURS[n % len(COLOURS)]) for n, (_, values) in enumerate(series)),
        *(_name(name, COLOURS[n % len(COLOURS)], n) for n, (name, _) in enumerate(series)),
        "</svg>",
    ]
    return "".join(parts)


def _rounded_up(value: int) -> int:
    """Return the next of 1, 2, 5, 10, 20, 50 … for the top of the axis."""
    step = 1
    while True:
        for times in (1, 2, 5):
            if value <= step * times:
                return step * times
        step *= 10


def _x(second: float, length: int) -> float:
    return round(_LEFT + (_WIDE - _LEFT - _RIGHT) * second / max(1, length - 1), 1)


def _y(value: float, most: int) -> float:
    return round(_HIGH - _FOOT - (_HIGH - _FOOT - _TOP) * value / most, 1)


def _grid(most: int, length: int, seconds: str) -> list[str]:
    parts = []
    for share in (0.0, 0.5, 1.0):
        y = _y(most * share, most)
        parts.append(f'<line x1="{_LEFT}" y1="{y}" x2="{_WIDE - _RIGHT}" y2="{y}" stroke="{_LINE}"/>')
        parts.append(f'<text x="{_LEFT - 6}" y="{y + 4}" text-anchor="end" fill="{_SOFT}">{most * share:,.10g}</text>')
    last = max(0, length - 1)
    for second, anchor in ((0, "start"), (last // 2, "middle"), (last, "end")):
        parts.append(
            f'<text x="{_x(second, length)}" y="{_HIGH - _FOOT + 16}" text-anchor="{anchor}" fill="{_SOFT}">'
            f"{second} {escape(seconds)}</text>"
        )
    return parts


def _line(values: Sequence[int], length: int, most: int, colour: str) -> str:
    points = " ".join(f"{_x(second, length)},{_y(value, most)}" for second, value in enumerate(values))
    return f'<polyline points="{points}" fill="none" stroke="{colour}" stroke-width="2"/>'


def _name(name: str, colour: str, place: int) -> str:
    x = _LEFT + 150 * place
    return (
        f'<rect x="{x}" y="{_HIGH - 12}" width="10" height="10" fill="{colour}"/>'
        f'<text x="{x + 16}" y="{_HIGH - 3}" fill="{_INK}">{escape(name)}</text>'
    )
