"""The journal keeps what was committed, gives it to the shipper in order, and forgets only what it was told to."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from haihe.gateway.journal import Batch, Journal, JournalError
from haihe.gateway.packed import PackedRecord, pack, unpack


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[Journal]:
    with Journal(tmp_path / "journal", map_size=16 << 20) as journal:
        yield journal


def batch(
    *records: bytes, minute: int = 5, nonces: int = 0, quotas: dict[str, int] | None = None, day: int = 1
) -> Batch:
    prints = {minute: [n.to_bytes(8, "big") for n in range(nonces)]} if nonces else {}
    return Batch(list(records), prints, quotas or {}, day)


def test_batches_come_back_in_order(journal: Journal) -> None:
    journal.commit(batch(b"1", b"2"))
    journal.commit(batch(b"3"))
    assert journal.oldest(at_most=10).records == [b"1", b"2", b"3"]
    assert journal.backlog() == (3, b"1")


def test_a_shipment_is_whole_batches_and_at_least_one(journal: Journal) -> None:
    for records in ([b"1", b"2", b"3"], [b"4"], [b"5"]):
        journal.commit(batch(*records))
    assert journal.oldest(at_most=1).records == [b"1", b"2", b"3"]
    assert journal.oldest(at_most=4).records == [b"1", b"2", b"3", b"4"]


def test_what_was_removed_is_gone_and_the_rest_is_not(journal: Journal) -> None:
    for record in (b"1", b"2", b"3"):
        journal.commit(batch(record))
    journal.remove(journal.oldest(at_most=2).keys)
    assert journal.oldest(at_most=10).records == [b"3"]
    assert journal.backlog() == (1, b"3")


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=30)
@given(st.lists(st.lists(st.binary(min_size=1, max_size=9).filter(lambda r: b"\n" not in r), max_size=4), max_size=8))
def test_nothing_is_lost_and_nothing_comes_twice(tmp_path: Path, batches: list[list[bytes]]) -> None:
    with Journal(tmp_path / "journal", map_size=16 << 20) as journal:
        journal.remove(journal.oldest(at_most=1 << 30).keys)
        for records in batches:
            journal.commit(batch(*records))
        shipped = []
        while (shipment := journal.oldest(at_most=3)).keys:
            shipped += shipment.records
            journal.remove(shipment.keys)
        assert shipped == [record for records in batches for record in records]


def test_records_of_many_come_back_as_they_were_and_go_when_told(journal: Journal) -> None:
    one = pack(PackedRecord(b'{"at":"t"}', b"s" * 32, b"u" * 34))
    journal.commit(Batch([], packed=[one, one]))
    assert journal.backlog() == (2, b'{"at":"t"}')
    shipment = journal.oldest(at_most=1)
    assert shipment.packed == [one, one]
    assert unpack(one) == (b'{"at":"t"}', b"s" * 32, b"u" * 34)
    journal.commit(Batch([b"1"]))
    journal.remove(shipment.keys, shipment.packed_keys)
    assert journal.oldest(at_most=9).packed == []
    assert journal.backlog() == (1, b"1")


def test_a_number_never_comes_again_after_records_of_many_alone(tmp_path: Path) -> None:
    one = pack(PackedRecord(b"{}", b"s" * 32, b"u" * 17))
    with Journal(tmp_path / "journal", map_size=16 << 20) as journal:
        journal.commit(Batch([], packed=[one]))
    with Journal(tmp_path / "journal", map_size=16 << 20) as journal:
        journal.commit(Batch([], packed=[one]))
        assert len(journal.oldest(at_most=9).packed) == 2


def test_an_empty_journal_ships_nothing(journal: Journal) -> None:
    assert journal.oldest(at_most=5).empty
    assert journal.backlog() == (0, None)


def test_it_opens_again_as_it_was_left(tmp_path: Path) -> None:
    with Journal(tmp_path / "journal", map_size=16 << 20) as journal:
        journal.commit(batch(b"1", nonces=2, quotas={"grant": 7}))
        journal.remove(journal.oldest(at_most=9).keys)
    with Journal(tmp_path / "journal", map_size=16 << 20) as journal:
        journal.commit(batch(b"2", nonces=3))
        assert journal.oldest(at_most=9).records == [b"2"]
        assert len(list(journal.nonces(since_minute=5))) == 5
        assert journal.quotas(day=1) == {"grant": 7}


def test_nonces_come_back_by_minute(journal: Journal) -> None:
    journal.commit(batch(minute=4, nonces=1))
    journal.commit(batch(minute=6, nonces=2))
    assert [minute for minute, _ in journal.nonces(since_minute=0)] == [4, 6, 6]
    assert [minute for minute, _ in journal.nonces(since_minute=5)] == [6, 6]
    assert list(journal.nonces(since_minute=7)) == []


def test_old_nonces_and_quotas_are_pruned_as_it_goes(journal: Journal) -> None:
    for minute in range(200):
        journal.commit(Batch([b"r"], {minute: [b"12345678"]}, {"g": minute}, day=minute, oldest_minute=minute - 6))
    kept = [minute for minute, _ in journal.nonces(since_minute=0)]
    assert kept == list(range(kept[0], 200))
    assert kept[0] >= 120
    assert journal.quotas(day=10) == {}
    assert journal.quotas(day=199) == {"g": 199}


def test_a_full_journal_says_so_and_keeps_what_it_had(tmp_path: Path) -> None:
    with Journal(tmp_path / "journal", map_size=256 << 10) as journal:
        with pytest.raises(JournalError):
            fill(journal)
        written = journal.backlog().records
        assert written > 0
        journal.remove(journal.oldest(at_most=written).keys)
        journal.commit(batch(b"room again"))


def fill(journal: Journal) -> None:
    for _ in range(100):
        journal.commit(batch(bytes(20_000)))


def test_a_gateway_takes_room_from_the_disk_once_and_writes_into_it(tmp_path: Path) -> None:
    file = tmp_path / "data.mdb"
    with Journal(tmp_path, map_size=1 << 30) as journal:
        journal.commit(batch(b"from before"))
        journal.claim()
        taken = file.stat().st_size
        assert taken >= 15 << 20
        for _ in range(50):
            journal.commit(batch(bytes(20_000)))
        # Two commits long LMDB keeps freed pages for readers that may still look at them.
        assert file.stat().st_size < taken + (64 << 10)
        journal.remove(journal.oldest(at_most=99).keys[1:])
        assert journal.oldest(at_most=99).records == [b"from before"]
    with Journal(tmp_path, map_size=1 << 30) as journal:
        journal.claim()
        assert file.stat().st_size < taken + (64 << 10)


def test_a_second_gateway_is_turned_away(tmp_path: Path) -> None:
    with Journal(tmp_path / "journal", map_size=16 << 20) as journal:
        journal.claim()
        program = (
            "import sys; from pathlib import Path; from haihe.gateway.journal import *\n"
            "with Journal(Path(sys.argv[1]), map_size=16 << 20) as journal:\n"
            "    try: journal.claim()\n"
            "    except JournalError as fault: print(fault)"
        )
        said = subprocess.run(
            [sys.executable, "-c", program, str(tmp_path / "journal")], capture_output=True, text=True, check=True
        )
        assert "another gateway runs" in said.stdout


def test_a_place_that_is_no_journal_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "journal").mkdir()
    (tmp_path / "journal" / "data.mdb").write_bytes(b"not a database" * 1000)
    with pytest.raises(JournalError):
        Journal(tmp_path / "journal")
