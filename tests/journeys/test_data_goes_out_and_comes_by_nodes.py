"""Data goes out under a grant and is gone with it, receipted both times; a node joins, sends, and is revoked."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from haihe.city import cast
from tests.journeys.inspector import in_order
from tests.journeys.instance import REPOSITORY, CityInstance
from tests.journeys.people import at, download, fits, look_until
from tests.journeys.register import register_of, row_for

pytestmark = [pytest.mark.journey, pytest.mark.engine("chromium")]

TARGET, FOLDER = "减免核定系统", "gjj/relief"
PURPOSE = "REDUCTION_IN_BULK"
DELIVERED_WITHIN_MS = 120_000
JOINED_WITHIN_MS = 120_000
NODE, FILES = "minzheng-1", "out"


def test_a_consumer_gets_the_data_under_a_grant_and_proves_that_it_is_gone(
    city_instance: CityInstance, browser: Browser, tmp_path: Path
) -> None:
    folder = city_instance.data_dir / "delivered" / FOLDER
    with (
        at(browser, city_instance, "steward_gjj") as consumer,
        at(browser, city_instance, "approver_mzj") as owner,
    ):
        number = _grant_in_bulk(consumer, browser, city_instance, owner)
        grant = consumer.url
        consumer.goto("/exchange/delivery/")
        consumer.get_by_role("link", name="文件夹", exact=True).click()
        consumer.get_by_label("名称").fill(TARGET)
        consumer.get_by_label("文件夹").fill(FOLDER)
        consumer.get_by_role("button", name="登记").click()
        consumer.get_by_role("link", name="安排交付").click()
        consumer.get_by_label("授权").select_option(label=f"救助信息查询（{number}）")
        consumer.get_by_role("button", name="安排交付").click()
        expect(consumer.get_by_text("已安排交付")).to_be_visible()
        done = consumer.get_by_role("row").filter(has_text=TARGET).filter(has_text="已完成")
        look_until(consumer, done, within_ms=DELIVERED_WITHIN_MS)
        in_order(consumer)
        done.get_by_role("link").click()
        expect(consumer.get_by_text("从目标读回的内容与交付的一致")).to_be_visible()
        in_order(consumer)
        receipt = download(consumer, consumer.get_by_role("link", name="下载回执"), tmp_path / "receipt.json")
        said = json.loads(json.loads(receipt.read_text())["receipt"])
        (file,) = folder.iterdir()
        assert said["found"] == said["delivered"]
        assert file.read_text("utf-8-sig").count("\n") - 1 == said["found"]["rows"]

        consumer.goto(grant)
        expect(consumer.get_by_text("数据已自动交付，凭回执视为已提供")).to_be_visible()
        expect(consumer.get_by_text(f"回执 {said['number']}")).to_be_visible()
        _press(consumer, "确认收到")
        owner.goto(grant)
        owner.get_by_label("终止的理由").fill("目的已实现")
        _press(owner, "终止授权")

        reported = consumer.get_by_text("交付的数据已自动清除，凭回执报告处置")
        look_until(consumer, reported, at=grant, within_ms=DELIVERED_WITHIN_MS)
        assert list(folder.iterdir()) == []
        consumer.goto("/exchange/delivery/")
        consumer.get_by_role("row").filter(has_text=TARGET).filter(has_text="清除").get_by_role("link").click()
        expect(consumer.get_by_text("清除后读回 0 行").first).to_be_visible()
        owner.goto(grant)
        _press(owner, "确认处置")
        expect(owner.get_by_text("提供部门确认处置")).to_be_visible()


def test_a_node_joins_with_its_code_sends_a_file_and_is_gone_when_revoked(
    city_instance: CityInstance, browser: Browser, tmp_path: Path
) -> None:
    home, page = tmp_path / "node", f"/exchange/nodes/at/{NODE}/"
    with (
        at(browser, city_instance, "operator") as centre,
        at(browser, city_instance, "steward_mzj") as desk,
        register_of(city_instance, desk) as register,
    ):
        code = _invite(centre)
        assert _node("init", home).returncode == 0
        joined = _node("join", home, "--centre", city_instance.url, "--code", code)
        assert joined.returncode == 0, joined.stdout + joined.stderr
        again = _node("join", home, "--centre", city_instance.url, "--code", code)
        assert again.returncode != 0, "the code worked twice"
        with _running(home):
            look_until(
                centre,
                centre.get_by_text("连通", exact=True),
                at=page,
                within_ms=JOINED_WITHIN_MS,
            )
            centre.get_by_role("link", name="投放文件夹", exact=True).click()
            in_order(centre)
            centre.get_by_label("文件夹", exact=True).fill(FILES)
            centre.get_by_label("没有变化多少秒").fill("1")
            centre.get_by_label("间隔").fill("1")
            centre.get_by_role("button", name="下达", exact=True).click()
            drop = home / "files" / FILES
            drop.mkdir(parents=True, exist_ok=True)
            (drop / "名册.csv").write_bytes(register + row_for(cast.WANG))
            sent = desk.get_by_role("row").filter(has_text="名册.csv").filter(has_text="已发布")
            look_until(desk, sent, at=page, within_ms=90_000)
            in_order(desk)
            desk.get_by_role("link", name="前置机", exact=True).click()
            line = desk.get_by_role("row").filter(has_text="民政局前置机")
            expect(line).to_contain_text("毫秒")
            expect(line).to_contain_text("社会救助对象信息")
            in_order(desk)
            centre.goto(page)
            in_order(centre)
            centre.get_by_label("理由").fill("换新机器")
            centre.get_by_role("button", name="吊销这台前置机").click()
            expect(centre.get_by_text("已吊销").first).to_be_visible()


def _grant_in_bulk(consumer: Page, browser: Browser, city: CityInstance, owner: Page) -> str:
    """Ask for the fields of everybody, agree on all desks; return the request's number, the consumer on the grant."""
    consumer.goto("/sharing/new/?service=relief-details")
    for field in consumer.get_by_role("group").get_by_role("checkbox").all():
        field.check()
    consumer.get_by_label("共享方式").select_option("BATCH")
    consumer.get_by_label("使用依据").fill("《天津市住房公积金提取管理办法》关于困难家庭减免的规定")
    consumer.get_by_label("使用场景").fill("按月批量核定困难家庭的减免额度，代替逐户提交的证明。")
    consumer.get_by_label("所服务事项的代码").fill("housing-fund-reduction")
    consumer.get_by_label("用途代码").fill(PURPOSE)
    consumer.get_by_role("button", name="提交本单位审批").click()
    expect(consumer.get_by_text("接下来，市公积金中心：负责人审批")).to_be_visible()
    request, number = consumer.url, consumer.locator("h1 small").inner_text()
    with at(browser, city, "approver_gjj") as office:
        office.goto(request)
        _press(office, "同意提出申请")
    owner.goto(request)
    _press(owner, "同意共享，生成授权")
    consumer.goto(request)
    consumer.get_by_role("link", name="查看授权").click()
    consumer.wait_for_url("**/sharing/grants/*/")
    return number


