"""Everybody who takes part in items: the citizen's phone, the desks, and what is done at each of them."""

import re
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

from playwright.sync_api import Browser, Page, expect

from haihe.city import cast
from haihe.platforms.services.forms.testing import PNG
from tests.journeys.filling import Fields, Look, Said, fill_sections
from tests.journeys.instance import CityInstance
from tests.journeys.people import fits, look_until, sign_in, signed_out

CLOSED, UNDER_WAY = "已办结", "已受理，正在审查"
PAID = "已通知银行付款，办结"
"""What a clerk presses where data have decided: no step is left, the money goes out."""
AWAY = "about:blank"
"""Pages of cases open themselves again when somebody else has acted; who waits leaves them."""
_NUMBER = re.compile(r"[A-Z]{2,4}-\d{8}-\d{6}")


@dataclass(frozen=True, slots=True)
class Item:
    """One item with who fills it in, and who then does what, in this order."""

    slug: str
    kind: str
    citizen: str
    steps: tuple[tuple[str, str], ...]
    said: Said = field(default_factory=dict)
    ends: str = CLOSED


class Offices:
    """A browser for everybody who takes part, each signed in once."""

    def __init__(self, browser: Browser, city: CityInstance, folder: Path) -> None:
        self._browser, self._city, self._stack = browser, city, ExitStack()
        self._open: dict[str, Page] = {}
        self.paper = folder / "paper.png"
        self.paper.write_bytes(PNG)

    def of(self, username: str) -> Page:
        page = self._open.get(username)
        if page is None:
            page = self._open[username] = self._enter(username)
        return page

    def close(self) -> None:
        self._stack.close()

    def _enter(self, username: str) -> Page:
        phone = cast.person(username).id_number is not None
        page = self._stack.enter_context(signed_out(self._browser, self._city, phone=phone))
        sign_in(page, username)
        page.wait_for_url(lambda url: "/sign-in/" not in url)
        return page


def begin(page: Page, slug: str) -> None:
    """Open the guide of an item and begin."""
    page.goto(f"/services/apply/{slug}/")
    page.locator('main form[method="post"] button.btn-primary').click()
    page.wait_for_url("**/drafts/**")


def send_on_phone(page: Page, item: Item, fields: Fields, paper: Path, *, look: Look | None = None) -> str:
    """Fill the form in section by section, check, send; return the case's number. `look` is called on its pages."""
    begin(page, item.slug)
    fill_sections(page, fields, item.said, file=paper, look=look)
    if "acting_for" in item.said:
        # Whose matter it is can be written once it is known that somebody acts for them.
        page.goto(page.url.replace("/check/", "/sections/person/"))
        fill_sections(page, fields, item.said, file=paper)
    if look is not None:
        look(page)
    page.locator('form[action$="/check/"] button.btn-primary').click()
    page.wait_for_url("**/receipt/")
    return number_on_receipt(page)


def number_on_receipt(page: Page) -> str:
    found = _NUMBER.search(page.locator("main").inner_text())
    assert found is not None, page.url
    return found[0]


def take_step(page: Page, number: str, choice: str) -> None:
    """Take the step that waits at this desk; the page that comes no longer has it."""
    if choice == PAID:
        look_until(page, page.get_by_role("button", name=PAID), at=f"/services/desk/cases/{number}/").click()
        expect(page.get_by_role("button", name=PAID)).to_have_count(0)
        page.goto(AWAY)
        return
    # What departments do side by side, or the machine by itself, may still be under way.
    form = look_until(page, page.locator('form[action$="/step/"]'), at=f"/services/desk/cases/{number}/").first
    step = form.locator('input[name="step"]').input_value()
    if choice:
        form.locator(f'input[name="choice"][value="{choice}"]').check()
    form.get_by_role("button", name="提交办理结果").click()
    expect(page.locator(f'form[action$="/step/"] input[name="step"][value="{step}"]')).to_have_count(0)
    expect(page.locator("#outcome")).to_be_visible()
    fits(page)
    page.goto(AWAY)
