"""Subject indexes: LMDB files that the exchange built, opened read-only and switched as a whole."""

import logging
from collections.abc import Iterable, Sequence
from pathlib import Path

import lmdb
import msgspec

from haihe.gateway.changes import SubjectChanges
from haihe.gateway.policy import IndexRow
from haihe.gateway.record import timestamp
from haihe.kernel.subject_index import META_KEY, Entry, decode_entry, decode_meta

_log = logging.getLogger("haihe.gateway")


class IndexUnusable(Exception):
    """The file is missing, damaged, or not the snapshot it is said to be."""


class SubjectIndex:
    """One snapshot's index. Look-ups take about a microsecond; nothing is ever written to it."""

    __slots__ = ("_env", "_read", "as_of", "as_of_text", "changes", "path", "rows", "snapshot")

    def __init__(self, path: Path, *, resource: str, snapshot: str) -> None:
        """Raises: IndexUnusable."""
        self.changes: SubjectChanges | None = None
        try:
            self._env = lmdb.open(str(path), readonly=True, lock=False, create=False, subdir=path.is_dir())
        except lmdb.Error as fault:
            raise IndexUnusable(f"{path.name}: {fault}") from fault
        # One reading transaction for good: the file never changes, and beginning one costs more than the look-up.
        self._read = self._env.begin(buffers=True)
        try:
            meta = decode_meta(self._read.get(META_KEY) or b"")
        except (lmdb.Error, msgspec.DecodeError) as fault:
            self.close()
            raise IndexUnusable(f"{path.name}: {fault}") from fault
        if (meta.resource, meta.snapshot) != (resource, snapshot):
            self.close()
            raise IndexUnusable(f"{path.name} is the index of {meta.resource} {meta.snapshot}")
        self.path, self.snapshot, self.rows = path, meta.snapshot, meta.rows
        self.as_of = meta.as_of.timestamp()
        self.as_of_text = timestamp(self.as_of)
        self.changes = SubjectChanges.beside(path, snapshot=snapshot)

    def find(self, subject: bytes) -> Entry | None:
        """Raises: lmdb.Error or msgspec.DecodeError if the file is damaged."""
        found = self._read.get(subject)
        return None if found is None else decode_entry(found)

    def raw_many(self, subjects: Sequence[bytes]) -> "list[bytes | memoryview | None]":
        """Return each person's entry, undecoded. Raises: lmdb.Error."""
        get = self._read.get
        return [get(subject) for subject in subjects]

    def close(self) -> None:
        if self.changes is not None:
            self.changes.close()
        self._read.abort()
        self._env.close()


class Indexes:
    """The current index of each resource. Lives in the loop's thread, where nothing is looked up while it switches."""

    def __init__(self, data_dir: Path) -> None:
        self._data_dir = data_dir.resolve()
        self._open: dict[str, SubjectIndex] = {}
        self.unusable: dict[str, str] = {}

    def switch(self, rows: Iterable[IndexRow]) -> None:
        """Open what is new, close what is no more. An index that can't be opened leaves the last good one serving."""
        wanted = {row.resource: row for row in rows}
        self.unusable = {}
        for row in wanted.values():
            self._switch_one(row)
        for resource in self._open.keys() - wanted.keys():
            self._open.pop(resource).close()

    def get(self, resource: str) -> SubjectIndex | None:
        return self._open.get(resource)

    def serving(self) -> dict[str, SubjectIndex]:
        """Return what is open now, by resource."""
        return self._open.copy()

    def close(self) -> None:
        self.switch(())

    def _switch_one(self, row: IndexRow) -> None:
        path = (self._data_dir / row.path).resolve()
        old = self._open.get(row.resource)
        if old is not None and old.path == path:
            return
        try:
            if not path.is_relative_to(self._data_dir):
                raise IndexUnusable("the path leads out of the data directory")
            self._open[row.resource] = SubjectIndex(path, resource=row.resource, snapshot=row.snapshot)
        except IndexUnusable as fault:
            _log.error("index of %s can't be used: %s", row.resource, fault)
            self.unusable[row.resource] = str(fault)
            return
        if old is not None:
            old.close()
