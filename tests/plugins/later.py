"""Tests as if it were later: HAIHE_TEST_DAYS_LATER=45 moves Django's clock, and what holds only today fails today.

A test may fix a moment for what it does; a page asked in it knows only the clock's. `time.time()` and the database's
`now()` stay, so that the few tests that compare these with Django's clock fail too, for nothing.
"""

import os
from datetime import datetime, timedelta
from typing import Final

import pytest
from django.utils import timezone

LATER: Final = "HAIHE_TEST_DAYS_LATER"


def pytest_configure(config: pytest.Config) -> None:
    if days := float(os.environ.get(LATER, "0")):
        now, by = timezone.now, timedelta(days=days)

        def later() -> datetime:
            return now() + by

        timezone.now = later
