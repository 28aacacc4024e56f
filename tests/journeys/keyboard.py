"""Somebody with a keyboard and nothing else: Tab to what they want, and at each stop they must see where they are."""

from dataclasses import dataclass
from typing import Final

from playwright.sync_api import Locator, Page

MOST_STOPS: Final = 150
_STOP: Final = """() => {
  const one = document.activeElement;
  if (!one || one === document.body || one === document.documentElement) return null;
  const still = new CSSStyleSheet();
  still.replaceSync("*, *::before, *::after { transition: none !important; scroll-behavior: auto !important }");
  document.adoptedStyleSheets = [still];
  const name = `${one.tagName.toLowerCase()} “${(one.textContent || one.value || one.name || "").trim().slice(0, 24)}”`;
  const style = getComputedStyle(one), box = one.getClientRects()[0], told = [];
  if (style.outlineStyle === "none" || parseFloat(style.outlineWidth) < 2) told.push("the focus doesn't show");
  if (!box || box.width < 2 || box.height < 2) return { name, told: ["the focus is on nothing that shows"] };
  const x = box.left + box.width / 2, y = box.top + Math.min(box.height / 2, innerHeight / 2);
  if (x < 0 || y < 0 || x > innerWidth || y > innerHeight) told.push("the focus is outside the window");
  const above = document.elementFromPoint(x, y);
  const label = one.closest("label") || (one.id && document.querySelector(`label[for="${one.id}"]`));
  if (above && !one.contains(above) && !above.contains(one) && !(label && label.contains(above)))
    told.push(`the focus is covered by ${above.tagName.toLowerCase()}.${above.className}`);
  return { name, told };
}"""
_IS_FOCUSED: Final = "one => one === document.activeElement"


@dataclass(frozen=True, slots=True)
class Keyboard:
    """The hands at the keys of one page."""

    page: Page

    def press(self, key: str) -> None:
        self.page.keyboard.press(key)

    def tab(self) -> str | None:
        """Go to the next stop, which must show; return its name, `None` past the last one."""
        self.press("Tab")
        stop = self.page.evaluate(_STOP)
        if stop is None:
            return None
        assert not stop["told"], f"{self.page.url}: {stop['name']}: {', '.join(stop['told'])}"
        return str(stop["name"])

    def go_round(self) -> list[str]:
        """Walk through the whole page and come out at its end: nothing holds the focus. Return the stops."""
        stops = list[str]()
        for _ in range(MOST_STOPS):
            stop = self.tab()
            if stop is None:
                return stops
            stops.append(stop)
        raise AssertionError(f"{self.page.url} doesn't let the keyboard out: {stops[-5:]}")

    def go_to(self, wanted: Locator) -> None:
        """Press Tab until it has the focus."""
        for _ in range(MOST_STOPS):
            if wanted.evaluate(_IS_FOCUSED):
                return
            self.tab()
        raise AssertionError(f"{self.page.url}: nobody comes to {wanted} by keyboard")

    def follow(self, wanted: Locator) -> None:
        """Go to a link or button and press it."""
        self.go_to(wanted)
        self.press("Enter")

    def write(self, field: Locator, text: str) -> None:
        """Go to a field and write into it; what stood there goes."""
        self.go_to(field)
        self.press("Control+A")
        self.page.keyboard.type(text)

    def set_some_day(self, field: Locator) -> None:
        """Go to an empty date and turn each of its parts up once, whatever their order is here."""
        self.go_to(field)
        for key in ("ArrowUp", "ArrowRight", "ArrowUp", "ArrowRight", "ArrowUp"):
            self.press(key)

    def choose(self, group: Locator, value: str) -> None:
        """Choose among radio buttons: Tab comes to the group, arrows go through it."""
        radios = group.locator('input[type="radio"]')
        for _ in range(MOST_STOPS):
            if radios.evaluate_all("all => all.includes(document.activeElement)"):
                break
            self.tab()
        self.press("Space")
        for _ in range(radios.count()):
            if group.locator(f'input[value="{value}"]').is_checked():
                return
            self.press("ArrowDown")
        raise AssertionError(f"{self.page.url}: {value} can't be chosen by arrows")
