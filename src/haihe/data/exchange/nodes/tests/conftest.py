"""The cast as actors, and one hub for each worker of the tests."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from haihe.base.accounts.api import Actor
from haihe.base.keys.api import keyring
from haihe.data.exchange.nodes.testing import hub_running
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


@pytest.fixture
def hub() -> Iterator[str]:
    """A running hub; gives its url."""
    from django.conf import settings

    with hub_running(Path(settings.HAIHE.data_dir), keyring()) as url:
        yield url
