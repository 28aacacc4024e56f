"""A wrong value on its whole way: asked for, reported, verified, fed anew, told to all who had it, fetched, and seen.

The housing-fund centre has it twice: at its window, where a case got the wrong answer, and in a program of its own that
read the value through the gateway. Ms Zhang, whose data it is, sees all of it on her phone.
"""

import json
import time

import httpx
import pytest
from playwright.sync_api import Browser, Page, expect

from haihe.city import cast
from haihe.client import Haihe
from haihe.client.credentials import credentials_of
from haihe.client.results import Queried
from tests.journeys.instance import CityInstance
from tests.journeys.people import GOES_ON_WITHIN_MS, SEALED_WITHIN_MS, at, fits, look_until, outcome, take_in
from tests.journeys.register import feed, register_of, row_for

pytestmark = [pytest.mark.journey, pytest.mark.engine("chromium"), pytest.mark.usefixtures("early_case")]

WRONG, RIGHT = "低收入家庭", "最低生活保障"
SAID, ANSWERED = "我家是低保，不是低收入家庭。", "已核实：录入时选错了救助类型，已改正。"
PROGRAM, ITS_CASE = "rent-desk", "房租核定-JOURNEY-1"


def test_a_wrong_value_is_put_right_for_everybody_who_had_it(city_instance: CityInstance, browser: Browser) -> None:
    with (
        at(browser, city_instance, "steward_mzj") as source,
        at(browser, city_instance, "clerk_gjj") as window,
        at(browser, city_instance, "steward_gjj") as user,
        at(browser, city_instance, "zhang", phone=True) as phone,
        register_of(city_instance, source) as register,
    ):
        feed(source, register + row_for(cast.ZHANG, relief_type=WRONG))
        secret = _register_program(user)
        case = take_in(window, "zhang")
        expect(outcome(window, "数据没有查到")).to_be_visible()
        with Haihe(city_instance.gateway_url, PROGRAM, secret) as program:
            wrong = _read(program)
            assert wrong.values["relief_type"] == WRONG

            _report(phone, case)
            number = _put_right(source)
            assert ITS_CASE not in _corrections(city_instance, secret)
            feed(source, register + row_for(cast.ZHANG, relief_type=RIGHT))

            # The case is asked for again by itself; the program is told, and asks again.
            expect(outcome(window, "准予提取")).to_be_visible(timeout=GOES_ON_WITHIN_MS)
            mine = user.locator("tr", has_text=ITS_CASE)
            look_until(user, mine, at="/sharing/corrected/")
            expect(mine).to_contain_text(number)
            expect(mine).to_contain_text("待重新核验")
            fits(user)
            assert _corrections(city_instance, secret)[ITS_CASE] == wrong.evidence
            right = _read(program)
        assert dict(right.values) == dict(wrong.values) | {"relief_type": RIGHT}

        user.goto("/notices/")
        user.get_by_role("link", name=f"更正了数据（{number}）").first.click()
        expect(user.get_by_role("heading", name="已更正的数据")).to_be_visible()
        look_until(user, mine.get_by_text("已取得更正后的答复"), within_ms=SEALED_WITHIN_MS)
        look_until(user, user.locator("tr", has_text=case).get_by_text("已取得更正后的答复"))
        # Who asked for all that is open has nothing left to fetch.
        assert ITS_CASE not in _corrections(city_instance, secret)
        _see_at_the_source(source, number, case)
        _see_on_the_phone(phone, number, case, wrong.evidence, right.evidence)


def _register_program(steward: Page) -> str:
    """Register a system of the housing-fund centre; return its secret, which is shown once."""
    steward.goto("/sharing/register-client/")
    steward.get_by_label("系统名称").fill("房租核定系统")
    steward.get_by_label("应用编号").fill(PROGRAM)
    steward.get_by_role("button", name="登记").click()
    return steward.locator("[data-secret]").inner_text().strip()


def _read(program: Haihe) -> Queried:
    fields = ["relief_type", "monthly_amount_yuan"]
    number, purpose = str(cast.ZHANG.id_number), "RENT_SUBSIDY_ASSESSMENT"
    return program.query("relief-details", number, fields=fields, purpose=purpose, case=ITS_CASE)


def _report(phone: Page, case: str) -> None:
    """Report the window's use of one's data from the list of all uses, as soon as it stands there."""
    use = phone.locator("article", has_text=case)
    look_until(phone, use, at="/services/my-data/")
    expect(use.first).to_contain_text("否")
    use.first.get_by_role("link", name="报告错误").click()
    phone.get_by_label("哪里不对").fill(SAID)
    fits(phone)
    phone.get_by_role("button", name="提交错误报告").click()
    expect(phone.get_by_text("错误报告已提交")).to_be_visible()


def _put_right(source: Page) -> str:
    """Verify the report at the source's desk and answer it; return its number."""
    source.goto("/sharing/")
    source.get_by_role("link", name=SAID[:12]).first.click()
    source.get_by_label("为什么要查看").fill("找到名册上的这一行")
    source.get_by_role("button", name="查看身份信息").click()
    expect(source.get_by_text(cast.ZHANG.name)).to_be_visible()
    source.get_by_label("核实的情况").first.fill("查对原始档案，救助类型录入有误。")
    source.get_by_role("button", name="属实，着手更正").click()
    expect(source.get_by_role("heading", name="属实，更正中")).to_be_visible()
    source.get_by_label("怎样更正的").fill(ANSWERED)
    source.get_by_role("button", name="已更正", exact=True).click()
    expect(source.get_by_text("等待新数据")).to_be_visible()
    return source.locator("h1 small").inner_text()


def _corrections(city: CityInstance, secret: str) -> dict[str, str]:
    """Ask the gateway, as the program does, which answers have been corrected; return the evidence of each by case."""
    path, body = "/v1/corrections", json.dumps({"limit": 500}).encode()
    signed = credentials_of(PROGRAM, secret, clock=time.time, gateway_key=None).sign(
        method="POST", path=path, body=body
    )
    with httpx.Client(base_url=city.gateway_url, trust_env=False, timeout=60) as http:
        answer = http.post(path, content=body, headers={"content-type": "application/json", **signed})
    assert answer.status_code == 200, answer.text
    return {each["case"]: each["evidence"] for each in answer.json()["corrections"]}


def _see_at_the_source(source: Page, number: str, case: str) -> None:
    source.goto(f"/sharing/corrections/{number}/")
    told = source.get_by_role("region", name="更正送达")
    for each in (case, ITS_CASE):
        expect(told.locator("tr", has_text=each)).to_contain_text("已取得更正后的答复")
    fits(source)


def _see_on_the_phone(phone: Page, number: str, case: str, wrong: str, right: str) -> None:
    """She reads the report's answer, who had the wrong value, and both uses of her data by the program."""
    phone.goto("/services/my-data/")
    # That the source's steward opened the report stands there too, by the same number.
    reported = phone.locator("article", has_text=number).filter(has_text=ITS_CASE)
    for text in (ANSWERED, case, ITS_CASE, "已重新核验"):
        expect(reported).to_contain_text(text)
    for evidence in (wrong, right):
        expect(phone.locator("article", has_text=evidence)).to_contain_text(ITS_CASE)
    fits(phone)
    phone.goto(f"/services/cases/{case}/")
    expect(outcome(phone, "准予提取")).to_be_visible()
