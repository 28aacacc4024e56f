"""District polygons are light, valid and carry the codes of the divisions."""

import json
from collections.abc import Iterator

# shapely ships no types, and only this test needs it
import shapely  # type: ignore[import-untyped]  # ships no types
import shapely.geometry  # type: ignore[import-untyped]  # ships no types

from haihe.city import api as city
from haihe.city.places import tianjin


def _shapes() -> Iterator[tuple[str, shapely.Geometry]]:
    for feature in json.loads(city.districts_geojson())["features"]:
        yield feature["properties"]["code"], shapely.geometry.shape(feature["geometry"])


def test_the_file_suits_a_phone() -> None:
    assert len(city.districts_geojson()) < 200 * 1024


def test_each_district_has_its_border_once() -> None:
    assert [code for code, _ in _shapes()] == sorted(place.code for place in tianjin() if place.level == 3)


def test_borders_are_valid_and_lie_about_tianjin() -> None:
    around = shapely.box(116.6, 38.5, 118.2, 40.3)
    for code, border in _shapes():
        assert border.is_valid, code
        assert around.contains(border), code


def test_districts_do_not_overlap() -> None:
    shapes = [border for _, border in _shapes()]
    overlap = sum(s.area for s in shapes) - shapely.union_all(shapes).area
    assert overlap / sum(s.area for s in shapes) < 0.001
