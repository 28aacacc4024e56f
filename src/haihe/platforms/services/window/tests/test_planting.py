"""The demo has a hall of the city that never closes and one in each district, with clerks on the roster."""

from datetime import timedelta

import pytest

from haihe.base.accounts import demo as people
from haihe.base.keys import api as keys
from haihe.city import api as city
from haihe.city.cast import CAST, OFFICERS
from haihe.platforms.services.items.api import load_items
from haihe.platforms.services.window import demo, measured, queries
from haihe.platforms.services.window.models import Appointment, Counter, Hall, QueueTicket, Shift
from haihe.platforms.services.window.testing import NOW

pytestmark = pytest.mark.django_db


def test_planting_once_or_twice_is_the_same() -> None:
    city.load_reference_data()
    load_items()
    people.plant((*CAST, *OFFICERS), now=NOW - timedelta(hours=1), keyring=keys.keyring())
    tables = (Hall, Counter, Shift, QueueTicket, Appointment)
    demo.plant(scale=1, now=NOW, progress=lambda _what, _share: None)
    once = [table._default_manager.count() for table in tables]
    demo.plant(scale=1, now=NOW, progress=lambda _what, _share: None)
    assert [table._default_manager.count() for table in tables] == once
    assert once[0] > 6
    city_hall = Hall.objects.get(slug=demo.CITY_HALL)
    assert measured.pace(city_hall, now=NOW) is not None
    assert not queries.waiting(city_hall, on=NOW.date()).exists()
