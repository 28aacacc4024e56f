"""A case is opened once, by the right person, under the version of the day."""

import dataclasses
import threading
import uuid
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection, connections

from haihe.base.accounts.api import Actor, NotPermitted
from haihe.kernel.answers import Answer
from haihe.platforms.services import operations
from haihe.platforms.services.errors import AlreadyOpen, InputRefused
from haihe.platforms.services.items import api as items
from haihe.platforms.services.items.api import ItemNotFound
from haihe.platforms.services.models import Case, Channel
from haihe.platforms.services.testing import NOW, actor, application, asked, opened, says

pytestmark = pytest.mark.django_db


def test_numbers_tell_the_day_and_count_on() -> None:
    first, second = opened("liu"), opened("zhang")
    assert (first, second) == ("GJJ-20261123-000001", "GJJ-20261123-000002")
    assert opened("wang", now=NOW + timedelta(days=1)) == "GJJ-20261124-000001"


def test_the_day_of_a_number_is_the_citys_day() -> None:
    late_evening_in_utc = NOW.replace(hour=17)
    assert opened("liu", now=late_evening_in_utc).startswith("GJJ-20261124-")


def test_the_same_form_sent_twice_opens_one_case() -> None:
    clerk, form = actor("clerk_gjj"), application("liu")
    first = operations.open_case(actor=clerk, application=form, now=NOW)
    assert operations.open_case(actor=clerk, application=form, now=NOW) == first
    assert Case.objects.count() == 1


def test_another_persons_token_is_not_a_key_to_their_case() -> None:
    form = application("liu")
    operations.open_case(actor=actor("clerk_gjj"), application=form, now=NOW)
    mine = dataclasses.replace(application("zhang", channel=Channel.PHONE), token=form.token)
    number = operations.open_case(actor=actor("zhang"), application=mine, now=NOW)
    assert Case.objects.get(number=number).masked_name == "张*梅"


def test_one_undecided_case_per_person_and_item() -> None:
    number = opened("liu")
    with pytest.raises(AlreadyOpen) as refusal:
        opened("liu", channel=Channel.PHONE)
    assert refusal.value.number == number


def test_after_a_decision_one_may_apply_again() -> None:
    asked("liu", says(Answer.MATCH))
    assert opened("liu").endswith("000002")


def test_nothing_readable_of_the_person_is_kept() -> None:
    form = application("liu")
    operations.open_case(actor=actor("clerk_gjj"), application=form, now=NOW)
    with connection.cursor() as cursor:
        cursor.execute("SELECT c::text FROM services_case c")
        (row,) = cursor.fetchone()
    assert form.id_number not in row
    assert form.id_number.encode().hex() not in row
    assert form.name not in row
    assert "刘*远" in row


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("id_number", "120103197905121013"),
        ("id_number", ""),
        ("id_number", "1201031979"),
        ("name", "   "),
        ("name", "长" * 51),
        ("amount_yuan", Decimal("0")),
        ("amount_yuan", Decimal("-5")),
        ("amount_yuan", Decimal("500000.01")),
        ("amount_yuan", Decimal("NaN")),
        ("amount_yuan", Decimal("Infinity")),
        ("informed", False),
    ],
)
def test_a_field_that_cannot_be_used_is_named(field: str, value: object) -> None:
    form = dataclasses.replace(application("liu"), **{field: value})  # type: ignore[arg-type]  # on purpose
    with pytest.raises(InputRefused) as refusal:
        operations.open_case(actor=actor("clerk_gjj"), application=form, now=NOW)
    assert refusal.value.field == field
    assert form.id_number not in refusal.value.message or not form.id_number
    assert Case.objects.count() == 0


def test_full_width_digits_and_a_small_x_are_read_as_meant() -> None:
    form = dataclasses.replace(application("liu"), id_number=" 120103 19790512 １０１２ ")
    number = operations.open_case(actor=actor("clerk_gjj"), application=form, now=NOW)
    assert bytes(Case.objects.get(number=number).subject_key) == actor("liu").subject_key


@pytest.mark.parametrize(
    "who", ["steward_gjj", "approver_gjj", "steward_mzj", "operator", "auditor", "outsider", "liu"]
)
def test_at_the_window_only_a_clerk_of_the_authority_opens(who: str) -> None:
    with pytest.raises(NotPermitted):
        operations.open_case(actor=actor(who), application=application("liu"), now=NOW)


def test_a_clerk_of_another_organisation_may_not_open() -> None:
    stranger = Actor(uuid.uuid4(), "别的窗口", frozenset({("CLERK", "120012")}))
    with pytest.raises(NotPermitted):
        operations.open_case(actor=stranger, application=application("liu"), now=NOW)


def test_on_the_phone_one_applies_for_oneself() -> None:
    with pytest.raises(NotPermitted):
        operations.open_case(actor=actor("zhang"), application=application("liu", channel=Channel.PHONE), now=NOW)


def test_an_item_that_does_not_exist_is_not_found() -> None:
    form = dataclasses.replace(application("liu"), item="no-such-item")
    with pytest.raises(ItemNotFound):
        operations.open_case(actor=actor("clerk_gjj"), application=form, now=NOW)


@pytest.mark.django_db(transaction=True)
def test_two_forms_at_the_same_instant_open_one_case() -> None:
    items.load_items()
    clerk, form = actor("clerk_gjj"), application("liu")
    numbers: list[str] = []

    def send() -> None:
        try:
            numbers.append(operations.open_case(actor=clerk, application=form, now=NOW))
        finally:
            connections.close_all()

    threads = [threading.Thread(target=send) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(numbers) == 6
    assert len(set(numbers)) == 1
    assert Case.objects.count() == 1
