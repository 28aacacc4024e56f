"""What lies beside an index tells of just those who changed, whole file or delta, and goes on from what was known."""

import io
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

import lmdb
import pytest
from hypothesis import given
from hypothesis import strategies as st

from haihe.base.accounts.api import Actor
from haihe.base.keys.api import keyring
from haihe.data.exchange import api, places
from haihe.data.exchange.changes import _ranges
from haihe.data.exchange.models import Snapshot
from haihe.data.exchange.testing import HEADER, RELIEF, id_number, relief_lines, row
from haihe.kernel.subject_changes import FILE, Changed, decode_changed, decode_changes_meta
from haihe.kernel.subject_index import META_KEY

HOUR = timedelta(hours=1)
sources = st.lists(st.dictionaries(st.integers(0, 60), st.integers(0, 2)), min_size=3, max_size=3)


def items_of(source: dict[int, int]) -> Iterator[tuple[bytes, bytes]]:
    return iter(sorted((bytes([key]), bytes([value])) for key, value in source.items()))


@given(sources, st.integers(1, 7))
def test_ranges_have_every_entry_once_and_each_key_together(drawn: list[dict[int, int]], at_a_time: int) -> None:
    found = list(_ranges([items_of(source) for source in drawn], at_a_time))
    for place, source in enumerate(drawn):
        assert [item for part in found for item in part[place]] == list(items_of(source))
    keys = [{key for items in part for key, _ in items} for part in found]
    assert all(max(one) < min(other) for one, other in pairwise(keys))


def give(steward: Actor, lines: list[str], *, now: datetime, mode: str = "full") -> None:
    content = io.BytesIO("\n".join(lines).encode())
    run = api.receive_file(steward, RELIEF, "a.csv", content, now=now, mode=mode, inline=True)
    assert run.state == "PUBLISHED", run.outcome


def told() -> tuple[int, dict[int, Changed]]:
    """Return the sequence of the index that runs, and what changed since by the serial of persons."""
    current = Snapshot.objects.get(is_current=True)
    file = lmdb.open(str(places.data_dir() / current.index_path / FILE), readonly=True, lock=False, subdir=False)
    with file, file.begin() as read:
        meta = decode_changes_meta(read.get(META_KEY) or b"")
        raw: dict[int, Any] = {serial: read.get(keyring().subject_key(id_number(serial))) for serial in range(60)}
    return meta.sequence, {serial: decode_changed(value) for serial, value in raw.items() if value is not None}


@pytest.mark.django_db
def test_a_delta_tells_of_just_the_persons_it_changed(steward: Actor, now: datetime) -> None:
    def change(operation: str, serial: int, **cells: str) -> str:
        return ",".join([*row(id_number(serial), **cells), operation])

    give(steward, relief_lines(20), now=now)
    assert told() == (1, {})
    first = [change("upsert", 1, status="停保"), change("upsert", 2), change("delete", 3), change("upsert", 50)]
    give(steward, [f"{HEADER},_op", *first], now=now + HOUR, mode="delta")
    sequence, changed = told()
    assert (sequence, set(changed)) == (2, {1, 3, 50})
    assert [changed[serial].state for serial in (1, 3, 50)] == [0, 2, 2]
    assert sorted(changed[1].fields)[-2:] == [0, 2]
    give(steward, [f"{HEADER},_op", change("delete", 50)], now=now + 2 * HOUR, mode="delta")
    sequence, changed = told()
    assert (sequence, changed[50].state, changed[3].state) == (3, 3, 2)
    assert set(changed) == {1, 3, 50}
