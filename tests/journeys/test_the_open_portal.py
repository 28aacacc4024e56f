"""Open data as people meet them: a citizen with a phone, a developer with a terminal, a steward before the gate."""

import csv
import io
import json
import re
import subprocess
import sys
import time
from datetime import datetime
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from pathlib import Path
from typing import Any

import duckdb
import httpx
import pandas
import pytest
from fsspec.implementations.http import HTTPFileSystem
from playwright.sync_api import Browser, Page, expect

from tests.journeys.inspector import at_a_glance
from tests.journeys.instance import CityInstance
from tests.journeys.people import at, download, fits, look_until, signed_out
from tests.journeys.planting_a_register_to_open import TITLE, as_file, id_number, rows
from tests.plugins.engines import program_of

pytestmark = [pytest.mark.journey, pytest.mark.engine("chromium")]

SCHOOLS = "/open/datasets/primary-schools/"
MADE_WITHIN_MS = 150_000
"""The worker makes the files of twelve datasets a minute, schools first."""
RENEWED_WITHIN_MS = 90_000
BURST = 120
"""More than anybody may ask in one second."""


@pytest.fixture(scope="module")
def schools(city_instance: CityInstance, browser: Browser) -> str:
    """The address of a dataset whose files are made."""
    with signed_out(browser, city_instance) as page:
        look_until(page, page.get_by_role("link", name="CSV", exact=True), at=SCHOOLS, within_ms=MADE_WITHIN_MS)
    return SCHOOLS


def test_a_citizen_finds_reads_and_downloads_on_a_phone(
    city_instance: CityInstance, browser: Browser, schools: str, tmp_path: Path
) -> None:
    with signed_out(browser, city_instance, phone=True) as phone:
        phone.goto("/open/")
        phone.get_by_role("searchbox").fill("xiaoxue")
        phone.get_by_role("button", name="查找").click()
        phone.get_by_role("link", name="小学名录", exact=True).click()
        phone.wait_for_url(f"**{schools}")
        expect(phone.locator("[data-chart][data-drawn]")).to_have_count(1)
        expect(phone.get_by_role("heading", name="按所在区计数")).to_be_visible()
        assert phone.locator(".open-map circle").count() > 100
        fits(phone)
        told = int(re.sub(r"\D", "", phone.get_by_text(re.compile(r"全部共 [\d,]+ 行")).inner_text()))
        file = download(phone, phone.get_by_role("link", name="CSV", exact=True), tmp_path / "schools.csv")
        with file.open(encoding="utf-8-sig", newline="") as opened:
            lines = list(csv.DictReader(opened))
        assert len(lines) == told
        phone.get_by_role("button", name="English").click()
        expect(phone.get_by_role("heading", name="Primary schools", level=1)).to_be_visible()
        expect(phone.get_by_text(f"{told:,} rows in all")).to_be_visible()
        assert at_a_glance(phone) == []


