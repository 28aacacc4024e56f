"""The opening story in real browsers against real processes: Mr Liu withdraws his housing fund with an ID card."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from haihe.city import cast
from tests.journeys.instance import CityInstance
from tests.journeys.people import (
    RECHECKED_WITHIN_MS,
    SEALED_WITHIN_MS,
    GrantedCase,
    apply_on_phone,
    at,
    download,
    look_until,
    outcome,
    take_in,
)

pytestmark = [pytest.mark.journey, pytest.mark.engine("chromium"), pytest.mark.usefixtures("early_case")]


def test_mr_liu_at_the_window_brings_an_id_card_and_nothing_else(city_instance: CityInstance, browser: Browser) -> None:
    with at(browser, city_instance, "clerk_gjj") as desk:
        number = take_in(desk, "liu")
        expect(outcome(desk, "准予提取")).to_be_visible()
        expect(desk.get_by_text("少交 1 份证明，少跑 1 趟").first).to_be_visible()
        expect(desk.get_by_role("button", name="登记收到")).to_have_count(0)
        assert str(cast.LIU.id_number) not in desk.content()
        desk.get_by_role("button", name="已通知银行付款，办结").click()
        expect(outcome(desk, "已办结")).to_be_visible()
    with at(browser, city_instance, "liu", phone=True) as phone:
        phone.goto("/services/")
        phone.get_by_role("link", name=re.compile(number)).click()
        expect(outcome(phone, "已办结")).to_be_visible()


def test_mr_wang_whose_row_is_in_doubt_goes_on_by_paper_and_is_granted_by_a_person(
    city_instance: CityInstance, browser: Browser
) -> None:
    with at(browser, city_instance, "clerk_gjj") as desk:
        take_in(desk, "wang")
        expect(outcome(desk, "暂时无法确认，申请继续有效")).to_be_visible()
        expect(desk.get_by_text("数据来源没有明确答复，不能据此不予提取")).to_be_attached()
        desk.get_by_label("收到低保证明").fill("低保证 第 0031 号，河西区民政局")
        desk.get_by_role("button", name="登记收到").click()
        expect(outcome(desk, "等待工作人员决定")).to_be_visible()
        desk.get_by_role("button", name="准予提取").click()
        expect(outcome(desk, "准予提取")).to_be_visible()
        expect(desk.get_by_text("已按纸质证明审核通过")).to_be_visible()


def test_while_the_source_is_away_nobody_is_refused_and_the_case_goes_on_by_itself(
    city_instance: CityInstance, browser: Browser
) -> None:
    with at(browser, city_instance, "liu", phone=True) as phone:
        with city_instance.gateway_silent():
            apply_on_phone(phone)
            expect(outcome(phone, "暂时无法确认，申请继续有效")).to_be_visible()
            expect(phone.get_by_text("暂时连接不上天津市民政局的数据").first).to_be_visible()
            expect(phone.get_by_role("heading", name="或者补交纸质证明")).to_be_visible()
        # Nothing is pressed from here on: the sweep asks, the page notices.
        expect(outcome(phone, "准予提取")).to_be_visible(timeout=RECHECKED_WITHIN_MS)
        expect(phone.get_by_text("自动重新核验通过")).to_be_visible()


def test_at_the_window_one_press_asks_again_when_the_source_is_back(
    city_instance: CityInstance, browser: Browser
) -> None:
    with at(browser, city_instance, "clerk_gjj") as desk:
        with city_instance.gateway_silent():
            take_in(desk, "liu")
            expect(outcome(desk, "暂时无法确认，申请继续有效")).to_be_visible()
            expect(desk.get_by_label("收到低保证明")).to_be_visible()
        desk.get_by_role("button", name="现在重新核验").click()
        expect(outcome(desk, "准予提取")).to_be_visible()


def test_a_stranger_with_the_number_finds_nothing(
    city_instance: CityInstance, browser: Browser, early_case: GrantedCase
) -> None:
    with at(browser, city_instance, "zhang", phone=True) as phone:
        for path in (f"cases/{early_case.number}", f"my-data/{early_case.evidence}/report"):
            answer = phone.goto(f"/services/{path}/")
            assert answer is not None
            assert answer.status == 404
        phone.goto("/services/my-data/")
        expect(phone.get_by_text(early_case.evidence)).to_have_count(0)


def test_mr_liu_sees_who_used_his_data_and_proves_it_off_line(
    city_instance: CityInstance, browser: Browser, early_case: GrantedCase, tmp_path: Path
) -> None:
    with at(browser, city_instance, "liu", phone=True) as phone:
        use = phone.locator("article", has_text=early_case.evidence)
        look_until(phone, use, at="/services/my-data/")
        for told in (
            "天津市住房公积金管理中心",
            "向天津市民政局问：今天是否在低保",
            "是：在低保名册上",
            re.compile(r"时间\s*20\d\d年\d+月\d+日"),
            re.compile(r"依据\s*《?住房公积金管理条例"),
            re.compile(r"用途\s*\S"),
        ):
            expect(use).to_contain_text(told)
        expect(use.get_by_role("link", name=early_case.number)).to_be_visible()
        proof = use.get_by_role("link", name="下载凭证")
        look_until(phone, proof, within_ms=SEALED_WITHIN_MS)
        file = download(phone, proof, tmp_path / "proof.json")
    good = city_instance.haihe("ledger", "verify", str(file))
    assert good.returncode == 0, good.stdout + good.stderr
    file.write_bytes(file.read_bytes().replace(b"MATCH", b"NATCH"))
    assert city_instance.haihe("ledger", "verify", str(file)).returncode != 0
