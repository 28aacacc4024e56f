"""After a test the steward sees which item each column is, what the first rows become, and confirms or corrects it."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest
from django.conf import LazySettings
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from haihe.base.accounts.api import Actor
from haihe.base.outward.testing import Asked, HttpServer, Told, http_server, told
from haihe.data.exchange.models import FeedRun
from haihe.data.exchange.quality.models import ColumnMapping
from haihe.data.exchange.quality.previewing import preview_mapping
from haihe.data.exchange.sources.models import Source, SourceRunState
from haihe.data.exchange.sources.operations.keeping import add_source
from haihe.data.exchange.sources.testing import fetched
from haihe.data.exchange.testing import RELIEF, TITLES, id_number, row
from haihe.data.exchange.tests.test_pages import signed_in

pytestmark = pytest.mark.django_db
OTHERWISE = {"证件号码": "sfzh", "姓名": "XM", "区划代码": "xzqh", "救助证号": "bianhao"}
"""What this department calls some of its columns."""


@pytest.fixture
def now() -> datetime:
    return timezone.now()


@pytest.fixture(autouse=True)
def _this_machine(settings: LazySettings) -> None:
    settings.HAIHE = replace(settings.HAIHE, source_networks=("127.0.0.0/8",))


def relief(asked: Asked) -> Told:
    names = [OTHERWISE.get(title, title) for title in TITLES]
    rows = [dict(zip(names, row(id_number(serial)), strict=True)) | {"内部序号": serial} for serial in range(60)]
    rows[1]["xzqh"] = "不详"
    return told(rows)


@pytest.fixture
def server() -> Iterator[HttpServer]:
    with http_server(relief) as running:
        yield running


@pytest.fixture
def source(steward: Actor, server: HttpServer, now: datetime) -> Source:
    settings = {"url": f"{server.url}/relief"}
    return add_source(
        steward, resource=RELIEF, title="接口", connector="http_api", settings=settings, secret={}, now=now
    )


def text(answer: Any) -> str:
    content: str = answer.content.decode()
    return content


def probed(source: Source, client: Client, chosen: dict[str, str] | None = None) -> str:
    return text(client.post(reverse("exchange:source-probe", args=[source.pk]), chosen or {}))


def told_columns(**changed: str) -> dict[str, str]:
    """What the form sends where each column is mapped to what it is, but for those changed."""
    rows = [[*row(id_number(serial)), str(serial)] for serial in range(5)]
    found = preview_mapping(RELIEF, [*(OTHERWISE.get(title, title) for title in TITLES), "内部序号"], rows)
    fields = {each.title: each.field for each in found.columns} | changed
    titles = enumerate(fields)
    return {f"title-{place}": title for place, title in titles} | {
        f"column-{place}": field for place, field in enumerate(fields.values())
    }


def test_columns_are_suggested_by_name_and_content(source: Source) -> None:
    page = probed(source, signed_in("steward_mzj"))
    assert "对方的列对应哪一项" in page
    assert "同义的列名" in page
    assert "前几行读成这样" in page
    assert "第 2 行“区划代码”：" in page
    for serial in range(5):
        assert id_number(serial) not in page
    assert "陈静怡" not in page


def test_by_other_names_too(now: datetime) -> None:
    titles = ["sfzh", "XM", "什么"]
    rows = [[id_number(serial), "陈静怡", "x"] for serial in range(5)]
    found = preview_mapping(RELIEF, titles, rows)
    assert [(each.field, each.score_percent is not None) for each in found.columns] == [
        ("id_number", True),
        ("name", True),
        ("", False),
    ]
    assert "区划代码" in found.missing
    assert not found.misfits
    assert all("陈静怡" not in cell for line in found.read for cell in line)


def test_what_was_confirmed_is_read_so_at_the_first_fetch(source: Source, steward: Actor, now: datetime) -> None:
    client = signed_in("steward_mzj")
    told = told_columns()
    answer = client.post(reverse("exchange:source-agree", args=[source.pk]), told)
    assert (answer.status_code, answer["Location"]) == (302, reverse("exchange:source-plan", args=[source.pk]))
    mapping = ColumnMapping.objects.get()
    assert (mapping.basis, mapping.run) == ("PERSON", None)
    client.post(reverse("exchange:source-agree", args=[source.pk]), told)
    assert ColumnMapping.objects.count() == 1
    assert "这样的列以前确认过" in probed(source, client)
    run = fetched(steward, source.pk, now=now)
    assert (run.state, run.rows_accepted, run.rows_rejected) == (SourceRunState.PUBLISHED, 59, 1)


def test_without_confirming_the_first_fetch_waits_for_a_person(source: Source, steward: Actor, now: datetime) -> None:
    fetched(steward, source.pk, now=now)
    assert FeedRun.objects.get().state == "HELD"


def test_what_is_missing_or_twice_is_told_and_nothing_kept(source: Source) -> None:
    client = signed_in("steward_mzj")
    agree = reverse("exchange:source-agree", args=[source.pk])
    answer = client.post(agree, told_columns(sfzh=""))
    assert answer.status_code == 422
    assert "还缺少必需的列：证件号码" in text(answer)
    answer = client.post(agree, told_columns(XM="id_number"))
    assert "每一列只能对应一次：证件号码" in text(answer)
    assert not ColumnMapping.objects.exists()


def test_rows_are_read_anew_by_what_was_chosen(source: Source) -> None:
    client = signed_in("steward_mzj")
    page = probed(source, client, told_columns(sfzh="name", XM="id_number"))
    assert "第 1、2、3、4、5 行“证件号码”：" in page


@pytest.mark.parametrize("username", ["outsider", "steward_gjj"])
def test_others_confirm_nothing(source: Source, username: str) -> None:
    answer = signed_in(username).post(reverse("exchange:source-agree", args=[source.pk]), told_columns())
    assert answer.status_code in (403, 404)
    assert not ColumnMapping.objects.exists()
