"""Score day, from the desk to the candidate: written by one, rehearsed, approved by another, open at its moment and not
a second before; a candidate sees what is theirs, saves it, and a stranger checks it.
"""

import json
from datetime import datetime, timedelta
from pathlib import Path

import msgspec
import pytest
from playwright.sync_api import Browser, Page, expect

from haihe.cli.rehearsal.testing import SMALL
from haihe.kernel.rehearsal_report import Rehearsal
from haihe.kernel.working_time import CHINA_TIME as CITY
from haihe.platforms.services.releases import demo
from tests.journeys.inspector import Inspector, in_order
from tests.journeys.instance import CityInstance
from tests.journeys.people import at, fits, signed_out

pytestmark = [pytest.mark.journey, pytest.mark.engine("chromium"), pytest.mark.xdist_group("twelve_items")]

SLUG = "journey-results"
OPENS_IN = timedelta(seconds=20)
OPENED_WITHIN_MS = 60_000
CAPACITY = 40
LOOKS = 40


def _address(city: CityInstance, slug: str) -> str:
    return f"{json.loads((city.data_dir / 'running.json').read_text())['scoreday_url']}/{slug}/"


def _ask(page: Page, number: str, id_number: str) -> None:
    """Fill in and send, by keyboard alone."""
    page.keyboard.press("Tab")
    for _ in range(8):
        if page.evaluate("document.activeElement.id") == "number":
            break
        page.keyboard.press("Tab")
    page.keyboard.press("Control+A")
    page.keyboard.type(number)
    page.keyboard.press("Tab")
    page.keyboard.type(id_number)
    page.keyboard.press("Enter")
    page.wait_for_load_state()


def _moment(page: Page, name: str, moment: datetime) -> None:
    page.locator(f'[name="{name}"]').fill(f"{moment.astimezone(CITY):%Y-%m-%dT%H:%M:%S}")


def _write(desk: Page) -> None:
    """Write a release as the officer does, with what the examination of the summer said."""
    said = demo.CONTENT
    desk.goto("/services/releases/")
    desk.get_by_role("link", name="新建发布").click()
    for name, text in (
        ("slug", SLUG),
        *((f"{part}_{language}", getattr(getattr(said, part), language))
          for part in ("title", "authority", "note") for language in ("zh", "en")),
        *((part, getattr(said, part)) for part in ("hotline", "service", "client", "purpose", "number")),
        ("lines", "\n".join(f"{line.field},{line.name.zh},{line.name.en},{line.most}" for line in said.lines)),
        ("capacity_per_s", str(CAPACITY)),
    ):  # fmt: skip
        desk.locator(f'[name="{name}"]').fill(text)
    now = datetime.now(CITY)
    _moment(desk, "opens_at", now + timedelta(days=1))
    _moment(desk, "closes_at", now + timedelta(days=2))
    desk.get_by_role("button", name="保存草稿").click()
    desk.wait_for_url(f"**/{SLUG}/")


def _rehearse(city: CityInstance, desk: Page, folder: Path) -> None:
    """Let a small crowd come to a copy of it, and read the report, as a file and on the page."""
    profile, written = folder / "profile.toml", folder / "report"
    profile.write_text(SMALL)
    words = ("--release", SLUG, "--profile", str(profile), "--report", str(written), "--json")
    done = city.haihe("scoreday", "rehearse", *words, here=True)
    report = msgspec.json.decode(done.stdout, type=Rehearsal)
    assert done.returncode == (0 if report.is_good else 1), done.stderr
    assert (report.results_wrong, report.errors, report.shut_out) == (0, 0, 0)
    assert report.results >= 60
    assert report.records == report.results + report.certificates
    assert report.promises > 0
    assert report.made_up == report.made_up_refused + report.made_up_locked
    assert report.made_up_locked > 0
    assert json.loads((written / "rehearsal.json").read_text())["candidates"] == 60
    assert "<svg" in (written / "rehearsal.html").read_text()
    assert "小规模" in (written / "rehearsal.md").read_text()
    desk.reload()
    desk.locator(f'a[href$="/{SLUG}/rehearsal/"]').click()
    # A promise kept late on a busy machine is told as it is.
    told = "演练通过" if done.returncode == 0 else "演练没有通过"
    expect(desk.get_by_text(told).first, done.stderr).to_be_visible()
    expect(desk.locator("figure svg")).to_have_count(2)
    in_order(desk)


def _set_the_moment_and_submit(desk: Page) -> datetime:
    desk.goto(f"/services/releases/{SLUG}/edit/")
    moment = (datetime.now(CITY) + OPENS_IN).replace(microsecond=0)
    _moment(desk, "opens_at", moment)
    desk.get_by_role("button", name="保存草稿").click()
    desk.wait_for_url(f"**/{SLUG}/")
    desk.get_by_role("button", name="提交批准").click()
    expect(desk.locator("h1")).to_contain_text("待批准")
    expect(desk.get_by_role("button", name="批准", exact=True)).to_have_count(0)
    return moment


