"""Each run has a report; all owners' scores stand beside each other for the data bureau."""

from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from django.urls import reverse

from haihe.base.accounts.api import Actor
from haihe.data.exchange.models import FeedRun
from haihe.data.exchange.quality.models import QualityReport
from haihe.data.exchange.quality.report_pages import report_page
from haihe.data.exchange.quality.testing import confirmed, published_organisations
from haihe.data.exchange.quality.tests.test_columns_that_changed import fed
from haihe.data.exchange.testing import RELIEF, id_number, relief_lines, row, small_dirty_file
from haihe.data.exchange.tests.test_pages import fed as fed_bytes
from haihe.data.exchange.tests.test_pages import signed_in

pytestmark = pytest.mark.django_db
OVERVIEW = reverse("exchange:quality")


def address(run: FeedRun) -> str:
    return reverse("exchange:quality-report", args=[run.pk])


def test_a_report_tells_scores_reasons_lines_and_checks(steward: Actor, now: datetime) -> None:
    run = fed_bytes(steward, now)
    client = signed_in("steward_mzj")
    page = client.get(address(run)).content.decode()
    for told in ("完整性", "唯一性", "99.20", "身份证号码", "随系统提供的规则", "列的对应第 1 版", "没有可比的数据"):
        assert told in page
    broken = {each.code: each.lines for each in report_page(steward, run.pk).broken}
    assert broken["BAD_DATE"] == [4]
    assert "质量报告" in client.get(reverse("exchange:run", args=[run.pk])).content.decode()
    assert id_number(0) not in page


def test_the_trend_is_drawn_and_told_as_a_table(steward: Actor, now: datetime) -> None:
    worse = relief_lines(40)
    worse[1:3] = [",".join(row(id_number(serial), size="90")) for serial in (0, 1)]
    runs = [fed(steward, lines, now + timedelta(hours=hour)) for hour, lines in enumerate((relief_lines(40), worse))]
    client = signed_in("steward_mzj")
    page = client.get(reverse("exchange:quality-report", args=[runs[1].id])).content.decode()
    assert page.count("<polyline") == 6
    assert "数据表" in page
    trends = {str(each.label): each for each in report_page(steward, runs[1].id).trends}
    assert [point.score for point in trends["准确性"].points] == [100, 95]
    assert trends["准确性"].line.startswith("6,6.0 234,")
    # What came later isn't in the report of the first.
    assert "<polyline" not in client.get(address(FeedRun.objects.get(pk=runs[0].id))).content.decode()


def test_a_reject_file_that_is_gone_leaves_the_report(steward: Actor, now: datetime) -> None:
    run = fed_bytes(steward, now)
    FeedRun.objects.filter(pk=run.pk).update(manifest_sha256="0" * 64)
    assert signed_in("steward_mzj").get(address(run)).status_code == 200


def test_the_bureau_compares_all_owners_and_a_steward_sees_their_own(steward: Actor, now: datetime) -> None:
    resource = published_organisations(now=now)
    confirmed(steward, resource, now=now)
    fed_bytes(steward, now, small_dirty_file())
    report = QualityReport.objects.get()
    other = FeedRun.objects.get()
    other.pk = uuid4()
    other.owner, other.resource = "120040", "120040/000001"
    other.save(force_insert=True)
    QualityReport.objects.create(
        run=other, resource=other.resource, scores={"ACCURACY": 50.0}, total=50, made_at=now, verdict=report.verdict
    )
    for username, sees in (("operator", True), ("steward_mzj", False), ("approver_mzj", False)):
        client = signed_in(username)
        page = client.get(OVERVIEW).content.decode()
        assert "社会救助对象信息" in page
        assert ("120040/000001" in page) is sees
        assert ("各部门平均得分" in page) is sees
        narrowed = client.get(OVERVIEW, {"owner": "120040"}).content.decode()
        assert "社会救助对象信息" not in narrowed
        assert "显示全部部门" in narrowed


def test_held_runs_stand_on_top(steward: Actor, now: datetime) -> None:
    fed(steward, relief_lines(30), now)
    held = fed(steward, [line.replace("开始日期", "起始日期") for line in relief_lines(30)], now)
    client = signed_in("steward_mzj")
    for url in (OVERVIEW, reverse("exchange:feeds")):
        assert reverse("exchange:quality-held", args=[held.id]) in client.get(url).content.decode()
    page = client.get(reverse("exchange:quality-report", args=[held.id])).content.decode()
    assert "没有得分" in page
    assert "列名变了" in page


@pytest.mark.parametrize("username", ["outsider", "steward_gjj"])
def test_strangers_find_no_report(username: str, steward: Actor, now: datetime) -> None:
    run = fed_bytes(steward, now)
    client = signed_in(username)
    for pk in (run.pk, uuid4()):
        assert client.get(reverse("exchange:quality-report", args=[pk])).status_code == 404
    assert "还没有质量报告" in client.get(OVERVIEW).content.decode()
    assert RELIEF not in client.get(OVERVIEW, {"owner": "120012"}).content.decode()


def test_a_citizen_is_refused(steward: Actor, now: datetime) -> None:
    assert signed_in("liu").get(OVERVIEW).status_code == 403
