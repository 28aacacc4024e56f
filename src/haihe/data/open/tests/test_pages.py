"""Each page of the platform × each person of the cast: who gets what, and what stands on it."""

import json
import re
from datetime import timedelta
from pathlib import Path
from urllib.parse import quote

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from haihe.base.accounts.models import User
from haihe.data.open import api as open_data
from haihe.data.open import insight, operations, reading
from haihe.data.open.models import Dataset, DatasetUsage
from haihe.data.open.places import ROWS as ROWS_FILE
from haihe.data.open.places import SEEN, data_dir
from haihe.data.open.tests.conftest import NOW, ROWS, canteen, feed
from haihe.data.open.tests.test_opening_a_dataset import NEW, hide, person, published
from haihe.data.open.urls import urlpatterns

__all__ = ["published"]
pytestmark = pytest.mark.django_db
EVERYBODY = ("", "liu", "clerk_gjj", "outsider", "steward_gjj", "steward_mzj", "approver_mzj", "operator", "auditor")
OFFICIALS = {"outsider", "steward_gjj", "steward_mzj", "approver_mzj", "operator", "auditor"}
INSIDE = {"steward_mzj", "approver_mzj", "operator", "auditor"}
STEWARDS = {"outsider", "steward_gjj", "steward_mzj"}
PUBLIC = ("front", "feed", "datasets", "dataset", "embed", "qr", "dataset-feed", "topic", "department")


KEYS = ("developer", "register", "new-key", "key", "rotate-key", "renew-key", "revoke-key")
"""Tried in test_keys.py."""
CONDITIONAL = ("key-datasets", "apply", "my-applications", "application", "agreement", "reads", "accept")
MOVED = ("move-application", "desk-applications")
"""Tried in tests/contract/test_conditional_data_from_application_to_read.py."""


def browser(username: str) -> Client:
    client = Client()
    if username:
        client.force_login(User.objects.get(username=username))
    return client


def address(name: str, *args: object) -> str:
    return reverse(f"open:{name}", args=args)


def arguments(name: str, code: str) -> tuple[object, ...]:
    known: dict[str, tuple[object, ...]] = {
        "topic": ("civil",),
        "department": ("120012",),
        "desk-new": (code,),
        "changes": ("canteens", 2),
        "desk-move": ("canteens", "suspend"),
    }
    return known.get(name, () if name in ("front", "feed", "datasets", "desk") else ("canteens",))


def text(client: Client, name: str, *args: object) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", client.get(address(name, *args)).content.decode()))


def test_public_pages_are_for_everybody(published: str) -> None:
    for username in ("", "liu", "steward_mzj"):
        for name in PUBLIC:
            assert browser(username).get(address(name, *arguments(name, published))).status_code == 200, name


def test_the_desk_is_for_those_who_work_there_and_a_dataset_for_its_own(published: str) -> None:
    for username in EVERYBODY:
        client = browser(username)
        outside = 302 if not username else 403
        assert client.get(address("desk")).status_code == (200 if username in OFFICIALS else outside)
        got = client.get(address("desk-dataset", "canteens")).status_code
        assert got == (200 if username in INSIDE else 404 if username in OFFICIALS else outside), username
        got = client.get(address("desk-new", published)).status_code
        assert got == (200 if username == "steward_mzj" else 404 if username in STEWARDS else outside), username


def test_buttons_do_nothing_for_others(published: str) -> None:
    doors = ("desk-check", "desk-mask", "desk-move")
    for username in EVERYBODY:
        for name in doors:
            if (username, name) in {("operator", "desk-move"), ("approver_mzj", "desk-move")}:
                continue
            door = address(name, *arguments(name, published))
            told = {"column": "name", "method": "HIDE", "reason": "x", "words": "y"}
            status = browser(username).post(door, told).status_code
            assert status in ((422,) if username == "steward_mzj" and name != "desk-move" else (302, 403, 404))
    row = Dataset.objects.get(slug="canteens")
    assert (row.state, row.masks.count(), row.gate_runs.count()) == ("PUBLISHED", 2, 2)


def test_a_draft_is_nobody_elses(canteens: str) -> None:
    operations.propose(actor=person("steward_mzj"), code=canteens, new=NEW, now=NOW)
    for username in EVERYBODY:
        status = browser(username).get(address("dataset", "canteens")).status_code
        assert status == (200 if username in INSIDE else 404), username
    assert "社区食堂名录" not in text(browser(""), "datasets")


def test_a_dataset_page_shows_its_data_and_what_was_masked_and_why(published: str) -> None:
    page = text(browser(""), "dataset", "canteens")
    for words in (
        "水上食堂",
        "全部共 6 行",
        "负责人",
        "只留首尾",
        "姓名不是必需的",
        "知识共享",
        "准时",
        "curl",
        "Parquet",
    ):
        assert words in page, words
    assert "王建军" not in page
    assert "GeoJSON" not in page  # it has no places
    assert "/open/v1/datasets/canteens/export.csv" in browser("").get(address("dataset", "canteens")).content.decode()


