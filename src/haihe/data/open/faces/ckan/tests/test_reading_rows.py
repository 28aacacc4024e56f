"""Rows by datastore_search and dumps: the same as are open elsewhere, however they are asked for."""

import csv
import io
import json
import time
from functools import partial
from typing import Any
from xml.etree import ElementTree as ET

import pandas as pd
import pytest
from ckanapi import NotAuthorized, NotFound, RemoteCKAN, ValidationError
from django.db import connection
from django.test import Client
from django.utils import timezone

from haihe.data.open import counting, operations
from haihe.data.open.faces import calls
from haihe.data.open.faces.askers import Asker
from haihe.data.open.faces.ckan import errors
from haihe.data.open.faces.ckan.looking_up import rows_named
from haihe.data.open.faces.ckan.tests.conftest import resource_of
from haihe.data.open.faces.ckan.views import watched
from haihe.data.open.faces.testing import access_key
from haihe.data.open.faces.tests.speaking import session
from haihe.data.open.models import AccessKey, ConditionalRead, Dataset, DatasetUsage, KeyUsage
from haihe.data.open.tests.test_opening_a_dataset import person

pytestmark = pytest.mark.django_db


def test_rows_come_with_their_fields_and_a_count(ckan: RemoteCKAN, csv_id: str) -> None:
    told = ckan.action.datastore_search(resource_id=csv_id, limit=2)
    assert [field["id"] for field in told["fields"]] == ["_id", "code", "name", "district", "manager", "seats"]
    assert told["fields"][5] == {"id": "seats", "type": "int8", "info": {"label": "餐位数", "label_en": "Seats"}}
    assert (told["total"], told["limit"], told["offset"], len(told["records"])) == (6, 2, 0, 2)
    assert told["records"][0]["name"] == "水上食堂"
    assert "王建军" not in json.dumps(told, ensure_ascii=False)
    assert "offset=2" in told["_links"]["next"]
    info = ckan.action.datastore_info(id=csv_id)
    assert (info["meta"]["count"], info["fields"][0]["info"]["label"]) == (6, "编号")
    assert DatasetUsage.objects.get(kind="CALL").count == 1


def names(ckan: RemoteCKAN, csv_id: str, **told: Any) -> list[str]:
    rows = ckan.action.datastore_search(resource_id=csv_id, **told)["records"]
    return [row["code"] for row in rows]


def test_filters_words_order_and_pages(ckan: RemoteCKAN, csv_id: str) -> None:
    for told, expected in (
        ({"filters": {"district": "南开区"}}, ["S1"]),
        ({"filters": {"district": ["南开区", "河西区"]}}, ["S1", "S3"]),
        ({"filters": {"seats": 52}}, ["S3"]),
        ({"filters": {"seats": "52"}}, ["S3"]),
        ({"filters": {"seats": {"gte": 40, "lt": 61}}}, ["S1", "S3"]),
        ({"filters": {"seats": [{"gt": 50}, {"lte": 61}]}}, ["S3", "S5"]),
        ({"filters": {"seats": {"in": [28, 33]}, "district": {"ne": "西青区"}}}, ["S6"]),
        ({"filters": {"_id": [1, 2]}}, ["S1", "S2"]),
        ({"filters": {"district": None}}, []),
        ({"filters": '{"district": "南开区"}'}, ["S1"]),
        ({"q": "食堂 河西"}, ["S3"]),
        ({"q": {"name": "江"}}, ["S4"]),
        ({"q": "、、"}, []),
        ({"sort": "seats desc, code", "limit": 2}, ["S5", "S3"]),
        ({"sort": "seats desc nulls last", "limit": 2, "offset": 2}, ["S1", "S2"]),
        ({"offset": 6}, []),
        ({"limit": 0}, []),
    ):
        assert names(ckan, csv_id, **told) == expected, told
    everything = ckan.action.datastore_search(resource_id=csv_id, limit=10**9)
    assert (everything["limit"], len(everything["records"])) == (32_000, 6)


