"""Records are added once and never changed, whatever the statement."""

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from haihe.base.ledger import api as ledger
from haihe.base.ledger.models import Record
from haihe.base.ledger.testing import AT, append_records, make_body, make_refusal
from haihe.kernel.canonical import NotCanonical

pytestmark = pytest.mark.django_db


def test_an_appended_record_is_read_back_as_an_entry() -> None:
    [evidence] = append_records(1)
    entry = ledger.entry(evidence)
    assert entry is not None
    assert (entry.evidence, entry.at, entry.kind, entry.answer) == (evidence, AT, "VERIFY", "MATCH")
    assert (entry.consumer, entry.owner, entry.fields, entry.sealed) == ("120040", "120012", ("on_relief",), False)


def test_appending_the_same_record_again_adds_nothing() -> None:
    one, other = make_body(), make_refusal()
    assert ledger.append([one]) == 1
    assert ledger.append([one, other, other]) == 1
    assert Record.objects.count() == 2


def test_the_same_evidence_with_another_body_is_refused_whole() -> None:
    body = make_body(evidence="01900000-0000-7000-8000-00000000000a")
    ledger.append([body])
    with pytest.raises(IntegrityError, match="already recorded"), transaction.atomic():
        ledger.append([make_body(), make_body(evidence="01900000-0000-7000-8000-00000000000a", answer="NO_MATCH")])
    assert list(Record.objects.values_list("body", flat=True)) == [body.decode()]


@pytest.mark.parametrize(
    "changes",
    [
        {"evidence": None},
        {"evidence": "one"},
        {"at": None},
        {"at": "yesterday"},
        {"kind": "PEEK"},
        {"answer": "PERHAPS"},
        {"answer": None},
        {"subject": "120101199001011237"},
        {"purpose": "x" * 20_000},
    ],
)
def test_a_body_the_ledger_has_no_place_for_is_refused(changes: dict[str, object]) -> None:
    with pytest.raises(DatabaseError), transaction.atomic():
        ledger.append([make_body(**changes)])
    assert not Record.objects.exists()


@pytest.mark.parametrize(
    "word", ["\0", "a\0b", "\\u0000", "\x01\x7f", "😀", "\ufffe", "'; DROP TABLE ledger_record; --"]
)
def test_no_word_that_a_stranger_wrote_keeps_the_ledger_from_taking_it(word: str) -> None:
    body = make_refusal(service=word, case=word, client=word)
    ledger.append([body, make_body()])
    assert ledger.append([body]) == 0
    assert ledger.seal_pending(now=AT) is not None
    [told] = ledger.entries(ledger.Filters(kind="REFUSED"))
    assert told.case == word
    assert ledger.audit().clean


def test_a_body_that_is_not_canonical_is_refused() -> None:
    with pytest.raises(NotCanonical):
        ledger.append([make_body() + b"\n"])


@pytest.mark.parametrize("table", ["ledger_record", "ledger_batch"])
@pytest.mark.parametrize(
    "statement", ["DELETE FROM {}", "DELETE FROM {} WHERE false", "TRUNCATE {}", "TRUNCATE {} CASCADE"]
)
def test_nothing_is_deleted(table: str, statement: str) -> None:
    # What other tables point to can't be truncated alone in any case.
    with (
        pytest.raises(DatabaseError, match=r"append-only|foreign key"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement.format(table))


@pytest.mark.parametrize(
    "statement", ["UPDATE ledger_record SET body = '{}'", "UPDATE ledger_batch SET signature = ''"]
)
def test_nothing_is_updated(statement: str) -> None:
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


def test_a_column_cannot_be_written_apart_from_the_body() -> None:
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("INSERT INTO ledger_record (body, answer) VALUES (%s, 'NO_MATCH')", [make_body().decode()])