def test_english_pages_say_it_in_english(published: str, monkeypatch: pytest.MonkeyPatch) -> None:
    # On the day itself it is neither late nor early.
    monkeypatch.setattr(timezone, "now", lambda: NOW)
    client = browser("")
    client.cookies["haihe_language"] = "en"
    page = text(client, "dataset", "canteens")
    for words in ("Community canteens", "What was masked, and why", "6 rows in all", "Download", "On time"):
        assert words in page, words


def test_visits_are_counted_but_not_those_of_the_department_itself(published: str) -> None:
    for username in ("", "", "liu", "steward_mzj"):
        browser(username).get(address("dataset", "canteens"))
    browser("").head(address("dataset", "canteens"))
    assert DatasetUsage.objects.get(dataset__slug="canteens", kind="VIEW").count == 3
    assert "访问 3 次" in text(browser(""), "dataset", "canteens")


def test_search_narrows_by_facets_and_finds_by_pinyin(published: str) -> None:
    client = browser("")

    def found(**query: str) -> bool:
        return address("dataset", "canteens") in client.get(address("datasets"), query).content.decode()

    assert found(q="食堂")
    assert found(q="shitang")
    assert found(topic="civil", owner="120012", has_api="1", licence="CC-BY-4.0", order="rows")
    assert not found(q="食堂", topic="health")
    assert not found(q="没有这种东西")
    assert client.get(address("datasets"), {"q": "\x00';--", "page": "x", "order": "drop"}).status_code == 200


def test_what_changed_is_shown_row_by_row(published: str) -> None:
    assert browser("").get(address("changes", "canteens", 1)).status_code == 404
    later = NOW + timedelta(days=30)
    feed(published, (*ROWS[1:5], canteen("S6", "堆山食堂", "红桥区", "孙丽华", 35)), now=later)
    operations.renew(published, now=later)
    page = text(browser(""), "changes", "canteens", 2)
    for words in ("删除 1 行", "修改 1 行", "水上食堂", "33", "35"):
        assert words in page, words
    (data_dir() / Dataset.objects.get().versions.get(number=1).path / ROWS_FILE).unlink()
    assert "这会儿读不到" in text(browser(""), "changes", "canteens", 2)


def test_a_suspended_dataset_says_why_and_gives_nothing(published: str) -> None:
    operations.move(actor=person("operator"), slug="canteens", name="suspend", words="发现错误", now=NOW)
    page = text(browser(""), "dataset", "canteens")
    assert "发现错误" in page
    assert "水上食堂" not in page
    assert "export.csv" not in page
    assert "社区食堂名录" not in text(browser(""), "datasets")


def test_only_the_embedded_page_may_stand_in_others_frames(published: str) -> None:
    client = browser("")
    page, frame = client.get(address("dataset", "canteens")), client.get(address("embed", "canteens"))
    assert page["X-Frame-Options"] == "DENY"
    assert "X-Frame-Options" not in frame
    assert "frame-ancestors *" in frame["Content-Security-Policy"]
    assert "script-src 'self'" in frame["Content-Security-Policy"]


def test_script_in_data_and_texts_stays_text(canteens: str) -> None:
    steward, evil = person("steward_mzj"), "<script>alert(1)</script>"
    feed(canteens, (canteen("S1", evil, "南开区", "某某", 40),), now=NOW + timedelta(days=25))
    new = {name: getattr(NEW, name) for name in type(NEW).__dataclass_fields__} | {"title_en": f"Canteens {evil}"}
    operations.propose(actor=steward, code=canteens, new=type(NEW)(**new), now=NOW)
    hide(steward)
    operations.mask(actor=steward, slug="canteens", column="manager", method="DROP", reason=evil, now=NOW)
    assert operations.check(actor=steward, slug="canteens", now=NOW).passed
    operations.move(actor=person("approver_mzj"), slug="canteens", name="publish", now=NOW)
    for name in ("dataset", "embed", "dataset-feed"):
        assert evil not in browser("").get(address(name, "canteens")).content.decode(), name
    chart = re.search(
        r'id="dataset-chart"[^>]*>(.*?)</script>', browser("").get(address("dataset", "canteens")).content.decode()
    )
    assert chart is None or "<" not in json.dumps(json.loads(chart[1])).replace("\\u003C", "")