def _approve(head: Page) -> None:
    head.goto("/services/releases/")
    head.locator(f'a[href$="/{SLUG}/"]').click()
    expect(head.get_by_text("通过").first).to_be_visible()
    head.get_by_role("button", name="批准", exact=True).click()
    expect(head.locator("h1")).to_contain_text("已批准")


def _find(phone: Page) -> None:
    """Come to it by the list, which shows it once it is served."""
    link = phone.locator(f'section[aria-labelledby="result-{SLUG}"] a')
    phone.goto("/services/results/")
    for _ in range(LOOKS):
        if link.count():
            break
        phone.wait_for_timeout(250)
        phone.reload()
    fits(phone)
    link.click()


def _try_early(phone: Page, address: str) -> None:
    """Nobody sees anything, neither on the page nor by asking past it."""
    phone.goto(address)
    expect(phone.get_by_role("timer")).to_be_visible()
    expect(phone.locator("#number")).to_have_count(0)
    form: dict[str, str | float | bool] = {"number": demo.SIYU.number, "id_number": demo.SIYU.id_number}
    for path in ("", "certificate"):
        answer = phone.request.post(f"{address}{path}", form=form)
        assert answer.status == 403
        assert str(demo.SIYU.total) not in answer.text()
    fits(phone)


def _in_order_meanwhile(city: CityInstance, phone: Page) -> None:
    """Hold the pages before and after the moment to the rules, in a tab beside the one that waits."""
    tab = phone.context.new_page()
    inspector = Inspector(tab)
    for slug, status in ((demo.OPEN, 200), (demo.TO_COME, 403)):
        assert inspector.inspect(_address(city, slug), status=status, lang="zh-Hans") == []
    tab.close()


def _see_and_save(phone: Page) -> str:
    """Be told what is theirs and save it; return where the certificate is checked."""
    _ask(phone, demo.SIYU.number, demo.YUTONG.id_number)
    expect(phone.get_by_role("alert")).to_contain_text("对不上")
    phone.reload()
    _ask(phone, demo.SIYU.number, demo.SIYU.id_number)
    expect(phone.get_by_text(f"{demo.SIYU.total} / 750")).to_be_visible()
    expect(phone.get_by_text(demo.SIYU.id_number)).to_have_count(0)
    fits(phone)
    phone.get_by_role("button", name="保存成绩证明").click()
    expect(phone.get_by_role("heading", name="成绩证明")).to_be_visible()
    expect(phone.locator(".code svg")).to_be_visible()
    fits(phone)
    return phone.get_by_role("link", name="打开核验页面").get_attribute("href") or ""


def _check(stranger: Page, address: str) -> None:
    stranger.goto(address)
    expect(stranger.get_by_text("这份成绩证明是真的")).to_be_visible()
    expect(stranger.get_by_text(f"{demo.SIYU.total} / 750")).to_be_visible()
    assert demo.SIYU.id_number not in stranger.content()
    fits(stranger)
    letter = "A" if address[-40] != "A" else "B"
    stranger.goto(f"{address[:-40]}{letter}{address[-39:]}")
    expect(stranger.get_by_text("核验不通过")).to_be_visible()


def test_from_the_officers_draft_to_the_strangers_check(
    city_instance: CityInstance, browser: Browser, tmp_path: Path
) -> None:
    address = _address(city_instance, SLUG)
    with (
        at(browser, city_instance, "steward_zwb") as desk,
        at(browser, city_instance, "approver_zwb") as head,
        signed_out(browser, city_instance, phone=True) as phone,
    ):
        _write(desk)
        _rehearse(city_instance, desk, tmp_path)
        answer = phone.goto(address)
        assert answer is not None
        assert answer.status == 404
        moment = _set_the_moment_and_submit(desk)
        _approve(head)
        _find(phone)
        expect(phone).to_have_url(address)
        _try_early(phone, address)
        assert datetime.now(CITY) < moment
        _in_order_meanwhile(city_instance, phone)
        # Nothing is pressed: the page counts down and opens by itself.
        expect(phone.locator("#number")).to_be_visible(timeout=OPENED_WITHIN_MS)
        assert datetime.now(CITY) >= moment
        certificate = _see_and_save(phone)
        _check(phone, certificate)
        desk.reload()
        desk.get_by_label("说明").fill("演示结束")
        desk.get_by_role("button", name="立即停止").click()
        expect(desk.locator("h1")).to_contain_text("已停止")
