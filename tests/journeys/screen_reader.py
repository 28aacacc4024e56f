"""What a screen reader is given of a page: Chromium's accessibility tree, walked as it is read aloud."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Final

from playwright.sync_api import Page

CONTROLS: Final = frozenset((
    *("button", "checkbox", "combobox", "link", "listbox", "menuitem", "radio", "searchbox", "slider", "spinbutton"),
    *("switch", "tab", "textbox", "Date", "DisclosureTriangle"),
))  # fmt: skip


@dataclass(frozen=True, slots=True)
class Spoken:
    """One thing that is read: what it is, its name, what is said after it, and what else is known of it."""

    role: str
    name: str
    description: str
    told: Mapping[str, Any]


def read_aloud(page: Page) -> list[Spoken]:
    """Return everything that a screen reader comes by, in its order."""
    session = page.context.new_cdp_session(page)
    try:
        nodes = session.send("Accessibility.getFullAXTree")["nodes"]
    finally:
        session.detach()
    by_id = {node["nodeId"]: node for node in nodes}
    return list(_in_order(nodes[0], by_id))


def _in_order(node: dict[str, Any], by_id: Mapping[str, dict[str, Any]]) -> Iterator[Spoken]:
    if not node.get("ignored"):
        told = {one["name"]: one["value"].get("value") for one in node.get("properties", ())}
        role, name, description = (str(node.get(part, {}).get("value", "")) for part in ("role", "name", "description"))
        yield Spoken(role, name, description, told)
    for child in node.get("childIds", ()):
        if child in by_id:
            yield from _in_order(by_id[child], by_id)


def unclear(page: Page) -> list[str]:
    """Return what would be unclear to somebody who hears the page: controls without a name, headings out of order."""
    spoken = read_aloud(page)
    told = [f"a {one.role} without a name" for one in spoken if one.role in CONTROLS and not one.name.strip()]
    levels = [(int(one.told["level"]), one.name) for one in spoken if one.role == "heading"]
    if not levels or levels[0][0] != 1:
        told.append(f"the first heading isn't the page's: {levels[:1]}")
    for (before, _), (level, name) in pairwise(levels):
        if level > before + 1:
            told.append(f"heading “{name}” of level {level} comes after one of level {before}")
    if sum(level == 1 for level, _ in levels) != 1:
        told.append("there isn't exactly one heading of level 1")
    places = [one for one in spoken if one.role == "main"]
    if len(places) != 1:
        told.append(f"{len(places)} main parts")
    return [f"{page.url}: {line}" for line in told]


def announced(page: Page) -> str:
    """Return what live regions say now: alerts, and messages that wait for a pause."""
    regions = page.locator('[role="alert"], [role="status"], [aria-live="polite"], [aria-live="assertive"]')
    return " ".join(region.inner_text() for region in regions.all() if region.is_visible())
