"""Figures of days that are over can be checked by anybody, and changed by nobody unnoticed."""

import json
from datetime import date, timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.utils import timezone

from haihe.data.open import operations
from haihe.data.open.models import DatasetUsage
from haihe.data.open.statistics import queries
from haihe.data.open.statistics.models import CountedUse, DailyFigures
from haihe.data.open.statistics.operations import seal_days
from haihe.data.open.statistics.static.open_statistics import check_statistics
from haihe.data.open.tests.conftest import NOW

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("published")]
TODAY = timezone.localdate(NOW)
DAY = timedelta(days=1)


def fetch(path: str) -> bytes:
    answer = Client().get(path)
    assert answer.status_code == 200, path
    return answer.getvalue()


def used(**by_day: int) -> None:
    """Count visits: `d0` on the day of NOW, `d1` on the day after."""
    for name, count in by_day.items():
        for _visit in range(count):
            operations.count_visit("canteens", on=TODAY + int(name[1:]) * DAY)


def tamper(count: int, *, on: date) -> None:
    DatasetUsage.objects.filter(day=on).update(count=count)


def test_days_become_files_that_are_signed_and_chained() -> None:
    used(d0=3, d2=2)
    operations.count_call("canteens", on=TODAY)
    operations.count_download("canteens", on=TODAY + 2 * DAY)
    assert seal_days(now=NOW) == []
    assert seal_days(now=NOW + 4 * DAY) == [TODAY, TODAY + DAY, TODAY + 2 * DAY, TODAY + 3 * DAY]
    assert seal_days(now=NOW + 4 * DAY) == []
    files = list(reversed(queries.sealed()))
    assert [one.previous for one in files[1:]] == [one.digest for one in files[:-1]]
    told = json.loads(files[0].text)
    assert told["uses"] == [
        {"count": 1, "dataset": "canteens", "kind": "CALL"},
        {"count": 3, "dataset": "canteens", "kind": "VIEW"},
    ]
    assert json.loads(files[1].text)["uses"] == []
    assert json.loads(files[3].text)["totals"] == {"CALL": 1, "DOWNLOAD": 1, "VIEW": 5}
    for one in files:
        key = Ed25519PublicKey.from_public_bytes(bytes.fromhex(one.public_key))
        key.verify(bytes.fromhex(one.signature), one.text.encode())


def test_a_day_is_sealed_an_hour_after_it_ended() -> None:
    used(d0=1)
    midnight = timezone.localtime(NOW).replace(hour=0, minute=0) + DAY
    assert seal_days(now=midnight + timedelta(minutes=59)) == []
    assert seal_days(now=midnight + timedelta(hours=1)) == [TODAY]


def test_what_comes_late_or_is_changed_stands_in_the_next_file() -> None:
    used(d0=3)
    seal_days(now=NOW + DAY)
    used(d0=1, d1=2)
    seal_days(now=NOW + 2 * DAY)
    tamper(1, on=TODAY)
    assert queries.changed_since_sealed(until=TODAY + DAY) == [("canteens", TODAY, "VIEW", -3)]
    seal_days(now=NOW + 3 * DAY)
    late = [json.loads(one.text)["late"] for one in reversed(queries.sealed())]
    a_late_one = {"dataset": "canteens", "day": TODAY.isoformat(), "kind": "VIEW"}
    assert late == [[], [a_late_one | {"count": 1}], [a_late_one | {"count": -3}]]
    assert queries.changed_since_sealed(until=TODAY + 2 * DAY) == []


def test_counters_and_table_add_up_and_it_is_told_if_they_do_not() -> None:
    used(d0=3)
    assert (CountedUse.objects.get().counter, CountedUse.objects.get().count) == ("pages", 3)
    assert queries.unexplained(since=TODAY, until=TODAY) == 0
    tamper(10, on=TODAY)
    assert queries.unexplained(since=TODAY, until=TODAY) == 7
    seal_days(now=NOW + DAY)
    assert json.loads(DailyFigures.objects.get().text)["unexplained"] == 7


def test_files_cannot_be_changed_in_the_database() -> None:
    used(d0=1)
    seal_days(now=NOW + DAY)
    for change in ("UPDATE open_statistics_dailyfigures SET text = ''", "DELETE FROM open_statistics_dailyfigures"):
        with pytest.raises(DatabaseError, match="only grows"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(change)


def test_anybody_can_check_all_of_it() -> None:
    used(d0=3, d1=2)
    seal_days(now=NOW + 2 * DAY)
    days, last, uses = check_statistics.check(fetch)
    assert (len(days), last, sum(uses.values())) == (2, queries.sealed()[0].digest, 5)
    assert check_statistics.compare(fetch, days, uses) == {}
    tamper(9, on=TODAY)
    assert check_statistics.compare(fetch, days, uses) == {(TODAY.isoformat(), "canteens", "VIEW"): (9, 3)}


def test_the_check_finds_a_file_that_was_exchanged_and_a_chain_that_was_cut() -> None:
    used(d0=3, d1=2)
    seal_days(now=NOW + 2 * DAY)

    def forged(path: str) -> bytes:
        return fetch(path).replace(b'"count":3', b'"count":4')

    def cut(path: str) -> bytes:
        if not path.endswith("days.json"):
            return fetch(path)
        return json.dumps({"days": json.loads(fetch(path))["days"][1:]}).encode()

    with pytest.raises(ValueError, match="isn't the one that was sealed"):
        check_statistics.check(forged)
    with pytest.raises(ValueError, match="chain is broken"):
        check_statistics.check(cut)
