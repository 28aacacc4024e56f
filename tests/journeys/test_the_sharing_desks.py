"""A request on its way from the paper it is to replace to a grant in use, over the desks of those who answer for it."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect

from haihe.city import cast
from tests.journeys.instance import CityInstance
from tests.journeys.people import (
    SEALED_WITHIN_MS,
    GrantedCase,
    at,
    download,
    fits,
    look_until,
    signed_out,
)

pytestmark = [pytest.mark.journey, pytest.mark.engine("chromium"), pytest.mark.usefixtures("early_case")]

SERVICE, QUESTION = "救助范围核验", "今天是否享受低保、特困供养或者低收入家庭救助"
BASIS = "《天津市住房公积金提取管理办法》关于困难家庭提取的规定"
COUNTED_WITHIN_MS = 100_000
"""Calls are counted by the minute."""


def test_a_paper_leads_to_the_data_that_proves_it_and_in_one_step_to_a_request(
    city_instance: CityInstance, browser: Browser
) -> None:
    item, code = "困难家庭装修提取", "decoration"
    with at(browser, city_instance, "steward_gjj", phone=True) as steward:
        steward.goto("/sharing/")
        steward.get_by_role("link", name="按需找数").click()
        _enter_item(steward, item, code)
        fits(steward)
        paper = steward.get_by_role("region", name="困难家庭证明")
        expect(paper).to_contain_text("还没有确认由哪项数据证明")
        paper.get_by_role("link", name="找能证明它的数据").click()
        steward.get_by_role("group", name=SERVICE).get_by_label(QUESTION).check()
        steward.locator("form", has=steward.get_by_role("group", name=SERVICE)).get_by_role("button").click()
        expect(paper).to_contain_text("能证明，还没申请")
        paper.get_by_role("link", name="申请这项数据").click()

        expect(steward.get_by_label(QUESTION)).to_be_checked()
        expect(steward.get_by_label("所服务事项的代码")).to_have_value(code)
        expect(steward.get_by_label("使用场景")).to_have_value(
            f"受理“{item}”时，向提供部门核验：{QUESTION}；代替申请人提交的“困难家庭证明”。"
        )
        steward.get_by_label("使用依据").fill(BASIS)
        steward.get_by_label("用途代码").fill(f"NEED_{code.upper()}")
        steward.get_by_role("button", name="提交本单位审批").click()
        expect(steward.get_by_text("接下来，市公积金中心：负责人审批")).to_be_visible()
        fits(steward)
        steward.goto(f"/sharing/needs/items/{code}/")
        expect(paper).to_contain_text("已申请，办理中")


def test_a_grant_is_made_after_one_supplement_suspended_put_right_and_resumed(
    city_instance: CityInstance, browser: Browser
) -> None:
    """Who asks sits at a desk; who answers for it does so on a phone."""
    with (
        at(browser, city_instance, "steward_gjj") as steward,
        at(browser, city_instance, "approver_gjj", phone=True) as office,
        at(browser, city_instance, "approver_mzj", phone=True) as owner,
    ):
        number = _ask(steward, "STORY_OF_A_GRANT")
        _open_waiting(office, number)
        _press(office, "同意提出申请")
        _open_waiting(owner, number)
        expect(owner.get_by_text("还剩 10 个工作日")).to_be_visible()
        owner.get_by_label("缺少的全部内容").fill("请写明由哪个岗位核验。")
        _press(owner, "一次性告知补正")
        expect(owner.get_by_text("补正；补正期间不计时")).to_be_visible()

        _open_waiting(steward, number)
        expect(steward.get_by_text("请写明由哪个岗位核验。")).to_be_visible()
        steward.get_by_label("补正的内容").fill("由提取业务岗核验。")
        _press(steward, "提交补正")
        owner.reload()
        expect(owner.get_by_role("button", name="一次性告知补正")).to_have_count(0)
        _press(owner, "同意共享，生成授权")
        owner.get_by_role("link", name="查看授权").click()
        expect(owner.get_by_text("接下来，市公积金中心：按用途使用，到期自动停止")).to_be_visible()
        fits(owner)

        steward.reload()
        steward.get_by_role("link", name="查看授权").click()
        _suspend(owner, "核查用途")
        steward.reload()
        expect(steward.get_by_text("接下来，市公积金中心：整改并报告")).to_be_visible()
        steward.get_by_label("怎样整改的").fill("已收回多余的账号。")
        steward.get_by_role("button", name="报告整改情况").click()
        expect(steward.get_by_text("接下来，市民政局：核实整改情况")).to_be_visible()
        owner.reload()
        expect(owner.get_by_text("已收回多余的账号。")).to_be_visible()
        owner.get_by_label("恢复的理由").fill("整改到位")
        _press(owner, "恢复授权")
        expect(owner.get_by_role("heading", name="有效", exact=True)).to_be_visible()
        fits(steward)


def test_the_data_centre_looks_first_where_the_city_says_so(city_instance: CityInstance, browser: Browser) -> None:
    with (
        at(browser, city_instance, "operator") as centre,
        at(browser, city_instance, "steward_gjj") as steward,
        at(browser, city_instance, "approver_gjj") as office,
        at(browser, city_instance, "approver_mzj") as owner,
    ):
        _promise_precheck(centre, "1")
        try:
            number = _ask(steward, "STORY_OF_THE_PRECHECK")
            _open_waiting(office, number)
            _press(office, "同意提出申请")
            _open_waiting(centre, number)
            expect(centre.get_by_text("接下来，大数据中心：预审")).to_be_visible()
            _press(centre, "预审通过，送提供部门")
            _open_waiting(owner, number)
            # What the data centre took is not given on top.
            expect(owner.get_by_text("还剩 10 个工作日")).to_be_visible()
            expect(owner.get_by_text("预审通过，交提供部门答复")).to_be_visible()
        finally:
            _promise_precheck(centre, "")


def test_a_key_that_runs_out_shows_up_at_its_steward_and_at_the_data_centre(
    city_instance: CityInstance, browser: Browser
) -> None:
    title = "提取业务系统"
    with at(browser, city_instance, "steward_gjj") as steward, at(browser, city_instance, "operator") as centre:
        _open_keys(centre)
        expect(centre.locator("tr", has_text=title)).to_have_count(0)
        _register_system(steward, title, "withdrawal-desk")
        steward.get_by_label("旧密钥继续有效").select_option(label="7 天")
        steward.get_by_role("button", name="更换密钥").click()
        expect(steward.locator("[data-secret]")).to_be_visible()
        keys = steward.get_by_role("region", name="密钥", exact=True).locator("tbody tr")
        expect(keys).to_have_count(2)
        # The new one leaked before any system had it: it ends, and the one before has a week left.
        keys.first.get_by_role("button", name="停用").click()
        expect(steward.get_by_role("alert")).to_contain_text("密钥即将到期")
        expect(steward.locator("[data-secret]")).to_have_count(0)
        centre.reload()
        centre.locator("tr", has_text=title).get_by_role("link").click()
        expect(centre.get_by_role("alert")).to_contain_text("密钥即将到期")


def test_the_data_centre_watches_calls_and_alerts(city_instance: CityInstance, browser: Browser) -> None:
    with at(browser, city_instance, "operator") as centre:
        centre.goto("/sharing/")
        centre.get_by_role("link", name="运行监测").click()
        called = centre.locator("tr", has_text="低保状态核验").filter(has_text="市公积金中心")
        look_until(centre, called, within_ms=COUNTED_WITHIN_MS)
        called.get_by_role("link", name="市公积金中心").click()
        expect(centre.get_by_role("heading", name="低保状态核验")).to_be_visible()
        centre.go_back()
        centre.get_by_role("link", name="告警", exact=True).click()
        expect(centre.get_by_role("heading", name="现在的告警")).to_be_visible()
        centre.get_by_role("link", name="告警规则").click()
        expect(centre.get_by_role("button", name="保存")).to_be_visible()


def test_anybody_reads_how_departments_live_up_to_the_law(city_instance: CityInstance, browser: Browser) -> None:
    with signed_out(browser, city_instance, phone=True) as visitor:
        visitor.goto("/accountability/")
        board = visitor.get_by_role("region", name="各部门")
        expect(board.get_by_role("row", name="市民政局")).to_be_visible()
        visitor.get_by_role("link", name="作为数据使用部门").click()
        expect(board.get_by_role("row", name="市公积金中心")).to_be_visible()
        visitor.get_by_text("每一列怎样计算").click()
        expect(visitor.get_by_text("政务数据共享条例").first).to_be_visible()
        fits(visitor)


def test_the_auditor_takes_proof_and_evidence_of_a_use_and_anybody_checks_them(
    city_instance: CityInstance, browser: Browser, early_case: GrantedCase, tmp_path: Path
) -> None:
    with at(browser, city_instance, "auditor") as auditor:
        row = auditor.locator("tr", has_text=early_case.number)
        look_until(auditor, row, at="/ledger/?answer=MATCH")
        expect(row).to_contain_text("市公积金中心")
        row.get_by_role("link").click()
        expect(auditor.get_by_text(early_case.evidence)).to_be_visible()
        export = auditor.get_by_role("link", name="导出证明")
        look_until(auditor, export, within_ms=SEALED_WITHIN_MS)
        assert str(cast.LIU.id_number) not in auditor.content()
        proof = download(auditor, export, tmp_path / "proof.json")
        auditor.get_by_role("link", name="交换证据").click()
        expect(auditor.get_by_text(early_case.evidence)).to_be_visible()
        files = {
            suite: download(auditor, auditor.get_by_role("link", name=name), tmp_path / f"{suite}.json")
            for suite, name in (("ed25519-sha256", "国际算法签名"), ("sm2-sm3", "国密算法签名"))
        }
    good = city_instance.haihe("ledger", "verify", str(proof))
    assert good.returncode == 0, good.stdout + good.stderr
    proof.write_bytes(proof.read_bytes().replace(early_case.number.encode(), early_case.number[::-1].encode()))
    assert city_instance.haihe("ledger", "verify", str(proof)).returncode != 0
    with signed_out(browser, city_instance, phone=True) as anybody:
        for suite, file in files.items():
            good = city_instance.haihe("evidence", "verify", str(file))
            assert good.returncode == 0, good.stdout + good.stderr
            assert early_case.evidence in good.stdout
            _check(anybody, file)
            expect(anybody.get_by_role("status")).to_contain_text("有效：由本市出具，没有被改动")
            expect(anybody.get_by_text(early_case.evidence)).to_be_visible()
            expect(anybody.get_by_text(suite, exact=True)).to_be_visible()
            fits(anybody)
        file.write_bytes(file.read_bytes().replace(b"HOUSING_FUND", b"HOUSING_FOND"))
        _check(anybody, file)
        expect(anybody.get_by_role("alert")).to_contain_text("无效：不是交换证据，或者被改动过")
    assert city_instance.haihe("evidence", "verify", str(file)).returncode != 0


def _enter_item(steward: Page, title: str, code: str) -> None:
    steward.get_by_role("link", name="登记事项材料").click()
    steward.get_by_label("事项名称").fill(title)
    steward.get_by_label("事项代码").fill(code)
    steward.get_by_label("材料清单").fill("1. 身份证（出示）\n2. 困难家庭证明 | 今天是否享受任何一类社会救助")
    steward.get_by_role("button", name="保存").click()
    expect(steward.get_by_role("heading", name=title)).to_be_visible()


def _ask(steward: Page, purpose: str) -> str:
    """Send a request for the service in the stories' question; return its number."""
    # The city has more services than one page lists.
    steward.goto("/sharing/new/")
    steward.get_by_role("searchbox", name="查找服务").fill(SERVICE)
    steward.get_by_role("button", name="查找").click()
    steward.wait_for_url("**q=*")
    steward.get_by_role("region", name=SERVICE).get_by_role("link", name="申请使用").click()
    steward.get_by_label("使用依据").fill(BASIS)
    steward.get_by_label("使用场景").fill("受理困难家庭提取时核验，代替困难家庭证明。")
    steward.get_by_label("所服务事项的代码").fill("housing-fund-story")
    steward.get_by_label("用途代码").fill(purpose)
    steward.get_by_role("button", name="提交本单位审批").click()
    expect(steward.get_by_text("接下来，市公积金中心：负责人审批")).to_be_visible()
    return steward.locator("h1 small").inner_text()


