"""Take the pictures of the README's tour from a freshly started instance, in both languages.

    haihe up --port 8000
    python -m tests.journeys.tour --base-url http://127.0.0.1:8000

The opening story is played first: a clerk takes in Mr Liu, Ms Zhang and Mr Wang.
"""

import argparse
import base64
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, Page, ViewportSize

from tests.journeys.browser import DESK, PHONE, chromium
from tests.journeys.people import SEALED_WITHIN_MS, sign_in, take_in

LANGUAGES = {"en": "en", "zh": "zh-hans"}
OUT = Path(__file__).parents[2] / "docs" / "tour"
QUALITY = 72
MOST_BYTES = 120_000
SETTLED_MS = 1500
"""Maps and charts have been drawn by then."""


@dataclass(frozen=True, slots=True)
class Scene:
    """One picture: who looks at which page, and how much of it is shown. `link` is opened on that page first."""

    name: str
    username: str
    path: str
    height: int
    phone: bool = False
    link: str = ""


SCENES = (
    Scene("1-portal", "", "/", 1180),
    Scene("2-catalogue", "", "/catalogue/?search=dibao", 720),
    Scene("3-feed", "steward_mzj", "/exchange/", 1080, link="main a[href*='/runs/']"),
    Scene("4-request", "approver_mzj", "/sharing/", 1060, link="main a[href*='/requests/']"),
    Scene("5-case", "clerk_gjj", "/services/desk/cases/{liu}/", 760),
    Scene("6-unknown", "clerk_gjj", "/services/desk/cases/{wang}/", 760),
    Scene("7-phone-case", "liu", "/services/cases/{liu}/", 900, phone=True),
    Scene("8-phone-my-data", "liu", "/services/my-data/", 900, phone=True),
    Scene("9-proof", "auditor", "/ledger/", 1180, link="main td a"),
)


def play(browser: Browser, base_url: str) -> dict[str, str]:
    """Let the clerk take in the three of the story; return each one's case, once the ledger has sealed them."""
    with _at_home(browser, base_url, "clerk_gjj") as page:
        cases = {name: take_in(page, name) for name in ("liu", "zhang", "wang")}
        page.wait_for_timeout(SEALED_WITHIN_MS)
    return cases


def take(browser: Browser, base_url: str, scene: Scene, language: str, cases: dict[str, str]) -> bytes:
    """Return the picture of a scene as WebP."""
    with _at_home(browser, base_url, scene.username, phone=scene.phone) as page:
        page.context.add_cookies([{"name": "haihe_language", "value": LANGUAGES[language], "url": base_url}])
        page.goto(scene.path.format(**cases))
        if scene.link:
            page.locator(scene.link).first.click()
        page.set_viewport_size(ViewportSize(width=page.evaluate("innerWidth"), height=scene.height))
        page.wait_for_timeout(SETTLED_MS)
        shot = page.context.new_cdp_session(page).send("Page.captureScreenshot", {"format": "webp", "quality": QUALITY})
        return base64.b64decode(shot["data"])


@contextmanager
def _at_home(browser: Browser, base_url: str, username: str, *, phone: bool = False) -> Iterator[Page]:
    size = PHONE if phone else DESK
    viewport = ViewportSize(width=size["width"], height=size["height"])
    context = browser.new_context(base_url=base_url, viewport=viewport, locale="zh-CN", reduced_motion="reduce")
    page = context.new_page()
    if username:
        sign_in(page, username)
        page.wait_for_load_state()
    try:
        yield page
    finally:
        context.close()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--base-url", default="http://127.0.0.1:8000")
    wanted = parser.parse_args()
    OUT.mkdir(parents=True, exist_ok=True)
    with chromium() as browser:
        cases = play(browser, wanted.base_url)
        for scene in SCENES:
            for language in LANGUAGES:
                picture = take(browser, wanted.base_url, scene, language, cases)
                if len(picture) > MOST_BYTES:
                    raise SystemExit(f"{scene.name} is {len(picture)} bytes: show less of it")
                (OUT / f"{scene.name}.{language}.webp").write_bytes(picture)
                print(f"{scene.name}.{language}.webp {len(picture) // 1000} kB")


if __name__ == "__main__":
    main()
