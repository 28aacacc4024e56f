"""What to draw of a process, in whole points: boxes from top to bottom, and the lines between them.

A page turns it into SVG; how boxes look is the page's matter.
"""

from dataclasses import dataclass

from haihe.kernel.process.definition import Automatic, Fork, Gate, Process, Step, Task, Wait, Words
from haihe.kernel.process.layout import Place, places

BOX_WIDTH, BOX_HEIGHT = 168, 52
_COLUMN, _ROW, _MARGIN = 200, 108, 16


@dataclass(frozen=True, slots=True)
class Box:
    """A step; x and y are its upper left corner."""

    step: str
    kind: str
    title: Words
    x: int
    y: int


@dataclass(frozen=True, slots=True)
class Line:
    """From a step to the next; `back` where it leads up again. `name`: a choice, event or answer; `says`: its words."""

    source: str
    target: str
    name: str
    says: Words | None
    points: tuple[tuple[int, int], ...]
    back: bool


@dataclass(frozen=True, slots=True)
class Picture:
    width: int
    height: int
    boxes: tuple[Box, ...]
    lines: tuple[Line, ...]


def picture(process: Process) -> Picture:
    """Lay out a sound process."""
    found = places(process.starts, {step.id: step.ways for step in process.steps})
    boxes = tuple(_box(step, found[step.id]) for step in process.steps)
    lines = tuple(
        _line(step.id, way, name, says, found) for step in process.steps for way, name, says in _named_ways(step)
    )
    lanes = max(place.lane for place in found.values()) + 1
    rows = max(place.row for place in found.values()) + 1
    # To the right there is room for the lines that lead back.
    return Picture(2 * _MARGIN + lanes * _COLUMN + _MARGIN, 2 * _MARGIN + rows * _ROW, boxes, lines)


def _box(step: Step, place: Place) -> Box:
    kind = type(step).__struct_config__.tag
    return Box(step.id, str(kind), step.title, _MARGIN + place.lane * _COLUMN, _MARGIN + place.row * _ROW)


def _named_ways(step: Step) -> list[tuple[str, str, Words | None]]:
    match step:
        case Task(next=after, choices=named) | Automatic(next=after, answers=named) | Wait(next=after, events=named):
            return [*([(after, "", None)] if after else []), *((way, name, None) for name, way in named.items())]
        case Gate(ways_out=ways) | Fork(ways_out=ways):
            return [(way.next, "", way.says) for way in ways]
        case _:
            return [(way, "", None) for way in step.ways]


def _line(source: str, target: str, name: str, says: Words | None, found: dict[str, Place]) -> Line:
    start, end = found[source], found[target]
    x1, x2 = (_MARGIN + place.lane * _COLUMN + BOX_WIDTH // 2 for place in (start, end))
    y1, y2 = _MARGIN + start.row * _ROW + BOX_HEIGHT, _MARGIN + end.row * _ROW
    if end.row > start.row:
        middle = y2 - (_ROW - BOX_HEIGHT) // 2
        return Line(source, target, name, says, ((x1, y1), (x1, middle), (x2, middle), (x2, y2)), back=False)
    side = max(start.lane, end.lane) * _COLUMN + BOX_WIDTH + 2 * _MARGIN
    from_y, to_y = y1 - BOX_HEIGHT // 2, y2 + BOX_HEIGHT // 2
    right1, right2 = x1 + BOX_WIDTH // 2, x2 + BOX_WIDTH // 2
    return Line(source, target, name, says, ((right1, from_y), (side, from_y), (side, to_y), (right2, to_y)), back=True)