def _open_waiting(desk: Page, number: str) -> None:
    desk.goto("/sharing/")
    desk.get_by_role("region", name="待我办理").locator("tr", has_text=number).get_by_role("link").click()


def _suspend(owner: Page, why: str) -> None:
    owner.get_by_label("暂停的理由").fill(why)
    owner.get_by_label("整改期限").fill((timezone.localdate() + timedelta(days=14)).isoformat())
    _press(owner, "暂停授权")
    expect(owner.get_by_role("heading", name="已暂停")).to_be_visible()


def _promise_precheck(centre: Page, days: str) -> None:
    """Let the authority look at requests first, or, with no days, no more."""
    centre.goto("/sharing/clocks/")
    centre.get_by_label("期限", exact=True).select_option(label="预审共享申请")
    expect(centre.get_by_label("资源代码")).to_have_count(0)
    centre.get_by_label("工作日").fill(days)
    centre.get_by_label("理由", exact=True).fill("先看材料齐不齐")
    centre.get_by_role("button", name="承诺", exact=True).click()
    expect(centre.get_by_text("已生效")).to_be_visible()


def _register_system(steward: Page, title: str, client_id: str) -> None:
    steward.goto("/sharing/")
    steward.get_by_role("link", name="登记接入系统").click()
    steward.get_by_label("系统名称").fill(title)
    steward.get_by_label("应用编号").fill(client_id)
    steward.get_by_role("button", name="登记").click()
    expect(steward.locator("[data-secret]")).to_be_visible()


def _open_keys(centre: Page) -> None:
    centre.goto("/sharing/")
    centre.get_by_role("link", name="即将到期的密钥").click()
    expect(centre.get_by_role("heading", name="即将到期的密钥")).to_be_visible()


def _check(anybody: Page, file: Path) -> None:
    anybody.goto("/accountability/usage/")
    anybody.get_by_role("link", name="核对证据").click()
    anybody.get_by_label("证据文件").set_input_files(file)
    anybody.get_by_role("button", name="核对").click()


def _press(page: Page, button: str) -> None:
    page.get_by_role("button", name=button, exact=True).click()
    expect(page.get_by_role("button", name=button, exact=True)).to_have_count(0)
