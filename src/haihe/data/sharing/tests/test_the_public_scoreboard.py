"""The scoreboard's page is everybody's, understands any address, and its file does nothing in a spreadsheet."""

import csv
import io

import pytest
from django.test import Client as Browser
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from haihe.city import api as city
from haihe.data.sharing import figures
from haihe.data.sharing.figures import Side
from haihe.data.sharing.models import Score
from haihe.data.sharing.operations.scoring import refresh_scoreboard
from haihe.data.sharing.scoreboard_pages import read_asked, scoreboard_page
from haihe.data.sharing.testing import NOW, granted, requested

pytestmark = pytest.mark.django_db
PAGE, FILE = reverse("accountability:scoreboard"), reverse("accountability:scoreboard-file")


def rows_of_file(browser: Browser, period: str = "") -> list[list[str]]:
    answer = browser.get(FILE, {"period": period})
    text = b"".join(answer.streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]  # the view streams
    return list(csv.reader(io.StringIO(text)))


def test_before_anything_was_counted_it_says_so(client: Browser) -> None:
    answer = client.get(PAGE)
    assert answer.status_code == 200
    assert "还没有算出数字" in answer.text
    assert rows_of_file(client)[0] == ["期间", "", "截至", ""]


def test_anybody_reads_who_answered_and_who_uses(client: Browser) -> None:
    city.load_reference_data()
    granted()
    requested(until="approve_by_office", purpose="ANOTHER_PURPOSE")
    refresh_scoreboard(now=NOW)
    page = client.get(PAGE).text
    assert "市民政局" in page
    assert "2026 年各部门" in page
    assert "条例" in page
    assert "市公积金中心" not in page
    assert "市公积金中心" in client.get(PAGE, {"side": "applicant"}).text
    assert reverse("accountability:scoreboard") in client.get("/").text


def test_every_column_is_defined_on_the_page_with_its_clause(client: Browser) -> None:
    granted()
    refresh_scoreboard(now=NOW)
    for side in Side:
        page = client.get(PAGE, {"side": side}).text
        for figure in figures.of_side(side):
            assert str(figure.definition) in page
        assert page.count("政务数据共享条例 第") >= len(figures.of_side(side))


@pytest.mark.parametrize("side", list(Side))
def test_every_column_sorts_both_ways(side: Side) -> None:
    for department, value in (("120012", 10), ("120040", 30), ("120020", 20)):
        for figure in figures.of_side(side):
            Score.objects.create(period="all", department=department, figure=figure.name, value=value)
    refresh_and_keep()
    for name in (*(figure.name for figure in figures.of_side(side)), "department"):
        told = {"period": "all", "side": side, "sort": name}
        down = scoreboard_page(read_asked(told | {"order": "desc"}))
        up = scoreboard_page(read_asked(told | {"order": "asc"}))
        assert [row.name for row in down.rows] == [row.name for row in up.rows][::-1]
        if name != "department":
            assert [row.name for row in up.rows] == ["120012", "120020", "120040"]


def refresh_and_keep() -> None:
    """Note that figures were made, without making any."""
    from haihe.data.sharing.models import ScoreRefresh

    ScoreRefresh.objects.create(at=NOW, counts_from=NOW.date())


@pytest.mark.parametrize(
    "told",
    [
        {"period": "2026-13"},
        {"period": "9999"},
        {"period": "' OR 1=1 --"},
        {"period": "\x00"},
        {"side": "<script>"},
        {"sort": "name; DROP TABLE"},
        {"sort": "held", "side": "owner"},
        {"order": "sideways", "sort": "received"},
        {"period": "x" * 5000},
        {"period": "２０２６"},
    ],
)
def test_whatever_stands_in_the_address_the_page_comes(client: Browser, told: dict[str, str]) -> None:
    granted()
    refresh_scoreboard(now=NOW)
    answer = client.get(PAGE, told)
    assert answer.status_code == 200
    assert '<script>"' not in answer.text
    assert "2026 年各部门" in answer.text
    assert len(rows_of_file(client, told.get("period", ""))) > 2


def test_nobody_writes_here(client: Browser) -> None:
    assert client.post(PAGE).status_code == 405
    assert client.post(FILE).status_code == 405


def test_the_file_holds_all_figures_and_no_formula(client: Browser) -> None:
    city.load_reference_data()
    granted()
    refresh_scoreboard(now=NOW)
    Score.objects.create(period="2026", department="=1+1", figure="received", value=5)
    head, titles, *rows = rows_of_file(client, "2026")
    assert head[:2] == ["期间", "2026"]
    assert len(titles) == len(figures.FIGURES) + 2
    told = {row[1]: dict(zip(titles, row, strict=True)) for row in rows}
    assert told["120012"]["给出授权"] == "1"
    assert told["120040"]["没用过的授权"] == "1"
    assert told["'=1+1"]["收到申请"] == "5"
    assert all(not cell.startswith(("=", "+", "-", "@")) for row in rows for cell in row)


@pytest.mark.parametrize("departments", [1, 40])
def test_the_page_asks_the_database_as_often_for_one_as_for_all(
    client: Browser, django_assert_num_queries: DjangoAssertNumQueries, departments: int
) -> None:
    city.load_reference_data()
    refresh_and_keep()
    for organisation in city.organisations(level=2)[:departments]:
        Score.objects.create(period="all", department=organisation.code, figure="received", value=2)
    with django_assert_num_queries(3):
        page = client.get(PAGE, {"period": "all"})
    assert page.text.count('<th scope="row">') == departments


def test_small_counts_of_persons_affairs_are_not_told_by_cell_order_or_file(client: Browser) -> None:
    for department, reports, refused in (("120012", 4, 1), ("120020", 1, 2), ("120040", 5, 3)):
        Score.objects.create(period="all", department=department, figure="reports", value=reports)
        Score.objects.create(period="all", department=department, figure="refused", value=refused)
    refresh_and_keep()
    page = scoreboard_page(read_asked({"period": "all", "sort": "reports", "order": "desc"}))
    assert [row.name for row in page.rows] == ["120040", "120012", "120020"]
    shown = client.get(PAGE, {"period": "all", "sort": "reports"}).text
    assert shown.count(">少于 5</td>") == 2
    assert "涉及个人的次数少于 5 的不显示" in shown
    head, titles, *rows = rows_of_file(client, "all")
    told = {row[1]: dict(zip(titles, row, strict=True)) for row in rows}
    assert [told[code]["收到更正申请"] for code in ("120012", "120020", "120040")] == ["<5", "<5", "5"]
    # What departments owe each other is exact from one on, and nothing at all is a zero.
    assert [told[code]["不同意共享"] for code in ("120012", "120020", "120040")] == ["1", "2", "3"]
    assert told["120012"]["已更正"] == "0"
    assert head[1] == "all"


def test_a_late_report_stands_out_though_nobody_learns_how_many() -> None:
    Score.objects.create(period="all", department="120012", figure="reports_late", value=3)
    refresh_and_keep()
    (row,) = scoreboard_page(read_asked({"period": "all"})).rows
    (cell,) = [cell for cell in row.cells if cell.is_hidden]
    assert cell.is_bad
