"""Twelve items and more, end to end: filled in on a phone, handled by those whose turn it is, told to the citizen; and
the same item taken in at a window by a clerk for somebody who stands there.

Kinds, authorities and processes differ; what is asserted is what only the server's act can show: a step that waits at
a desk, a heading that only the next state has, the case in the citizen's own list.
"""

import re
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from haihe.city import cast
from haihe.platforms.services.forms.testing import PNG
from tests.journeys.filling import Fields, Said, fields_of, fill, fill_sections
from tests.journeys.instance import CityInstance
from tests.journeys.people import fits, look_until, signed_out

pytestmark = [pytest.mark.journey, pytest.mark.engine("chromium"), pytest.mark.xdist_group("twelve_items")]

CLOSED, UNDER_WAY = "已办结", "已受理，正在审查"
_NUMBER = re.compile(r"[A-Z]{2,4}-\d{8}-\d{6}")
_AWAY = "about:blank"
"""Pages of cases open themselves again when somebody else has acted; who waits leaves them."""
_2G = {"offline": False, "latency": 300, "downloadThroughput": 31_000, "uploadThroughput": 15_000}
"""In milliseconds, and bytes a second."""
PLAIN = ("accept", "", "approve", "")
"""What a clerk chooses at each step; empty where there is nothing to choose."""


@dataclass(frozen=True, slots=True)
class Item:
    """One item with who fills it in, and who then does what, in this order."""

    slug: str
    kind: str
    citizen: str
    steps: tuple[tuple[str, str], ...]
    said: Said = field(default_factory=dict)
    ends: str = CLOSED


def _by(username: str, *choices: str) -> tuple[tuple[str, str], ...]:
    return tuple((username, choice) for choice in choices)


def _legal(username: str) -> dict[str, str]:
    person = cast.person(username)
    told = {"legal_representative_name": person.name, "legal_representative_id_number": str(person.id_number)}
    return told | {"representative_proof": "the licence, because no register names them"}


_SON = {"child_name": "刘晨阳", "child_id_number": "120103201206083052", "child_relation": "FATHER"}
_AT_THE_WINDOW = {
    **dict.fromkeys(("applicant_name", "legal_representative_name", "bank_account_holder", "signature"), "孙桂芝"),
    **dict.fromkeys(("applicant_id_number", "legal_representative_id_number"), "120103194502020029"),
    "acting_for": "SELF",
    "credit_code": "91120103MA05DEM16P",
    "company_name": "天津窗口演示有限公司",
}
"""She has no account; the clerk writes down who she is."""
_OLD_LADY = {"acting_for": "AGENT", "applicant_name": "赵玉兰", "applicant_id_number": "120103194001010025"}
ITEMS = (
    Item("household-certificate", "instant", "liu", _by("clerk_ga", "approve", "")),
    Item("putonghua-test", "plain", "liu", _by("clerk_jw", *PLAIN)),
    Item(
        "college-exam-registration",
        "examined by one, decided by another",
        "zhang",
        (*_by("clerk_jw", "accept", ""), ("approver_jw", "approve"), ("clerk_jw", "")),
    ),
    Item(
        "dangerous-house-check",
        "site visit, with photographs",
        "wang",
        _by("clerk_zj", "accept", "", "met", "approve", ""),
    ),
    Item("heritage-bearer", "public notice", "wang", _by("clerk_wl", "accept", ""), ends=UNDER_WAY),
    Item(
        "entertainment-venue",
        "two departments side by side",
        "liu",
        (("clerk_wl", "accept"), ("clerk_xf", "met"), *_by("clerk_wl", "", "approve", "")),
        said=_legal("liu"),
    ),
    Item(
        "simplified-deregistration",
        "closing of a company, up to its notice of twenty days",
        "zhang",
        (("clerk_scjg", "accept"), ("clerk_sw", ""), ("clerk_rsj", ""), ("clerk_gjj", "")),
        said=_legal("zhang"),
        ends=UNDER_WAY,
    ),
    Item("insurance-statement", "instant, at the social security", "zhang", _by("clerk_rsj", "approve", "")),
    Item("tax-payment-certificate", "instant, a certificate", "zhang", _by("clerk_sw", "approve", "")),
    Item("company-name-declaration", "instant, at the market regulator", "wang", _by("clerk_scjg", "approve", "")),
    Item("school-suspension", "for a child", "liu", _by("clerk_jw", *PLAIN), said=_SON),
    Item("elderly-age-allowance", "by an agent with a letter", "wang", _by("clerk_mzj", *PLAIN), said=_OLD_LADY),
    Item("maternity-filing", "one of a life event", "zhang", _by("clerk_yb", "approve", "")),
    Item("social-fee-payment", "instant, at the tax bureau", "zhang", _by("clerk_sw", "approve", "")),
)  # fmt: skip


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
        page.goto("/sign-in/")
        page.locator(f'button[name="username"][value="{username}"]').click()
        page.wait_for_url(lambda url: "/sign-in/" not in url)
        return page


