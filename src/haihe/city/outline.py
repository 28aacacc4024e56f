"""The districts as shapes for a small map that needs no script: paths for an SVG of a known box."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cache
from math import ceil, cos, radians

from haihe.city.geometry import districts_geojson
from haihe.city.names import BothNames
from haihe.city.places import english_name

WIDTH = 640
SHADES = 5
_MARGIN = 8
_PRESS = cos(radians(39.3))
# Around the six districts of the old town, too small to read or touch on the map of the whole city.
_OLD_TOWN = frozenset(f"{code}000000" for code in range(120101, 120107))

Point = tuple[float, float]
Ring = list[Point]


@dataclass(frozen=True)
class Shape(BothNames):
    """One district: an SVG path and where its name goes; `labelled` is False where the name wouldn't fit.

    `shade` says how dark it is drawn, from 1 to `SHADES`; 0 is the map's plain colour.
    """

    code: str
    name: str
    name_en: str
    path: str
    x: int
    y: int
    labelled: bool
    shade: int = 0

    @property
    def label(self) -> str:
        """The name as short as it stands on a map."""
        return self.local_name.removesuffix(" District").removesuffix(" New Area")


@dataclass(frozen=True, slots=True)
class Map:
    """Shapes in a box of `WIDTH` by `height`."""

    height: int
    shapes: tuple[Shape, ...]

    def shaded(self, counts: Mapping[str, int]) -> "Map":
        """Return the same map, each district the darker the higher its count; none counted is the lightest."""
        most = max(1, *counts.values()) if counts else 1
        shapes = (replace(shape, shade=ceil(SHADES * counts.get(shape.code, 0) / most) or 1) for shape in self.shapes)
        return Map(self.height, tuple(shapes))


@cache
def whole_city() -> Map:
    """Return the map of all 16 districts; the old town's stay without names."""
    return _draw(_borders(), silent=_OLD_TOWN)


@cache
def old_town() -> Map:
    """Return the enlarged map of the six districts of the old town."""
    return _draw({code: borders for code, borders in _borders().items() if code in _OLD_TOWN}, silent=frozenset())


@dataclass(frozen=True, slots=True)
class _Border:
    name: str
    rings: list[Ring]


@cache
def _borders() -> dict[str, _Border]:
    """Read the outer and inner rings of each district, longitude pressed together as on the ground at this latitude."""
    found: dict[str, _Border] = {}
    for feature in json.loads(districts_geojson())["features"]:
        polygons: Iterable[list[list[list[float]]]] = feature["geometry"]["coordinates"]
        rings = [[(x * _PRESS, -y) for x, y, *_ in ring] for polygon in polygons for ring in polygon]
        found[feature["properties"]["code"]] = _Border(feature["properties"]["name"], rings)
    return found


def points_on_map(places: Iterable[Point]) -> list[tuple[int, int]]:
    """Return where places, given by longitude and latitude, lie on the map of the whole city; none of those outside."""
    box, height = _box(_borders()), whole_city().height
    placed = (box.place((longitude * _PRESS, -latitude)) for longitude, latitude in places)
    return [(x, y) for x, y in placed if 0 <= x <= WIDTH and 0 <= y <= height]


@dataclass(frozen=True, slots=True)
class _Box:
    left: float
    top: float
    bottom: float
    scale: float

    def place(self, point: Point) -> tuple[int, int]:
        return round(_MARGIN + (point[0] - self.left) * self.scale), round(_MARGIN + (point[1] - self.top) * self.scale)


def _box(borders: dict[str, _Border]) -> _Box:
    points = [point for border in borders.values() for ring in border.rings for point in ring]
    left, right = min(x for x, _ in points), max(x for x, _ in points)
    top, bottom = min(y for _, y in points), max(y for _, y in points)
    return _Box(left, top, bottom, (WIDTH - 2 * _MARGIN) / (right - left))


def _draw(borders: dict[str, _Border], *, silent: frozenset[str]) -> Map:
    box = _box(borders)
    place = box.place
    shapes = []
    for code, border in borders.items():
        path = "".join("M" + "L".join(f"{x} {y}" for x, y in map(place, ring)) + "Z" for ring in border.rings)
        x, y = place(_centre(max(border.rings, key=lambda ring: abs(_area(ring)))))
        shapes.append(Shape(code, border.name, english_name(border.name), path, x, y, code not in silent))
    return Map(round((box.bottom - box.top) * box.scale) + 2 * _MARGIN, tuple(shapes))


def _edges(ring: Ring) -> Iterable[tuple[Point, Point]]:
    return zip(ring, [*ring[1:], ring[0]], strict=True)


def _area(ring: Ring) -> float:
    return sum(a[0] * b[1] - b[0] * a[1] for a, b in _edges(ring)) / 2


def _centre(ring: Ring) -> Point:
    """Return the centre of gravity. The first corner serves as origin: coordinates are large beside the area."""
    x0, y0 = ring[0]
    near = [(x - x0, y - y0) for x, y in ring]
    area = _area(near)
    x = sum((a[0] + b[0]) * (a[0] * b[1] - b[0] * a[1]) for a, b in _edges(near)) / (6 * area)
    y = sum((a[1] + b[1]) * (a[0] * b[1] - b[0] * a[1]) for a, b in _edges(near)) / (6 * area)
    return x + x0, y + y0