def test_other_forms_of_records(ckan: RemoteCKAN, csv_id: str) -> None:
    def told(**more: Any) -> Any:
        return ckan.action.datastore_search(resource_id=csv_id, fields=["seats", "code"], limit=2, **more)

    assert told()["records"] == [{"seats": 40, "code": "S1"}, {"seats": 36, "code": "S2"}]
    assert told(records_format="lists")["records"] == [[40, "S1"], [36, "S2"]]
    assert told(records_format="csv")["records"] == "40,S1\n36,S2\n"
    assert told(records_format="tsv")["records"] == "40\tS1\n36\tS2\n"
    assert "total" not in told(include_total=False)
    found = ckan.action.datastore_search(resource_id=csv_id, fields="district", distinct=True, sort="district desc")
    assert found["total"] == 6
    assert len({row["district"] for row in found["records"]}) == 6


def test_the_next_page_holds_however_far_one_reads(ckan: RemoteCKAN, csv_id: str) -> None:
    asked: dict[str, Any] | None = {"resource_id": csv_id, "limit": 4, "include_next_page": True, "sort": "seats"}
    seats: list[int] = []
    while asked:
        told = ckan.call_action("datastore_search", asked)
        seats += [row["seats"] for row in told["records"]]
        asked = told.get("next_page")
    assert seats == sorted(seats)
    assert len(seats) == 6


@pytest.mark.parametrize(
    "told",
    [
        {"filters": {"nothing": 1}},
        {"filters": {"seats": "many"}},
        {"filters": {"seats": {"like": 1}}},
        {"filters": {"name": ["x"] * 500}},
        {"filters": {"_id": 2**70}},
        {"sort": "name desc; DROP TABLE rows"},
        {"sort": "a,b,c"},
        {"fields": "name, 1"},
        {"q": {"seats": "4"}},
        {"q": "a b c d e f g h i j"},
        {"records_format": "xml"},
        {"distinct": True},
        {"cursor": "AAAA"},
        {"limit": "-1"},
    ],
)
def test_what_is_not_understood_says_which_parameter(ckan: RemoteCKAN, csv_id: str, told: dict[str, Any]) -> None:
    with pytest.raises(ValidationError) as wrong:
        ckan.action.datastore_search(resource_id=csv_id, **told)
    assert set(wrong.value.error_dict) - {"__type"}


def test_a_dump_is_the_whole_in_each_format(csv_id: str) -> None:
    def dump(**told: Any) -> bytes:
        answer = Client().get(f"/datastore/dump/{csv_id}", told)
        assert answer.status_code == 200, answer.content
        return b"".join(answer)

    rows = list(csv.reader(io.StringIO(dump().decode())))
    assert rows[0] == ["_id", "code", "name", "district", "manager", "seats"]
    assert len(rows) == 7
    assert list(csv.reader(io.StringIO(dump(fields="_id,code,name,district,manager,seats").decode()))) == rows
    assert dump(bom="true").startswith(b"\xef\xbb\xbf_id,")
    assert dump(format="tsv", limit="1", offset="1").decode().splitlines()[1].split("\t")[1] == "S2"
    told = json.loads(dump(format="json", sort="seats desc", limit="2"))
    assert [record[1] for record in told["records"]] == ["S5", "S3"]
    found = ET.fromstring(dump(format="xml", filters='{"district": "南开区"}'))  # noqa: S314 - our own
    assert [(row.get("_id"), row.findtext("name")) for row in found] == [("1", "水上食堂")]
    frame = pd.read_csv(io.BytesIO(dump()), dtype=str)
    assert frame["seats"].astype(int).sum() == 250
    assert Client().get(f"/datastore/dump/{csv_id}", {"format": "exe"}).status_code == 400
    assert Client().get("/datastore/dump/nothing").status_code == 404
    assert DatasetUsage.objects.get(kind="DOWNLOAD").count == 7


def test_the_head_of_a_dump_is_no_download(csv_id: str) -> None:
    head = Client().head(f"/datastore/dump/{csv_id}")
    assert (head.status_code, head["Content-Disposition"]) == (200, 'attachment; filename="canteens.csv"')
    assert not DatasetUsage.objects.filter(kind="DOWNLOAD").exists()


def test_a_dump_breaks_off_when_its_dataset_is_stopped(csv_id: str) -> None:
    asker = Asker(counting.Asker.at("192.0.2.1"))
    pieces = watched(iter([b"1", b"2", b"3"]), partial(rows_named, csv_id, asker), look_s=0)
    assert next(pieces) == b"1"
    operations.move(actor=person("approver_mzj"), slug="canteens", name="suspend", words="核对", now=timezone.now())
    with pytest.raises(errors.NotFound):
        next(pieces)


