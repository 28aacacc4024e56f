"""Many uses in one record: each person finds and proves their own, nobody another's, and no change goes unseen."""

import json
from uuid import UUID

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.utils import DatabaseError

from haihe.base.ledger import api as ledger
from haihe.base.ledger.packed_audit import fault_of
from haihe.base.ledger.queries import NotRecorded
from haihe.base.ledger.testing import AT, append_many, append_records, make_body, tamper
from haihe.kernel import canonical, ledger_proof, merkle, packed_uses
from haihe.kernel.answers import Answer

pytestmark = pytest.mark.django_db
KEYS = [bytes([n]) * 16 for n in range(1, 8)]
ANSWERS = dict(zip(KEYS, [Answer.MATCH, Answer.NO_MATCH, Answer.UNKNOWN, *[Answer.NO_MATCH] * 4], strict=True))


def sealed() -> str:
    evidence = append_many(ANSWERS)
    append_records(2)
    assert ledger.seal_pending(now=AT)
    return evidence


def test_each_person_finds_their_own_use_among_the_others() -> None:
    alone = append_records(1, subject=KEYS[0].hex())
    many = append_many(ANSWERS)
    newest = ledger.uses_of_subject(KEYS[0])
    assert [entry.evidence for entry in newest] == [many, *alone]
    assert (newest[0].subject, newest[0].answer, newest[0].reason) == (KEYS[0].hex(), "MATCH", None)
    assert [(e.answer, e.reason) for e in ledger.uses_of_subject(KEYS[2])] == [("UNKNOWN", "SOURCE_STALE")]
    assert ledger.uses_of_subject(bytes(16)) == []


def test_pages_of_uses_follow_one_another() -> None:
    given = [append_many(ANSWERS) if n % 2 else append_records(1, subject=KEYS[1].hex())[0] for n in range(7)]
    seen: list[str] = []
    before = None
    while page := ledger.uses_of_subject(KEYS[1], before=before, limit=2):
        seen += [entry.evidence for entry in page]
        before = page[-1].seq
    assert seen == given[::-1]


def test_the_record_says_of_one_person_only_what_concerns_them() -> None:
    evidence = append_many(ANSWERS)
    told = ledger.use_of_subject(evidence, KEYS[1])
    assert told is not None
    assert told.answer == "NO_MATCH"
    assert ledger.use_of_subject(evidence, bytes(16)) is None
    assert ledger.use_of_subject(append_records(1, subject=KEYS[1].hex())[0], KEYS[2]) is None


def test_one_persons_proof_is_good_by_itself_and_names_nobody_else() -> None:
    evidence = sealed()
    for key, answer in ANSWERS.items():
        data = ledger.export_use(evidence, key)
        verdict = ledger.verify_export(data)
        assert verdict.valid
        assert verdict.record is not None
        assert (verdict.record["subject"], verdict.record["answer"]) == (key.hex(), answer)
        others = [other for other in KEYS if other != key]
        assert not any(other.hex().encode() in data for other in others)
        # Nor can who knows another's key find out what that one was told.
        path = json.loads(data)["use"]["path"]
        salt = bytes.fromhex(json.loads(data)["use"]["salt"])
        guesses = {merkle.leaf_hash(s + o + bytes([c])).hex() for s in (b"", salt) for o in others for c in range(5)}
        assert not guesses & set(path)


def test_the_whole_record_is_proved_too_and_without_persons() -> None:
    data = ledger.export(sealed())
    assert ledger.verify_export(data).valid
    assert not any(key.hex().encode() in data for key in KEYS)


def test_a_proof_of_one_use_is_refused_whatever_is_changed_in_it() -> None:
    told = json.loads(ledger.export_use(sealed(), KEYS[3]))
    use = told["use"]
    for change in (
        {"answer": "MATCH"},
        {"subject": KEYS[4].hex()},
        {"salt": "00" * 16},
        {"index": use["index"] + 1},
        {"path": use["path"][1:]},
        {"reason": "SOURCE_STALE"},
        {"answer": None},
        {"index": True},
        {"more": 1},
    ):
        assert not ledger.verify_export(canonical.dumps({**told, "use": {**use, **change}})).valid
    assert not ledger.verify_export(canonical.dumps({**told, "use": None})).valid
    assert not ledger.verify_export(canonical.dumps({**told, "format": ledger_proof.PROOF_FORMAT})).valid
    alone = append_records(1)[0]
    assert ledger.seal_pending(now=AT)
    single = json.loads(ledger.export(alone))
    assert not ledger.verify_export(
        canonical.dumps({**single, "format": ledger_proof.USE_PROOF_FORMAT, "use": use})
    ).valid