@pytest.fixture(scope="module")
def offices(
    browser: Browser, city_instance: CityInstance, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Offices]:
    made = Offices(browser, city_instance, tmp_path_factory.mktemp("papers"))
    yield made
    made.close()


def begin(page: Page, slug: str) -> None:
    """Open the guide of an item and begin."""
    page.goto(f"/services/apply/{slug}/")
    page.locator('main form[method="post"] button.btn-primary').click()
    page.wait_for_url("**/drafts/**")


def send_on_phone(page: Page, item: Item, fields: Fields, paper: Path) -> str:
    """Fill the form in section by section, check, send; return the case's number."""
    begin(page, item.slug)
    fill_sections(page, fields, item.said, file=paper)
    if "acting_for" in item.said:
        # Whose matter it is can be written once it is known that somebody acts for them.
        page.goto(page.url.replace("/check/", "/sections/person/"))
        fill_sections(page, fields, item.said, file=paper)
    page.get_by_role("button", name="提交申请").click()
    page.wait_for_url("**/receipt/")
    return number_on_receipt(page)


def number_on_receipt(page: Page) -> str:
    found = _NUMBER.search(page.locator("main").inner_text())
    assert found is not None, page.url
    return found[0]


def take_step(page: Page, number: str, choice: str) -> None:
    """Take the step that waits at this desk; the page that comes no longer has it."""
    # What departments do side by side, or the machine by itself, may still be under way.
    form = look_until(page, page.locator('form[action$="/step/"]'), at=f"/services/desk/cases/{number}/").first
    step = form.locator('input[name="step"]').input_value()
    if choice:
        form.locator(f'input[name="choice"][value="{choice}"]').check()
    form.get_by_role("button", name="提交办理结果").click()
    expect(page.locator(f'form[action$="/step/"] input[name="step"][value="{step}"]')).to_have_count(0)
    expect(page.locator("#outcome")).to_be_visible()
    fits(page)
    page.goto(_AWAY)


@pytest.mark.parametrize("item", ITEMS, ids=lambda item: f"{item.slug}: {item.kind}")
def test_from_the_phone_over_the_desks_to_the_citizen(offices: Offices, item: Item) -> None:
    phone, fields = offices.of(item.citizen), fields_of(item.slug)
    number = send_on_phone(phone, item, fields, offices.paper)
    phone.goto(f"/services/cases/{number}/")
    before = phone.locator("#outcome").inner_text()
    fits(phone)
    phone.goto(_AWAY)
    for username, choice in item.steps:
        take_step(offices.of(username), number, choice)
    where = phone.locator("#outcome").filter(has_text=item.ends)
    look_until(phone, where, at=f"/services/cases/{number}/")
    assert phone.locator("#outcome").inner_text() != before
    phone.goto("/services/cases/")
    expect(phone.get_by_text(number).first).to_be_visible()


@pytest.mark.parametrize("item", ITEMS, ids=lambda item: item.slug)
def test_a_clerk_takes_the_same_item_in_at_the_window_for_somebody_without_a_phone(
    offices: Offices, item: Item
) -> None:
    username, choice = item.steps[0]
    clerk = offices.of(username)
    begin(clerk, item.slug)
    clerk.wait_for_url("**/window/")
    said = {name: said for name, said in item.said.items() if not name.startswith(("legal_", "acting_", "applicant_"))}
    fill(clerk, fields_of(item.slug), _AT_THE_WINDOW | said, file=offices.paper)
    clerk.get_by_role("button", name="本人已核对，提交").click()
    clerk.wait_for_url("**/receipt/")
    number = number_on_receipt(clerk)
    look_until(clerk, clerk.get_by_text(number), at="/services/desk/steps/")
    take_step(clerk, number, choice)


def test_a_form_is_filled_in_and_sent_over_a_link_as_slow_as_2g(offices: Offices) -> None:
    item, phone = ITEMS[-1], offices.of("liu")
    line = phone.context.new_cdp_session(phone)
    line.send("Network.emulateNetworkConditions", _2G)
    try:
        number = send_on_phone(phone, item, fields_of(item.slug), offices.paper)
    finally:
        line.detach()
    phone.goto(f"/services/cases/{number}/")
    expect(phone.locator("#outcome")).to_be_visible()
    phone.goto(_AWAY)
    for username, choice in item.steps:
        take_step(offices.of(username), number, choice)
