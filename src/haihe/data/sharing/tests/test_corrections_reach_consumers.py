"""A correction reaches everybody who had the old value, nobody else, once; and a later answer closes it (art. 26)."""

import uuid
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from haihe.base.accounts.api import NotPermitted
from haihe.base.accounts.testing import make_actor
from haihe.base.ledger.testing import append_many, append_records
from haihe.base.notices.models import Notice
from haihe.base.outbox.models import Event
from haihe.data.sharing import heard, operations
from haihe.data.sharing.errors import NotFound, NotNow
from haihe.data.sharing.events import DATA_CORRECTED
from haihe.data.sharing.models import CorrectedData, Correction, CorrectionNotice, DataArrival
from haihe.data.sharing.queries import corrected
from haihe.data.sharing.queries.facts import corrections_of
from haihe.data.sharing.testing import NOW, cast_actor
from haihe.kernel.answers import Answer

pytestmark = pytest.mark.django_db
LIU, WANG = bytes(range(16)), bytes(range(16, 32))
RESOURCE, OTHER_RESOURCE = "120012/000001", "120012/000002"
HOUR = timedelta(hours=1)
OLD = NOW - 10 * HOUR
OWNER = "steward_mzj"


def stamp(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def told(*, subject: bytes = LIU, at: datetime = NOW - 5 * HOUR, as_of: datetime | None = OLD, **more: Any) -> str:
    """Put one answer into the ledger: of the old data, unless said otherwise."""
    facts = {"subject": subject.hex(), "at": stamp(at), "as_of": stamp(as_of) if as_of else None, "case": "办件-1"}
    return append_records(1, **(facts | more))[0]


def report(evidence: str, *, at: datetime = NOW - 4 * HOUR) -> str:
    return operations.open_correction(cast_actor("steward_gjj"), evidence, "登记有误", at)


def close(number: str, name: str = "correct", *, at: datetime = NOW) -> None:
    operations.move_correction(actor=cast_actor(OWNER), number=number, name=name, words="已核实", now=at)


def arrives(*, as_of: datetime = NOW + HOUR, resource: str = RESOURCE, snapshot: str = "s2") -> int:
    return operations.data_arrived(resource=resource, snapshot=snapshot, as_of=as_of, now=as_of + timedelta(minutes=1))


def uses_told() -> set[tuple[str, str, str]]:
    return set(CorrectionNotice.objects.values_list("consumer", "service", "case"))


def test_everybody_who_had_the_old_value_is_told_and_nobody_else() -> None:
    evidence = told()
    told(consumer="120020", service="relief-details", kind="QUERY", answer="FOUND", case="人社-1")
    append_many({LIU: Answer.MATCH, WANG: Answer.MATCH}, consumer="120030", case="批量-1", as_of=stamp(OLD))
    told(subject=WANG, consumer="120031")
    told(resource=OTHER_RESOURCE, consumer="120032")
    told(consumer="120033", answer="UNKNOWN", reason="SOURCE_UNREACHABLE", as_of=None)
    told(consumer="120034", answer="UNKNOWN", reason="SOURCE_STALE")
    told(consumer="120035", answer="UNKNOWN", reason="RECORD_IN_DOUBT", case="存疑-1")
    close(report(evidence))
    assert arrives() == 1
    assert uses_told() == {
        ("120040", "relief-status", "办件-1"),
        ("120020", "relief-details", "人社-1"),
        ("120030", "relief-status", "批量-1"),
        ("120035", "relief-status", "存疑-1"),
    }
    assert set(Notice.objects.filter(kind="sharing.corrected").values_list("organisation", flat=True)) == {
        *("120040", "120020", "120030", "120035")
    }


def test_several_answers_for_one_case_are_one_notice_with_the_last_evidence() -> None:
    evidence, _second, last = told(), told(at=NOW - 3 * HOUR), told(at=NOW - 2 * HOUR)
    close(report(evidence))
    arrives()
    notice = CorrectionNotice.objects.get()
    assert (str(notice.evidence), notice.answers, notice.answered_at) == (last, 3, NOW - 2 * HOUR)


def test_notices_wait_for_data_that_is_younger_than_the_correction() -> None:
    number = report(told())
    assert arrives(as_of=NOW - HOUR, snapshot="before") == 0
    close(number)
    [info] = corrections_of(LIU)
    assert info.awaits_data
    assert arrives(as_of=NOW - timedelta(minutes=1), snapshot="exported-before") == 0
    assert arrives(as_of=NOW + HOUR, resource=OTHER_RESOURCE, snapshot="other") == 0
    assert not CorrectionNotice.objects.exists()
    assert arrives() == 1
    [info] = corrections_of(LIU)
    assert (info.awaits_data, [one.consumer for one in info.told]) == (False, ["120040"])


@pytest.mark.parametrize("name", ["reject", "confirm"])
def test_where_the_value_was_right_or_is_looked_at_nothing_happens(name: str) -> None:
    close(report(told()), name)
    assert arrives() == 0
    assert not CorrectionNotice.objects.exists()


def test_the_source_says_that_data_fed_before_it_closed_is_right_already() -> None:
    number = report(told())
    close(number)
    owner = cast_actor(OWNER)
    with pytest.raises(NotNow):
        operations.confirm_data(actor=owner, number=number, now=NOW)
    arrives(as_of=NOW - HOUR, snapshot="before")
    with pytest.raises(NotPermitted):
        operations.confirm_data(actor=cast_actor("steward_gjj"), number=number, now=NOW)
    with pytest.raises(NotFound):
        operations.confirm_data(actor=cast_actor("outsider"), number=number, now=NOW)
    operations.confirm_data(actor=owner, number=number, now=NOW)
    assert uses_told() == {("120040", "relief-status", "办件-1")}
    with pytest.raises(NotNow):
        operations.confirm_data(actor=owner, number=number, now=NOW)
    assert Correction.objects.get().events.filter(name="confirm_data").count() == 1


def test_a_later_answer_from_the_new_data_closes_it_whatever_its_case() -> None:
    close(report(told()))
    arrives()
    told(at=NOW + 2 * HOUR, as_of=OLD)
    told(at=NOW + 2 * HOUR, as_of=None, answer="UNKNOWN", reason="SOURCE_UNREACHABLE")
    told(at=NOW + 2 * HOUR, as_of=NOW + HOUR, service="relief-details", kind="QUERY", answer="FOUND")
    told(at=NOW + 2 * HOUR, as_of=NOW + HOUR, subject=WANG)
    told(at=NOW + 2 * HOUR, as_of=NOW + HOUR, consumer="120020")
    assert operations.follow_up(now=NOW + 3 * HOUR) == 0
    fetched = told(at=NOW + 4 * HOUR, as_of=NOW + HOUR, case="另一件")
    assert operations.follow_up(now=NOW + 5 * HOUR) == 1
    notice = CorrectionNotice.objects.get(service="relief-status", consumer="120040")
    assert (str(notice.fetched_evidence), notice.fetched_at) == (fetched, NOW + 4 * HOUR)
    assert operations.follow_up(now=NOW + 6 * HOUR) == 0


def test_an_answer_in_a_batch_closes_it_too() -> None:
    close(report(told()))
    arrives()
    many = {LIU: Answer.NO_MATCH, WANG: Answer.MATCH}
    append_many(many, at=stamp(NOW + 2 * HOUR), as_of=stamp(NOW + HOUR))
    assert operations.follow_up(now=NOW + 3 * HOUR) == 1


def test_who_asked_again_before_being_told_is_told_and_closed_at_once() -> None:
    close(report(told()))
    told(at=NOW + HOUR + timedelta(seconds=5), as_of=NOW + HOUR)
    arrives()
    operations.follow_up(now=NOW + 2 * HOUR)
    assert CorrectionNotice.objects.get().fetched_at == NOW + HOUR + timedelta(seconds=5)


def test_milliseconds_of_the_ledger_make_no_answer_old() -> None:
    as_of = NOW + HOUR + timedelta(microseconds=456_789)
    close(report(told()))
    arrives(as_of=as_of)
    told(at=as_of + HOUR, as_of=as_of)
    assert operations.follow_up(now=as_of + 2 * HOUR) == 1


def test_records_that_come_in_late_are_told_late_and_once() -> None:
    close(report(told()))
    arrives()
    told(consumer="120020", at=NOW - HOUR)
    last = told(at=NOW - timedelta(minutes=30))
    for _ in range(2):
        operations.follow_up(now=NOW + 2 * HOUR)
    assert uses_told() == {("120040", "relief-status", "办件-1"), ("120020", "relief-status", "办件-1")}
    assert str(CorrectionNotice.objects.get(consumer="120040").evidence) == last
    assert Event.objects.filter(topic=DATA_CORRECTED).count() == 2


def test_the_event_comes_twice_and_nobody_is_told_twice() -> None:
    close(report(told()))
    payload = {"resource": RESOURCE, "snapshot": "s2", "as_of": (NOW + HOUR).isoformat(), "run": "r", "rows": 1}
    for _ in range(3):
        heard.let_corrections_reach_consumers(payload)
    assert (DataArrival.objects.count(), CorrectedData.objects.count(), CorrectionNotice.objects.count()) == (1, 1, 1)
    assert Event.objects.filter(topic=DATA_CORRECTED).count() == 1
    assert Notice.objects.filter(kind="sharing.corrected").count() == 1


def test_a_worker_that_dies_in_the_middle_tells_all_the_next_time() -> None:
    close(report(told()))
    told(consumer="120020")
    with transaction.atomic():
        arrives()
        transaction.set_rollback(True)
    assert not CorrectionNotice.objects.exists()
    assert not Event.objects.filter(topic=DATA_CORRECTED).exists()
    assert arrives() == 1
    assert CorrectionNotice.objects.count() == 2


def test_programs_hear_of_it_without_a_word_about_the_person() -> None:
    evidence = told()
    close(report(evidence))
    arrives()
    payload = Event.objects.get(topic=DATA_CORRECTED).payload
    assert set(payload) == {"notice", "consumer", "service", "case", "evidence", "corrected_at"}
    assert (payload["consumer"], payload["case"], payload["evidence"]) == ("120040", "办件-1", evidence)


def test_the_gateway_reads_it_by_organisation_and_finds_no_person() -> None:
    evidence = told()
    close(report(evidence))
    arrives()
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM gateway_correction_notice")
        names = [column.name for column in cursor.description]
        [row] = cursor.fetchall()
    seen = dict(zip(names, row, strict=True))
    assert names == ["id", "organisation", "service", "of_case", "evidence", "corrected_at", "fetched_at"]
    assert (seen["organisation"], seen["of_case"], str(seen["evidence"])) == ("120040", "办件-1", evidence)


def test_each_sees_the_notices_that_are_theirs() -> None:
    number = report(told())
    told(consumer="120020", case="人社-1")
    close(number)
    arrives()
    row = Correction.objects.get()
    asker = cast_actor("steward_gjj")
    for username, count in (("approver_mzj", 2), ("operator", 2), ("auditor", 2), ("steward_gjj", 1), ("outsider", 0)):
        assert corrected.notices_of(cast_actor(username), row).count() == count, username
    assert [notice.consumer for notice in corrected.visible_notices(asker)] == ["120040"]
    assert corrected.notices_to_fetch(asker) == 1
    assert not corrected.visible_notices(make_actor("nobody")).exists()


CONSUMERS, SERVICES, CASES = ["120040", "120020"], ["relief-status", "relief-details"], ["A", "B"]
ANSWERS = st.lists(
    st.tuples(
        st.sampled_from([LIU, WANG]),
        st.sampled_from(CONSUMERS),
        st.sampled_from(SERVICES),
        st.sampled_from(CASES),
        st.booleans(),
        st.sampled_from(["MATCH", "SILENT"]),
    ),
    max_size=10,
)


def _play(answers: list[tuple[bytes, str, str, str, bool, str]]) -> Iterator[tuple[bytes, str, str, str, bool]]:
    """Put the answers into the ledger in their order; yield those that say something of the person."""
    for number, (subject, consumer, service, case, is_new, what) in enumerate(answers):
        silent: dict[str, Any] = {"answer": "UNKNOWN", "reason": "SOURCE_UNREACHABLE"} if what == "SILENT" else {}
        as_of, start = (NOW + HOUR, NOW + 2 * HOUR) if is_new else (OLD, OLD)
        at = start + timedelta(seconds=number)
        of: dict[str, Any] = {"subject": subject, "consumer": consumer, "service": service, "case": case}
        told(at=at, as_of=None if silent else as_of, **of, **silent)
        if what != "SILENT":
            yield subject, consumer, service, case, is_new


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(answers=ANSWERS, batches=st.booleans(), twice=st.booleans())
def test_told_are_exactly_the_uses_of_the_old_value_and_closed_exactly_those_asked_anew(
    answers: list[tuple[bytes, str, str, str, bool, str]], batches: bool, twice: bool
) -> None:
    with transaction.atomic():
        evidence = told(consumer="120040", service="relief-status", case="A")
        spoke = [(LIU, "120040", "relief-status", "A", False), *_play(answers)]
        if batches:
            append_many({LIU: Answer.MATCH}, consumer="120020", case="M", at=stamp(OLD), as_of=stamp(OLD))
            spoke.append((LIU, "120020", "relief-status", "M", False))
        close(report(evidence))
        arrives()
        for _ in range(2 if twice else 1):
            operations.follow_up(now=NOW + 3 * HOUR)
        old = {(who, service, case) for subject, who, service, case, is_new in spoke if subject == LIU and not is_new}
        anew = {(who, service) for subject, who, service, _case, is_new in spoke if subject == LIU and is_new}
        assert uses_told() == old
        assert CorrectionNotice.objects.count() == len(old)
        closed = CorrectionNotice.objects.exclude(fetched_at=None).values_list("consumer", "service", "case")
        assert set(closed) == {use for use in old if use[:2] in anew}
        assert Event.objects.filter(topic=DATA_CORRECTED).count() == len(old)
        transaction.set_rollback(True)


def test_a_forged_number_is_nothing() -> None:
    with pytest.raises(NotFound):
        operations.confirm_data(actor=cast_actor(OWNER), number=str(uuid.uuid4()), now=NOW)
