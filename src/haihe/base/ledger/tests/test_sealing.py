"""Records are sealed in signed batches that form a chain, and one record can be proved offline."""

import pytest
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st
from pytest_django import DjangoDbBlocker

from haihe.base.keys.api import keyring
from haihe.base.ledger import api as ledger
from haihe.base.ledger import operations
from haihe.base.ledger.models import Batch
from haihe.base.ledger.testing import append_records, make_refusal
from haihe.kernel.ledger_proof import header_hash, public_key_hex, read_header


def seal() -> Batch:
    batch = ledger.seal_pending(now=timezone.now())
    assert batch is not None
    return batch


@pytest.mark.django_db
def test_nothing_to_seal_makes_no_batch() -> None:
    assert ledger.seal_pending(now=timezone.now()) is None


@pytest.mark.django_db
def test_each_batch_points_to_the_one_before() -> None:
    append_records(3)
    first = seal()
    append_records(2)
    second = seal()
    assert read_header(second.header).previous == header_hash(first.header)
    assert (first.number, first.size, second.number, second.size) == (1, 3, 2, 2)
    assert ledger.seal_pending(now=timezone.now()) is None


@pytest.mark.django_db
def test_a_long_backlog_is_sealed_in_several_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(operations, "BATCH_RECORDS", 4)
    append_records(10)
    sizes = []
    while batch := ledger.seal_pending(now=timezone.now()):
        sizes.append(batch.size)
    assert sizes == [4, 4, 2]
    assert ledger.audit().clean


@pytest.mark.django_db
def test_the_figures_add_sealed_and_unsealed() -> None:
    append_records(3)
    append_records(2, answer="NO_MATCH")
    seal()
    ledger.append([make_refusal()])
    counts = ledger.counts()
    assert (counts.total, counts.sealed, counts.unsealed, counts.batches) == (6, 5, 1, 1)
    assert (counts.match, counts.no_match, counts.unknown, counts.refused) == (3, 2, 0, 1)
    assert counts.last_sealed_at is not None


@pytest.mark.django_db
def test_every_sealed_record_can_be_proved_with_the_public_key_alone() -> None:
    evidence = append_records(13)
    seal()
    key = public_key_hex(keyring().ledger_private_key)
    for number in evidence:
        verdict = ledger.verify_export(ledger.export(number), public_key=key)
        assert verdict.valid, verdict.reason
        assert verdict.key_is_trusted
        assert verdict.record is not None
        assert verdict.record["evidence"] == number


@pytest.mark.django_db
def test_a_record_without_seal_has_no_proof_yet() -> None:
    [evidence] = append_records(1)
    with pytest.raises(ledger.NotSealedYet):
        ledger.export(evidence)
    with pytest.raises(ledger.NotRecorded):
        ledger.export("01900000-0000-7000-8000-000000000001")
    with pytest.raises(ledger.NotRecorded):
        ledger.export("../../etc/passwd")


@pytest.mark.django_db
def test_a_proof_signed_with_another_key_is_refused_by_who_knows_the_right_one() -> None:
    [evidence] = append_records(1)
    seal()
    data = ledger.export(evidence)
    assert ledger.verify_export(data).valid
    assert not ledger.verify_export(data).key_is_trusted
    assert not ledger.verify_export(data, public_key="ab" * 32).valid


@pytest.fixture(scope="module")
def proof(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> bytes:
    from django.db import transaction

    with django_db_blocker.unblock(), transaction.atomic():
        evidence = append_records(5)
        seal()
        data = ledger.export(evidence[2])
        transaction.set_rollback(True)
    return data


@given(st.data())
@settings(max_examples=400, deadline=None)
def test_any_altered_byte_makes_a_proof_invalid(proof: bytes, data: st.DataObject) -> None:
    assert ledger.verify_export(proof).valid
    place = data.draw(st.integers(0, len(proof) - 1))
    byte = data.draw(st.integers(0, 255).filter(lambda b: b != proof[place]))
    assert not ledger.verify_export(proof[:place] + bytes([byte]) + proof[place + 1 :]).valid


def test_every_byte_of_a_proof_matters(proof: bytes) -> None:
    for place, byte in enumerate(proof):
        altered = proof[:place] + bytes([byte ^ 0x20]) + proof[place + 1 :]
        assert not ledger.verify_export(altered).valid, (place, chr(byte))
        assert not ledger.verify_export(proof[:place] + proof[place + 1 :]).valid, place


@given(st.binary(max_size=300) | st.text().map(str.encode))
def test_no_file_makes_the_check_crash(data: bytes) -> None:
    assert not ledger.verify_export(data).valid
