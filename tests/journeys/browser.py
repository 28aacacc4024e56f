"""Debian's Chromium through Playwright: one place for its path and flags."""

from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, sync_playwright

from tests.plugins.engines import program_of

FLAGS = ("--no-sandbox", "--disable-gpu", "--disable-background-networking", "--use-angle=swiftshader")
"""`--no-sandbox`: containers run as root. SwiftShader draws the map's WebGL without a graphics card."""
PHONE = {"width": 360, "height": 740}
DESK = {"width": 1280, "height": 800}


@contextmanager
def chromium() -> Iterator[Browser]:
    """Run a fresh Chromium with an empty profile. Raises: RuntimeError where there is none."""
    path = program_of("chromium")
    if path is None:
        raise RuntimeError("Chromium is missing; `bash .ci/run` installs it")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(FLAGS))
        try:
            yield browser
        finally:
            browser.close()
