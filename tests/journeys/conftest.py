"""What every journey needs: one browser, one running city, and a case whose record has had time to be sealed."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from tests.journeys.browser import chromium
from tests.journeys.instance import CityInstance, city_instance
from tests.journeys.offices import Offices
from tests.journeys.people import GrantedCase, apply_on_phone, at, evidence_on, outcome

__all__ = ["browser", "city_instance"]


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """Debian's Chromium, empty at first; each person of a journey opens a context of their own in it.

    Gone before any other test comes: as long as Playwright runs, so does an event loop in this thread, and Django's
    database refuses to work beside one.
    """
    with chromium() as started:
        yield started


@pytest.fixture(scope="package")
def early_case(city_instance: CityInstance, browser: Browser) -> GrantedCase:
    """A case that Mr Liu was granted on his phone. Whoever asks for it first gets the minute's wait out of the way."""
    with at(browser, city_instance, "liu", phone=True) as phone:
        number = apply_on_phone(phone)
        expect(outcome(phone, "准予提取")).to_be_visible()
        return GrantedCase(number, evidence_on(phone))


@pytest.fixture(scope="module")
def offices(
    browser: Browser, city_instance: CityInstance, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Offices]:
    """Desks and phones of a module, each signed in once."""
    made = Offices(browser, city_instance, tmp_path_factory.mktemp("papers"))
    yield made
    made.close()
