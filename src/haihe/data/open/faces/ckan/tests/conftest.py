"""A small portal: one dataset in the open, CKAN's own client that speaks to it, and keys."""

from collections.abc import Callable, Iterator

import pytest
from ckanapi import RemoteCKAN
from django.utils import timezone

from haihe.data.open.faces import tokens
from haihe.data.open.faces.stores import close_stores
from haihe.data.open.faces.tests.speaking import session
from haihe.data.open.models import Dataset
from haihe.data.open.tests.conftest import canteens, lake
from haihe.data.open.tests.test_opening_a_dataset import person, published

__all__ = ["canteens", "lake", "published"]


@pytest.fixture(autouse=True)
def closed_after() -> Iterator[None]:
    """Each test's versions lie in the same place as those of the one before."""
    yield
    close_stores()


@pytest.fixture
def ckan(published: str) -> Iterator[RemoteCKAN]:
    """Nobody in particular, by CKAN's own client."""
    with RemoteCKAN("http://testserver", session=session()) as client:
        yield client


@pytest.fixture
def csv_id(published: str) -> str:
    return resource_of("canteens")


@pytest.fixture
def as_publisher(published: str) -> Iterator[Callable[[str], RemoteCKAN]]:
    """Return the client of a person's program."""
    made: list[RemoteCKAN] = []

    def client(username: str) -> RemoteCKAN:
        token = tokens.issue(actor=person(username), username=username, purpose="测试", now=timezone.now())
        made.append(RemoteCKAN("http://testserver", apikey=token, session=session()))
        return made[-1]

    yield client
    for one in made:
        one.close()


def resource_of(slug: str) -> str:
    """Return the id of a dataset's CSV."""
    row = Dataset.objects.get(slug=slug)
    told = str(row.pk)
    return told[:-1] + f"{int(told[-1], 16) ^ 1:x}"
