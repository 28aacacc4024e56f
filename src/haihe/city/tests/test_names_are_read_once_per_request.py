"""A page that names the same body on every line asks the database once, and the next page asks again."""

from collections.abc import Iterator

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from haihe.city import api as city
from haihe.city import remembered
from haihe.city.models import Organisation
from haihe.city.testing import load_departments

pytestmark = pytest.mark.django_db
DIFFERENT = 3
"""The first code, all departments at the second, and the second itself: nobody has it."""


@pytest.fixture(autouse=True)
def departments() -> Iterator[None]:
    load_departments()
    yield
    remembered.end()


def _queries(times: int) -> int:
    with CaptureQueriesContext(connection) as captured:
        for _ in range(times):
            assert city.organisation("120012") is not None
            assert city.organisation("120999") is None
    return len(captured)


def test_within_a_request_each_code_known_or_not_is_read_once() -> None:
    remembered.begin()
    assert _queries(20) == DIFFERENT
    assert _queries(20) == 0


def test_whoever_names_a_second_department_has_all_of_them() -> None:
    remembered.begin()
    with CaptureQueriesContext(connection) as captured:
        for code in ("120012", "120040", "120020", "120030", "120001"):
            assert city.organisation(code) is not None
    assert len(captured) == 2


def test_long_work_may_remember_too() -> None:
    with city.remembering():
        assert _queries(20) == DIFFERENT
    assert _queries(1) == 2


def test_outside_a_request_nothing_is_remembered() -> None:
    remembered.end()
    assert _queries(3) == 6


def test_the_next_request_sees_a_new_name() -> None:
    remembered.begin()
    assert _queries(1) == DIFFERENT
    Organisation.objects.filter(code="120012").update(name="天津市民政局(新)")
    remembered.begin()
    found = city.organisation("120012")
    assert found is not None
    assert found.name == "天津市民政局(新)"


def test_a_page_leaves_nothing_behind(client: Client) -> None:
    remembered.begin()
    assert _queries(1) == DIFFERENT
    client.get(reverse("city:organisations"))
    assert _queries(2) == 4