def test_files_alone_have_no_rows_to_search(ckan: RemoteCKAN, csv_id: str) -> None:
    Dataset.objects.update(has_api=False)
    assert not ckan.action.resource_show(id=csv_id)["datastore_active"]
    with pytest.raises(NotFound):
        ckan.action.datastore_search(resource_id=csv_id)


def grant(key: AccessKey, *columns: str) -> None:
    """Let the key read these columns of the canteens, as the view tells openreads too."""
    told = {"canteens": {"grant": "A-1", "columns": columns, "until": time.time() + 60}}
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE OR REPLACE VIEW openreads_key AS SELECT key_hash, holder::text AS holder, "
            "quota_per_day::integer AS quota_per_day, valid_until, NULL::text[] AS datasets, id, "
            f"CASE WHEN id = '{key.pk}' THEN '{json.dumps(told)}' ELSE '{{}}' END::jsonb AS grants "
            "FROM open_data_accesskey WHERE revoked_at IS NULL"
        )


def test_conditional_data_are_for_keys_with_a_grant_and_each_answer_is_on_record(ckan: RemoteCKAN, csv_id: str) -> None:
    Dataset.objects.update(opening_type="CONDITIONAL", opening_condition="限科研")
    grant(access_key("granted"), "code", "seats")
    access_key("other", "canteens")
    assert ckan.action.package_show(id="canteens")["title"] == "社区食堂名录"
    for apikey in (None, "other"):
        with pytest.raises(NotAuthorized):
            ckan.call_action("datastore_search", {"resource_id": csv_id}, apikey=apikey)
    assert Client().get(f"/datastore/dump/{csv_id}").status_code == 403
    assert not ConditionalRead.objects.exists()
    told = ckan.call_action("datastore_search", {"resource_id": csv_id, "limit": 2}, apikey="granted")
    assert told["records"] == [{"_id": 1, "code": "S1", "seats": 40}, {"_id": 2, "code": "S2", "seats": 36}]
    for hidden in ({"filters": {"name": "水上食堂"}}, {"sort": "name"}, {"fields": "name"}, {"q": "水上"}):
        with pytest.raises(ValidationError):
            ckan.call_action("datastore_search", {"resource_id": csv_id} | hidden, apikey="granted")
    for told in ({}, {"filters": '{"seats": 40}', "format": "json"}):
        answer = Client().get(f"/datastore/dump/{csv_id}", told, headers={"authorization": "Bearer granted"})
        assert "食堂" not in b"".join(answer).decode()
    reads = list(ConditionalRead.objects.order_by("at").values_list("what", "columns", "rows", "grant"))
    assert reads == [
        ("rows", ["code", "seats"], 2, "A-1"),
        ("export", ["code", "seats"], 6, "A-1"),
        ("export", ["code", "seats"], 1, "A-1"),
    ]
    assert KeyUsage.objects.get().count == 3


def test_a_key_asks_as_often_as_it_may(csv_id: str) -> None:
    access_key("small", per_day=2)
    with RemoteCKAN("http://testserver", apikey="small", session=session()) as ckan:
        for _ in range(2):
            ckan.action.datastore_search(resource_id=csv_id)
        with pytest.raises(NotAuthorized) as refused:
            ckan.action.datastore_search(resource_id=csv_id)
    assert "2 次" in str(refused.value)
    told = Client().get("/api/3/action/datastore_search", {"resource_id": csv_id}, headers={"Authorization": "small"})
    assert told.status_code == 429
    assert told["RateLimit"].startswith('"day";r=0;t=')
    assert int(told["Retry-After"]) > 0


def test_nothing_is_given_that_cant_be_counted(csv_id: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_place: object) -> None:
        raise OSError("no space left on device")

    monkeypatch.setattr(calls, "take_place", full)
    refused = Client().get("/api/3/action/datastore_search", {"resource_id": csv_id})
    assert (refused.status_code, refused["Retry-After"]) == (503, "30")
    assert refused.json()["error"]["__type"] == "Service Unavailable"


def test_ids_of_resources_lead_back_to_their_dataset_alone(csv_id: str) -> None:
    assert csv_id == resource_of("canteens")
    wrong = csv_id[:-1] + f"{(int(csv_id[-1], 16) + 8) % 16:x}"
    assert Client().get("/api/3/action/resource_show", {"id": wrong}).status_code == 404
