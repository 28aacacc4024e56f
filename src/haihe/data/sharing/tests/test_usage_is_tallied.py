"""What was done under each grant is written down from the ledger: each record once, none missed, none lost early."""

import uuid
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from haihe.base.ledger import api as ledger
from haihe.base.ledger.testing import append_many, append_records, make_body, make_refusal
from haihe.data.sharing.models import Grant, UsageCase, UsageMark, UsageRecord, UsageRetention
from haihe.data.sharing.operations import tallying
from haihe.data.sharing.testing import NOW, granted
from haihe.kernel.answers import Answer

pytestmark = pytest.mark.django_db


def at(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def tally() -> None:
    while ledger.seal_pending(now=NOW):
        pass
    tallying.tally_all()


def test_answers_of_each_kind_are_counted_once_and_cases_apart() -> None:
    grant = str(granted())
    append_records(2, grant=grant, case="A")
    append_records(1, grant=grant, case="B", answer="UNKNOWN", reason="SOURCE_STALE")
    append_records(1, grant=grant, case="B", kind="QUERY", answer="FOUND")
    ledger.append([make_refusal(grant=grant, case="C")])
    tally()
    tally()
    row = UsageRecord.objects.get()
    assert (row.matched, row.unknown, row.found, row.refused) == (2, 1, 1, 1)
    assert (row.calls, row.answers, row.cases) == (4, 4, 2)
    assert (str(row.grant_id), row.month) == (grant, date(2026, 11, 1))


def test_what_comes_later_is_added_and_a_case_known_already_is_not_counted_again() -> None:
    grant = str(granted())
    append_records(1, grant=grant, case="A")
    tally()
    first = UsageRecord.objects.get().first_at
    append_records(1, grant=grant, case="A", at=at(first - timedelta(hours=1)))
    append_records(1, grant=grant, case="B", at=at(first + timedelta(hours=1)))
    tally()
    row = UsageRecord.objects.get()
    assert (row.calls, row.cases, row.last_at - row.first_at) == (3, 2, timedelta(hours=2))


def test_a_batch_is_one_call_and_counts_each_person() -> None:
    grant = str(granted())
    people = {uuid.uuid4().bytes: answer for answer in (Answer.MATCH, Answer.MATCH, Answer.NO_MATCH)}
    append_many(people, grant=grant, case="A")
    append_many(people, grant=grant, case="A")
    tally()
    row = UsageRecord.objects.get()
    assert (row.calls, row.answers, row.matched, row.not_matched, row.cases) == (2, 6, 4, 2, 1)


def test_a_month_ends_at_midnight_in_the_city() -> None:
    grant = str(granted())
    append_records(1, grant=grant, at="2026-10-31T15:59:59.999Z")
    append_records(1, grant=grant, at="2026-10-31T16:00:00.000Z")
    tally()
    assert list(UsageRecord.objects.values_list("month", "calls").order_by("month")) == [
        (date(2026, 10, 1), 1),
        (date(2026, 11, 1), 1),
    ]


def test_what_is_not_sealed_waits() -> None:
    grant = str(granted())
    append_records(1, grant=grant)
    tallying.tally_all()
    assert not UsageRecord.objects.exists()
    tally()
    assert UsageRecord.objects.get().calls == 1


def test_a_grant_that_nobody_knows_holds_nothing_up() -> None:
    append_records(1, grant=str(uuid.uuid4()))
    append_records(1, grant=None)
    append_records(1, grant=str(granted()))
    tally()
    assert UsageRecord.objects.get().calls == 1


def test_a_worker_that_dies_in_the_middle_leaves_everything_as_it_was() -> None:
    grant = str(granted())
    append_records(3, grant=grant, case="A")
    ledger.seal_pending(now=NOW)

    with transaction.atomic():
        tallying.tally_all()
        transaction.set_rollback(True)
    assert not UsageRecord.objects.exists()
    assert not UsageMark.objects.exists()
    tallying.tally_all()
    assert UsageRecord.objects.get().calls == 3
    assert UsageCase.objects.count() == 1


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    asked=st.lists(
        st.tuples(st.sampled_from("AB"), st.sampled_from(["X", "Y", "Z"]), st.sampled_from(["MATCH", "NO_MATCH"])),
        max_size=12,
    ),
    step=st.integers(1, 5),
)
def test_however_it_comes_in_the_sums_are_the_ledgers(asked: list[tuple[str, str, str]], step: int) -> None:
    with transaction.atomic():
        grants = {"A": str(granted()), "B": str(granted(purpose="ANOTHER_PURPOSE"))}
        for start in range(0, len(asked), step):
            part = asked[start : start + step]
            bodies = [make_body(grant=grants[held], case=case, answer=answer) for held, case, answer in part]
            ledger.append(bodies)
            tally()
        for held, grant in grants.items():
            mine = [(case, answer) for h, case, answer in asked if h == held]
            row = UsageRecord.objects.filter(grant_id=grant).first()
            assert (row.calls if row else 0) == len(mine)
            assert (row.cases if row else 0) == len({case for case, _ in mine})
            assert (row.matched if row else 0) == sum(answer == "MATCH" for _, answer in mine)
        transaction.set_rollback(True)


def _record_of(month: date) -> UsageRecord:
    moment = datetime(month.year, month.month, 2, tzinfo=UTC)
    grant = Grant.objects.first() or Grant.objects.get(pk=granted())
    return UsageRecord.objects.create(grant=grant, month=month, calls=1, first_at=moment, last_at=moment)


def _months_ago(months: int) -> date:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT (date_trunc('month', now() AT TIME ZONE 'Asia/Shanghai') - make_interval(months => %s))::date",
            [months],
        )
        return cursor.fetchone()[0]  # type: ignore[no-any-return]  # a date, by the query


def test_a_record_is_kept_for_three_years_after_its_month_and_not_longer_than_it_must() -> None:
    with pytest.raises(IntegrityError, match="kept for 36 months"), transaction.atomic():
        _record_of(_months_ago(36)).delete()
    _record_of(_months_ago(37)).delete()
    assert not UsageRecord.objects.exists()


def test_the_city_may_keep_them_longer_and_never_shorter() -> None:
    told = {"reason": "审计要求", "set_by": uuid.uuid4(), "set_name": "陈", "set_at": NOW}
    UsageRetention.objects.create(months=60, **told)
    with pytest.raises(IntegrityError, match="kept for 60 months"), transaction.atomic():
        _record_of(_months_ago(60)).delete()
    with pytest.raises(IntegrityError, match="usage_retention_within_the_law"), transaction.atomic():
        UsageRetention.objects.create(months=35, **told)
    with pytest.raises(IntegrityError, match="only grows"), transaction.atomic():
        UsageRetention.objects.update(months=36)


@pytest.mark.parametrize("change", [{"calls": 0}, {"month": date(2020, 1, 1)}, {"first_at": NOW}])
def test_nobody_makes_a_record_say_less(change: dict[str, object]) -> None:
    row = _record_of(_months_ago(1))
    with pytest.raises(IntegrityError, match="only grows"), transaction.atomic():
        UsageRecord.objects.filter(pk=row.pk).update(**change | {"last_at": NOW} if "first_at" in change else change)
