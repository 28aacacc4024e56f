"""A signature drawn by hand, as points: what a browser sends is text of numbers and nothing else, never a picture.

    drawn:120,80 131,84 140,92;300,60 302,180      two strokes on a sheet of 1000 by 400

One drawing has one form: what was read is written the same again.
"""

import math
import re
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from django.utils.translation import gettext as _

from haihe.platforms.services.forms.refusals import Refused

type Point = tuple[int, int]
type Stroke = tuple[Point, ...]

WIDTH: Final = 1000
HEIGHT: Final = 400
MOST_STROKES: Final = 120
MOST_POINTS: Final = 3000
LEAST_LENGTH: Final = 150
"""Of all strokes together, in units of the sheet: a dot or a slip of the finger is no name."""
_MARK: Final = "drawn:"
_LONGEST_TEXT: Final = len(_MARK) + MOST_POINTS * len("1000,400 ")
_POINT: Final = r"(?:0|[1-9][0-9]{0,3}),(?:0|[1-9][0-9]{0,2})"
_STROKE: Final = rf"{_POINT}(?: {_POINT})*"
_DRAWN: Final = re.compile(rf"{_MARK}({_STROKE}(?:;{_STROKE})*)", re.ASCII)


@dataclass(frozen=True, slots=True)
class Drawing:
    """What was drawn, stroke after stroke, as it is shown: lines of an SVG that this server writes."""

    strokes: tuple[Stroke, ...]

    @property
    def lines(self) -> tuple[str, ...]:
        """Return each stroke as the `points` of a polyline; a dot is a line to itself, or nothing would show."""
        return tuple(
            " ".join(f"{x},{y}" for x, y in (stroke * 2 if len(stroke) == 1 else stroke)) for stroke in self.strokes
        )

    @property
    def length(self) -> float:
        return sum(math.dist(*pair) for stroke in self.strokes for pair in pairwise(stroke))


def is_drawn(text: object) -> bool:
    """True if the text stands for a drawing, sound or not, rather than for a name."""
    return isinstance(text, str) and text.startswith(_MARK)


def drawing_of(text: object) -> Drawing | None:
    """Return what was drawn, None for a name or for what no pad could have sent."""
    if not isinstance(text, str) or len(text) > _LONGEST_TEXT:
        return None
    found = _DRAWN.fullmatch(text)
    if found is None:
        return None
    strokes = tuple(_stroke(part) for part in found[1].split(";"))
    return Drawing(strokes) if _is_on_the_sheet(strokes) else None


def read(text: str) -> str:
    """Return a drawing as it is kept. Raises: Refused."""
    drawing = drawing_of(text)
    if drawing is None:
        raise Refused(_("手写签名没有完整收到，请清除后重新书写，或输入本人姓名。"))
    if drawing.length < LEAST_LENGTH:
        raise Refused(_("手写签名太短，请写下完整的姓名，或输入本人姓名。"))
    return text


def is_signature(text: str) -> bool:
    """True for a drawing as it is kept."""
    drawing = drawing_of(text)
    return drawing is not None and drawing.length >= LEAST_LENGTH


def _stroke(part: str) -> Stroke:
    points = (point.split(",") for point in part.split(" "))
    return tuple((int(x), int(y)) for x, y in points)


def _is_on_the_sheet(strokes: tuple[Stroke, ...]) -> bool:
    if len(strokes) > MOST_STROKES or sum(map(len, strokes)) > MOST_POINTS:
        return False
    return all(x <= WIDTH and y <= HEIGHT for stroke in strokes for x, y in stroke)
