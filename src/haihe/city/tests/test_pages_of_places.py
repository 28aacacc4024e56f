"""Anybody can walk down the divisions, search them, and see them on a map."""

import json

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from haihe.city import outline
from haihe.city.loading import load_divisions, load_organisations, local_bodies
from haihe.city.places import tianjin

pytestmark = pytest.mark.django_db


@pytest.fixture
def hexi() -> None:
    """The way down to 河西区 and everything in it."""
    places = [p for p in tianjin() if p.level <= 3 or p.code.startswith("120103")]
    load_divisions(places)
    load_organisations(local_bodies(places))


def _body(client: Client, url: str) -> str:
    answer = client.get(url)
    assert answer.status_code == 200
    return answer.content.decode()


def test_before_loading_the_page_says_what_to_do(client: Client) -> None:
    assert "区划数据尚未载入" in _body(client, reverse("city:divisions"))


@pytest.mark.usefixtures("hexi")
def test_the_first_page_lists_the_sixteen_districts_and_their_map(client: Client) -> None:
    body = _body(client, reverse("city:divisions"))
    assert "共 16 条" in body
    assert body.partition("<figure")[2].partition("</figure>")[0].count("<path ") == 16 + 6
    assert reverse("city:division", args=["120116000000"]) in body


@pytest.mark.usefixtures("hexi")
def test_a_district_shows_its_streets_and_is_marked_on_the_map(client: Client) -> None:
    body = _body(client, reverse("city:division", args=["120103000000"]))
    assert "大营门街道" in body
    assert "河西区人民政府" in body
    assert body.count('class="here"') == 2


@pytest.mark.usefixtures("hexi")
def test_a_community_has_nothing_below_and_no_empty_table(client: Client) -> None:
    body = _body(client, reverse("city:division", args=["120103001004"]))
    assert "荣华里社区居委会" in body
    assert "<table" not in body


@pytest.mark.usefixtures("hexi")
@pytest.mark.parametrize("typed", ["荣华里", "ronghuali", "RHL", " rhlsq "])
def test_a_community_is_found_by_name_pinyin_and_initials(client: Client, typed: str) -> None:
    body = client.get(reverse("city:divisions"), {"q": typed}).content.decode()
    assert "天津市河西区大营门街道荣华里社区居委会" in body


@pytest.mark.usefixtures("hexi")
@pytest.mark.parametrize("typed", ["没有这个地方", "%", "'; drop table", "\x00"])
def test_a_search_without_finds_says_so(client: Client, typed: str) -> None:
    answer = client.get(reverse("city:divisions"), {"q": typed})
    assert answer.status_code == 200
    if typed.strip("\x00"):
        assert "没有找到" in answer.content.decode()


@pytest.mark.usefixtures("hexi")
def test_long_lists_come_in_pages_that_keep_the_search(client: Client) -> None:
    body = client.get(reverse("city:divisions"), {"q": "社区", "page": "2"}).content.decode()
    assert "page=3" in body
    assert "page=1" in body
    assert "q=%E7%A4%BE%E5%8C%BA" in body


@pytest.mark.usefixtures("hexi")
def test_strange_codes_and_pages_do_no_harm(client: Client) -> None:
    assert client.get(reverse("city:division", args=["120199000000"])).status_code == 404
    assert client.get(reverse("city:division", args=["x' or 1=1"])).status_code == 404
    assert client.get(reverse("city:divisions"), {"page": "-9"}).status_code == 200
    assert client.post(reverse("city:divisions")).status_code == 405


@pytest.mark.usefixtures("hexi")
def test_the_page_costs_the_same_few_queries_however_long_the_list(client: Client) -> None:
    costs = []
    for code in ("120103000000", "120103001000"):
        with CaptureQueriesContext(connection) as captured:
            client.get(reverse("city:division", args=[code]))
        costs.append(len(captured))
    assert costs[0] == costs[1] <= 8


def test_the_borders_are_served_once_and_then_from_the_cache(client: Client) -> None:
    first = client.get(reverse("city:districts-geojson"))
    assert first["Content-Type"] == "application/geo+json"
    assert "max-age=86400" in first["Cache-Control"]
    assert len(json.loads(first.content)["features"]) == 16
    again = client.get(reverse("city:districts-geojson"), headers={"If-None-Match": first["ETag"]})
    assert again.status_code == 304
    assert again.content == b""


def test_names_on_the_map_stand_inside_its_box() -> None:
    for drawn in (outline.whole_city(), outline.old_town()):
        assert all(0 < shape.x < outline.WIDTH and 0 < shape.y < drawn.height for shape in drawn.shapes)


def test_a_shaded_map_is_darkest_where_most_is_counted() -> None:
    codes = [shape.code for shape in outline.whole_city().shapes]
    counts = {code: place for place, code in enumerate(codes)}
    shades = [shape.shade for shape in outline.whole_city().shaded(counts).shapes]
    assert shades == sorted(shades)
    assert (shades[0], shades[-1]) == (1, outline.SHADES)
    assert {shape.shade for shape in outline.whole_city().shaded({}).shapes} == {1}