@pytest.mark.engine("node")
@pytest.mark.engine("r")
def test_a_developer_copies_runs_follows_the_cursor_and_waits_when_told(
    city_instance: CityInstance, browser: Browser, schools: str
) -> None:
    with signed_out(browser, city_instance) as desk:
        desk.goto(schools)
        lines = {
            box.locator("summary").inner_text().strip(): box.locator("pre").text_content() or ""
            for box in desk.locator("details.open-snippet").all()
        }
        told = int(re.sub(r"\D", "", desk.get_by_text(re.compile(r"全部共 [\d,]+ 行")).inner_text()))
        described = desk.get_by_role("link", name="OpenAPI 描述文件").get_attribute("href") or ""
    base = described.removesuffix("/openapi.json")
    assert set(lines) == {"curl", "Python", "R", "JavaScript", "DuckDB"}
    assert len(json.loads(_run("sh", "-c", lines["curl"].replace("curl ", "curl -s ")))["rows"]) == 10
    assert "区" in _run(sys.executable, "-c", lines["Python"])
    assert re.search(r"longitude.*^6 ", _run(str(program_of("r")), "-e", lines["R"]), re.DOTALL | re.MULTILINE)
    assert "next: '" in _run(str(program_of("node")), "--input-type=module", "-e", lines["JavaScript"])
    read = _over_http(lines["DuckDB"])
    assert len(read) == 10
    _clients_agree(base, told)

    with httpx.Client(timeout=60) as client:
        assert "/rows" in client.get(described).json()["paths"]
        seen, cursor = list[int](), ""
        while True:
            answer = _asked(client, f"{base}/rows", {"limit": "400"} | ({"cursor": cursor} if cursor else {}))
            seen += [row["_id"] for row in answer["rows"]]
            cursor = answer.get("next") or ""
            if not cursor:
                break
        assert len(seen) == len(set(seen)) == told
        answers = [client.get(f"{base}/rows", params={"limit": "1"}) for _ in range(BURST)]
        refused = [one for one in answers if one.status_code == HTTPStatus.TOO_MANY_REQUESTS]
        assert refused, "nobody was told to wait"
        assert refused[0].json()["type"] == "urn:haihe:problem:rate-limited"
        time.sleep(int(refused[0].headers["Retry-After"]))  # as a program does that is told to wait
        assert client.get(f"{base}/rows", params={"limit": "1"}).is_success


def test_a_steward_opens_a_register_and_everybody_follows_its_versions(
    city_instance: CityInstance, browser: Browser
) -> None:
    code = city_instance.plant("tests.journeys.planting_a_register_to_open")
    with (
        at(browser, city_instance, "steward_jw") as steward,
        at(browser, city_instance, "approver_jw") as approver,
        signed_out(browser, city_instance) as anybody,
    ):
        _propose(steward)
        steward.get_by_role("button", name="检查数据").click()
        expect(steward.get_by_text("没有通过", exact=True)).to_be_visible()
        expect(steward.get_by_text("“负责人证件号”有居民身份证号码")).to_be_visible()
        assert at_a_glance(steward) == []
        steward.get_by_text("决定怎样处理“负责人证件号”").click()
        box = steward.locator("article", has_text="负责人证件号").last
        box.get_by_label("处理方式").select_option(value="DROP")
        box.get_by_label("理由（向社会公开）").fill("个人信息，不必公开")
        box.get_by_role("button", name="决定").click()
        steward.get_by_role("button", name="重新检查").click()
        expect(steward.get_by_text("检查通过，已送本单位审批人发布。")).to_be_visible()
        expect(steward.get_by_role("button", name="发布")).to_have_count(0)

        approver.goto("/open/desk/learning-centres/")
        approver.get_by_role("button", name="发布").click()
        expect(approver.get_by_text("已办理。")).to_be_visible()
        anybody.goto("/open/datasets/learning-centres/")
        expect(anybody.get_by_role("cell", name="水上公园学习中心")).to_be_visible()
        expect(anybody.get_by_text("个人信息，不必公开")).to_be_visible()
        assert id_number(1) not in anybody.content()

        _hand_in_another(steward, code)
        changes = anybody.get_by_role("link", name=re.compile("新增 1、删除 1、修改 1 行"))
        look_until(anybody, changes, within_ms=RENEWED_WITHIN_MS)
        changes.click()
        for words in ("梅江会展学习中心", "团泊湖学习中心", "77"):
            expect(anybody.get_by_role("cell", name=words).first).to_be_visible()
        assert at_a_glance(anybody) == []

        approver.goto("/open/desk/learning-centres/")
        approver.locator("form", has=approver.get_by_role("button", name="暂停开放")).get_by_label("理由").fill(
            "核对座位数"
        )
        approver.get_by_role("button", name="暂停开放").click()
        anybody.goto("/open/datasets/learning-centres/")
        expect(anybody.get_by_text("核对座位数").first).to_be_visible()
        expect(anybody.get_by_role("cell", name="水上公园学习中心")).to_have_count(0)
        assert at_a_glance(anybody) == []


