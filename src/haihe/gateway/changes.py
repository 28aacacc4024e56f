"""What the exchange wrote beside an index: when each person's entry last changed. Opened and closed with its index."""

import logging
from pathlib import Path
from typing import Self

import lmdb
import msgspec

from haihe.kernel.subject_changes import FILE, Changed, decode_changed, decode_changes_meta
from haihe.kernel.subject_index import META_KEY

_log = logging.getLogger("haihe.gateway")


class SubjectChanges:
    """`known` are the snapshots that a cursor may be of; `places` says where a field's number stands."""

    __slots__ = ("_env", "_read", "known", "places", "sequence", "snapshot")

    def __init__(self, file: Path) -> None:
        """Raises: lmdb.Error, msgspec.DecodeError."""
        self._env = lmdb.open(str(file), readonly=True, lock=False, create=False, subdir=False)
        self._read = self._env.begin(buffers=True)
        try:
            meta = decode_changes_meta(self._read.get(META_KEY) or b"")
        except msgspec.DecodeError:
            self.close()
            raise
        self.sequence, self.snapshot, self.known = meta.sequence, meta.snapshot, frozenset(meta.lineage)
        self.places = {name: place for place, name in enumerate(meta.fields)}

    @classmethod
    def beside(cls, index: Path, *, snapshot: str) -> Self | None:
        """Open the changes of an index; None where it has none, or none of its own. Verifications don't need them."""
        file = index / FILE
        if not file.is_file():
            return None
        try:
            changes = cls(file)
        except (lmdb.Error, msgspec.DecodeError) as fault:
            _log.error("the changes of index %s can't be used: %s", index.name, fault)
            return None
        if changes.snapshot == snapshot:
            return changes
        _log.error("the changes beside index %s are of another snapshot", index.name)
        changes.close()
        return None

    def of(self, subject: bytes) -> Changed | None:
        """Return when the person's entry changed, None if not as far back as this goes. Raises: as `decode_changed`."""
        found = self._read.get(subject)
        return None if found is None else decode_changed(found)

    def close(self) -> None:
        self._read.abort()
        self._env.close()
