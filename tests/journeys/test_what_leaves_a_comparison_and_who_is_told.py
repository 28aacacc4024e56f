"""A check is told to the person in their account; wrong data go to their source and back; what leaves is guarded."""

from pathlib import Path

import openpyxl
import pytest
from playwright.sync_api import Browser, Page, expect

from haihe.data.matching.demo.people import GUO
from tests.journeys.instance import CityInstance
from tests.journeys.people import at, download, fits, look_until, signed_out

pytestmark = [pytest.mark.journey, pytest.mark.engine("chromium")]
MODEL = "正常缴存公积金、社会保险已中断的人"
HOME = "张辛庄村"
LAID_WITHIN_MS = 150_000
RUNS_WITHIN_MS = 120_000
HEARD_WITHIN_MS = 90_000
WRONG = "单位已经补缴"


@pytest.fixture(scope="module", autouse=True)
def found(city_instance: CityInstance, browser: Browser) -> None:
    """The worker lays the comparisons down after the start; one is run, and its matches become leads."""
    with at(browser, city_instance, "auditor") as auditor:
        last = auditor.get_by_role("link", name="已办理殡葬登记的残疾人证持有人")
        look_until(auditor, last, at="/matching/", within_ms=LAID_WITHIN_MS)
    with at(browser, city_instance, "steward_gjj") as steward:
        _to_model(steward)
        steward.get_by_role("button", name="运行", exact=True).click()
        expect(steward.get_by_text("行都有去向")).to_be_visible(timeout=RUNS_WITHIN_MS)
        steward.get_by_role("button", name="生成线索").click()
        expect(steward.get_by_text("等待分派")).to_be_visible()


def test_a_wrong_value_reaches_its_source_and_the_answer_comes_back(
    city_instance: CityInstance, browser: Browser
) -> None:
    with at(browser, city_instance, "dispatcher_nh") as dispatcher:
        number = _assigned(dispatcher)
    with at(browser, city_instance, "worker_nhz", phone=True) as worker:
        worker.goto(f"/matching/visits/{number}/")
        worker.get_by_label("情况").fill(WRONG)
        worker.get_by_role("button", name="数据有误").click()
        expect(worker.get_by_text("现在没有要去的人家")).to_be_visible()
    with at(browser, city_instance, "steward_gjj") as steward:
        steward.goto(f"/matching/leads/{number}/")
        form = steward.locator("form", has=steward.get_by_role("button", name="提请来源更正"))
        form.get_by_label("情况").fill(WRONG)
        form.get_by_role("button", name="提请来源更正").click()
        expect(steward.get_by_text("来源部门正在核实")).to_be_visible()
        expect(steward.get_by_text(GUO.name)).to_have_count(0)
        fits(steward)
    with at(browser, city_instance, "steward_rsj") as source:
        source.goto("/sharing/")
        source.get_by_role("link", name=WRONG).first.click()
        expect(source.get_by_text(GUO.name)).to_have_count(0)
        source.get_by_label("为什么要查看").fill("找到参保登记的这一行")
        source.get_by_role("button", name="查看身份信息").click()
        expect(source.get_by_text(GUO.name)).to_be_visible()
        fits(source)
        form = source.locator("form", has=source.get_by_role("button", name="核实无误"))
        form.get_by_role("textbox").fill("没有补缴记录，登记无误")
        form.get_by_role("button", name="核实无误").click()
        expect(source.get_by_text("没有补缴记录，登记无误").first).to_be_visible()
    with at(browser, city_instance, "steward_gjj") as steward:
        back = steward.get_by_text("来源答复：数据无误，继续走访")
        look_until(steward, back, at=f"/matching/leads/{number}/", within_ms=HEARD_WITHIN_MS)
        expect(steward.get_by_text("没有补缴记录，登记无误").first).to_be_visible()


