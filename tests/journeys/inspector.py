"""Looks at one page as an inspector does: by axe's rules, with the keyboard, on a desk and on a phone."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.sync_api import ConsoleMessage, Page, ViewportSize, expect

from tests.journeys.browser import DESK, PHONE

HERE = Path(__file__).parent
AXE = (HERE.parents[1] / "node_modules" / "axe-core" / "axe.min.js").read_text()
OBSERVE = (HERE / "observe.js").read_text()
FOCUS = (HERE / "focus.js").read_text()
STANDARDS = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")
GRAVE = frozenset({"moderate", "serious", "critical"})
RUN_AXE = """options => axe.run(document, options).then(found => found.violations.map(broken => ({
  id: broken.id, impact: broken.impact, where: broken.nodes.slice(0, 3).map(node => node.target.join(" ")),
  why: broken.nodes[0].any.concat(broken.nodes[0].all, broken.nodes[0].none).map(check => check.message)[0] ?? "",
})))"""
AXE_OPTIONS = {
    "runOnly": {"type": "tag", "values": list(STANDARDS)},
    "resultTypes": ["violations"],
    "preload": False,
    "elementRef": False,
}
COLOURS_SEEN: dict[str, dict[str, bool]] = {"color-contrast": {"enabled": False}}
"""Colours are the same on a phone: their rule costs as much as all others together, and runs at a desk's width."""
DRAWN_WITHIN_MS = 60_000


@dataclass
class Inspector:
    """Goes from page to page in one browser tab and tells what is wrong with each, in sentences."""

    page: Page
    heard: list[str] = field(default_factory=list)
    brings_axe: bool = False

    def __post_init__(self) -> None:
        self.page.on("console", self._hear)
        self.page.on("pageerror", lambda trouble: self.heard.append(f"script error: {trouble}"))

    def inspect(self, path: str, *, status: int, lang: str) -> list[str]:
        """Return everything wrong with the page behind an address that answers with `status`."""
        self.heard.clear()
        if not self.brings_axe:
            # Each page finds it compiled, which one that is given it by `evaluate` doesn't.
            self.page.add_init_script(AXE)
            self.brings_axe = True
        self.page.set_viewport_size(_size(DESK))
        self.page.goto(path)
        self._wait_for_drawings()
        told = list(self._at_rest(lang))
        for size, rules in ((DESK, {}), (PHONE, COLOURS_SEEN)):
            self.page.set_viewport_size(_size(size))
            told += [f"{size['width']} px: {trouble}" for trouble in (*self._axe(rules), *self._observed())]
        if lang == "en":  # data stay Chinese; what of the interface does, tests/contract/test_translations.py finds
            told = [trouble for trouble in told if "other language" not in trouble]
        told += self._out_of_focus()
        expected = f"status of {status}" if status >= 400 else "no such words"
        return told + [line for line in self.heard if expected not in line]

    def _hear(self, line: ConsoleMessage) -> None:
        if line.type == "error":
            self.heard.append(f"console: {line.text[:300]}")

    def _wait_for_drawings(self) -> None:
        """Maps and charts come after the page; axe shall see them too."""
        expect(self.page.locator("[data-wait]:not([data-drawn])")).to_have_count(0, timeout=DRAWN_WITHIN_MS)

    def _at_rest(self, lang: str) -> Iterator[str]:
        headings = self.page.locator("h1").count()
        if headings != 1:
            yield f"{headings} elements h1"
        spoken = self.page.locator("html").get_attribute("lang")
        if spoken != lang:
            yield f"lang is {spoken}, not {lang}"
        if self.page.locator("[hx-get], [hx-post]").count() and not self.page.evaluate("'htmx' in window"):
            yield "asks for parts of itself by htmx, which it doesn't load"

    def _axe(self, rules: dict[str, dict[str, bool]]) -> Iterator[str]:
        found: list[dict[str, Any]] = self.page.evaluate(RUN_AXE, AXE_OPTIONS | {"rules": rules})
        for broken in found:
            if broken["impact"] in GRAVE:
                yield f"axe {broken['impact']} {broken['id']}: {json.dumps(broken['where'])} {broken['why']}"

    def _observed(self) -> list[str]:
        """What our own eyes test for. Small targets are left to axe here: its 24 px bind, our 44 px are a wish."""
        seen: list[str] = self.page.evaluate(OBSERVE)
        return [trouble for trouble in seen if "small targets" not in trouble]

    def _out_of_focus(self) -> list[str]:
        self.page.keyboard.press("Tab")
        lost: list[str] = self.page.evaluate(FOCUS)
        return [f"keyboard focus can't be seen on {element}" for element in lost]


def at_a_glance(page: Page) -> list[str]:
    """Return what is wrong with a page as somebody has it before them, filled in, on a phone and on a desk."""
    before, told = page.viewport_size, []
    page.evaluate(AXE)
    for size, rules in ((DESK, {}), (PHONE, COLOURS_SEEN)):
        page.set_viewport_size(_size(size))
        seen = Inspector(page)
        told += [f"{size['width']} px: {trouble}" for trouble in (*seen._axe(rules), *seen._observed())]
    if before is not None:
        page.set_viewport_size(before)
    return [trouble for trouble in told if "other language" not in trouble]


def in_order(page: Page) -> None:
    """Hold the page that somebody looks at to the rules, in a tab of its own."""
    tab = page.context.new_page()
    troubles = Inspector(tab).inspect(page.url, status=200, lang="zh-Hans")
    tab.close()
    assert not troubles, "\n".join([page.url, *troubles])


def _size(size: dict[str, int]) -> ViewportSize:
    return ViewportSize(width=size["width"], height=size["height"])
