"""What changed since the index that runs: the new one is held against it, range by range in key order.

Three files are read from front to end at the same time (the running index, its changes, the new index), some thousand
entries of each, so memory is bounded whatever the register's size. Equal entries are told by sets; only persons whose
entry differs, or differed before, are looked at one by one. Where nothing runs yet, or only an index without this, the
history begins here.
"""

import logging
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from itertools import batched, islice
from pathlib import Path

import lmdb
import msgspec

from haihe.kernel.keyring import SUBJECT_KEY_BYTES
from haihe.kernel.subject_changes import (
    FILE,
    Changed,
    ChangesMeta,
    decode_changed,
    decode_changes_meta,
    encode_changed,
    encode_changes_meta,
    following,
)
from haihe.kernel.subject_index import META_KEY, Entry, IndexMeta, decode_entry

logger = logging.getLogger(__name__)
_A_COMMIT = 100_000
_AT_A_TIME = 20_000
_ROOM_PER_ENTRY_BYTES = 512
_LEAST_ROOM_BYTES = 16 * 1024 * 1024
_NOWHERE = "nowhere"

type _Item = tuple[bytes, bytes]


def write_changes(index: Path, *, meta: IndexMeta, previous: Path | None) -> ChangesMeta:
    """Write the changes beside the new `index`; durable when this returns. `previous` is the folder of the running one.

    A running index that can't be read ends the history rather than the feed.
    """
    before = None if previous is None else _meta_of(previous)
    after = following(before, resource=meta.resource, snapshot=meta.snapshot, fields=meta.fields)
    old_rows = 0 if before is None or previous is None else _rows_of(previous)
    room = _LEAST_ROOM_BYTES + (old_rows + meta.rows) * _ROOM_PER_ENTRY_BYTES
    target = index / FILE
    with lmdb.open(str(target), map_size=room, sync=False, subdir=False, lock=False, mode=0o600) as environment:
        if before is not None and previous is not None:
            found = _Comparison(before, after).entries(previous, index)
            for batch in batched(found, _A_COMMIT, strict=False):
                with environment.begin(write=True) as write, write.cursor() as cursor:
                    cursor.putmulti(batch, append=True)
        with environment.begin(write=True) as write:
            write.put(META_KEY, encode_changes_meta(after))
        environment.sync(True)
    target.chmod(0o400)
    return after


class _Comparison:
    """Says of each person when what changed, in the order of the new fields."""

    def __init__(self, before: ChangesMeta, after: ChangesMeta) -> None:
        self._now, self._oldest = after.sequence, after.lineage[0][0]
        self._fields = after.fields
        places = {name: place for place, name in enumerate(before.fields)}
        self._places = [places.get(name) for name in after.fields]

    def entries(self, previous: Path, index: Path) -> Iterator[_Item]:
        """Yield key and changes of whoever changed within the history, in key order."""
        with _reading(previous) as old, _reading(previous / FILE) as changes, _reading(index) as new:
            for before, known, after in _ranges([_subjects(old), _subjects(changes), _subjects(new)]):
                was, had, is_ = dict(before), dict(known), dict(after)
                differing = {key for key, _ in set(before).symmetric_difference(after)}
                for key in sorted(differing | had.keys()):
                    changed = self._changed(was.get(key), had.get(key), is_.get(key))
                    if changed is not None:
                        yield key, encode_changed(changed)

    def _changed(self, was: bytes | None, known: bytes | None, is_: bytes | None) -> Changed | None:
        state, fields = 0, [0] * len(self._fields)
        if known is not None:
            before = decode_changed(known)
            state, fields = before.state, [0 if place is None else before.fields[place] for place in self._places]
        if was != is_:
            old, new = _decoded(was), _decoded(is_)
            if _state(old) != _state(new):
                state = self._now
            elif old is not None and new is not None:
                for place, name in enumerate(self._fields):
                    if old.fields.get(name, _NOWHERE) != new.fields.get(name, _NOWHERE):
                        fields[place] = self._now
        # What no cursor is old enough to ask for is forgotten.
        changed = Changed(self._kept(state), tuple(self._kept(each) for each in fields))
        return changed if changed.state or any(changed.fields) else None

    def _kept(self, number: int) -> int:
        return number if number > self._oldest else 0


def _state(entry: Entry | None) -> int:
    """Absent, on the register, or in doubt."""
    return 0 if entry is None else 2 if entry.in_doubt else 1


def _decoded(raw: bytes | None) -> Entry | None:
    return None if raw is None else decode_entry(raw)


def _ranges(sources: Sequence[Iterator[_Item]], at_a_time: int = _AT_A_TIME) -> Iterator[list[list[_Item]]]:
    """Yield what every source has in one range of keys after the other; all of them go by key."""
    waiting: list[list[_Item]] = [[] for _ in sources]
    while True:
        for place, source in enumerate(sources):
            waiting[place] += islice(source, at_a_time - len(waiting[place]))
        # A source that still fills its share may have more behind its last key; the others are at their end.
        full = [items[-1][0] for items in waiting if len(items) == at_a_time]
        if not any(waiting):
            return
        ends = [bisect_right(items, min(full), key=_key) if full else len(items) for items in waiting]
        yield [items[:end] for items, end in zip(waiting, ends, strict=True)]
        waiting = [items[end:] for items, end in zip(waiting, ends, strict=True)]


def _key(item: _Item) -> bytes:
    return item[0]


def _subjects(environment: lmdb.Environment) -> Iterator[_Item]:
    with environment.begin() as read:
        for key, value in read.cursor():
            if len(key) == SUBJECT_KEY_BYTES:
                yield bytes(key), bytes(value)


def _reading(path: Path) -> lmdb.Environment:
    return lmdb.open(str(path), readonly=True, lock=False, subdir=path.is_dir())


def _meta_of(previous: Path) -> ChangesMeta | None:
    if not (previous / FILE).is_file():
        return None
    try:
        with _reading(previous / FILE) as environment, environment.begin() as read:
            return decode_changes_meta(read.get(META_KEY) or b"")
    except (lmdb.Error, msgspec.DecodeError) as damage:
        logger.warning("the changes beside %s can't be read (%s): the history begins anew", previous.name, damage)
        return None


def _rows_of(previous: Path) -> int:
    rows = 0
    for path in (previous, previous / FILE):
        with _reading(path) as environment:
            rows += int(environment.stat()["entries"])
    return rows
