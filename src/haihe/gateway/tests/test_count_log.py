"""Answers counted survive any restart, to the last one, whoever wrote the journal; and their log stays short."""

from pathlib import Path

import lmdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from haihe.gateway.count_log import FOLD_EVERY
from haihe.gateway.journal import Batch, Journal, JournalError

DAY = 20_782
SMALL = 16 << 20


def counted(*, day: int = DAY, **used: int) -> Batch:
    return Batch([b"{}"], quotas=used, day=day)


def entries(folder: Path) -> int:
    with lmdb.open(str(folder), max_dbs=7) as env, env.begin() as read:
        return int(read.stat(env.open_db(b"counts", txn=read, create=False))["entries"])


def fill(journal: Journal) -> None:
    for n in range(2, 100):
        journal.commit(Batch([bytes(20_000)], quotas={"a": n}, day=DAY))


def write_as_before(folder: Path) -> None:
    """Write what a gateway left that kept a place for each grant: two batches, of which nothing was shipped yet."""
    folder.mkdir()
    with lmdb.open(str(folder), map_size=SMALL, max_dbs=6) as env:
        names = (b"records", b"packed", b"replay", b"quota", b"health", b"traces")
        tables = {name: env.open_db(name) for name in names}
        with env.begin(write=True) as write:
            write.put((1).to_bytes(8, "big") + (2).to_bytes(4, "big"), b'{"n":1}\n{"n":2}', db=tables[b"records"])
            write.put((2).to_bytes(8, "big") + (1).to_bytes(4, "big"), b'{"n":3}', db=tables[b"records"])
            write.put((5).to_bytes(4, "big") + (2).to_bytes(8, "big"), b"12345678" * 3, db=tables[b"replay"])
            for day, grant, used in ((DAY - 1, "a", 900), (DAY, "a", 2), (DAY, "b", 1)):
                write.put(day.to_bytes(4, "big") + grant.encode(), used.to_bytes(8, "big"), db=tables[b"quota"])


def test_a_journal_of_the_version_before_loses_nothing(tmp_path: Path) -> None:
    write_as_before(tmp_path / "journal")
    with Journal(tmp_path / "journal", map_size=SMALL) as journal:
        journal.claim()
        assert journal.quotas(day=DAY) == {"a": 2, "b": 1}
        assert len(list(journal.nonces(since_minute=5))) == 3
        journal.commit(counted(a=3))
        assert journal.quotas(day=DAY) == {"a": 3, "b": 1}
    with Journal(tmp_path / "journal", map_size=SMALL) as journal:
        assert journal.quotas(day=DAY) == {"a": 3, "b": 1}
        assert journal.oldest(at_most=9).records == [b'{"n":1}', b'{"n":2}', b'{"n":3}', b"{}"]


def test_what_the_version_before_counted_on_another_day_is_not_todays(tmp_path: Path) -> None:
    write_as_before(tmp_path / "journal")
    with Journal(tmp_path / "journal", map_size=SMALL) as journal:
        journal.commit(counted(day=DAY + 1, b=1))
        assert journal.quotas(day=DAY + 1) == {"b": 1}


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=40)
@given(
    st.lists(
        st.tuples(st.dictionaries(st.sampled_from("abc"), st.integers(1, 3)), st.booleans(), st.booleans()),
        max_size=12,
    )
)
def test_sums_are_exact_after_any_restart(tmp_path: Path, turns: list[tuple[dict[str, int], bool, bool]]) -> None:
    day, expected = 1, dict[str, int]()
    folder = tmp_path / f"journal-{len(list(tmp_path.iterdir()))}"
    journal = Journal(folder, map_size=SMALL)
    for uses, next_day, restarts in turns:
        if next_day:
            day, expected = day + 1, {}
        for grant, times in uses.items():
            expected[grant] = expected.get(grant, 0) + times
        journal.commit(Batch([b"r"], quotas={grant: expected[grant] for grant in uses}, day=day))
        if restarts:
            journal.close()
            journal = Journal(folder, map_size=SMALL)
        assert journal.quotas(day=day) == expected
    journal.close()


def test_the_log_is_folded_and_nothing_is_lost_by_it(tmp_path: Path) -> None:
    with Journal(tmp_path / "journal", map_size=SMALL) as journal:
        journal.commit(counted(b=1, c=4))
        for n in range(2, FOLD_EVERY + 9):
            journal.commit(counted(a=n))
        assert journal.quotas(day=DAY) == {"a": FOLD_EVERY + 8, "b": 1, "c": 4}
    assert entries(tmp_path / "journal") < 20


def test_many_starts_leave_a_short_log(tmp_path: Path) -> None:
    for n in range(1, 6):
        with Journal(tmp_path / "journal", map_size=SMALL) as journal:
            journal.commit(counted(a=n))
    assert entries(tmp_path / "journal") == 1


def test_a_commit_that_fails_leaves_the_sums_as_they_were(tmp_path: Path) -> None:
    with Journal(tmp_path / "journal", map_size=256 << 10) as journal:
        journal.commit(counted(a=1, b=1))
        with pytest.raises(JournalError):
            fill(journal)
        kept = len(journal.oldest(at_most=1000).records)
        assert kept > 1
        assert journal.quotas(day=DAY) == {"a": kept, "b": 1}


def test_a_batch_in_which_the_day_turns_counts_for_the_new_day_alone() -> None:
    batch = Batch()
    batch.count("a", 900, day=DAY)
    batch.count("b", 1, day=DAY + 1)
    batch.count("c", 1, day=DAY + 1)
    assert (batch.quotas, batch.day) == ({"b": 1, "c": 1}, DAY + 1)
