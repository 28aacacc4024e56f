"""The cast as actors."""

from datetime import UTC, datetime

import pytest

from haihe.base.accounts.api import Actor
from haihe.data.exchange.tests.conftest import actor


@pytest.fixture
def now() -> datetime:
    return datetime.now(UTC)


@pytest.fixture
def steward() -> Actor:
    return actor("steward_mzj")


@pytest.fixture
def operator() -> Actor:
    return actor("operator")


@pytest.fixture
def outsider() -> Actor:
    return actor("outsider")
