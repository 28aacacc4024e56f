"""Take a picture of every page of a running instance, wide and narrow, in both languages, for each person.

    python -m tests.journeys.screenshots --base-url http://127.0.0.1:8000 --out screenshots

Pages are found by following links from each person's home, one page for each kind of address. The index beside the
pictures also tells what a camera sees badly: pages wider than the phone, words left in the other language, targets too
small for a finger, errors on the console.
"""

import argparse
import html
import re
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Error, Page

from tests.journeys.browser import DESK, PHONE, chromium

PEOPLE = (
    *("", "liu", "zhang", "wang", "clerk_gjj", "steward_gjj", "approver_gjj", "steward_mzj", "approver_mzj"),
    *("operator", "auditor", "outsider"),
)
STARTS = ("/", "/sign-in/", "/workbench/", "/me/", "/services/", "/ui/", "/no-such-page/")
LANGUAGES = ("zh-hans", "en")
NOT_PAGES = re.compile(r"(export|proof|download|\.geojson|\.csv|/static/|sign-out|/files?/)")
VARIABLE = re.compile(r"(?<=/)(?:[0-9a-f]{8}-[0-9a-f-]{27}|[A-Z]*\d[\w-]*)(?=/|$)")
MOST_PAGES = 60

LINKS = "links => links.map(link => new URL(link.getAttribute('href'), document.baseURI).href)"
OBSERVE = """() => {
  const seen = [];
  const wide = document.documentElement.scrollWidth - document.documentElement.clientWidth;
  if (wide > 0) {
    const worst = [...document.querySelectorAll('body *')].filter(e => e.getBoundingClientRect().right > innerWidth + 1)
      .filter(e => !e.closest('.table-responsive, .hh-nav')).slice(0, 3)
      .map(e => e.tagName.toLowerCase() + '.' + e.className);
    seen.push('wider than the window by ' + wide + ' px: ' + worst.join(', '));
  }
  const targets = document.querySelectorAll('button, summary, input:not([type=hidden]), select, nav a, .btn');
  const small = [...targets].filter(e => {
    const box = e.getBoundingClientRect();
    return box.width && (box.height < 24 || box.width < 24) && e.type !== 'checkbox' && e.type !== 'radio';
  }).map(e => (e.textContent || e.name || '').trim().slice(0, 20));
  if (small.length) seen.push('small targets: ' + small.slice(0, 5).join(' | '));
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const words = new Set();
  const english = document.documentElement.lang === 'en';
  const foreign = english ? /[\\u4e00-\\u9fff]{2,}/ : /\\b[A-Za-z]{3,} [a-z]{2,} [a-z]{2,}/;
  while (walker.nextNode()) {
    const node = walker.currentNode, parent = node.parentElement;
    if (!parent || parent.closest('script, style, code, [lang], .hh-code') !== document.documentElement
        && parent.closest('script, style, code, [lang], .hh-code')) continue;
    if (foreign.test(node.data)) words.add(node.data.trim().slice(0, 40));
  }
  if (words.size) seen.push('other language: ' + [...words].slice(0, 12).join(' | '));
  return seen;
}"""


@dataclass(frozen=True, slots=True)
class Shot:
    """One picture and what was noticed while it was taken."""

    person: str
    path: str
    language: str
    width: int
    file: str
    notes: tuple[str, ...]


