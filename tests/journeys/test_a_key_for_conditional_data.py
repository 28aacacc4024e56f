"""A developer asks for conditional data, is granted less than asked, reads by a key, sees it counted, and ends it."""

import json
import os
import subprocess

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journeys.inspector import at_a_glance
from tests.journeys.instance import CityInstance
from tests.journeys.people import at, fits, look_until

pytestmark = [pytest.mark.journey, pytest.mark.engine("chromium")]

DATASET = "/open/datasets/social-organisations/"
HEARD_WITHIN_MS = 30_000
"""openreads hears of grants and keys, and tells of reads, within a second or two."""


def test_from_the_application_to_the_end_of_the_key(city_instance: CityInstance, browser: Browser) -> None:
    with (
        at(browser, city_instance, "zhang") as developer,
        at(browser, city_instance, "approver_mzj", phone=True) as owner,
    ):
        _register(developer)
        application = _apply(developer)
        _grant(owner, application)
        developer.goto(application)
        expect(developer.get_by_text("请先新建一把密钥")).to_be_visible()
        secret = _make_key(developer)
        developer.goto(application)
        line = _accept(developer)

        rows = _until_it_answers(developer, line, secret)
        assert set(rows[0]) == {"_id", "name", "district"}
        assert _ask(line, "hk_of_nobody")["type"] == "urn:haihe:problem:credentials-invalid"
        look_until(developer, developer.get_by_text("分页读取").first, at=f"{application}reads/")
        assert at_a_glance(developer) == []
        fits(owner)

        developer.goto("/open/developer/")
        developer.get_by_role("link", name="选址程序").click()
        key = developer.url
        counted = developer.get_by_text("次答复，每天最多 20000 次").and_(developer.get_by_text("一共得到 1 次"))
        look_until(developer, counted, at=key, within_ms=HEARD_WITHIN_MS)
        assert at_a_glance(developer) == []
        developer.get_by_role("button", name="立即停用").click()
        expect(developer.get_by_text("已停用，几秒内失效。")).to_be_visible()
        assert _refusal(developer, line, secret) == "urn:haihe:problem:credentials-invalid"


def _register(developer: Page) -> None:
    developer.goto(DATASET)
    developer.get_by_role("link", name="写申请").click()
    developer.get_by_role("link", name="去登记").click()
    developer.get_by_label("用途", exact=True).select_option(value="RESEARCH")
    developer.get_by_label("打算怎样使用数据").fill("研究社会组织在各区的分布。")
    developer.get_by_role("button", name="登记为开发者").click()
    expect(developer.get_by_text("已登记，现在可以新建密钥。")).to_be_visible()


def _apply(developer: Page) -> str:
    developer.goto(f"{DATASET}apply/")
    developer.get_by_label("具体用来做什么").fill("统计各区社会组织的数量。")
    for column in ("单位名称", "所在区", "行业"):
        developer.get_by_label(column, exact=True).check()
    developer.get_by_label("数据保存在哪里、怎样保护").fill("学校机房，磁盘加密。")
    developer.get_by_label("谁可以看到数据").fill("我和导师。")
    developer.get_by_label("用完怎样删除").fill("结题后三十日内删除。")
    assert at_a_glance(developer) == []
    developer.get_by_role("button", name="提交申请").click()
    developer.wait_for_url("**/open/applications/KF-*/")
    return developer.url


def _grant(owner: Page, application: str) -> None:
    """The owner's approver answers on a phone, and gives one column fewer."""
    owner.goto("/open/desk/applications/")
    owner.get_by_role("link", name=application.rstrip("/").rpartition("/")[2]).click()
    owner.get_by_label("行业", exact=True).uncheck()
    owner.get_by_role("button", name="同意，生成使用协议").click()
    expect(owner.get_by_text("同意，待接受协议").first).to_be_visible()
    assert at_a_glance(owner) == []


def _make_key(developer: Page) -> str:
    developer.get_by_role("link", name="新建密钥").click()
    developer.get_by_label("新密钥的名称").fill("选址程序")
    developer.get_by_role("button", name="新建密钥").click()
    expect(developer.get_by_text("只显示这一次")).to_be_visible()
    assert at_a_glance(developer) == []
    return developer.locator("pre code").first.inner_text().strip()


def _accept(developer: Page) -> str:
    """Accept the agreement, and copy the line that reads."""
    developer.context.grant_permissions(["clipboard-read", "clipboard-write"])
    developer.get_by_label("我已阅读并同意使用协议").check()
    developer.get_by_role("button", name="接受协议，开始使用").click()
    expect(developer.get_by_text("有效", exact=True).first).to_be_visible()
    assert at_a_glance(developer) == []
    developer.get_by_role("button", name="复制").click()
    expect(developer.get_by_text("已复制")).to_be_visible()
    copied: str = developer.evaluate("navigator.clipboard.readText()")
    return copied


def _ask(line: str, secret: str) -> dict[str, object]:
    """Run the line as it was copied, in a shell that has the key."""
    done = subprocess.run(
        ["sh", "-c", line.replace("curl ", "curl -s ", 1)],
        env={"PATH": os.environ["PATH"], "KEY": secret},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    answer: dict[str, object] = json.loads(done.stdout)
    return answer


def _until_it_answers(page: Page, line: str, secret: str) -> list[dict[str, object]]:
    for _ in range(HEARD_WITHIN_MS // 500):
        rows = _ask(line, secret).get("rows")
        if isinstance(rows, list):
            return rows
        page.wait_for_timeout(500)  # openreads hears of the grant by its feed
    raise AssertionError("the key never read")


def _refusal(page: Page, line: str, secret: str) -> object:
    for _ in range(HEARD_WITHIN_MS // 500):
        if "rows" not in (answer := _ask(line, secret)):
            return answer["type"]
        page.wait_for_timeout(500)  # openreads hears of the end of the key by its feed
    raise AssertionError("a key that was ended still reads")
