"""Take a picture of every page of a running instance, wide and narrow, in both languages, for each person.

    python -m tests.journeys.screenshots --base-url http://127.0.0.1:8000 --out screenshots

Pages are found by following links from each person's home. A page made of the same parts as one taken before, for
whomever, isn't taken again. The index beside the pictures also tells what a camera sees badly: pages wider than the
phone, words in the other language, half-width punctuation among Chinese, targets too small for a finger, script errors.
"""

import argparse
import html
from dataclasses import dataclass, field
from pathlib import Path

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Error, Page

from tests.journeys.browser import DESK, PHONE, chromium
from tests.journeys.explorer import PEOPLE, Explorer, Found

LANGUAGES = ("zh-hans", "en")
OBSERVE = (Path(__file__).parent / "observe.js").read_text()


@dataclass(frozen=True, slots=True)
class Shot:
    """One picture and what was noticed while it was taken."""

    found: Found
    width: int
    file: str
    notes: tuple[str, ...]


@dataclass(slots=True)
class Camera:
    """Walks through one instance and keeps what it takes in `out`."""

    explorer: Explorer
    out: Path
    languages: tuple[str, ...] = LANGUAGES
    only: str = ""
    shots: list[Shot] = field(default_factory=list)

    def visit(self, browser: Browser, person: str) -> None:
        """Take every page that this person can reach by links and that looks like none before."""
        found = [page for page in self.explorer.visit(person) if page.fresh and self.only in page.path]
        context = browser.new_context(viewport=DESK, locale="zh-CN", reduced_motion="reduce")  # type: ignore[arg-type]  # Playwright's own dict for sizes and options
        self._keep(context, **self.explorer.cookies[person])
        for language in self.languages:
            self._keep(context, haihe_language=language)
            page, notes = context.new_page(), list[str]()
            _listen(page, notes)
            for one in found:
                self._take(page, one, language, notes)
        context.close()

    def _keep(self, context: BrowserContext, **cookies: str) -> None:
        for name, value in cookies.items():
            context.add_cookies([{"name": name, "value": value, "url": self.explorer.base_url}])

    def _take(self, page: Page, found: Found, language: str, notes: list[str]) -> None:
        page.set_viewport_size(DESK)  # type: ignore[arg-type]  # Playwright's own dict for sizes and options
        page.goto(self.explorer.base_url + found.path)
        for size in (DESK, PHONE):
            page.set_viewport_size(size)  # type: ignore[arg-type]  # Playwright's own dict for sizes and options
            page.wait_for_timeout(900 if page.locator("[data-wait]").count() else 50)
            name = f"{found.name}_{language}-{size['width']}.png"
            page.screenshot(path=self.out / name, full_page=True)
            told = (*notes, *page.evaluate(OBSERVE))
            self.shots.append(Shot(found, size["width"], name, told))
            notes.clear()

    def write_index(self) -> None:
        """Write index.html with every picture, and notes.txt with what was noticed."""
        rows = [
            f"<figure><img loading=lazy src='{html.escape(shot.file)}' width={shot.width // 3} alt=''>"
            f"<figcaption>{html.escape(shot.file)}<br>"
            f"{html.escape(' · '.join(shot.notes))}</figcaption></figure>"
            for shot in self.shots
        ]
        style = "<style>body{font:14px sans-serif;display:flex;flex-wrap:wrap;gap:1rem}figure{margin:0}</style>"
        (self.out / "index.html").write_text(f"<!doctype html><meta charset=utf-8>{style}{''.join(rows)}")
        told = [f"{s.file}: {note}" for s in self.shots for note in s.notes]
        (self.out / "notes.txt").write_text("\n".join(told) + "\n")


def _listen(page: Page, notes: list[str]) -> None:
    def hear(line: ConsoleMessage) -> None:
        if line.type == "error" and "status of 40" not in line.text:
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
    parser.add_argument("--per-kind", type=int, default=3, help="how many pages of one kind of address to try")
    wanted = parser.parse_args()
    wanted.out.mkdir(parents=True, exist_ok=True)
    explorer = Explorer(wanted.base_url.rstrip("/"), wanted.per_kind)
    camera = Camera(explorer, wanted.out, tuple(wanted.languages.split(",")), wanted.only)
    with chromium() as browser:
        for person in wanted.people.split(","):
            camera.visit(browser, person)
    camera.write_index()
    print(f"{len(camera.shots)} pictures in {wanted.out}, {sum(bool(s.notes) for s in camera.shots)} with notes")


if __name__ == "__main__":
    main()