def test_who_is_checked_reads_it_answers_and_reads_the_decision(city_instance: CityInstance, browser: Browser) -> None:
    with at(browser, city_instance, "worker_nhz", phone=True) as worker:
        worker.goto("/matching/visits/")
        worker.get_by_role("link", name=HOME).click()
        number = worker.url.rstrip("/").rpartition("/")[2]
        expect(worker.get_by_text(GUO.name)).to_be_visible()
        worker.get_by_label("情况").fill("当面告知比对结果，可以在五个工作日内陈述")
        worker.get_by_role("button", name="已告知本人").click()
        # The phone goes back to its list when the server has the step, and not before.
        worker.wait_for_url("**/matching/visits/")
    with at(browser, city_instance, "guo", phone=True) as citizen:
        citizen.goto("/me/")
        citizen.get_by_role("link", name="查看并说明").click()
        citizen.get_by_role("link", name=MODEL).click()
        expect(citizen.get_by_text("当面告知比对结果")).to_be_visible()
        expect(citizen.get_by_text("市公积金中心").first).to_be_visible()
        fits(citizen)
        citizen.get_by_label("您的情况和理由").fill("单位上月已经补缴，凭证在单位")
        citizen.get_by_role("button", name="提交陈述").click()
        expect(citizen.get_by_text("作出决定的人会看到您的陈述")).to_be_visible()
        citizen.goto("/notices/")
        expect(citizen.get_by_text("作出决定之前请您陈述意见")).to_be_visible()
    with at(browser, city_instance, "approver_gjj") as approver:
        approver.goto("/notices/")
        expect(approver.get_by_text("本人作了陈述").first).to_be_visible()
        approver.goto(f"/matching/leads/{number}/")
        expect(approver.get_by_text("单位上月已经补缴")).to_be_visible()
        expect(approver.get_by_text(GUO.name)).to_have_count(0)
        approver.get_by_label("怎样决定").select_option("KEEP")
        approver.get_by_label("情况").last.fill("补缴凭证属实，账户不作变动")
        approver.get_by_role("button", name="作出决定").click()
        expect(approver.get_by_text("已作决定").first).to_be_visible()
    with at(browser, city_instance, "guo", phone=True) as citizen:
        citizen.goto("/matching/checks/")
        citizen.get_by_role("link", name=MODEL).click()
        expect(citizen.get_by_text("补缴凭证属实")).to_be_visible()
        fits(citizen)


def test_names_leave_only_by_a_right_that_another_person_approved(
    city_instance: CityInstance, browser: Browser, tmp_path: Path
) -> None:
    with (
        at(browser, city_instance, "steward_gjj") as steward,
        at(browser, city_instance, "approver_gjj") as approver,
    ):
        _to_model(steward)
        steward.locator("table a").first.click()
        steward.get_by_role("link", name="查看结果").click()
        steward.get_by_role("link", name="导出结果").click()
        steward.get_by_label("姓名").check()
        steward.get_by_label("用途和接收人").fill("向单位发送补缴通知")
        steward.get_by_label("文件格式").select_option("XLSX")
        fits(steward)
        steward.get_by_role("button", name="提出导出").click()
        expect(steward.get_by_text("能认出是谁，不能导出")).to_be_visible()
        steward.get_by_label("依据的种类").select_option("DUTY")
        steward.get_by_label("具体依据").fill("《住房公积金管理条例》第三十八条")
        steward.get_by_role("button", name="提出导出").click()
        expect(steward.get_by_text("须由本部门另一位审批人批准")).to_be_visible()
        fits(steward)
        approver.goto(steward.url)
        approver.get_by_label("核对的情况和理由").fill("职责属实，同意")
        approver.get_by_role("button", name="批准导出").click()
        expect(approver.get_by_text("可以下载")).to_be_visible()
        steward.reload()
        file = download(steward, steward.get_by_role("button", name="下载文件"), tmp_path / "result.xlsx")
        assert GUO.name in [cell.value for row in openpyxl.load_workbook(file).worksheets[0] for cell in row]
    with at(browser, city_instance, "guo", phone=True) as citizen:
        used = citizen.get_by_text("《住房公积金管理条例》第三十八条").first
        look_until(citizen, used, at="/services/my-data/", within_ms=HEARD_WITHIN_MS)


def test_everybody_reads_figures_that_show_nobody(city_instance: CityInstance, browser: Browser) -> None:
    with at(browser, city_instance, "approver_gjj") as approver:
        _to_model(approver)
        approver.get_by_role("link", name="公布统计").click()
        expect(approver.get_by_text("随机加减之后公布")).to_be_visible()
        fits(approver)
        approver.get_by_role("button", name="公布", exact=True).click()
        expect(approver.get_by_text("已公布。")).to_be_visible()
    with signed_out(browser, city_instance, phone=True) as visitor:
        visitor.goto("/matching/figures/")
        fits(visitor)
        visitor.get_by_role("link", name=MODEL).click()
        expect(visitor.get_by_text("95% 的情况下与真实数相差不超过").first).to_be_visible()
        expect(visitor.locator("td", has_text="宁河区")).to_be_visible()
        fits(visitor)


def _to_model(page: Page) -> None:
    page.goto("/matching/")
    page.get_by_role("link", name=MODEL).click()


def _assigned(dispatcher: Page) -> str:
    """Give the lead at that village to the field worker; return its number."""
    dispatcher.goto("/matching/leads/?state=NEW")
    dispatcher.locator("tr", has_text=HOME).filter(has_text=MODEL).get_by_role("link").first.click()
    expect(dispatcher.get_by_text(GUO.name)).to_have_count(0)
    dispatcher.get_by_label("由谁上门").select_option(label="李娟")
    dispatcher.get_by_role("button", name="分派").click()
    expect(dispatcher.get_by_text("待走访").first).to_be_visible()
    return dispatcher.url.rstrip("/").rpartition("/")[2]
