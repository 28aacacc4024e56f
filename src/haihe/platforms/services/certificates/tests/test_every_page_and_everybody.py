"""Each address of certificates × each kind of person: who gets what is written here, and no address is forgotten."""

import pytest
from django.test import Client
from django.urls import reverse

from haihe.platforms.services.certificates import codes
from haihe.platforms.services.certificates.operations.checking import what
from haihe.platforms.services.certificates.testing import licence, signed_in
from haihe.platforms.services.certificates.urls import urlpatterns

pytestmark = pytest.mark.django_db
OWNER, STRANGER, ISSUER, OTHER, NOBODY = "liu", "zhang", "clerk_scjg", "clerk_ga", ""
EVERYBODY = (OWNER, STRANGER, ISSUER, OTHER, NOBODY)
OPEN = dict.fromkeys(EVERYBODY, 200)
OF_THE_HOLDER = {OWNER: 200, STRANGER: 404, ISSUER: 403, OTHER: 403, NOBODY: 302}
OF_THE_ISSUER = {OWNER: 403, STRANGER: 403, ISSUER: 200, OTHER: 404, NOBODY: 302}
DOORS: dict[str, dict[str, int]] = {
    "wallet": OF_THE_HOLDER | {STRANGER: 200},
    "certificate": OF_THE_HOLDER,
    "printed": OF_THE_HOLDER,
    "document": OF_THE_HOLDER,
    "renew-code": OF_THE_HOLDER | {OWNER: 302},
    "key": OPEN,
    "verify": OPEN,
    "verified": OPEN,
    "desk": OF_THE_ISSUER | {OTHER: 200},
    "desk-certificate": OF_THE_ISSUER,
    "act": OF_THE_ISSUER | {ISSUER: 302},
}
WRITES = ("renew-code", "act")


def address(name: str) -> tuple[str, str]:
    """Return the address of a page about a licence that Mr Liu keeps, and the one of an empty register."""
    row = licence()
    parts = {"verified": [row.number, codes.token_of(what(row))], "act": [row.number, "cancel"]}
    without = ("wallet", "key", "verify", "desk")
    found = [] if name in without else parts.get(name, [row.number])
    return reverse(f"certificates:{name}", args=found), reverse(f"certificates:{name}", args=found).replace(
        row.number, "YYZZ-20200101-9999"
    )


def test_no_address_is_forgotten() -> None:
    assert {pattern.name for pattern in urlpatterns} == DOORS.keys()


@pytest.mark.parametrize("name", sorted(DOORS))
def test_who_gets_what(name: str) -> None:
    there, nowhere = address(name)
    for person in EVERYBODY:
        browser = signed_in(Client(), person) if person else Client()
        answer = browser.post(there, {"reason": "持证人申请注销"}) if name in WRITES else browser.get(there)
        assert answer.status_code == DOORS[name][person], (name, person)
        if nowhere != there:
            forged = browser.post(nowhere, {"reason": "写明理由"}) if name in WRITES else browser.get(nowhere)
            assert forged.status_code in (302, 403, 404), (name, person)
            assert forged.status_code != 302 or not person, (name, person)


@pytest.mark.parametrize("name", WRITES)
def test_a_form_of_another_site_does_nothing(name: str) -> None:
    there, _nowhere = address(name)
    browser = Client(enforce_csrf_checks=True)
    signed_in(browser, OWNER if name == "renew-code" else ISSUER)
    assert browser.post(there, {"reason": "持证人申请注销"}).status_code == 403
    assert browser.get(there).status_code == 405
