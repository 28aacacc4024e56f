"""OGC API as QGIS and OWSLib ask it: features with their boxes, times and values, and the catalogue as records."""

import time
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pyarrow.parquet as pq
import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from owslib.ogcapi.features import Features
from owslib.ogcapi.records import Records

from haihe.data.open.counting import FOLDER, Allowance, Asker, InFiles
from haihe.data.open.faces.ogc.asking import Interval, overlap, read_boxes, read_interval
from haihe.data.open.faces.ogc.words import CATALOGUE, CONFORMS_TO, CRS84, EPSG4326
from haihe.data.open.faces.testing import CONDITION, CONDITIONAL, FEW, access_key, serving
from haihe.data.open.models import Dataset, DatasetUsage, KeyUsage

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("few")]
HOSPITALS = "/ogc/collections/hospitals"
RECORDS = f"/ogc/collections/{CATALOGUE}/items"


def get(address: str, **parameters: str | int) -> dict[str, Any]:
    response = Client().get(address, parameters)
    assert response.status_code == 200, response.content
    told: dict[str, Any] = response.json()
    return told


def rows(few: Path, slug: str) -> list[dict[str, Any]]:
    path = Dataset.objects.get(slug=slug).versions.get().path
    told: list[dict[str, Any]] = pq.read_table(few / path / "rows.parquet").to_pylist()
    return told


def ids(told: dict[str, Any]) -> list[Any]:
    return [one["id"] for one in told["features"]]


def following(told: dict[str, Any]) -> str | None:
    parts = [urlsplit(link["href"]) for link in told["links"] if link["rel"] == "next"]
    return f"{parts[0].path}?{parts[0].query}" if parts else None


def test_owslib_finds_collections_and_follows_them_as_qgis_does(few: Path) -> None:
    with serving() as site:
        features = Features(f"{site}/ogc/")
        assert set(features.feature_collections()) == {"libraries", "hospitals"}
        assert features.conformance()["conformsTo"] == list(CONFORMS_TO)
        paths = features.api()["paths"]
        assert paths["/collections/{collectionId}/items"]["get"]["operationId"] == "getFeatures"
        collection = features.collection("hospitals")
        (box,) = collection["extent"]["spatial"]["bbox"]
        hospitals = rows(few, "hospitals")
        longitudes = [row["longitude"] for row in hospitals]
        assert (box[0], box[2]) == (min(longitudes), max(longitudes))
        found = features.collection_items("hospitals", bbox=box, limit=1000)
        assert found["numberMatched"] == found["numberReturned"] == len(hospitals)
        one = features.collection_item("hospitals", str(found["features"][0]["id"]))
        assert one["geometry"] == found["features"][0]["geometry"]
        assert "beds" in features.collection_queryables("hospitals")["properties"]
        records = Records(f"{site}/ogc/")
        assert records.records() == [CATALOGUE]
        hits = records.collection_items(CATALOGUE, q="图书馆", limit=5)
        assert "libraries" in ids(hits)
        assert records.collection_item(CATALOGUE, "libraries")["properties"]["type"] == "dataset"


def test_pages_behind_cursors_cover_each_row_once(few: Path) -> None:
    seen: list[int] = []
    told: dict[str, Any] = get(f"{HOSPITALS}/items", limit=100)
    while True:
        seen += ids(told)
        assert told["numberMatched"] == len(rows(few, "hospitals"))
        address = following(told)
        if address is None:
            break
        told = get(address)
    assert seen == [row["_id"] for row in rows(few, "hospitals")]


def test_box_time_and_values_narrow_as_the_data_says(few: Path) -> None:
    hospitals = rows(few, "hospitals")
    east, north = hospitals[0]["longitude"], hospitals[0]["latitude"]
    box = (east - 0.05, north - 0.05, east + 0.05, north + 0.05)
    wanted = [
        row["_id"] for row in hospitals if box[0] <= row["longitude"] <= box[2] and box[1] <= row["latitude"] <= box[3]
    ]
    assert 0 < len(wanted) < len(hospitals)
    assert ids(get(f"{HOSPITALS}/items", bbox=",".join(map(str, box)), limit=1000)) == wanted
    turned = {"bbox": ",".join(map(str, (box[1], box[0], box[3], box[2]))), "bbox-crs": EPSG4326, "limit": "1000"}
    assert ids(get(f"{HOSPITALS}/items", **turned)) == wanted
    days = sorted(row["approved_on"] for row in hospitals)
    begin, end = days[20], days[60]
    between = [row["_id"] for row in hospitals if begin <= row["approved_on"] <= end]
    assert ids(get(f"{HOSPITALS}/items", datetime=f"{begin}/{end}", limit=1000)) == between
    later = get(f"{HOSPITALS}/items", datetime=f"{end}T08:00:00+08:00/..", limit=1)["numberMatched"]
    assert later == sum(row["approved_on"] >= end for row in hospitals)
    district = hospitals[0]["district"]
    here = get(f"{HOSPITALS}/items", district=district, beds=hospitals[0]["beds"], limit=1000)
    expected = [row for row in hospitals if (row["district"], row["beds"]) == (district, hospitals[0]["beds"])]
    assert ids(here) == [row["_id"] for row in expected]


