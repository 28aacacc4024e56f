"""Figures of days that are over can be checked by anybody, and changed by nobody unnoticed."""

import json
from datetime import date, timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.test import Client
from django.utils import timezone

from haihe.base.ledger import api as ledger
from haihe.base.ledger.testing import append_records
from haihe.base.ledger.testing import tamper as tamper_with_the_ledger
from haihe.data.open import operations
from haihe.data.open.models import DatasetUsage
from haihe.data.open.statistics import queries, witnessing
from haihe.data.open.statistics.models import CountedUse, DailyFigures
from haihe.data.open.statistics.operations import seal_days
from haihe.data.open.statistics.static.open_statistics import check_statistics
from haihe.data.open.statistics.witnessing import Checked
from haihe.data.open.tests.conftest import NOW

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("published")]
TODAY = timezone.localdate(NOW)
DAY = timedelta(days=1)


def fetch(path: str) -> bytes:
    answer = Client().get(path)
    assert answer.status_code == 200, path
    return answer.getvalue()


def proof_path(day: date) -> str:
    return f"/open/statistics/days/{day}.proof.json"


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


def test_each_days_digest_stands_in_the_ledger_with_a_proof_for_everybody() -> None:
    used(d0=3, d1=2)
    seal_days(now=NOW + 2 * DAY)
    heads = witnessing.recorded_heads()
    assert {name: head.digest for name, head in heads.items()} == {str(one.day): one.digest for one in queries.sealed()}
    assert witnessing.check_days() == Checked(days=2, recorded=2, sealed=0, faults=())
    assert Client().get(proof_path(TODAY)).status_code == 404
    append_records(4)
    ledger.seal_pending(now=NOW)
    assert check_statistics.witnessed(fetch) == 2
    for day, head in heads.items():
        verdict = ledger.verify_export(fetch(proof_path(date.fromisoformat(day))))
        assert verdict.valid
        assert verdict.record is not None
        assert (verdict.record["resource"], verdict.record["digest"]) == (day, head.digest)
    assert witnessing.check_days().sealed == 2
    assert ledger.audit().clean


def test_days_that_were_sealed_before_the_ledger_knew_of_them_are_recorded_later() -> None:
    used(d0=3)
    seal_days(now=NOW + DAY)
    tamper_with_the_ledger("DELETE FROM ledger_record")
    assert [fault.detail for fault in witnessing.check_days().faults] == ["its digest is not in the ledger"]
    seal_days(now=NOW + DAY)
    assert witnessing.check_days().faults == ()


def test_who_makes_the_chain_anew_with_the_right_key_is_found_out() -> None:
    used(d0=3, d1=2)
    seal_days(now=NOW + 2 * DAY)
    ledger.seal_pending(now=NOW)
    # With a superuser's rights and the installation's key: files, digests, chain and signatures all fit.
    tamper_with_the_ledger("DELETE FROM open_statistics_dailyfigures")
    tamper_with_the_ledger("DELETE FROM open_statistics_sealeduse")
    tamper(30, on=TODAY)
    seal_days(now=NOW + 2 * DAY)
    check_statistics.check(fetch)
    with pytest.raises(ValueError, match="the ledger says another digest"):
        check_statistics.witnessed(fetch)
    assert {fault.day for fault in witnessing.check_days().faults} == {str(TODAY), str(TODAY + DAY)}
    page = Client().get("/open/statistics/").content.decode()
    assert "每日文件与账本不一致" in page


def test_a_file_that_was_dropped_and_a_record_that_was_altered_are_found_out() -> None:
    used(d0=3, d1=2)
    seal_days(now=NOW + 2 * DAY)
    ledger.seal_pending(now=NOW)
    tamper_with_the_ledger("DELETE FROM open_statistics_dailyfigures WHERE day = %s", str(TODAY + DAY))
    first = DailyFigures.objects.get().digest
    tamper_with_the_ledger("UPDATE ledger_record SET body = replace(body, %s, %s)", first, "0" * 64)
    assert [(fault.day, fault.detail) for fault in witnessing.check_days().faults] == [
        (str(TODAY), "the ledger says another digest: " + "0" * 64),
        (str(TODAY), "its record in the ledger no longer fits its seal"),
        (str(TODAY + DAY), "the ledger has its digest, and there is no such file any more"),
    ]
    assert Client().get(proof_path(TODAY)).status_code == 409


def test_the_ledger_refuses_another_digest_for_a_day() -> None:
    used(d0=3)
    seal_days(now=NOW + DAY)
    again = ledger.Head(name=str(TODAY), digest="0" * 64, at=NOW)
    with pytest.raises(IntegrityError, match="already recorded"), transaction.atomic():
        ledger.append_heads(witnessing.CHAIN, [again])
