"""Numbers run by the day and never repeat, also beyond the ten-thousandth."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import transaction

from haihe.base.numbering.api import next_number
from haihe.data.catalogue.needs.models import Demand

pytestmark = pytest.mark.django_db
# Four in the morning of the 26th in Tianjin.
NOW = datetime(2026, 11, 25, 20, tzinfo=UTC)


def kept(number: str) -> None:
    Demand.objects.create(
        number=number, title="-", organisation="120040", owner="120012", words="-", asked_name="-", asked_at=NOW
    )


@transaction.atomic
def following(now: datetime = NOW) -> str:
    return next_number("XQ", Demand.objects.all(), now)


def test_the_first_of_a_day_here() -> None:
    assert following() == "XQ-20261126-0001"


def test_the_next_follows_the_highest_of_the_day() -> None:
    for number in ("XQ-20261126-0002", "XQ-20261126-0001", "XQ-20261125-0009"):
        kept(number)
    assert following() == "XQ-20261126-0003"
    assert following(NOW + timedelta(days=1)) == "XQ-20261127-0001"


def test_the_ten_thousandth_is_followed_by_another() -> None:
    for number in ("XQ-20261126-9999", "XQ-20261126-10000"):
        kept(number)
    assert following() == "XQ-20261126-10001"