def test_a_feature_is_geojson_in_the_system_asked_for(few: Path) -> None:
    row = rows(few, "hospitals")[0]
    one = get(f"{HOSPITALS}/items/{row['_id']}")
    assert one["geometry"] == {"type": "Point", "coordinates": [row["longitude"], row["latitude"]]}
    assert one["properties"]["approved_on"] == row["approved_on"].isoformat()
    assert "longitude" not in one["properties"]
    response = Client().get(f"{HOSPITALS}/items/{row['_id']}", {"crs": EPSG4326})
    assert response.json()["geometry"]["coordinates"] == [row["latitude"], row["longitude"]]
    assert (response["Content-Crs"], response["Content-Type"]) == (f"<{EPSG4326}>", "application/geo+json")
    assert Client().get(f"{HOSPITALS}/items")["Content-Crs"] == f"<{CRS84}>"


@pytest.mark.parametrize(
    "query",
    [
        "bbox=1,2,3",
        "bbox=a,b,c,d",
        "bbox=nan,0,1,1",
        "bbox=0,10,1,5",
        "bbox=0,0,1,1&bbox-crs=urn:x",
        "bbox=1e999,0,1,1",
        "bbox=１,0,1,1",
        "limit=0",
        "limit=-1",
        "limit=ten",
        "limit=9999999999999999999999",
        "datetime=yesterday",
        "datetime=2026-13-01",
        "datetime=../..",
        "datetime=2026-02-01/2026-01-01",
        "datetime=2026-01-01/2026-01-02/2026-01-03",
        "cursor=xxxx",
        "cursor=%00",
        "crs=EPSG:3857",
        "beds=many",
        "beds=99999999999999999999",
        "approved_on=31.1.2026",
        "nothing=1",
        "district=%00",
        "f=html",
        "longitude=117",
    ],
)
def test_what_means_nothing_is_refused_with_a_problem(query: str) -> None:
    response = Client().get(f"{HOSPITALS}/items?{query}")
    assert response.status_code == 400, response.content
    assert response["Content-Type"] == "application/problem+json"
    assert response.json()["detail_en"]


def test_values_of_strangers_are_values() -> None:
    for evil in ("' OR 1=1 --", '"; DROP TABLE rows; --', "%", "_", "\\", "和平区' and beds > 0"):
        assert get(f"{HOSPITALS}/items", district=evil)["numberMatched"] == 0
    assert get(f"{HOSPITALS}/items", limit=5000)["numberReturned"] > 100  # more than a page holds means a page


def test_only_free_rows_with_places_are_collections() -> None:
    for slug in (CONDITIONAL, "air-quality-hourly", "clinics", "no-such", "%3Cscript%3E"):
        for rest in ("", "/items", "/items/1", "/queryables", "/schema"):
            response = Client().get(f"/ogc/collections/{slug}{rest}")
            assert (response.status_code, response["Content-Type"]) == (404, "application/problem+json"), (slug, rest)
    for number in ("0", "99999999", "-1", "x", "9" * 30):
        assert Client().get(f"{HOSPITALS}/items/{number}").status_code == 404
    refused = Client().get("/ogc/collections/libraries/items", {"datetime": "2026-01-01"})
    assert refused.status_code == 400
    Dataset.objects.filter(slug="libraries").update(state="SUSPENDED")
    assert Client().get("/ogc/collections/libraries/items").status_code == 404


def test_records_cover_the_catalogue_once_and_tell_of_what_is_conditional() -> None:
    seen: list[str] = []
    address: str | None = f"{RECORDS}?limit=3&sortby=-title"
    while address:
        told = get(address)
        assert told["numberMatched"] == len(FEW)
        seen += [one["id"] for one in told["features"]]
        address = following(told)
    assert len(seen) == len(set(seen)) == len(FEW)
    one = get(f"{RECORDS}/{CONDITIONAL}")
    assert one["properties"]["rights"] == CONDITION
    assert not one["properties"]["formats"]
    assert "enclosure" not in {link["rel"] for link in one["links"]}
    library = get(f"{RECORDS}/libraries")
    assert library["geometry"]["type"] == "Polygon"
    assert {"enclosure", "license", "alternate"} <= {link["rel"] for link in library["links"]}


