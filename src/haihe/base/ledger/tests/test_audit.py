"""Whatever an intruder with a superuser's rights changes, the audit names it."""

from collections.abc import Iterator

import pytest
from django.conf import settings as django_settings
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pytest_django import DjangoCaptureOnCommitCallbacks

from haihe.base.ledger import api as ledger
from haihe.base.ledger import witness
from haihe.base.ledger.models import Batch, Record
from haihe.base.ledger.testing import append_records, make_body, tamper

pytestmark = pytest.mark.django_db


@pytest.fixture
def sealed(django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks) -> Iterator[list[str]]:
    evidence = []
    with django_capture_on_commit_callbacks(execute=True):
        for size in (5, 3, 4):
            evidence += append_records(size)
            ledger.seal_pending(now=timezone.now())
    yield evidence
    (django_settings.HAIHE.data_dir / witness.FILE_NAME).unlink(missing_ok=True)


def found() -> list[tuple[str, str | None]]:
    return [(finding.kind, finding.evidence) for finding in ledger.audit().findings]


def batches_found() -> list[tuple[str, int | None]]:
    return [(finding.kind, finding.batch) for finding in ledger.audit().findings]


def test_an_untouched_ledger_is_clean(sealed: list[str]) -> None:
    append_records(2)
    report = ledger.audit()
    assert report.clean
    assert (report.batches, report.sealed, report.unsealed) == (3, 12, 2)
    assert report.last_sealed_at is not None


def test_an_empty_ledger_is_clean() -> None:
    assert ledger.audit().clean


@given(place=st.integers(0, 11), answer=st.sampled_from(["NO_MATCH", "UNKNOWN"]))
@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_an_altered_record_is_named_exactly(sealed: list[str], place: int, answer: str) -> None:
    evidence = sealed[place]
    before = Record.objects.get(evidence=evidence).body
    tamper(
        "UPDATE ledger_record SET body = replace(body, '\"MATCH\"', %s) WHERE evidence = %s", f'"{answer}"', evidence
    )
    assert found() == [("ALTERED", evidence)]
    with pytest.raises(ledger.SealBroken):
        ledger.export(evidence)
    tamper("UPDATE ledger_record SET body = %s WHERE evidence = %s", before, evidence)


def test_a_change_of_spaces_alone_is_a_change(sealed: list[str]) -> None:
    tamper("UPDATE ledger_record SET body = body || ' ' WHERE evidence = %s", sealed[7])
    assert found() == [("ALTERED", sealed[7])]


@pytest.mark.parametrize("place", [0, 4, 5, 11])
def test_a_deleted_record_is_named(sealed: list[str], place: int) -> None:
    tamper("DELETE FROM ledger_record WHERE evidence = %s", sealed[place])
    assert found() == [("MISSING", sealed[place])]


def test_two_records_that_changed_places_are_both_named(sealed: list[str]) -> None:
    first, second = (Record.objects.get(evidence=evidence) for evidence in sealed[1:3])
    tamper("UPDATE ledger_record SET body = %s WHERE seq = %s", make_body().decode(), first.seq)
    tamper("UPDATE ledger_record SET body = %s WHERE seq = %s", first.body, second.seq)
    tamper("UPDATE ledger_record SET body = %s WHERE seq = %s", second.body, first.seq)
    assert found() == [("ALTERED", sealed[1]), ("ALTERED", sealed[2])]


@pytest.mark.parametrize("place", ["before the first", "where one was"])
def test_a_record_slipped_in_is_named(sealed: list[str], place: str) -> None:
    seq = Record.objects.get(evidence=sealed[6]).seq
    tamper("DELETE FROM ledger_record WHERE seq = %s", seq)
    forged = make_body(evidence="01900000-0000-7000-8000-0000000000ff")
    tamper(
        "INSERT INTO ledger_record (seq, body) OVERRIDING SYSTEM VALUE VALUES (%s, %s)",
        -7 if place == "before the first" else seq,
        forged.decode(),
    )
    if place == "where one was":
        assert found() == [("ALTERED", sealed[6])]
    else:
        assert found() == [("FORGED", "01900000-0000-7000-8000-0000000000ff"), ("MISSING", sealed[6])]


def test_a_column_made_to_differ_from_its_text_is_named(sealed: list[str]) -> None:
    tamper("ALTER TABLE ledger_record ALTER COLUMN consumer DROP EXPRESSION")
    tamper("UPDATE ledger_record SET consumer = '120030' WHERE evidence = %s", sealed[3])
    assert found() == [("COLUMNS_DIFFER", sealed[3])]


def test_a_missing_batch_breaks_the_chain(sealed: list[str]) -> None:
    tamper("DELETE FROM ledger_batch WHERE number = 2")
    assert ("CHAIN_BROKEN", 3) in batches_found()


@pytest.mark.parametrize(
    "change",
    [
        "header = replace(header, '\"MATCH\":3', '\"MATCH\":2')",
        "header = replace(header, '\"size\":3', '\"size\":2')",
        "signature = repeat('0', 128)",
        "public_key = repeat('0', 64)",
    ],
)
def test_an_altered_seal_is_named(sealed: list[str], change: str) -> None:
    tamper(f"UPDATE ledger_batch SET {change} WHERE number = 2")
    assert ("BATCH_BROKEN", 2) in batches_found()


def test_an_altered_member_list_hides_nothing(sealed: list[str]) -> None:
    tamper(
        "UPDATE ledger_batch SET members = set_byte(members, 30, (get_byte(members, 30) + 1) %% 256) WHERE number = 1"
    )
    [finding] = ledger.audit().findings
    assert (finding.kind, finding.batch) == ("BATCH_BROKEN", 1)
    assert "records are intact" in finding.detail
    tamper("UPDATE ledger_record SET body = body || ' ' WHERE evidence = %s", sealed[0])
    [finding] = ledger.audit().findings
    assert "altered too" in finding.detail


def test_batches_cut_off_the_end_are_missed_by_the_witness(sealed: list[str]) -> None:
    last = Batch.objects.get(number=3)
    tamper("DELETE FROM ledger_record WHERE seq >= %s", last.first_seq)
    tamper("DELETE FROM ledger_batch WHERE number = 3")
    [finding] = ledger.audit().findings
    assert (finding.kind, finding.batch) == ("CHAIN_BROKEN", 3)


def test_a_damaged_witness_is_named(sealed: list[str]) -> None:
    (django_settings.HAIHE.data_dir / witness.FILE_NAME).write_text("{")
    assert [kind for kind, _ in batches_found()] == ["CHAIN_BROKEN"]
