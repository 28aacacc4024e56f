"""The journal: every answer and refusal, durable on this machine before it is given, until the ledger has it.

One LMDB environment with six tables, written in one transaction per batch:
  records  sequence number + count → the batch's records, one canonical JSON per line
  packed   sequence number + place → one record of many uses, with what it seals (gateway/packed.py)
  replay   minute + sequence number → fingerprints of the requests signed in that minute, end to end
  counts   sequence number → answers given today, per grant (gateway/count_log.py)
  traces   sequence number → traceparents of the batch's requests that are traced, for the span of the ledger
  health   the last health record; such records prove the way to the disk and are no use of anybody's data
The gateway is the only writer of new batches (a file lock sees to it); the shipper, another process, deletes those
that the ledger has taken. LMDB's own locks hold when either is killed at any point.
"""

import fcntl
import os
import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import NamedTuple, Self

import lmdb

from haihe.gateway.count_log import CountLog
from haihe.gateway.packed import unpack
from haihe.gateway.replay import FINGERPRINT_BYTES

MAP_SIZE_BYTES = 16 << 30
"""Room for about 25 million records; the file grows only as it is needed."""
_KEY = struct.Struct(">QI")
_SEQUENCE = struct.Struct(">Q")
_REPLAY_KEY = struct.Struct(">IQ")
_PREFIX = struct.Struct(">I")
PACKED_AT_ONCE = 20
"""Records of many that are shipped at once: less than a megabyte of uses, some ten thousand persons."""
_PRUNE_EVERY = 64
_PRUNE_AT_ONCE = 512
_RESERVED_SHARE = 64
"""A 64th of the room is taken from the disk beforehand: 256 MiB, or some 160,000 records (86 kB for 55)."""
_FILLERS = 64


class JournalError(Exception):
    """The journal can't be written or read: another gateway holds it, or the disk is full or failing."""


@dataclass(slots=True)
class Batch:
    """What one transaction makes durable."""

    records: list[bytes] = field(default_factory=list)
    nonces: dict[int, list[bytes]] = field(default_factory=dict)
    quotas: dict[str, int] = field(default_factory=dict)
    day: int = 0
    oldest_minute: int = 0
    health: bytes | None = None
    packed: list[bytes] = field(default_factory=list)
    traces: list[str] = field(default_factory=list)

    def keep(self, record: bytes, *, reserved: bool) -> None:
        """Add a record: one of the gateway's own for its health, or one for the ledger."""
        if reserved:
            self.health = record
        else:
            self.records.append(record)

    def count(self, grant: str, used: int, *, day: int) -> None:
        """Note what a grant has been used by now. Where the day turns within the batch, only the new one is kept."""
        if day != self.day:
            self.quotas, self.day = {}, day
        self.quotas[grant] = used

    @property
    def size(self) -> int:
        """Return how many records are in it."""
        return len(self.records) + len(self.packed)

    @property
    def empty(self) -> bool:
        return not (self.records or self.packed or self.nonces) and self.health is None


class Shipment(NamedTuple):
    """Batches read for the ledger, under the keys to delete them by; `packed` and its keys are the records of many."""

    keys: list[bytes]
    records: list[bytes]
    packed_keys: list[bytes]
    packed: list[bytes]
    traces: list[str]

    @property
    def empty(self) -> bool:
        return not (self.keys or self.packed_keys)


class Backlog(NamedTuple):
    records: int
    oldest: bytes | None
    """The oldest record that the ledger doesn't have."""


