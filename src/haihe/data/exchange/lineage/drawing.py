"""The picture: each stage a band, wide for a screen and tall for a telephone. Pure arithmetic."""

import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from haihe.data.exchange.lineage.knots import LABELS, Graph, Knot, Stage, Text

MOST_IN_A_BAND = 5
"""Of more, the rest is told as a number: they all stand in the list below."""
_WIDE, _LABEL, _GAP, _BOX_HEIGHT, _BAND, _MOST_WIDTH = 1000, 116, 14, 58, 100, 240
_TALL, _RAIL, _LINE, _HEADING = 340, 44, 68, 30
_TITLE_PX, _PADDING = 14.5, 16


@dataclass(frozen=True, slots=True)
class Box:
    """A knot, or the rest of its band, at its place."""

    title: str
    state: str
    told: str
    tone: str
    href: str
    x: int
    y: int
    width: int
    height: int

    @property
    def text_x(self) -> int:
        return self.x + 14

    @property
    def title_y(self) -> int:
        return self.y + 24

    @property
    def state_y(self) -> int:
        return self.y + 45

    @property
    def end_y(self) -> int:
        return self.y + self.height

    @property
    def middle_x(self) -> int:
        return self.x + self.width // 2

    @property
    def middle_y(self) -> int:
        return self.y + self.height // 2


@dataclass(frozen=True, slots=True)
class Line:
    path: str
    tone: str


@dataclass(frozen=True, slots=True)
class Band:
    label: Text
    x: int
    y: int


@dataclass(frozen=True, slots=True)
class Picture:
    width: int
    height: int
    bands: list[Band]
    boxes: list[Box]
    lines: list[Line]


@dataclass(frozen=True, slots=True)
class _Row:
    """One band before it is placed: the knots shown, and how many more there are."""

    stage: Stage
    knots: list[Knot]
    more: int

    @property
    def cells(self) -> int:
        return len(self.knots) + bool(self.more)


def wide(graph: Graph) -> Picture:
    """Draw bands below each other, the knots of each side by side."""
    bands: list[Band] = []
    boxes: list[Box] = []
    places: dict[str, Box] = {}
    for number, row in enumerate(_rows(graph)):
        y = number * _BAND
        bands.append(Band(LABELS[row.stage], 0, y + 34))
        width = min(_MOST_WIDTH, (_WIDE - _LABEL - _GAP * (row.cells - 1)) // row.cells)
        spots = [(_LABEL + place * (width + _GAP), y) for place in range(row.cells)]
        boxes += _boxes(row, spots, width, places)
    height = len(bands) * _BAND - (_BAND - _BOX_HEIGHT) + 4
    return Picture(_WIDE, height, bands, boxes, _lines(graph, places, _curve))


def tall(graph: Graph) -> Picture:
    """Draw all knots below each other, the edges along a rail on the left."""
    bands: list[Band] = []
    boxes: list[Box] = []
    places: dict[str, Box] = {}
    y = 0
    for row in _rows(graph):
        bands.append(Band(LABELS[row.stage], _RAIL, y + 18))
        y += _HEADING
        spots = [(_RAIL, y + place * _LINE) for place in range(row.cells)]
        boxes += _boxes(row, spots, _TALL - _RAIL - 2, places)
        y += row.cells * _LINE
    return Picture(_TALL, y, bands, boxes, _lines(graph, places, _Rails()))


def _rows(graph: Graph) -> list[_Row]:
    """Choose what is drawn of each stage: what is broken in any case, each below what it comes from."""
    rows = []
    places: dict[str, float] = {}
    for stage in Stage:
        knots = graph.of(stage)
        shown = sorted(knots, key=lambda knot: not knot.is_broken)[:MOST_IN_A_BAND]
        above = {knot.key: [places.get(one.key, 0) for one in graph.before(knot.key)] or [0] for knot in shown}
        shown.sort(key=lambda knot: sum(above[knot.key]) / len(above[knot.key]))
        places |= {knot.key: place for place, knot in enumerate(shown)}
        row = _Row(stage, shown, len(knots) - len(shown) + graph.hidden.get(stage, 0))
        if row.cells:
            rows.append(row)
    return rows


def _boxes(row: _Row, spots: Sequence[tuple[int, int]], width: int, places: dict[str, Box]) -> list[Box]:
    boxes = []
    for knot, (x, y) in zip(row.knots, spots, strict=False):
        room = width - _PADDING - 8
        title, state = fitted(str(knot.title), room), fitted(str(knot.word), room)
        # Who speaks to the page says what is seen, also where that is cut short (WCAG 2.5.3).
        seen = () if (title, state) == (str(knot.title), str(knot.word)) else (title, state)
        named = (*seen, LABELS[row.stage], knot.title, knot.word, knot.detail)
        told = "，".join(str(part) for part in named if part)
        box = Box(title, state, told, knot.tone, knot.href, x, y, width, _BOX_HEIGHT)
        places[knot.key] = box
        boxes.append(box)
    if row.more:
        told = _("另有 %(n)d 个没有画出") % {"n": row.more}
        x, y = spots[-1]
        boxes.append(Box(fitted(told, width - _PADDING - 8), "", told, "more", "", x, y, width, _BOX_HEIGHT))
    return boxes


def _lines(graph: Graph, places: dict[str, Box], path: Callable[[Box, Box], str]) -> list[Line]:
    ends = [(places[before], places[after]) for before, after in graph.edges if before in places and after in places]
    return [Line(path(before, after), before.tone) for before, after in ends]


def _curve(before: Box, after: Box) -> str:
    bend = (before.end_y + after.y) // 2
    x, to = before.middle_x, after.middle_x
    return f"M{x} {before.end_y}C{x} {bend} {to} {bend} {to} {after.y}"


class _Rails:
    """Gives each knot that others follow a rail of its own, five beside each other."""

    def __init__(self) -> None:
        self._rails: dict[int, int] = {}

    def __call__(self, before: Box, after: Box) -> str:
        x = 6 + 7 * (self._rails.setdefault(before.y, len(self._rails)) % 5)
        return f"M{before.x} {before.middle_y + 8}H{x}V{after.middle_y - 8}H{after.x}"


def fitted(text: str, room: int) -> str:
    """Return the text, or its beginning, so that it needs no more room than there is."""
    if sum(map(_px, text)) <= room:
        return text
    used, kept = _px("…"), ""
    for sign in text:
        used += _px(sign)
        if used > room:
            break
        kept += sign
    return f"{kept}…"


def _px(sign: str) -> float:
    return _TITLE_PX if unicodedata.east_asian_width(sign) in "WF" else _TITLE_PX * 0.6