def test_every_byte_of_a_proof_counts() -> None:
    data = ledger.export_use(sealed(), KEYS[0])
    for place in range(0, len(data), 7):
        altered = data[:place] + bytes([data[place] ^ 1]) + data[place + 1 :]
        assert not ledger.verify_export(altered).valid


def test_who_is_not_in_it_gets_no_proof() -> None:
    evidence = sealed()
    with pytest.raises(NotRecorded):
        ledger.export_use(evidence, bytes(16))


def test_the_audit_is_clean_and_finds_each_change() -> None:
    sealed()
    assert ledger.audit().clean
    forged = packed_uses.pack(KEYS, bytes(7))
    for statement, values in (
        ("UPDATE ledger_packed SET uses = %s", [forged]),
        ("UPDATE ledger_packed SET seed = %s", [b"x" * 32]),
        ("UPDATE ledger_use SET subject = %s WHERE place = 2", [str(UUID(int=5))]),
        ("DELETE FROM ledger_use WHERE place = 3", []),
        ("DELETE FROM ledger_packed", []),
    ):
        with transaction.atomic():
            tamper(statement, *values)
            (finding,) = ledger.audit().findings
            assert finding.kind == "USES_DIFFER"
            transaction.set_rollback(True)
    assert ledger.audit().clean


def test_counts_that_lie_are_found() -> None:
    told = {"answers": {"MATCH": 7, "NO_MATCH": 0, "UNKNOWN": 0}, "refused": 0, "size": 7}
    seed, packed = bytes(32), packed_uses.pack(KEYS, bytes([1] * 7))
    body = make_body(
        kind="BATCH_VERIFY", answer=None, subject=None, uses=told | {"root": packed_uses.root(seed, packed).hex()}
    )
    with connection.cursor() as cursor:
        cursor.execute("SELECT ledger_append_packed(%s, %s, %s)", [[body.decode()], [seed], [packed]])
        cursor.execute("SELECT max(seq) FROM ledger_record")
        (seq,) = cursor.fetchone()
    assert fault_of(seq, body.decode()) == "its counts say something else than its uses"


@pytest.mark.parametrize("table", ["ledger_packed", "ledger_use"])
def test_both_tables_only_grow(table: str) -> None:
    append_many(ANSWERS)
    for statement in (f"DELETE FROM {table}", f"UPDATE {table} SET seq = seq", f"TRUNCATE {table} CASCADE"):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)


def test_a_record_of_many_is_appended_once_and_whole() -> None:
    seed, packed = bytes(32), packed_uses.pack(KEYS, bytes(7))
    told = {"answers": {"MATCH": 7}, "refused": 0, "root": packed_uses.root(seed, packed).hex(), "size": 7}
    body = make_body(kind="BATCH_VERIFY", answer=None, subject=None, uses=told).decode()
    with connection.cursor() as cursor:
        added = []
        for _ in range(2):
            cursor.execute("SELECT ledger_append_packed(%s, %s, %s)", [[body], [seed], [packed]])
            added += cursor.fetchone()
        assert added == [1, 0]
        seeds: list[bytes]
        for seeds, uses in (([seed], packed[17:]), ([seed], b""), ([], packed)):
            with pytest.raises((IntegrityError, DatabaseError)), transaction.atomic():
                cursor.execute(
                    "SELECT ledger_append_packed(%s::text[], %s::bytea[], %s::bytea[])", [[body], seeds, [uses]]
                )
    assert len(ledger.uses_of_subject(KEYS[0])) == 1


def test_the_figures_count_each_answer() -> None:
    append_many(ANSWERS)
    append_records(1)
    counts = ledger.counts()
    assert (counts.total, counts.match, counts.no_match, counts.unknown) == (2, 2, 5, 1)
    assert ledger.seal_pending(now=AT)
    assert (ledger.counts().unsealed, ledger.counts().no_match) == (0, 5)
    today = ledger.counts_by_day(now=AT)[-1]
    assert (today.match, today.no_match, today.unknown) == (2, 5, 1)


def test_a_use_belongs_to_a_record_of_many() -> None:
    append_many(ANSWERS)
    with connection.cursor() as cursor, pytest.raises(DatabaseError, match="no record of many"), transaction.atomic():
        cursor.execute("INSERT INTO ledger_use SELECT subject, seq + 1000000, place FROM ledger_use")
