"""A record that commits late, with a lower number than others, is never left without a seal."""

from collections.abc import Iterator

import psycopg
import pytest
from django.conf import settings
from django.utils import timezone

from haihe.base.ledger import api as ledger
from haihe.base.ledger import operations
from haihe.base.ledger.testing import append_records, empty_ledger, make_body

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def other() -> Iterator[psycopg.Connection[tuple[object, ...]]]:
    """A second, real connection."""
    with psycopg.connect(settings.HAIHE.database_url) as connection:
        yield connection
    empty_ledger()


def append_by(connection: psycopg.Connection[tuple[object, ...]], body: bytes) -> None:
    connection.execute("SELECT ledger_append(%s::text[])", [[body.decode()]])


def test_sealing_waits_for_a_writer_whose_number_is_lower(
    other: psycopg.Connection[tuple[object, ...]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(operations, "_WAIT_FOR_WRITERS_MS", 200)
    append_by(other, make_body())
    append_records(1)
    with pytest.raises(ledger.WritersBusy):
        ledger.seal_pending(now=timezone.now())

    other.commit()
    batch = ledger.seal_pending(now=timezone.now())
    assert batch is not None
    assert batch.size == 2
    assert ledger.audit().clean


def test_a_writer_who_gives_up_leaves_a_gap_that_is_no_finding(other: psycopg.Connection[tuple[object, ...]]) -> None:
    append_by(other, make_body())
    append_records(1)
    other.rollback()
    append_records(1)
    batch = ledger.seal_pending(now=timezone.now())
    assert batch is not None
    assert (batch.size, batch.last_seq - batch.first_seq) == (2, 1)
    assert ledger.audit().clean


def test_writers_never_wait_for_each_other(other: psycopg.Connection[tuple[object, ...]]) -> None:
    append_by(other, make_body())
    append_records(3)
    other.commit()
    assert ledger.counts().total == 4
