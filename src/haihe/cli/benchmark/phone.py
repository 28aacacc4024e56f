"""`haihe bench phone`: bytes and time of a page on a throttled phone, in Chromium, against a city that runs."""

import statistics
import time
from dataclasses import dataclass
from typing import Any, Final

KBIT_DOWN: Final = 1_600
KBIT_UP: Final = 750
ROUND_TRIP_MS: Final = 150
CPU_SLOWDOWN: Final = 4
_SETTLED_S: Final = 1.0
_WATCH: Final = """
window.__longest = [];
new PerformanceObserver(list => {
  for (const one of list.getEntries()) window.__longest.push(one.startTime + one.duration);
}).observe({type: "longtask", buffered: true});
"""
_TOLD: Final = """() => {
  const nav = performance.getEntriesByType("navigation")[0];
  const paint = performance.getEntriesByName("first-contentful-paint")[0];
  return {paint: paint ? paint.startTime : 0,
          ready: Math.max(nav.domContentLoadedEventEnd, paint ? paint.startTime : 0, ...window.__longest)};
}"""


class NoBrowser(Exception):
    """Playwright or a Chromium is missing."""


@dataclass(frozen=True, slots=True)
class Result:
    """Medians over the visits, each with an empty cache. `interactive_ms`: painted, scripts run, no long task left."""

    url: str
    visits: int
    bytes: int
    requests: int
    first_paint_ms: float
    interactive_ms: float
    interactive_max_ms: float


def run(url: str, *, chromium: str, visits: int) -> Result:
    """Visit the page as a phone of 360 px on a slow line would. Raises: NoBrowser."""
    try:
        from playwright.sync_api import Error, sync_playwright
    except ImportError as missing:
        raise NoBrowser("playwright isn't installed; it is among the development packages") from missing
    arguments = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
    with sync_playwright() as playwright:
        try:
            browser = playwright.chromium.launch(executable_path=chromium, args=arguments)
        except Error as missing:
            raise NoBrowser(f"no Chromium at {chromium}") from missing
        told = [_visit(browser, url) for _ in range(visits)]
        browser.close()
    ready = [one["ready"] for one in told]
    return Result(
        url=url,
        visits=visits,
        bytes=int(statistics.median(one["bytes"] for one in told)),
        requests=int(statistics.median(one["requests"] for one in told)),
        first_paint_ms=round(statistics.median(one["paint"] for one in told), 1),
        interactive_ms=round(statistics.median(ready), 1),
        interactive_max_ms=round(max(ready), 1),
    )


def _visit(browser: Any, url: str) -> dict[str, float]:
    context = browser.new_context(viewport={"width": 360, "height": 780}, device_scale_factor=2, locale="zh-CN")
    page = context.new_page()
    protocol = context.new_cdp_session(page)
    seen = {"bytes": 0.0, "requests": 0.0}

    def finished(event: dict[str, Any]) -> None:
        seen["bytes"] += event["encodedDataLength"]
        seen["requests"] += 1

    protocol.on("Network.loadingFinished", finished)
    protocol.send("Network.enable")
    line = {"latency": ROUND_TRIP_MS, "downloadThroughput": KBIT_DOWN * 125, "uploadThroughput": KBIT_UP * 125}
    protocol.send("Network.emulateNetworkConditions", {"offline": False, **line})
    protocol.send("Emulation.setCPUThrottlingRate", {"rate": CPU_SLOWDOWN})
    page.add_init_script(_WATCH)
    page.goto(url, wait_until="load")
    until = time.monotonic() + _SETTLED_S
    while time.monotonic() < until:
        page.wait_for_timeout(100)
    told: dict[str, float] = page.evaluate(_TOLD)
    context.close()
    return told | seen