class Journal:
    """Writers call from one thread at a time. Raises: JournalError, from every method."""

    def __init__(self, folder: Path, *, map_size: int = MAP_SIZE_BYTES) -> None:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        try:
            self._env = lmdb.open(str(folder), map_size=map_size, max_dbs=7, mode=0o600, readahead=False)
            self._records, self._packed, self._replay, self._health, self._traces = (
                self._env.open_db(name) for name in (b"records", b"packed", b"replay", b"health", b"traces")
            )
            self._counts = CountLog(self._env)
            self._env.reader_check()
        except (lmdb.Error, OSError) as fault:
            raise JournalError(f"{folder}: {fault}") from fault
        self.folder, self._lock, self._turns = folder, -1, 0
        self._sequence = self._last_sequence()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def claim(self) -> None:
        """Become the one gateway of this journal, until the process ends, with room for its records at hand."""
        self._lock = os.open(self.folder / "gateway.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise JournalError(f"another gateway runs on {self.folder}") from None
        self._sequence = self._last_sequence()
        try:
            self._reserve()
        except lmdb.Error as fault:
            raise JournalError(f"{self.folder}: {fault}") from fault

    def close(self) -> None:
        self._env.close()
        if self._lock >= 0:
            os.close(self._lock)
            self._lock = -1

    def _reserve(self) -> None:
        """Give the file its length now, and let the batches use its free pages over and over: a sync that makes the
        file longer waits for the file system's own journal too, and takes half as long again (docs/performance.md).
        """
        room = int(self._env.info()["map_size"]) // _RESERVED_SHARE
        missing = room - (int(self._env.info()["last_pgno"]) + 1) * int(self._env.stat()["psize"])
        for number in range(max(missing, 0) * _FILLERS // room):
            with self._env.begin(write=True) as write:
                write.put(b"filler %d" % number, bytes(room // _FILLERS))
        with self._env.begin(write=True) as write:
            # Whatever fillers are there, those of a start that was killed half-way too.
            fillers = [name for name in write.cursor().iternext(values=False) if name.startswith(b"filler")]
            for name in fillers:
                write.delete(name)

    def commit(self, batch: Batch) -> None:
        """Make the batch durable; returns after it is on the disk. Lets other threads run meanwhile."""
        self._sequence += 1
        self._turns += 1
        try:
            with self._env.begin(write=True) as write:
                self._write(write, batch)
                if self._turns % _PRUNE_EVERY == 0:
                    self._forget_nonces(write, batch.oldest_minute)
        except (lmdb.Error, OSError) as fault:
            raise JournalError(str(fault)) from fault

    def _write(self, write: "lmdb.Transaction[bytes]", batch: Batch) -> None:
        if batch.records:
            key = _KEY.pack(self._sequence, len(batch.records))
            write.put(key, b"\n".join(batch.records), append=True, db=self._records)
        for place, packed in enumerate(batch.packed):
            write.put(_KEY.pack(self._sequence, place), packed, append=True, db=self._packed)
        for minute, nonces in batch.nonces.items():
            write.put(_REPLAY_KEY.pack(minute, self._sequence), b"".join(nonces), db=self._replay)
        if batch.quotas:
            self._counts.write(write, batch.quotas, day=batch.day, sequence=self._sequence)
        if batch.traces and batch.size:
            write.put(_SEQUENCE.pack(self._sequence), "\n".join(batch.traces).encode(), db=self._traces)
        if batch.health is not None:
            write.put(b"last", batch.health, db=self._health)

    def _forget_nonces(self, write: "lmdb.Transaction[bytes]", before: int) -> None:
        """Delete some of those signed before this minute."""
        cursor = write.cursor(self._replay)
        found = cursor.first()
        for _ in range(_PRUNE_AT_ONCE):
            if not found or _PREFIX.unpack_from(cursor.key())[0] >= before:
                return
            write.delete(cursor.key(), db=self._replay)
            found = cursor.first()

    def _last_sequence(self) -> int:
        with self._env.begin() as read:
            replay, last = read.cursor(self._replay), [self._counts.last_sequence(read)]
            for cursor in (read.cursor(self._records), read.cursor(self._packed)):
                last += [int(_KEY.unpack(cursor.key())[0])] if cursor.last() else []
            # A shipped batch leaves its nonces: its number must not come again.
            return max([*last, *(int(_REPLAY_KEY.unpack(key)[1]) for key in replay.iternext(values=False))])

    def nonces(self, *, since_minute: int) -> Iterator[tuple[int, bytes]]:
        """Yield (minute, fingerprint) of the requests seen in these minutes."""
        with self._env.begin() as read:
            cursor = read.cursor(self._replay)
            if not cursor.set_range(_PREFIX.pack(max(since_minute, 0))):
                return
            for key, prints in cursor.iternext():
                minute = int(_PREFIX.unpack_from(key)[0])
                for start in range(0, len(prints), FINGERPRINT_BYTES):
                    yield minute, prints[start : start + FINGERPRINT_BYTES]

    def quotas(self, *, day: int) -> dict[str, int]:
        """Return the answers given per grant on this day."""
        with self._env.begin() as read:
            return self._counts.sums(read, day=day)

    def oldest(self, *, at_most: int) -> Shipment:
        """Read the oldest batches, of `at_most` records together but at least one batch."""
        keys: list[bytes] = []
        records: list[bytes] = []
        with self._env.begin() as read:
            for key, lines in read.cursor(self._records):
                batch = bytes(lines).split(b"\n")
                if keys and len(records) + len(batch) > at_most:
                    break
                keys.append(bytes(key))
                records += batch
            packed = [(bytes(key), bytes(one)) for key, one in islice(read.cursor(self._packed), PACKED_AT_ONCE)]
            packed_keys = [key for key, _ in packed]
            traces = self._traces_of(read, keys + packed_keys)
        return Shipment(keys, records, packed_keys, [one for _, one in packed], traces)

    def _traces_of(self, read: "lmdb.Transaction[bytes]", keys: list[bytes]) -> list[str]:
        """Return the traceparents of requests whose records these batches hold."""
        found = (read.get(sequence, db=self._traces) for sequence in dict.fromkeys(key[:8] for key in keys))
        return [one for told in found if told for one in bytes(told).decode().split("\n")]

    def remove(self, keys: Sequence[bytes], packed_keys: Sequence[bytes] = ()) -> None:
        """Delete what was shipped; for the shipper."""
        try:
            with self._env.begin(write=True) as write:
                for key in keys:
                    write.delete(key, db=self._records)
                for key in packed_keys:
                    write.delete(key, db=self._packed)
                for sequence in {key[:8] for key in (*keys, *packed_keys)}:
                    write.delete(sequence, db=self._traces)
        except lmdb.Error as fault:
            raise JournalError(str(fault)) from fault

    def backlog(self) -> Backlog:
        with self._env.begin() as read:
            cursor = read.cursor(self._records)
            waiting = sum(_KEY.unpack(key)[1] for key in cursor.iternext(values=False))
            packed = int(read.stat(self._packed)["entries"])
            oldest = bytes(cursor.value()).split(b"\n", 1)[0] if cursor.first() else None
            first = read.cursor(self._packed)
            if oldest is None and first.first():
                oldest = unpack(bytes(first.value())).record
            return Backlog(waiting + packed, oldest)

    def commits(self) -> int:
        """Return how many transactions were ever committed."""
        return int(self._env.info()["last_txnid"])

    def free_dead_readers(self) -> None:
        """Release the places of killed readers; they would keep the file growing."""
        self._env.reader_check()
