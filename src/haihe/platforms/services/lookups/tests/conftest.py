"""One city for a module: the demo's registers, services and grants. Who asks the real gateway is in tests/contract."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

import pytest
from pytest_django import DjangoDbBlocker

from haihe.base.accounts.models import User
from haihe.platforms.services.lookups.testing import citizen, planted_city


@dataclass(frozen=True, slots=True)
class City:
    """When it was planted."""

    now: datetime


@pytest.fixture(scope="module")
def planted(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[City]:
    with django_db_blocker.unblock(), planted_city(tmp_path_factory.mktemp("city")) as made:
        yield City(made.now)


@pytest.fixture
def liu(db: None) -> User:
    return User.objects.get(subject_key=citizen("liu").subject_key)
