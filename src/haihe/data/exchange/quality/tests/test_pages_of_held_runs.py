"""The page on which a steward says what the columns are, with samples that show nobody's number."""

from datetime import datetime

import pytest
from django.urls import reverse
from django.utils.html import escape

from haihe.base.accounts.api import Actor
from haihe.data.exchange import api, places
from haihe.data.exchange.models import FeedRun
from haihe.data.exchange.quality.operations import rules as operations
from haihe.data.exchange.quality.ruleset import Check, CheckKind, Severity
from haihe.data.exchange.quality.tests.test_checks_of_the_whole import Desk
from haihe.data.exchange.quality.tests.test_columns_that_changed import fed, lines_with
from haihe.data.exchange.testing import HEADER, RELIEF, id_number, relief_lines
from haihe.data.exchange.tests.test_pages import signed_in

pytestmark = pytest.mark.django_db
CHANGED = HEADER.replace("开始日期", "起始日期").replace("证件号码,救助", "sfzh,救助")


@pytest.fixture
def held(steward: Actor, now: datetime) -> api.FeedRunInfo:
    fed(steward, relief_lines(30), now)
    return fed(steward, lines_with(CHANGED), now)


def address(name: str, run: api.FeedRunInfo) -> str:
    return reverse(f"exchange:quality-{name}", args=[run.id])


def test_the_page_shows_what_is_different_what_it_likely_is_and_nobodys_number(held: api.FeedRunInfo) -> None:
    client = signed_in("steward_mzj")
    page = client.get(address("held", held)).content.decode()
    for told in ("列名变了", "起始日期", "同义的列名", "内容符合类型", "继续服务", "确认对应并继续", "30 行"):
        assert told in page
    assert id_number(0) not in page
    assert "陈静怡" not in page
    assert "陈*怡" in page
    assert "查看不同并决定" in client.get(reverse("exchange:run", args=[held.id])).content.decode()
    assert client.get(reverse("exchange:run-live", args=[held.id]))["HX-Refresh"] == "true"


def test_a_mapping_is_confirmed_on_the_page(held: api.FeedRunInfo) -> None:
    client = signed_in("steward_mzj")
    fields = ["name", "id_number", "relief_type", "certificate_no", "householder_id_number", "division",
              "household_size", "monthly_amount_yuan", "valid_from", "valid_until", "status"]  # fmt: skip
    chosen = {f"column-{place}": field for place, field in enumerate(fields)}
    answer = client.post(address("accept-columns", held), chosen | {"column-8": ""})
    assert answer.status_code == 422
    assert "还缺少必需的列：开始日期" in answer.content.decode()
    page = client.post(address("accept-columns", held), chosen, follow=True).content.decode()
    assert "数据已采用，正在提供服务" in page
    assert "数据专员决定继续" in page
    mappings = client.get(reverse("exchange:quality-mappings", args=[RELIEF])).content.decode()
    for told in ("第 2 版", "专员确认", "sfzh → 证件号码"):
        assert told in mappings
    assert client.get(address("held", held)).status_code == 404


def test_a_file_is_refused_on_the_page(held: api.FeedRunInfo) -> None:
    client = signed_in("steward_mzj")
    page = client.post(address("refuse", held), {"words": "导出错了"}, follow=True).content.decode()
    assert "数据专员决定不采用这份文件" in page
    assert FeedRun.objects.get(pk=held.id).decisions.get().words == "导出错了"


def test_a_damaged_file_can_only_be_refused(held: api.FeedRunInfo) -> None:
    file = places.received_file(FeedRun.objects.get(pk=held.id))
    file.write_bytes(file.read_bytes()[:-1])
    client = signed_in("steward_mzj")
    assert "已损坏或被移走" in client.get(address("held", held)).content.decode()
    answer = client.post(address("accept-columns", held), {}, follow=True)
    assert "请决定不采用" in answer.content.decode()
    assert FeedRun.objects.get(pk=held.id).state == "HELD"


def test_odd_content_is_shown_with_its_figures_and_accepted(steward: Actor, now: datetime) -> None:
    desk = Desk(steward, now)
    desk.rules(Check(code="ROWS_LIKE", kind=CheckKind.ROWS, severity=Severity.HOLD, limit=10))
    desk.feed(relief_lines(40))
    held = desk.feed(relief_lines(20))
    client = signed_in("steward_mzj")
    page = client.get(address("held", held)).content.decode()
    for told in ("行数与上一份相近", "实际 50.00，界限 10", "数据无误，采用"):
        assert told in page
    page = client.post(address("accept-content", held), {"words": "区划调整"}, follow=True).content.decode()
    assert "数据已采用，正在提供服务" in page


def test_a_title_from_a_file_is_only_text(steward: Actor, now: datetime) -> None:
    fed(steward, relief_lines(30), now)
    evil = "<script>alert(1)</script>"
    held = fed(steward, lines_with(HEADER.replace("开始日期", evil)), now)
    page = signed_in("steward_mzj").get(address("held", held)).content.decode()
    assert evil not in page
    assert escape(evil) in page


@pytest.mark.parametrize("username", ["outsider", "steward_gjj"])
def test_strangers_find_nothing_held(username: str, held: api.FeedRunInfo) -> None:
    client = signed_in(username)
    assert client.get(address("held", held)).status_code == 404
    assert client.get(reverse("exchange:quality-mappings", args=[RELIEF])).status_code == 404
    for name in ("accept-columns", "accept-content", "refuse"):
        assert client.post(address(name, held)).status_code == 404
    assert FeedRun.objects.get(pk=held.id).state == "HELD"


def test_the_operator_looks_on_and_decides_nothing(held: api.FeedRunInfo) -> None:
    client = signed_in("operator")
    page = client.get(address("held", held))
    assert page.status_code == 200
    assert reverse("exchange:quality-refuse", args=[held.id]) not in page.content.decode()
    assert client.post(address("refuse", held)).status_code == 403


def test_mappings_of_what_has_no_rules_are_not_there(steward: Actor) -> None:
    client = signed_in("steward_mzj")
    assert client.get(reverse("exchange:quality-mappings", args=["120012/999999"])).status_code == 404
    with pytest.raises(operations.NoSuchRules):
        operations.drop_draft(steward, RELIEF)
