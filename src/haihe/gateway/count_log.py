"""Answers counted today, as the journal keeps them: what each commit counted stands under one key.

A table with a place for each grant would be the plain way; but a commit of 55 answers to as many grants then writes
35 pages all over the file, and takes twice as long (docs/performance.md). Here a commit adds one value, and once in
a while one of them holds the sums of all grants, and takes the place of all before it.
"""

import struct

import lmdb
import msgspec

FOLD_EVERY = 512
"""Commits. With 2,000 grants in use the sums are 90 kB, and what stands since then is a megabyte at most."""
_KEY = struct.Struct(">Q")
_DAY = struct.Struct(">I")
_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(tuple[int, dict[str, int]]).decode


class CountLog:
    """Sequence number → day and sums per grant. Sums, not differences: read in order, the last one of a grant counts.

    Gateways before it kept their sums in a table `quota`, day + grant → sum. It is read as what was there first, and
    emptied when all it says has been written anew.
    """

    def __init__(self, env: lmdb.Environment) -> None:
        """Raises: lmdb.Error."""
        self._table = env.open_db(b"counts")
        try:
            self._before: lmdb._Database | None = env.open_db(b"quota", create=False)
        except lmdb.NotFoundError:
            self._before = None
        self._day = -1
        self._sums: dict[str, int] = {}
        self._since_fold = 0

    def sums(self, read: "lmdb.Transaction[bytes]", *, day: int) -> dict[str, int]:
        """Return the answers given per grant on this day."""
        sums = self._sums_before(read, day)
        for told in read.cursor(self._table).iternext(keys=False):
            of_day, counted = _decode(told)
            if of_day == day:
                sums.update(counted)
        return sums

    def write(self, write: "lmdb.Transaction[bytes]", counted: dict[str, int], *, day: int, sequence: int) -> None:
        """Add what a commit counted. Sequence numbers only grow."""
        turns = day != self._day
        if turns:
            self._day, self._sums = day, self.sums(write, day=day)
        self._sums.update(counted)
        self._since_fold += 1
        if turns or self._since_fold >= FOLD_EVERY:
            # Also at the first commit after a start, so that many starts leave no more than one.
            counted, self._since_fold = self._sums, 0
            self._empty(write)
        write.put(_KEY.pack(sequence), _encode((day, counted)), append=True, db=self._table)

    def last_sequence(self, read: "lmdb.Transaction[bytes]") -> int:
        """Return the highest number in use, 0 if there is none."""
        cursor = read.cursor(self._table)
        return int(_KEY.unpack(cursor.key())[0]) if cursor.last() else 0

    def _sums_before(self, read: "lmdb.Transaction[bytes]", day: int) -> dict[str, int]:
        if self._before is None:
            return {}
        cursor, prefix = read.cursor(self._before), _DAY.pack(day)
        if not cursor.set_range(prefix):
            return {}
        return {
            bytes(key[_DAY.size :]).decode(): int.from_bytes(used, "big")
            for key, used in cursor.iternext()
            if key.startswith(prefix)
        }

    def _empty(self, write: "lmdb.Transaction[bytes]") -> None:
        write.drop(self._table, delete=False)
        if self._before is not None:
            write.drop(self._before, delete=False)
