"""Whether two records are one person: looked at and judged from a queue, with the keyboard alone."""

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journeys.instance import CityInstance
from tests.journeys.people import at, fits, look_until

pytestmark = [pytest.mark.journey, pytest.mark.engine("chromium")]
LAID_WITHIN_MS = 120_000
LINKED_WITHIN_MS = 120_000
SWITCH = "用单个按键操作"


def test_a_pair_is_looked_at_and_judged_without_a_mouse(city_instance: CityInstance, browser: Browser) -> None:
    with at(browser, city_instance, "reviewer_rsj") as reviewer:
        run = reviewer.locator('main a[href*="/linkage/runs/"]').first
        look_until(reviewer, run, at="/matching/linkage/", within_ms=LAID_WITHIN_MS)
        run.press("Enter")
        _link_anew_and_doubt_everything(reviewer)
        reviewer.get_by_role("link", name="开始核对").press("Enter")
        expect(reviewer.get_by_label(SWITCH)).to_be_checked()
        fits(reviewer)
        waiting = _waiting(reviewer)
        _press_and_go(reviewer, "n")
        reviewer.keyboard.press("v")
        expect(reviewer.get_by_text("已记录，现在显示")).to_be_visible()
        fits(reviewer)
        _press_and_go(reviewer, "1")
        expect(reviewer.get_by_text("已记录。")).to_be_visible()
        assert _waiting(reviewer) == waiting - 1
        _keys_stay_out_of_the_way(reviewer)


def _link_anew_and_doubt_everything(reviewer: Page) -> None:
    """In so small a city the machine is sure of each pair; with the threshold at its end it is sure of none."""
    reviewer.wait_for_url("**/runs/**")
    # The page changes by itself; nobody has to press the button beside it.
    reviewer.get_by_label("移动门槛").press("End")
    reviewer.get_by_role("link", name="重新关联").press("Enter")
    reviewer.get_by_role("button", name="开始关联").press("Enter")
    expect(reviewer.get_by_role("link", name="开始核对")).to_be_visible(timeout=LINKED_WITHIN_MS)


def _keys_stay_out_of_the_way(reviewer: Page) -> None:
    """Who writes means the letters; who can't use single keys switches them off, and that stays so."""
    before = reviewer.url
    words = reviewer.locator("textarea")
    words.press_sequentially("n123")
    expect(words).to_have_value("n123")
    reviewer.get_by_label(SWITCH).press("Space")
    for _ in range(2):
        reviewer.locator("h1").click()
        reviewer.keyboard.press("n")
        reviewer.reload()
        expect(reviewer.get_by_label(SWITCH)).not_to_be_checked()
    assert reviewer.url == before


def _waiting(reviewer: Page) -> int:
    told = reviewer.get_by_text("对等您核对").inner_text()
    return int("".join(sign for sign in told if sign.isdigit()))


def _press_and_go(reviewer: Page, key: str) -> None:
    """Press one key and come to another pair."""
    before = reviewer.url
    reviewer.keyboard.press(key)
    reviewer.wait_for_url(lambda url: url != before)
