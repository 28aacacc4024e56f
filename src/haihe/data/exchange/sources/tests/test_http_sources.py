"""An HTTP interface as a source, from the form to a published snapshot."""

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from django.conf import LazySettings
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from haihe.base.accounts.api import Actor
from haihe.base.outward.testing import Asked, HttpServer, Told, http_server, told
from haihe.data.exchange import api as exchange
from haihe.data.exchange.sources.http_form import HttpForm
from haihe.data.exchange.sources.models import Source, SourceRun, SourceRunState
from haihe.data.exchange.sources.testing import run_once
from haihe.data.exchange.testing import RELIEF, TITLES, id_number, row
from haihe.data.exchange.tests.test_pages import signed_in

pytestmark = pytest.mark.django_db
KEY = "of-the-test-interface"
ROWS = 25


@pytest.fixture
def server() -> Iterator[HttpServer]:
    with http_server(relief) as running:
        yield running


@pytest.fixture(autouse=True)
def _this_machine(settings: LazySettings) -> None:
    settings.HAIHE = replace(settings.HAIHE, source_networks=("127.0.0.0/8",))


def relief(asked: Asked) -> Told:
    """The relief register behind an interface that gives ten rows at a time, the person's part nested."""
    if asked.headers.get("x-app-key") != KEY:
        return Told(status=401)
    begin = (int(asked.params["page"]) - 1) * 10
    rows = [dict(zip(TITLES, row(id_number(serial)), strict=True)) for serial in range(begin, min(begin + 10, ROWS))]
    return told({"code": 0, "data": {"total": ROWS, "list": rows}})


def form(server: HttpServer, **changes: str) -> dict[str, str]:
    return {
        "title": "救助接口", "url": f"{server.url}/relief", "method": "GET", "answer": "rows", "nested": "flatten",
        "rows_at": "/data/list", "ok_at": "/code", "ok_values": "0，200", "total_at": "/data/total",
        "paging": "page", "page_param": "page", "first_page": "1", "size": "10", "how": "full", "since_as": "moment",
        "overlap": "300", "auth": "header", "auth_name": "X-App-Key", "credential": KEY, "token_by": "basic",
        "params": "area=120103\n", "most_pages": "100", "minutes": "5",
    } | changes  # fmt: skip


def text(answer: Any) -> str:
    content: str = answer.content.decode()
    return content


def added(client: Client, told_form: dict[str, str]) -> Any:
    return client.post(f"{reverse('exchange:source-add', args=['http_api'])}?resource={RELIEF}", told_form)


def test_from_the_form_to_a_snapshot(server: HttpServer) -> None:
    client = signed_in("steward_mzj")
    answer = added(client, form(server))
    assert answer.status_code == 302
    source = Source.objects.get()
    probed = text(client.post(answer["Location"]))
    assert "不通" not in probed
    assert "最低生活保障" in probed
    assert id_number(0) not in probed
    client.post(reverse("exchange:source-fetch", args=[source.pk]))
    run = run_once(SourceRun.objects.get(), now=timezone.now())
    assert (run.state, run.rows, run.rows_accepted) == (SourceRunState.PUBLISHED, ROWS, ROWS)
    snapshot = exchange.latest_snapshot(RELIEF)
    assert snapshot is not None
    assert snapshot.row_count == ROWS
    assert {asked.params["area"] for asked in server.asked} == {"120103"}
    page = text(client.get(reverse("exchange:source", args=[source.pk])))
    change = text(client.get(reverse("exchange:source-change", args=[source.pk])))
    assert KEY not in page + change
    assert "area=120103" not in page
    assert "area=120103" in change
    assert KEY not in str(Source.objects.values().get())


def test_the_form_asks_for_each_setting_in_groups() -> None:
    page = text(signed_in("steward_mzj").get(f"{reverse('exchange:source-add', args=['http_api'])}?resource={RELIEF}"))
    assert (page.count("<legend>"), page.count("<summary>")) == (1, 6)
    assert [name for name in HttpForm.base_fields if f'name="{name}"' not in page] == []


def test_a_changed_form_keeps_the_key_that_nobody_typed_again(server: HttpServer) -> None:
    client = signed_in("steward_mzj")
    added(client, form(server))
    source = Source.objects.get()
    change = reverse("exchange:source-change", args=[source.pk])
    assert client.post(change, form(server, credential="", minutes="6")).status_code == 302
    assert "不通" not in text(client.post(reverse("exchange:source-probe", args=[source.pk])))


def test_what_the_choices_need_is_said_at_the_field(server: HttpServer) -> None:
    client = signed_in("steward_mzj")
    answer = added(client, form(server, auth_name="", page_param="", url="api.example.cn", rows_at="data.list"))
    assert answer.status_code == 422
    page = text(answer)
    assert page.count("按上面的选择，这一项必填。") == 2
    assert "以 http:// 或 https:// 开头" in page
    assert "请以 / 开头" in page
    answer = added(client, form(server, answer="file", ok_values=""))
    assert "取文件时不能翻页" in text(answer)
    assert "要一起填写" in text(answer)


def open_parts(page: str) -> list[bool]:
    """Return of each folded part of a form whether it is open."""
    return [" open" in tag for tag in re.findall(r"<details class=\"source-part\"[^>]*>", page)]


def test_what_most_interfaces_need_stands_first_and_the_rest_is_folded(steward: Actor) -> None:
    client = signed_in("steward_mzj")
    address = reverse("exchange:source-add", args=["http_api"]) + f"?resource={RELIEF}"
    page = client.get(address).content.decode()
    assert open_parts(page) == [False] * 6
    assert page.index('name="url"') < page.index('name="rows_at"') < page.index('<details class="source-part"')
    wrong = {"title": "救助接口", "auth": "header"}
    assert open_parts(client.post(address, wrong).content.decode())[:2] == [True, True], "where something is wrong"


def test_a_folded_part_is_open_where_something_in_it_is_told(server: HttpServer) -> None:
    told_before = HttpForm.filled("救助接口", {"url": server.url, "paging": "page", "page_param": "page"})
    parts = HttpForm(initial=told_before).parts
    assert [part.fields[0].name for part in parts if part.is_folded and part.is_open] == ["paging"]
