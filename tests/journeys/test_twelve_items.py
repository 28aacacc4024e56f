"""Twelve items and more, end to end: filled in on a phone, handled by those whose turn it is, told to the citizen; and
the same item taken in at a window by a clerk for somebody who stands there.

Kinds, authorities and processes differ; what is asserted is what only the server's act can show: a step that waits at
a desk, a heading that only the next state has, the case in the citizen's own list.
"""

import pytest
from playwright.sync_api import expect

from haihe.city import cast
from tests.journeys.filling import fields_of, fill
from tests.journeys.offices import (
    AWAY,
    PAID,
    UNDER_WAY,
    Item,
    Offices,
    begin,
    number_on_receipt,
    send_on_phone,
    take_step,
)
from tests.journeys.people import fits, look_until

pytestmark = [pytest.mark.journey, pytest.mark.engine("chromium"), pytest.mark.xdist_group("twelve_items")]

_2G = {"offline": False, "latency": 300, "downloadThroughput": 31_000, "uploadThroughput": 15_000}
"""In milliseconds, and bytes a second."""
PLAIN = ("accept", "", "approve", "")
"""What a clerk chooses at each step; empty where there is nothing to choose."""


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
        "company-registration",
        "opening of a company: its licence, then all else side by side",
        "wang",
        (("clerk_scjg", "approve"), ("clerk_ga", "")),
        said={"company_name": "天津十二事项演示有限公司", "staff_count": "0"},
    ),
    Item(
        "simplified-deregistration",
        "closing of a company by the general way",
        "zhang",
        (
            ("clerk_scjg", "accept"),
            *((one, "") for one in ("clerk_sw", "clerk_rsj", "clerk_gjj")),
            *_by("clerk_scjg", "", "approve"),
        ),
        said=_legal("zhang") | {"is_simple": "no"},
    ),
    Item("insurance-statement", "instant, at the social security", "zhang", _by("clerk_rsj", "approve", "")),
    Item("tax-payment-certificate", "instant, a certificate", "zhang", _by("clerk_sw", "approve", "")),
    Item("company-name-declaration", "instant, at the market regulator", "wang", _by("clerk_scjg", "approve", "")),
    Item("school-suspension", "for a child", "liu", _by("clerk_jw", *PLAIN), said=_SON),
    Item("elderly-age-allowance", "by an agent with a letter", "wang", _by("clerk_mzj", *PLAIN), said=_OLD_LADY),
    Item("maternity-filing", "one of a life event", "zhang", _by("clerk_yb", "approve", "")),
    Item("housing-fund-relief-withdrawal", "decided by data", "liu", _by("clerk_gjj", PAID)),
    Item("social-fee-payment", "instant, at the tax bureau", "zhang", _by("clerk_sw", "approve", "")),
)  # fmt: skip
AT_THE_WINDOW = tuple(item for item in ITEMS if (item.steps[0][1]) != PAID)
"""What data decide begins with no step; test_one_window.py takes it in."""


@pytest.mark.parametrize("item", ITEMS, ids=lambda item: f"{item.slug}: {item.kind}")
def test_from_the_phone_over_the_desks_to_the_citizen(offices: Offices, item: Item) -> None:
    phone, fields = offices.of(item.citizen), fields_of(item.slug)
    number = send_on_phone(phone, item, fields, offices.paper)
    phone.goto(f"/services/cases/{number}/")
    before = phone.locator("#outcome").inner_text()
    fits(phone)
    phone.goto(AWAY)
    for username, choice in item.steps:
        take_step(offices.of(username), number, choice)
    where = phone.locator("#outcome").filter(has_text=item.ends)
    look_until(phone, where, at=f"/services/cases/{number}/")
    assert phone.locator("#outcome").inner_text() != before
    phone.goto("/services/cases/")
    expect(phone.get_by_text(number).first).to_be_visible()


@pytest.mark.parametrize("item", AT_THE_WINDOW, ids=lambda item: item.slug)
def test_a_clerk_takes_the_same_item_in_at_the_window_for_somebody_without_a_phone(
    offices: Offices, item: Item
) -> None:
    username, choice = item.steps[0]
    clerk = offices.of(username)
    begin(clerk, item.slug)
    clerk.wait_for_url("**/window/")
    of_the_person = ("legal_", "acting_", "applicant_", "company_")
    said = {name: said for name, said in item.said.items() if not name.startswith(of_the_person)}
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
    phone.goto(AWAY)
    for username, choice in item.steps:
        take_step(offices.of(username), number, choice)