@dataclass(slots=True)
class Camera:
    """Walks through one instance and keeps what it takes in `out`."""

    base_url: str
    out: Path
    languages: tuple[str, ...] = LANGUAGES
    only: str = ""
    shots: list[Shot] = field(default_factory=list)

    def visit(self, browser: Browser, person: str) -> None:
        """Take every page that this person can reach by links."""
        context = browser.new_context(viewport=DESK, locale="zh-CN", reduced_motion="reduce")  # type: ignore[arg-type]
        self._sign_in(context, person)
        for path in list(self._pages(context)):
            if self.only in path:
                self._take(context, person, path)
        context.close()

    def _sign_in(self, context: BrowserContext, person: str) -> None:
        if not person:
            return
        page = context.new_page()
        page.goto(f"{self.base_url}/sign-in/")
        page.locator(f"button[name=username][value={person}]").click()
        page.wait_for_load_state()
        page.close()

    def _pages(self, context: BrowserContext) -> Iterator[str]:
        page, seen, queue = context.new_page(), set[str](), deque(STARTS)
        while queue and len(seen) < MOST_PAGES:
            path = queue.popleft()
            if (kind := VARIABLE.sub("*", path)) in seen:
                continue
            seen.add(kind)
            answer = page.goto(self.base_url + path)
            if answer is None or "html" not in answer.headers.get("content-type", ""):
                continue
            yield path
            queue.extend(self._links(page))
        page.close()

    def _links(self, page: Page) -> Iterator[str]:
        for address in page.eval_on_selector_all("a[href]", LINKS):
            parts = urlsplit(address)
            if f"{parts.scheme}://{parts.netloc}" == self.base_url and not NOT_PAGES.search(parts.path):
                yield parts.path

    def _take(self, context: BrowserContext, person: str, path: str) -> None:
        for language in self.languages:
            cookie = {"name": "haihe_language", "value": language, "url": self.base_url}
            context.add_cookies([cookie])  # type: ignore[list-item]
            page, notes = context.new_page(), list[str]()
            _listen(page, notes)
            for size in (DESK, PHONE):
                page.set_viewport_size(size)  # type: ignore[arg-type]
                page.goto(self.base_url + path)
                page.wait_for_timeout(900 if page.locator("[data-wait]").count() else 80)
                name = f"{person or 'nobody'}{path.replace('/', '_')}{language}-{size['width']}.png"
                page.screenshot(path=self.out / name, full_page=True)
                told = (*notes, *page.evaluate(OBSERVE))
                self.shots.append(Shot(person, path, language, size["width"], name, told))
                notes.clear()
            page.close()

    def write_index(self) -> None:
        """Write index.html with every picture, and notes.txt with what was noticed."""
        rows = [
            f"<figure><img loading=lazy src='{html.escape(shot.file)}' width={shot.width // 3} alt=''>"
            f"<figcaption>{html.escape(f'{shot.person} {shot.path} {shot.language} {shot.width}')}<br>"
            f"{html.escape(' · '.join(shot.notes))}</figcaption></figure>"
            for shot in self.shots
        ]
        style = "<style>body{font:14px sans-serif;display:flex;flex-wrap:wrap;gap:1rem}figure{margin:0}</style>"
        (self.out / "index.html").write_text(f"<!doctype html><meta charset=utf-8>{style}{''.join(rows)}")
        told = [f"{s.file}: {note}" for s in self.shots for note in s.notes]
        (self.out / "notes.txt").write_text("\n".join(told) + "\n")


def _listen(page: Page, notes: list[str]) -> None:
    def hear(line: ConsoleMessage) -> None:
        if line.type == "error":
            notes.append(line.text)

    def hear_script(trouble: Error) -> None:
        notes.append(f"script error: {trouble}")

    page.on("console", hear)
    page.on("pageerror", hear_script)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--base-url", default="http://127.0.0.1:8000")
    parser.add_argument("--out", type=Path, default=Path("screenshots"))
    parser.add_argument("--people", default=",".join(PEOPLE), help="usernames, commas between; empty is a visitor")
    parser.add_argument("--languages", default=",".join(LANGUAGES))
    parser.add_argument("--only", default="", help="only addresses that contain this")
    wanted = parser.parse_args()
    wanted.out.mkdir(parents=True, exist_ok=True)
    camera = Camera(wanted.base_url.rstrip("/"), wanted.out, tuple(wanted.languages.split(",")), wanted.only)
    with chromium() as browser:
        for person in wanted.people.split(","):
            camera.visit(browser, person)
    camera.write_index()
    print(f"{len(camera.shots)} pictures in {wanted.out}, {sum(bool(s.notes) for s in camera.shots)} with notes")


if __name__ == "__main__":
    main()
