"""People of the cast in front of real browsers: a clerk at a desk, a citizen with a phone."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, Locator, Page, ViewportSize, expect

from haihe.city import cast
from haihe.data.matching.demo import people as comparing
from tests.journeys.browser import DESK, PHONE
from tests.journeys.instance import CityInstance

PATIENCE_MS = 60_000
"""A machine that runs three workers' tests beside the city is slow; whoever waits in vain waits once."""
expect.set_options(timeout=PATIENCE_MS)
SEALED_WITHIN_MS = 100_000
"""The ledger is shipped within seconds and sealed within a minute."""
GOES_ON_WITHIN_MS = 90_000
"""Heard within a second, asked five seconds later when the gateway has switched; the page looks every four."""
RECHECKED_WITHIN_MS = 150_000
"""The sweep runs each minute; the page itself looks every few seconds."""
_LOOK_AGAIN_MS = 500


@dataclass(frozen=True, slots=True)
class GrantedCase:
    """A case that data proved, and the number of the record that proves it."""

    number: str
    evidence: str


@contextmanager
def at(browser: Browser, city: CityInstance, username: str, *, phone: bool = False) -> Iterator[Page]:
    """Open a browser of their own for a person of the cast and sign them in, as a visitor of the demo does."""
    with signed_out(browser, city, phone=phone) as page:
        sign_in(page, username)
        expect(page.get_by_text(_person(username).name).first).to_be_attached()
        yield page


def sign_in(page: Page, username: str) -> None:
    """Enter as a person of the demo; those of a role with many people are folded away at first."""
    page.goto("/sign-in/")
    button = page.locator(f'button[name="username"][value="{username}"]')
    if not button.is_visible():
        page.locator("details", has=button).locator("summary").click()
    button.click()


def _person(username: str) -> cast.CastPerson:
    """Return a person of the cast, or of the demo's comparisons."""
    return next(person for person in (*cast.CAST, *cast.OFFICERS, *comparing.PEOPLE) if person.username == username)


@contextmanager
def signed_out(browser: Browser, city: CityInstance, *, phone: bool = False) -> Iterator[Page]:
    """Open a browser for anybody who comes along."""
    size = PHONE if phone else DESK
    viewport = ViewportSize(width=size["width"], height=size["height"])
    context = browser.new_context(base_url=city.url, viewport=viewport, locale="zh-CN", accept_downloads=True)
    try:
        page = context.new_page()
        page.set_default_timeout(PATIENCE_MS)
        yield page
    finally:
        context.close()


def fits(page: Page) -> None:
    """Hold a page to the width it has: nobody scrolls sideways."""
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wide <= 0, f"{page.url} is {wide} px wider than the screen"


def take_in(page: Page, username: str, *, amount: str = "12000") -> str:
    """Let the clerk at the desk take a citizen's application in, by keyboard alone; return the case's number.

    A person has one undecided case at most, so a test that leaves one open would hand it to the next.
    """
    person = cast.person(username)
    page.goto("/services/desk/")
    expect(page.locator("#id_id_number")).to_be_focused()
    page.keyboard.type(str(person.id_number))
    page.keyboard.press("Enter")
    page.keyboard.type(person.name)
    page.get_by_label("提取金额").fill(amount)
    page.get_by_label("已当面告知申请人").check()
    page.keyboard.press("Control+Enter")
    page.wait_for_url("**/services/desk/cases/*/")
    return _number_in(page)


def apply_on_phone(page: Page, *, amount: str = "8000") -> str:
    """Let a citizen apply from the phone's home with a few taps; return the case's number."""
    page.goto("/services/")
    page.get_by_role("link", name="低保家庭提取住房公积金").first.click()
    page.get_by_role("link", name="马上申请").click()
    page.get_by_label("提取金额").fill(amount)
    page.get_by_role("button", name="同意核验并提交申请").click()
    page.wait_for_url("**/services/cases/*/")
    return _number_in(page)


def outcome(page: Page, title: str) -> Locator:
    """Return the heading that says where the case stands."""
    return page.locator("#outcome").get_by_text(title, exact=True)


def evidence_on(page: Page) -> str:
    """Return the number of the record that a case's page shows."""
    return page.locator("dt:has-text('凭证号') + dd").first.inner_text().split()[0]


def look_until(page: Page, there: Locator, *, at: str = "", within_ms: int = PATIENCE_MS) -> Locator:
    """Look at a page again and again, as people do, until something is on it. Such pages don't renew themselves."""
    for _ in range(within_ms // _LOOK_AGAIN_MS):
        page.goto(at or page.url)
        if there.count():
            break
        page.wait_for_timeout(_LOOK_AGAIN_MS)
    expect(there.first).to_be_visible()
    return there


def download(page: Page, link: Locator, file: Path) -> Path:
    """Save what a link leads to."""
    with page.expect_download() as coming:
        link.click()
    coming.value.save_as(file)
    return file


def _number_in(page: Page) -> str:
    return page.url.rstrip("/").rsplit("/", 1)[-1]
