"""Two departments look at one case at the same time and are late: all see it; it is decided when both have spoken."""

import json
import os
import subprocess
import sys

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journeys.inspector import in_order
from tests.journeys.instance import REPOSITORY, CityInstance
from tests.journeys.people import at, fits

pytestmark = [pytest.mark.journey, pytest.mark.engine("chromium")]


@pytest.fixture(scope="module")
def number(city_instance: CityInstance) -> str:
    """A case that was accepted two weeks ago, and that both departments still have before them."""
    running = json.loads((city_instance.data_dir / "running.json").read_text())
    environment = os.environ | {
        "HAIHE_DATABASE_URL": running["database_url"],
        "HAIHE_DATA_DIR": str(city_instance.data_dir),
        "HAIHE_NATS_URL": running["nats_url"],
        "DJANGO_SETTINGS_MODULE": "haihe.web.settings",
        "PYTHONPATH": f"{REPOSITORY / 'src'}:{REPOSITORY}",
    }
    planted = subprocess.run(
        [sys.executable, "-m", "tests.journeys.planting_a_late_case"],
        env=environment,
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        check=True,
    )
    return planted.stdout.strip().splitlines()[-1]


def test_both_see_the_red_lamp_speak_and_the_case_goes_to_its_decision(
    city_instance: CityInstance, browser: Browser, number: str
) -> None:
    with at(browser, city_instance, "clerk_xf") as fire:
        _open_late(fire, number)
        expect(fire.get_by_role("heading", name="并联部门意见")).to_contain_text("已超期")
        in_order(fire)
        fire.get_by_label("符合", exact=True).check()
        fire.get_by_role("button", name="提交办理结果").click()
        expect(fire.get_by_role("heading", name="并联部门意见")).to_have_count(0)
    with at(browser, city_instance, "clerk_ga", phone=True) as police:
        _open_late(police, number)
        fits(police)
        police.get_by_role("button", name="提交办理结果").click()
        expect(police.get_by_role("heading", name="决定", exact=False).first).to_be_visible()
        police.get_by_label("准予").check()
        police.get_by_role("button", name="提交办理结果").click()
        expect(police.get_by_role("heading", name="送达结果")).to_be_visible()
        fits(police)
    with at(browser, city_instance, "zhang", phone=True) as citizen:
        citizen.goto(f"/services/cases/{number}/")
        expect(citizen.get_by_role("heading", name="已准予")).to_be_visible()
        in_order(citizen)
        fits(citizen)


def _open_late(page: Page, number: str) -> None:
    """Find the case under the red lamp of one's own list, and open it."""
    page.goto("/services/desk/steps/?show=late")
    expect(page.get_by_role("link", name="红灯：已超期")).to_have_attribute("aria-current", "page")
    in_order(page)
    page.get_by_role("link", name=number).click()
    page.wait_for_url(f"**/services/desk/cases/{number}/")
