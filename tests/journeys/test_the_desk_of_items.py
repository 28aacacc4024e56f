"""An item gets a new version: an editor drafts it, another approves it, citizens read it; then by Excel once more."""

from pathlib import Path

import pytest
from django.utils import timezone
from openpyxl import load_workbook
from playwright.sync_api import Browser, Page, expect

from tests.journeys.instance import CityInstance
from tests.journeys.people import at, download, fits, signed_out

pytestmark = [pytest.mark.journey, pytest.mark.engine("chromium")]

SLUG = "housing-fund-abroad-withdrawal"
DESK = f"/services/items-desk/items/{SLUG}/"
BEFORE = "出境定居的职工一次提取全部住房公积金。"
AFTER = "出境定居的职工在手机上一次提取全部住房公积金，账户同时注销。"
NOTE = "境外永久居留证件或者注销户口的证明，拍照上传，不用翻译件。"
BY_SHEET = "出境定居的职工凭护照一次提取全部住房公积金。"


def test_a_draft_becomes_what_citizens_read_and_a_sheet_becomes_a_draft(
    city_instance: CityInstance, browser: Browser, tmp_path: Path
) -> None:
    with (
        at(browser, city_instance, "steward_gjj") as steward,
        at(browser, city_instance, "approver_gjj") as approver,
        signed_out(browser, city_instance, phone=True) as anybody,
    ):
        anybody.goto(f"/services/items/{SLUG}/")
        expect(anybody.get_by_text(BEFORE).first).to_be_visible()

        steward.goto(DESK)
        steward.get_by_role("button", name="起草新版本").click()
        steward.wait_for_url("**/items-desk/drafts/*/")
        draft = steward.url
        _change_words_and_days(steward)
        _change_a_paper(steward)
        changes = steward.get_by_role("region", name="与第 1 版对照")
        for words in (AFTER, NOTE):
            expect(changes.locator("ins", has_text=words)).to_be_visible()
        expect(changes.locator("del", has_text=BEFORE)).to_be_visible()
        fits(steward)
        steward.get_by_role("button", name="提交审批").click()
        expect(steward.get_by_role("button", name="撤回修改")).to_be_visible()
        expect(steward.get_by_role("button", name="批准")).to_have_count(0)

        approver.goto("/services/items-desk/items/")
        approver.get_by_role("link", name="出境定居提取住房公积金").first.click()
        expect(approver.locator("ins", has_text=AFTER)).to_be_visible()
        approver.get_by_role("button", name="批准").click()
        expect(approver.get_by_text("这份草稿已经办完")).to_be_visible()
        assert approver.url == draft

        anybody.reload()
        expect(anybody.get_by_text(AFTER).first).to_be_visible()
        expect(anybody.get_by_text(BEFORE)).to_have_count(0)
        anybody.goto(f"/services/items/{SLUG}/versions/")
        expect(anybody.get_by_text("第 1 版").first).to_be_visible()

        _by_sheet(steward, tmp_path)


def _open_table(steward: Page, title: str) -> None:
    steward.get_by_role("link", name=title).first.click()
    expect(steward.get_by_role("heading", level=1, name=title)).to_be_visible()


def _change_words_and_days(steward: Page) -> None:
    _open_table(steward, "基本信息")
    steward.get_by_label("事项简介", exact=True).fill(AFTER)
    steward.get_by_label("承诺办结时限（工作日）").fill("1")
    today = timezone.localdate()
    steward.get_by_label("生效日期").fill(today.isoformat())
    _save(steward)


def _change_a_paper(steward: Page) -> None:
    _open_table(steward, "申请材料")
    second = steward.get_by_role("group", name="第 2 行")
    second.get_by_label("填报须知", exact=True).fill(NOTE)
    _save(steward)


def _save(steward: Page) -> None:
    steward.get_by_role("button", name="保存", exact=True).click()
    expect(steward.get_by_text("已保存。")).to_be_visible()


def _by_sheet(steward: Page, folder: Path) -> None:
    """Take the item out, change one cell, bring it in: it becomes a draft, and nothing else; then let it go."""
    steward.goto(DESK)
    file = download(steward, steward.locator('a[href*="items.xlsx"]').first, folder / "item.xlsx")
    book = load_workbook(file)
    sheet = book["基本信息"]
    headings = [cell.value for cell in sheet[1]]
    cell = sheet.cell(2, headings.index("事项简介") + 1)
    assert cell.value == AFTER
    cell.value = BY_SHEET
    book.save(file)
    steward.goto("/services/items-desk/sheets/")
    steward.get_by_label("Excel 文件").set_input_files(file)
    steward.get_by_role("button", name="上传并导入").click()
    expect(steward.get_by_role("region", name="导入结果")).to_contain_text("1 · 出境定居提取住房公积金")
    steward.get_by_role("link", name="去看草稿").click()
    steward.get_by_role("link", name="出境定居提取住房公积金").first.click()
    changes = steward.get_by_role("region", name="与第 2 版对照")
    expect(changes.locator("ins")).to_have_count(1)
    expect(changes.locator("ins")).to_contain_text(BY_SHEET)
    steward.get_by_role("button", name="放弃这份草稿").click()
    expect(steward.get_by_text("这份草稿已经办完")).to_be_visible()
