"""The front page's map is drawn where it can be, and where it can't the outline that came with the page stays."""

import base64

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journeys.browser import DESK, PHONE
from tests.journeys.instance import CityInstance

pytestmark = [pytest.mark.journey, pytest.mark.engine("chromium"), pytest.mark.xdist_group("every_page")]

DRAWN_WITHIN_MS = 60_000
WOULD_BE_DRAWN_MS = 1_500
DISTRICTS = 16
NO_WEBGL = "HTMLCanvasElement.prototype.getContext = () => null"
LOSE_THE_CARD = """
  document.querySelector("#portal-map canvas").getContext("webgl2").getExtension("WEBGL_lose_context").loseContext()
"""
BLUE_SHARE = """async picture => {
  const image = new Image();
  image.src = `data:image/png;base64,${picture}`;
  await image.decode();
  const copy = Object.assign(document.createElement("canvas"), { width: image.width, height: image.height });
  const pen = copy.getContext("2d");
  pen.drawImage(image, 0, 0);
  const points = pen.getImageData(0, 0, image.width, image.height).data;
  let blue = 0;
  for (let n = 0; n < points.length; n += 4) blue += points[n + 2] - points[n] > 8 ? 4 : 0;
  return blue / points.length;
}"""
"""How much of a picture is blue: the districts cover about a fifth of the frame."""


def front_page(browser: Browser, city: CityInstance, size: dict[str, int], *, scripts: bool = True) -> Page:
    viewport = {"width": size["width"], "height": size["height"]}
    page = browser.new_page(base_url=city.url, java_script_enabled=scripts, viewport=viewport)  # type: ignore[arg-type]  # Playwright's own dict for sizes and options
    page.goto("/")
    return page


def expect_the_outline(page: Page) -> None:
    """All 16 districts stand in their frame and can be followed."""
    frame, outline = page.locator("#portal-map"), page.locator("#portal-map svg")
    box, drawn = frame.bounding_box(), outline.bounding_box()
    assert box
    assert drawn
    assert box["y"] <= drawn["y"]
    assert drawn["y"] + drawn["height"] <= box["y"] + box["height"]
    expect(frame.get_by_role("link")).to_have_count(DISTRICTS)


def expect_outline_instead(page: Page) -> None:
    expect(page.locator("#portal-map[data-drawn=outline]")).to_be_visible(timeout=DRAWN_WITHIN_MS)
    expect(page.locator("#portal-map canvas")).to_have_count(0)
    expect_the_outline(page)


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
def test_the_map_is_drawn_with_webgl(browser: Browser, city_instance: CityInstance, size: dict[str, int]) -> None:
    page = front_page(browser, city_instance, size)
    place = page.locator("#portal-map")
    expect(page.locator("#portal-map[data-drawn=map]")).to_be_visible(timeout=DRAWN_WITHIN_MS)
    expect(page.locator("#portal-map svg").first).to_be_hidden()
    expect(place.get_by_role("link", name="蓟州区")).to_be_visible()
    picture = base64.b64encode(place.screenshot()).decode()
    assert 0.1 < page.evaluate(BLUE_SHARE, picture) < 0.6
    page.close()


def test_the_outline_comes_back_when_the_graphics_card_goes_away(browser: Browser, city_instance: CityInstance) -> None:
    page = front_page(browser, city_instance, DESK)
    expect(page.locator("#portal-map[data-drawn=map]")).to_be_visible(timeout=DRAWN_WITHIN_MS)
    page.evaluate(LOSE_THE_CARD)
    expect_outline_instead(page)
    page.close()


def test_the_outline_stays_where_webgl_is_missing(browser: Browser, city_instance: CityInstance) -> None:
    page = browser.new_page(base_url=city_instance.url)
    page.add_init_script(NO_WEBGL)
    page.goto("/")
    expect_outline_instead(page)
    page.close()


def test_the_outline_stays_when_the_borders_cant_be_had(browser: Browser, city_instance: CityInstance) -> None:
    page = browser.new_page(base_url=city_instance.url)
    page.route("**/*.geojson", lambda asked: asked.abort())
    page.goto("/")
    expect_outline_instead(page)
    page.close()


def test_the_outline_stays_when_the_library_cant_be_had(browser: Browser, city_instance: CityInstance) -> None:
    page = browser.new_page(base_url=city_instance.url)
    page.route("**/maplibre-gl.mjs", lambda asked: asked.abort())
    with page.expect_event("requestfailed"):
        page.goto("/")
    expect(page.locator("#portal-map svg")).to_be_visible()
    expect_the_outline(page)
    page.close()


@pytest.mark.parametrize("worker", ["undefined", "class { addEventListener() {} postMessage() {} terminate() {} }"])
def test_the_outline_stays_when_the_librarys_worker_cant_run(
    browser: Browser, city_instance: CityInstance, worker: str
) -> None:
    page = browser.new_page(base_url=city_instance.url)
    page.add_init_script(f"window.Worker = {worker}")
    page.goto("/")
    page.wait_for_timeout(WOULD_BE_DRAWN_MS)
    expect(page.locator("#portal-map svg").first).to_be_visible()
    expect_the_outline(page)
    page.close()


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
def test_the_outline_is_there_without_scripts(
    browser: Browser, city_instance: CityInstance, size: dict[str, int]
) -> None:
    page = front_page(browser, city_instance, size, scripts=False)
    expect_the_outline(page)
    page.close()
