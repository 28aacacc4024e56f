"""The pages of the statistics are for everybody, and say what stands behind a figure."""

import csv
import io
import json
import re
from datetime import datetime, time, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from haihe.data.open import operations
from haihe.data.open.statistics.operations import seal_days
from haihe.data.open.statistics.urls import urlpatterns
from haihe.data.open.tests.test_pages import browser

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("published")]
ADDRESSES = {
    "statistics": (),
    "dashboard": (),
    "export": ("csv",),
    "days": (),
    "feed": (),
    "day": ("2026-01-01",),
    "proof": ("2026-01-01",),
}


def address(name: str, *args: str) -> str:
    return reverse(f"open-statistics:{name}", args=args)


def text(name: str, **query: str) -> str:
    told = Client().get(address(name), query)
    assert told.status_code == 200
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", told.content.decode()))


@pytest.fixture
def a_few_uses() -> None:
    today = timezone.localdate()
    for kind, count in ((operations.count_visit, 3), (operations.count_call, 2), (operations.count_download, 1)):
        for _use in range(count):
            kind("canteens", on=today)


def test_every_address_is_for_everybody() -> None:
    assert {pattern.name for pattern in urlpatterns} == set(ADDRESSES)
    for username in ("", "liu", "outsider", "operator"):
        for name, args in ADDRESSES.items():
            expected = 404 if name in ("day", "proof") else 200
            assert browser(username).get(address(name, *args)).status_code == expected, name
            assert browser(username).post(address(name, *args)).status_code == 405, name


def test_before_anything_was_used_pages_say_so() -> None:
    assert "这段时间没有使用记录" in text("statistics")
    assert "还没有封存的日期" in text("statistics")
    assert "还没有使用记录" in text("dashboard")


@pytest.mark.usefixtures("a_few_uses")
def test_figures_stand_by_dataset_department_and_topic() -> None:
    page = text("statistics")
    for words in ("社区食堂名录", "民政局", "民政救助", "完全一致", "自称机器人的程序"):
        assert words in page, words
    assert "社区食堂名录" in text("statistics", owner="120012", topic="civil", dataset="canteens")
    assert "这段时间没有使用记录" in text("statistics", topic="health")
    assert "这段时间没有使用记录" in text("statistics", since="2020-01-01", until="2020-02-01")
    assert "社区食堂名录" in text("statistics", since="\x00", until="never", owner="", topic="")


@pytest.mark.usefixtures("a_few_uses")
def test_the_big_screen_shows_the_six_figures_trends_and_punctuality() -> None:
    page = text("dashboard")
    for words in (
        "数据集",
        "今天访问 3 次，调用 2 次，下载 1 次",
        "社区食堂名录",
        "民政局",
        "按承诺的周期更新的数据集",
    ):
        assert words in page, words
    renewing, still = (Client().get(address("dashboard") + query).content.decode() for query in ("", "?still"))
    assert ('data-renew="60"' in renewing, 'http-equiv="refresh"' in renewing) == (True, True)
    assert ("data-renew" in still, 'http-equiv="refresh"' in still) == (False, False)


@pytest.mark.usefixtures("a_few_uses")
def test_the_figures_come_as_csv_and_json() -> None:
    table = Client().get(address("export", "csv"))
    rows = list(csv.DictReader(io.StringIO(table.getvalue().decode(), newline="")))
    today = timezone.localdate().isoformat()
    assert [(row["day"], row["dataset"], row["department"], row["kind"], row["count"]) for row in rows] == [
        (today, "canteens", "120012", "CALL", "2"),
        (today, "canteens", "120012", "DOWNLOAD", "1"),
        (today, "canteens", "120012", "VIEW", "3"),
    ]
    told = json.loads(Client().get(address("export", "json"), {"topic": "civil"}).getvalue())
    assert [use["count"] for use in told["uses"]] == [2, 1, 3]
    assert json.loads(Client().get(address("export", "json"), {"topic": "health"}).getvalue())["uses"] == []
    assert Client().get(address("export", "csv"), {"since": "2020-01-01"}).status_code == 422
    assert Client().get(address("export", "exe")).status_code == 404


@pytest.mark.usefixtures("a_few_uses")
def test_daily_files_are_listed_fed_and_never_change() -> None:
    today = timezone.localdate()
    seal_days(now=timezone.make_aware(datetime.combine(today + timedelta(days=1), time(2))))
    (one,) = json.loads(Client().get(address("days")).content)["days"]
    file = Client().get(one["url"])
    assert (file.headers["ETag"], "immutable" in file.headers["Cache-Control"]) == (f'"{one["sha256"]}"', True)
    assert one["sha256"] in Client().get(address("feed")).content.decode()
    assert one["sha256"] in text("statistics")
    assert Client().get(address("day", today.isoformat())).status_code == 200
    assert Client().get(address("day", "yesterday")).status_code == 404


@pytest.mark.parametrize(
    ("headers", "counts"),
    [
        ({"User-Agent": "Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0"}, True),
        ({"User-Agent": "Mozilla/5.0 (compatible; Baiduspider/2.0)"}, False),
        ({"User-Agent": "python-requests/2.32"}, False),
        ({"User-Agent": "Mozilla/5.0 Chrome/140.0", "Sec-Purpose": "prefetch;prerender"}, False),
    ],
)
def test_robots_and_pages_that_nobody_looks_at_are_no_visits(headers: dict[str, str], counts: bool) -> None:
    Client().get(reverse("open:dataset", args=["canteens"]), headers=headers)
    assert ("访问 1 次" in text("dashboard")) is counts
