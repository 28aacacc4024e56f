"""The cast as actors, and a clean data directory's worth of room."""

from datetime import UTC, datetime

import pytest

from haihe.base.accounts.api import Actor
from haihe.city import cast


def actor(username: str) -> Actor:
    """Return a person of the cast as an actor, without a database."""
    person = cast.person(username)
    return Actor(user_id=None, name=person.name, roles=frozenset(person.memberships))


@pytest.fixture
def now() -> datetime:
    return datetime(2026, 11, 23, 8, 0, tzinfo=UTC)


@pytest.fixture
def steward() -> Actor:
    return actor("steward_mzj")


@pytest.fixture
def operator() -> Actor:
    return actor("operator")


@pytest.fixture
def outsider() -> Actor:
    return actor("outsider")