def _invite(centre: Page) -> str:
    """Plan a node; return the code that is shown once."""
    centre.goto("/exchange/nodes/")
    centre.get_by_role("link", name="新增前置机").first.click()
    centre.get_by_label("名称", exact=True).fill(NODE)
    centre.get_by_label("显示名").fill("民政局前置机")
    centre.get_by_label("所在单位").select_option(cast.CIVIL_AFFAIRS)
    centre.get_by_role("button", name="新增并发出接入码").click()
    code = centre.locator(".nodes-code").inner_text().strip()
    fits(centre)
    return code


def _command(verb: str, home: Path, *words: str) -> tuple[list[str], dict[str, str]]:
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": str(REPOSITORY / "src"), "HOME": str(home.parent)}
    return [sys.executable, "-m", "haihe", "node", verb, "--home", str(home), *words], environment


def _node(verb: str, home: Path, *words: str) -> subprocess.CompletedProcess[str]:
    command, environment = _command(verb, home, *words)
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=120)


@contextmanager
def _running(home: Path) -> Iterator[None]:
    """Run the node as the department does."""
    command, environment = _command("run", home)
    with (home.parent / "node.log").open("wb") as log:
        process = subprocess.Popen(command, env=environment, stdout=log, stderr=log, stdin=subprocess.DEVNULL)
    try:
        yield
    finally:
        process.terminate()
        process.wait(60)


def _press(page: Page, button: str) -> None:
    page.get_by_role("button", name=button, exact=True).click()
    expect(page.get_by_role("button", name=button, exact=True)).to_have_count(0)