def test_records_are_found_by_words_place_time_and_identifiers() -> None:
    code = Dataset.objects.get(slug="hospitals").code

    def found(**query: str) -> set[Any]:
        return set(ids(get(RECORDS, limit=1000, **query)))

    assert found(ids="libraries,clinics,none") == {"libraries", "clinics"}
    assert found(externalIds=code) == found(externalIds=f"haihe:{code}") == {"hospitals"}
    assert found(type="dataset,service", ids="clinics") == {"clinics"}
    assert found(type="service") == set()
    assert found(bbox="116,38,119,41") == {"libraries", "hospitals"}
    assert found(bbox="170,-10,-170,10") == set()
    assert "air-quality-hourly" in found(datetime="2020-01-01/..")
    assert "hospitals" not in found(datetime="1950-01-01/1960-01-01")
    either = found(q="图书馆,医院")
    assert {"libraries", "hospitals"} <= either
    assert found(q="图书馆") < either
    assert found(q="没有这种东西") == set()
    assert found(topic="health", owner="120034") < found(topic="health")
    assert get(RECORDS, sortby="title", limit=3)["features"] != get(RECORDS, sortby="-title", limit=3)["features"]
    for query in ("sortby=columns", "sortby=title;drop", "offset=-1", "q=" + ",".join("abcdefghij"), "x=1", "bbox=1"):
        assert Client().get(f"{RECORDS}?{query}").status_code == 400, query


def test_every_link_leads_somewhere() -> None:
    seen: set[str] = set()
    waiting = ["/ogc/", "/ogc/collections", HOSPITALS, f"{HOSPITALS}/items?limit=1", f"{RECORDS}?limit=1"]
    while waiting:
        address = waiting.pop()
        for link in get(address)["links"]:
            parts = urlsplit(link["href"])
            if parts.netloc == "testserver" and parts.path not in seen:
                seen.add(parts.path)
                assert Client().get(parts.path).status_code == 200, link
    assert len(seen) > 10


def test_each_page_takes_a_handful_of_questions_to_the_database() -> None:
    for address, most in (
        ("/ogc/collections", 5),
        (f"{HOSPITALS}/items?limit=100", 4),
        (f"{RECORDS}?limit=100", 5),
        (f"{RECORDS}?bbox=117,39,118,40", 4),
    ):
        with CaptureQueriesContext(connection) as asked:
            get(address)
        assert len(asked) <= most, (address, [one["sql"][:60] for one in asked])


def test_boxes_over_the_line_of_the_date_are_two() -> None:
    assert read_boxes({"bbox": "170,-10,-170,10"}) == ((170, -10, 180, 10), (-180, -10, -170, 10))
    assert read_boxes({"bbox": "0,1,-5,2,3,9"}) == ((0, 1, 2, 3),)
    assert read_boxes({"bbox": "-200,-95,200,95"}) == ((-180, -90, 180, 90),)
    assert overlap((0, 0, 1, 1), (1, 1, 2, 2))
    assert not overlap((0, 0, 1, 1), (1.1, 0, 2, 1))


def test_intervals_meet_by_days_and_times_of_the_city() -> None:
    interval = read_interval({"datetime": "2026-01-31T16:30:00Z/.."})
    assert isinstance(interval, Interval)
    assert interval.meets("2026-01-01", "2026-02-01")
    assert not interval.meets("2026-01-01", "2026-01-31")
    assert not interval.meets("", "")
    assert interval.meets("2026-02-01T00:30:00+08:00", "2026-02-01T00:30:00+08:00")


def test_rows_are_counted_within_the_allowance_that_openreads_counts_too(few: Path) -> None:
    key = access_key("for maps", per_day=4)
    program = Client(headers={"Authorization": "Bearer for maps"})
    elsewhere = Allowance(counts=InFiles(few / FOLDER, "1", settings.HAIHE.secret_key))
    asker = Asker.with_key(bytes(key.key_hash), key.quota_per_day)
    assert elsewhere.take(asker, time.time()).problem == ""
    for path, left in ((f"{HOSPITALS}/items", 2), (f"{HOSPITALS}/items/1", 1)):
        assert program.get(path)["RateLimit"].startswith(f'"day";r={left};')
    assert elsewhere.take(asker, time.time()).problem == ""
    refused = program.get(f"{HOSPITALS}/items")
    assert (refused.status_code, refused.json()["type"]) == (429, "urn:haihe:problem:quota-exceeded")
    assert int(refused["Retry-After"]) > 0
    assert KeyUsage.objects.get(key=key).count == 2
    assert DatasetUsage.objects.get(dataset__slug="hospitals", kind="CALL").count == 2
    for path in (HOSPITALS, f"{HOSPITALS}/schema", RECORDS):
        assert program.get(path).status_code == 200
    assert Client().get(f"{HOSPITALS}/items", headers={"Authorization": "Bearer nobody's"}).status_code == 401


def test_nothing_is_given_that_cant_be_counted(few: Path) -> None:
    (few / FOLDER).write_text("no folder, so that no file of counts can be made")
    refused = Client().get(f"{HOSPITALS}/items")
    (few / FOLDER).unlink()
    assert (refused.status_code, refused["Retry-After"]) == (503, "30")
    assert refused.json()["detail"].startswith("现在不能计数")
    assert Client().get(f"{HOSPITALS}/items").status_code == 200
