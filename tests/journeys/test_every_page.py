"""Every page, as everybody of the cast gets it, can be used by eye, by keyboard, by screen reader, and without scripts.

The story is played first, by people whose browsers run no JavaScript, so that its pages have something to show.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Browser, Page, expect

from haihe.city import cast
from tests.journeys.explorer import PEOPLE, Explorer
from tests.journeys.inspector import Inspector
from tests.journeys.instance import CityInstance
from tests.journeys.people import PATIENCE_MS, at, fits, sign_in

pytestmark = [pytest.mark.journey, pytest.mark.engine("chromium"), pytest.mark.xdist_group("every_page")]

LANGUAGES = {"zh-hans": "zh-Hans", "en": "en"}
"""What the page says of its language, by the language chosen."""
OUTCOMES = {"liu": "准予提取", "zhang": "数据没有查到", "wang": "暂时无法确认"}
"""What the page of the case says in its heading, by whose case it is."""
ROOMS = (("steward_sjzx", "/open/desk/harvest/"), ("clerk_xh", "/open/associations/"))
"""Desks of people who otherwise get what others do: whose, and below which address."""
DEVELOPER = (("wang", "/open/developer/"), ("wang", "/open/applications/"))


@contextmanager
def without_scripts(browser: Browser, city: CityInstance, username: str) -> Iterator[Page]:
    """Sign a person in whose browser runs no JavaScript, on a phone's width."""
    context = browser.new_context(
        base_url=city.url, java_script_enabled=False, viewport={"width": 360, "height": 740}, locale="zh-CN"
    )
    page = context.new_page()
    page.set_default_timeout(PATIENCE_MS)
    sign_in(page, username)
    yield page
    context.close()


def take_in_without_scripts(page: Page, username: str) -> str:
    """Let the clerk take in a citizen's application with nothing but forms; return the case's number."""
    person = cast.person(username)
    page.goto("/services/desk/")
    page.get_by_label("身份证号码").fill(str(person.id_number))
    page.get_by_label("姓名").fill(person.name)
    page.get_by_label("提取金额").fill("12000")
    page.get_by_label("已当面告知申请人").check()
    page.get_by_role("button", name="提交并核验").click()
    page.wait_for_url("**/services/desk/cases/*/")
    return page.url.rstrip("/").rsplit("/", 1)[-1]


@pytest.fixture(scope="module")
def cases(city_instance: CityInstance, browser: Browser) -> dict[str, str]:
    """Each one's case, taken in by a clerk without JavaScript."""
    with without_scripts(browser, city_instance, "clerk_gjj") as desk:
        return {username: take_in_without_scripts(desk, username) for username in OUTCOMES}


@pytest.fixture(scope="module")
def explorer(city_instance: CityInstance, cases: dict[str, str]) -> Explorer:
    """One explorer for everybody: a page that has no part that wasn't seen on such a page isn't inspected again."""
    return Explorer(city_instance.url, per_kind=len(cases) + 1)


@pytest.fixture(scope="module")
def english(city_instance: CityInstance, cases: dict[str, str]) -> Explorer:
    """Another one for readers of English."""
    return Explorer(city_instance.url)


@pytest.mark.parametrize(("username", "outcome"), OUTCOMES.items())
def test_the_clerk_sees_the_outcome_without_scripts(
    city_instance: CityInstance, browser: Browser, cases: dict[str, str], username: str, outcome: str
) -> None:
    with without_scripts(browser, city_instance, "clerk_gjj") as desk:
        desk.goto("/services/desk/cases/?show=all")
        desk.get_by_role("link", name=re.compile(cases[username])).first.click()
        expect(desk.get_by_role("heading", name=outcome)).to_be_visible()


def test_mr_liu_reads_his_case_and_who_used_his_data_without_scripts(
    city_instance: CityInstance, browser: Browser, cases: dict[str, str]
) -> None:
    with without_scripts(browser, city_instance, "liu") as phone:
        phone.goto("/services/")
        phone.get_by_role("link", name=re.compile(cases["liu"])).first.click()
        expect(phone.get_by_role("heading", name="准予提取")).to_be_visible()
        phone.goto("/services/my-data/")
        expect(phone.get_by_text("向天津市民政局问").first).to_be_visible()


def troubles_of(explorer: Explorer, browser: Browser, username: str, language: str, within: str = "") -> list[str]:
    """Return what is wrong with the pages that this person can reach and that look like none before."""
    everything = list(explorer.visit(username, within))
    pages = [found for found in everything if found.fresh]
    told = [f"{found.path}  {trouble}" for found in everything for trouble in found.shape.troubles()]
    context = browser.new_context(base_url=explorer.base_url, locale="zh-CN", reduced_motion="reduce")
    cookies = explorer.cookies[username] | {"haihe_language": language}
    context.add_cookies([{"name": name, "value": value, "url": explorer.base_url} for name, value in cookies.items()])
    inspector = Inspector(context.new_page())
    told += [
        f"{found.path}  {trouble}"
        for found in pages
        for trouble in inspector.inspect(found.path, status=found.status, lang=LANGUAGES[language])
    ]
    context.close()
    return told


@pytest.mark.parametrize("username", PEOPLE)
def test_every_page_that_looks_new_is_in_order(explorer: Explorer, browser: Browser, username: str) -> None:
    troubles = troubles_of(explorer, browser, username, "zh-hans")
    assert not troubles, "\n" + "\n".join(troubles)


@pytest.mark.parametrize(("username", "room"), ROOMS)
def test_pages_that_one_desk_alone_has_are_in_order(
    explorer: Explorer, browser: Browser, username: str, room: str
) -> None:
    troubles = troubles_of(explorer, browser, username, "zh-hans", room)
    assert not troubles, "\n" + "\n".join(troubles)


@pytest.mark.parametrize("username", ["", "zhang", "steward_mzj"])
def test_english_pages_are_in_order_too(english: Explorer, browser: Browser, username: str) -> None:
    troubles = troubles_of(english, browser, username, "en")
    assert not troubles, "\n" + "\n".join(troubles)


@pytest.mark.parametrize(("username", "room"), [*ROOMS, *DEVELOPER])
def test_english_pages_of_one_desk_are_in_order_too(
    english: Explorer, browser: Browser, username: str, room: str
) -> None:
    troubles = troubles_of(english, browser, username, "en", room)
    assert not troubles, "\n" + "\n".join(troubles)


FULL_INBOX = """() => {
  const bell = document.querySelector('a.hh-tool[href$="/notices/"]');
  bell.querySelector(".badge")?.remove();
  bell.insertAdjacentHTML("beforeend", '<strong class="badge bg-red text-red-fg">99+</strong>');
}"""


@pytest.mark.parametrize("type_size", ["标准版", "关怀版"])
def test_a_full_inbox_leaves_the_header_within_a_phone(
    city_instance: CityInstance, browser: Browser, type_size: str
) -> None:
    with at(browser, city_instance, "steward_mzj", phone=True) as phone:
        if type_size == "关怀版":
            phone.get_by_role("button", name="关怀版").click()
        phone.get_by_role("button", name="English").click()
        phone.goto("/accountability/")
        phone.evaluate(FULL_INBOX)
        fits(phone)
        assert phone.evaluate("document.querySelector('.hh-tools').getBoundingClientRect().right <= innerWidth")
