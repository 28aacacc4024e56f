"""What every journey needs: one browser and one running city."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests.journeys.browser import chromium
from tests.journeys.instance import city_instance

__all__ = ["browser", "city_instance"]


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Debian's Chromium, empty at first; each person of a journey opens a context of their own in it."""
    with chromium() as started:
        yield started
