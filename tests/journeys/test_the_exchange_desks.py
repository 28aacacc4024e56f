"""A department's engineer brings its data in: by a source of its own, through a change of columns, and looks back."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect

from haihe.city import cast
from haihe.data.exchange.testing import id_number, row
from tests.journeys.inspector import in_order
from tests.journeys.instance import CityInstance
from tests.journeys.people import at, download
from tests.journeys.register import register_of, row_for, upload

pytestmark = [pytest.mark.journey, pytest.mark.engine("chromium")]

CHECKED_WITHIN_MS = 120_000
MANY_ROWS = 20_000
"""Enough for its progress to be seen."""
SOURCE = "业务系统每日导出"
SIZE = 6
"""The column of the household's size."""


def test_an_engineer_registers_a_source_and_follows_its_first_fetch_to_the_snapshot(
    city_instance: CityInstance, browser: Browser, tmp_path: Path
) -> None:
    with at(browser, city_instance, "steward_mzj") as desk, register_of(city_instance, desk) as register:
        desk.goto("/exchange/")
        desk.get_by_role("link", name="数据源", exact=True).click()
        desk.get_by_role("link", name="新建数据源").click()
        desk.get_by_role("button", name="投放文件夹").click()
        desk.get_by_label("数据源名称").fill(SOURCE)
        desk.get_by_label("文件名").fill("名册*.csv")
        desk.get_by_label("怎样算写完").select_option(label="旁边有同名加 .ok 的标记文件")
        in_order(desk)
        desk.get_by_role("button", name="保存并去测试").click()
        desk.get_by_role("button", name="开始测试").click()
        expect(desk.get_by_text("文件夹里还没有写完的文件")).to_be_visible()
        _drop(city_instance, "名册1.csv", register + _many_rows())
        desk.get_by_role("button", name="再测一次").click()
        expect(desk.get_by_text("先取 名册1.csv")).to_be_visible()
        # Its columns are shown beside the items before anything is fetched.
        expect(desk.get_by_text("前几行读成这样")).to_be_visible()
        desk.get_by_role("button", name="确认对应，下一步").click()
        desk.get_by_label("取数计划").select_option(label="每天 2:00")
        desk.get_by_role("button", name="保存并启用").click()

        desk.get_by_role("button", name="立即取数").click()
        expect(desk.locator("#source-live")).to_be_visible()
        # Nothing is pressed from here on: the page follows the fetch by itself.
        expect(desk.get_by_text("数据已采用。")).to_be_visible(timeout=CHECKED_WITHIN_MS)
        in_order(desk)
        desk.get_by_role("table").get_by_role("link").first.click()
        desk.get_by_role("link", name="查看逐行检查的结果").click()
        expect(desk.get_by_role("heading", name="名册1.csv")).to_be_visible()
        expect(desk.get_by_text("数据已采用，正在提供服务。")).to_be_visible()
        in_order(desk)
        rejects = download(desk, desk.get_by_role("link", name="UTF-8 版"), tmp_path / "rejects.csv")
        assert "身份证号码的校验码不对" in rejects.read_text("utf-8-sig")
        desk.get_by_role("link", name="质量报告").click()
        expect(desk.get_by_role("heading", name="最近几次的变化")).to_be_visible()
        expect(desk.get_by_text("行数与上一份相近")).to_be_visible()
        in_order(desk)


def test_a_column_that_changes_waits_for_the_steward_while_the_last_good_data_serves(
    city_instance: CityInstance, browser: Browser
) -> None:
    with at(browser, city_instance, "steward_mzj") as desk, register_of(city_instance, desk) as register:
        upload(desk, _changed(register, lambda size: f"{size}人户"))
        expect(desk.get_by_text("上一份可用数据继续服务")).to_be_visible(timeout=CHECKED_WITHIN_MS)
        desk.get_by_role("link", name="查看不同并决定").click()
        expect(desk.get_by_text("前的那一份")).to_contain_text("继续服务")
        for told in ("多出没有约定的列", "内容不再是约定的类型"):
            expect(desk.get_by_text(told)).to_be_visible()
        in_order(desk)
        with at(browser, city_instance, "approver_mzj") as head:
            head.goto("/exchange/")
            expect(head.get_by_role("region", name="待决定的报送")).to_be_visible()
            expect(head.get_by_text("正在服务的数据").first).to_be_visible()
            expect(head.get_by_text("前", exact=False).filter(has_text="分钟前").first).to_be_visible()
        desk.get_by_label("家庭人口", exact=True).select_option(label="不读入")
        desk.get_by_label("人口数", exact=True).select_option(label="家庭人口")
        desk.get_by_role("button", name="确认对应并继续").click()
        expect(desk.get_by_text("数据已采用，正在提供服务。")).to_be_visible(timeout=CHECKED_WITHIN_MS)
        desk.get_by_role("link", name="质量报告").click()
        desk.get_by_role("link", name="列的对应").click()
        expect(desk.get_by_text("人口数 → 家庭人口")).to_be_visible()
        in_order(desk)


def test_versions_are_looked_up_by_moment_and_compared(city_instance: CityInstance, browser: Browser) -> None:
    with at(browser, city_instance, "steward_mzj") as desk, register_of(city_instance, desk) as register:
        upload(desk, register + row_for(cast.ZHANG))
        expect(desk.get_by_text("数据已采用，正在提供服务。")).to_be_visible(timeout=CHECKED_WITHIN_MS)
        desk.goto("/exchange/")
        desk.get_by_role("link", name="历史版本 社会救助对象信息").click()
        _look_up(desk, timezone.localtime().strftime("%Y-%m-%dT%H:%M"))
        expect(desk.get_by_text("当时在用的数据").or_(desk.get_by_text("没有找到"))).to_be_visible()
        _look_up(desk, (timezone.localtime() + timedelta(minutes=1)).strftime("%Y-%m-%dT%H:%M"))
        expect(desk.get_by_text("当时在用的数据")).to_be_visible()
        _look_up(desk, "2020-01-01T00:00")
        expect(desk.get_by_text("没有找到")).to_be_visible()
        in_order(desk)
        desk.get_by_role("button", name="比较两版").click()
        come = desk.locator(".hh-figures > *", has_text="新增的行")
        expect(come).to_contain_text("1")
        expect(desk.get_by_text(str(cast.ZHANG.id_number))).to_have_count(0)
        in_order(desk)


def _drop(city: CityInstance, name: str, content: bytes) -> None:
    """Put a finished file where the department's own system would."""
    folder = city.data_dir / "drop" / cast.CIVIL_AFFAIRS
    (folder / name).write_bytes(content)
    (folder / f"{name}.ok").touch()


def _many_rows() -> bytes:
    lines = (",".join(row(id_number(serial))) for serial in range(MANY_ROWS))
    return ("\r\n" + "\r\n".join(lines) + "\r\n").encode("gb18030")


def _changed(register: bytes, change: Callable[[str], str]) -> bytes:
    """Return the register as another system would write it: the size in words, and as a number under another name."""
    header, *lines = register.decode("gb18030").splitlines()
    cells = [line.split(",") for line in lines if line.strip()]
    for each in cells:
        if len(each) > SIZE:
            each.append(each[SIZE])
            each[SIZE] = change(each[SIZE])
    return "\r\n".join([f"{header},人口数", *(",".join(each) for each in cells), ""]).encode("gb18030")


def _look_up(desk: Page, moment: str) -> None:
    desk.get_by_label("查看当时的数据").fill(moment)
    desk.get_by_role("button", name="查看", exact=True).click()
    desk.wait_for_url("**/*moment=*")
