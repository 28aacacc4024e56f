"""The shipper brings every record to the ledger exactly once, whatever fails on the way."""

from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import psycopg
import pytest

from haihe.gateway.journal import Batch, Journal
from haihe.gateway.packed import PackedRecord, pack
from haihe.gateway.record import BATCH_VERIFY, REFUSED, Record, Uses, encode_record
from haihe.gateway.shipper import ship, ship_all
from haihe.kernel import packed_uses

type Connection = psycopg.Connection[tuple[object, ...]]


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[Journal]:
    with Journal(tmp_path / "journal", map_size=16 << 20) as journal:
        yield journal


@pytest.fixture
def database(stand_in: str) -> Iterator[Connection]:
    with psycopg.connect(stand_in, autocommit=True) as connection:
        yield connection


def write(journal: Journal, first: int, last: int) -> list[str]:
    evidence = [f"00000000-0000-7000-8000-{number:012}" for number in range(first, last)]
    records = [encode_record(Record(at="2026-11-23T00:00:00.000Z", evidence=one, kind=REFUSED)) for one in evidence]
    for start in range(0, len(records), 3):
        journal.commit(Batch(records[start : start + 3]))
    return evidence


def ledger(database: Connection) -> list[str]:
    return [str(row[0]) for row in database.execute("SELECT evidence FROM ledger_record ORDER BY seq")]


def test_all_is_shipped_in_order_and_the_journal_emptied(journal: Journal, database: Connection) -> None:
    evidence = write(journal, 0, 20)
    shipped = ship_all(journal, database, batch=7)
    assert (shipped.records, shipped.left, shipped.oldest_at) == (20, 0, None)
    assert ledger(database) == evidence
    assert ship(journal, database) == 0


def test_what_was_appended_but_not_deleted_is_not_appended_again(journal: Journal, database: Connection) -> None:
    """As after a kill between the two."""
    evidence = write(journal, 0, 9)
    records = [record.decode() for record in journal.oldest(at_most=100).records]
    database.execute("SELECT ledger_append(%s::text[])", (records,))
    ship_all(journal, database)
    assert ledger(database) == evidence
    assert journal.backlog().records == 0


def test_records_of_many_are_shipped_with_what_they_seal(journal: Journal, database: Connection) -> None:
    keys = [bytes([n]) * 16 for n in range(3)]
    seed, uses = b"s" * 32, packed_uses.pack(keys, b"\x00\x01\x04")
    told = Uses(answers={"MATCH": 1}, refused=0, root=packed_uses.root(seed, uses).hex(), size=3)
    evidence = "00000000-0000-7000-8000-000000000099"
    record = encode_record(Record(at="2026-11-23T00:00:00.000Z", evidence=evidence, kind=BATCH_VERIFY, uses=told))
    for _ in range(2):
        # The second time as after a kill between appending and deleting.
        journal.commit(Batch([], packed=[pack(PackedRecord(record, seed, uses))]))
        shipped = ship_all(journal, database)
        assert (shipped.records, shipped.left) == (1, 0)
    assert database.execute("SELECT seed, uses FROM ledger_packed").fetchall() == [(seed, uses)]
    found = database.execute("SELECT subject, place FROM ledger_use ORDER BY place").fetchall()
    assert found == [(UUID(bytes=key), place) for place, key in enumerate(keys)]


def test_a_refusing_database_leaves_the_journal_whole(journal: Journal, database: Connection) -> None:
    evidence = write(journal, 0, 4)
    database.execute("ALTER TABLE ledger_record RENAME TO away")
    with pytest.raises(psycopg.Error):
        ship_all(journal, database)
    assert journal.backlog().records == 4
    database.execute("ALTER TABLE away RENAME TO ledger_record")
    ship_all(journal, database)
    assert ledger(database) == evidence


def test_it_stops_when_told_and_says_what_is_left(journal: Journal, database: Connection) -> None:
    write(journal, 0, 4)
    shipped = ship_all(journal, database, stop=lambda: True)
    assert (shipped.records, shipped.left, shipped.oldest_at) == (0, 4, "2026-11-23T00:00:00.000Z")