def _propose(steward: Page) -> None:
    steward.goto("/open/desk/")
    steward.get_by_role("link", name=TITLE).click()
    steward.get_by_label("网址中的英文名称").fill("learning-centres")
    steward.get_by_label("英文名称", exact=True).fill("Community learning centres")
    steward.get_by_label("英文摘要").fill("Name, district and seats of community learning centres.")
    steward.get_by_label("主题").select_option(value="education")
    for title, english in (("编号", "Code"), ("名称", "Name"), ("所在区", "District"), ("座位数", "Seats")):
        steward.get_by_label(f"“{title}”的英文名称").fill(english)
    steward.get_by_label("“负责人证件号”的英文名称").fill("Keeper's number")
    steward.locator("#key-code").check()
    steward.get_by_role("button", name="保存").click()
    expect(steward.get_by_text("已建立。下一步：检查数据。")).to_be_visible()


def _hand_in_another(steward: Page, code: str) -> None:
    """Hand in the register of the next month: one centre is gone, one is new, one has more seats."""
    first, second, third, _gone, *others = rows()
    new = ("X7", "团泊湖学习中心", "静海区", id_number(7), "45")
    lines = [(*first[:4], "77"), second, third, *others, new]
    steward.goto("/exchange/upload/")
    steward.get_by_label("数据资源").select_option(value=code)
    steward.get_by_label("数据文件").set_input_files(
        {"name": "centres.csv", "mimeType": "text/csv", "buffer": as_file(lines)}
    )
    steward.get_by_role("button", name="上传并检查").click()
    steward.wait_for_url("**/exchange/runs/**")
    expect(steward.get_by_text("数据已采用，正在提供服务。")).to_be_visible(timeout=RENEWED_WITHIN_MS)


def _run(*command: str) -> str:
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 0, done.stderr
    return done.stdout


class _Dated(HTTPFileSystem):  # type: ignore[misc]  # fsspec ships no types
    """fsspec's HTTP with what DuckDB asks of a file besides: when it was changed."""

    def modified(self, path: str) -> datetime:
        return parsedate_to_datetime(httpx.head(path).headers["Last-Modified"])


def _over_http(statement: str) -> list[tuple[Any, ...]]:
    """Run a statement of DuckDB that reads by URL. Its own extension for that can't be had offline: fsspec reads."""
    with duckdb.connect(":memory:") as connection:
        connection.register_filesystem(_Dated())
        return connection.execute(statement).fetchall()


def _clients_agree(base: str, told: int) -> None:
    """Read the same dataset by URL with pandas and DuckDB, from CSV and Parquet: as many rows, the same values."""
    written = pandas.read_csv(f"{base}/export.csv", dtype=str)
    packed = pandas.read_parquet(f"{base}/export.parquet")
    assert len(written) == len(packed) == told
    assert list(written.columns) == list(packed.columns)
    assert list(written["code"]) == list(packed["code"])
    assert list(written["classes"].astype("int64")) == list(packed["classes"])
    assert packed["longitude"].dtype == "float64"
    counted = (told, int(packed["classes"].sum()), packed["code"].min())
    assert _over_http(f"SELECT count(*), sum(classes), min(code) FROM '{base}/export.parquet'") == [counted]
    # A whole CSV is a stream without a length; DuckDB's bridge to fsspec wants to know it, so the bytes come by httpx.
    with duckdb.connect(":memory:") as connection:
        lines = connection.read_csv(
            io.BytesIO(httpx.get(f"{base}/export.csv", timeout=60).content), dtype={"code": "VARCHAR"}
        )
        assert lines.aggregate("count(*), sum(classes), min(code)").fetchall() == [counted]


def _asked(client: httpx.Client, url: str, parameters: dict[str, str]) -> dict[str, Any]:
    answer = client.get(url, params=parameters)
    assert answer.is_success, answer.text
    told: dict[str, Any] = answer.json()
    return told