def test_a_steward_proposes_masks_and_checks_on_pages_and_the_approver_publishes(canteens: str) -> None:
    steward, approver = browser("steward_mzj"), browser("approver_mzj")
    assert "社区食堂名录" in text(steward, "desk")
    told = {f"en-{name}": title for name, title in NEW.columns_en.items()} | {
        "slug": "canteens",
        "title_en": NEW.title_en,
        "summary_en": NEW.summary_en,
        "topic": "civil",
        "licence": "CC-BY-4.0",
        "key": ["code"],
        "least_group": "5",
    }
    assert steward.post(address("desk-new", canteens), told | {"slug": "!"}).status_code == 422
    assert steward.post(address("desk-new", canteens), told).status_code == 302
    steward.post(address("desk-check", "canteens"))
    page = text(steward, "desk-dataset", "canteens")
    for words in ("没有通过", "“负责人”有自然人的姓名", "“负责人证件号”有居民身份证号码", "6 行", "写明理由后保留"):
        assert words in page, words
    drop = {"column": "manager_id", "method": "DROP", "reason": "不必公开"}
    assert steward.post(address("desk-mask", "canteens"), drop).status_code == 302
    mask = {"column": "manager", "method": "PARTIAL", "reason": ""}
    assert steward.post(address("desk-mask", "canteens"), mask).status_code == 422
    assert steward.post(address("desk-mask", "canteens"), mask | {"reason": "不必公开姓名"}).status_code == 302
    steward.post(address("desk-check", "canteens"))
    assert "检查通过" in text(steward, "desk-dataset", "canteens")
    assert steward.post(address("desk-move", "canteens", "publish")).status_code in (403, 404)
    assert approver.post(address("desk-move", "canteens", "publish")).status_code == 302
    assert "水上食堂" in text(browser(""), "dataset", "canteens")


def test_no_address_is_forgotten() -> None:
    told = {
        *PUBLIC,
        *KEYS,
        *CONDITIONAL,
        *MOVED,
        "changes",
        "desk",
        "desk-new",
        "desk-dataset",
        "desk-describe",
        "desk-check",
        "desk-mask",
        "desk-move",
    }
    assert told == {pattern.name for pattern in urlpatterns}


def test_a_page_tells_what_stands_in_each_column_and_what_the_licence_lets_one_do(published: str) -> None:
    page = text(browser(""), "dataset", "canteens")
    for words in ("28 至 61", "例如 S1", "取值：", "南开区", "只要写明来源", "承诺每月更新", "5 项中 5 项有"):
        assert words in page, words


def test_what_a_page_shows_is_kept_beside_the_rows(published: str, lake: Path) -> None:
    version = Dataset.objects.get(slug="canteens").versions.get(is_current=True)
    kept = lake / version.path / SEEN
    assert insight.decoded(kept.read_bytes()) == insight.look(
        lake / version.path / "rows.parquet", version.open_columns
    )


def test_the_data_chooses_its_chart(published: str) -> None:
    seen = reading.seen(Dataset.objects.get(slug="canteens").versions.get(is_current=True))
    drawing = seen.drawing if seen else None
    assert drawing
    assert (drawing.kind, drawing.by, drawing.how) == ("bar", "district", "count")


def test_where_no_dataset_is_the_page_helps_and_a_withdrawn_one_says_why(published: str) -> None:
    client = browser("")
    missing = client.get(address("dataset", "canteens-of-old"))
    assert missing.status_code == 404
    assert "没有这个数据集" in missing.content.decode()
    assert address("dataset", "canteens") in client.get(address("dataset", "canteen")).content.decode()
    operations.move(actor=person("approver_mzj"), slug="canteens", name="withdraw", words="登记改版", now=NOW)
    gone = client.get(address("dataset", "canteens"))
    assert gone.status_code == 410
    assert "登记改版" in gone.content.decode()
    assert "水上食堂" not in gone.content.decode()
    assert client.get(address("embed", "canteens")).status_code == 404


def test_a_search_without_a_hit_says_what_else_one_can_do(published: str) -> None:
    client = browser("")
    page = client.get(address("datasets"), {"q": "宇宙飞船"}).content.decode()
    assert "?search=%E5%AE%87" in page
    narrowed = client.get(address("datasets"), {"q": "食堂", "topic": "health"}).content.decode()
    assert f"?q={quote('食堂')}" in narrowed


def test_the_desk_narrows_by_state_and_words(published: str) -> None:
    client = browser("steward_mzj")

    def lists(**query: str) -> bool:
        return address("desk-dataset", "canteens") in client.get(address("desk"), query).content.decode()

    assert lists()
    assert lists(state="PUBLISHED", q="食堂")
    assert not lists(state="DRAFT")
    assert not lists(q="没有这种东西")


def test_the_search_box_of_the_city_leads_to_the_dataset(published: str) -> None:
    found = open_data.find("食堂", limit=3)
    assert [(hit.slug, hit.code) for hit in found] == [("canteens", published)]
    assert open_data.find("没有这种东西", limit=3) == []
    assert open_data.open_codes([published, "120012/999999"]) == {published}
