"""Who read what of conditional datasets: on this machine's disk before the answer goes out, in the database soon after.

Each process writes to a file of its own, locked while it lives. A file that nobody writes to any more is taken over by
the database and goes; a row that comes twice is one row there.
"""

import fcntl
import os
import threading
import uuid
from pathlib import Path
from typing import Final

import msgspec
import psycopg

from haihe.data.open.store.manifest import sync

FOLDER: Final = "open-reads"
_MOST_AT_ONCE: Final = 5_000
WRITE = """
INSERT INTO open_data_read (id, at, dataset, version, "grant", key, holder, what, columns, rows)
SELECT id, to_timestamp(at), dataset, version, "grant", key, holder, what, columns, rows
FROM jsonb_to_recordset(%s::jsonb) AS told (id uuid, at double precision, dataset text, version text, "grant" text,
    key uuid, holder text, what text, columns text[], rows bigint)
ON CONFLICT (id) DO NOTHING
"""


class Read(msgspec.Struct, frozen=True, kw_only=True):
    """One answer; `at` in Unix seconds, `grant` the application's number, `key` the key's id."""

    id: str = msgspec.field(default_factory=lambda: str(uuid.uuid4()))
    at: float
    dataset: str
    version: str
    grant: str
    key: str
    holder: str
    what: str
    columns: tuple[str, ...]
    rows: int


class Reads:
    """`keep` is for any thread, `ship` for one at a time."""

    def __init__(self, data_dir: Path) -> None:
        self._folder = data_dir / FOLDER
        self._lock = threading.Lock()
        self._descriptor = -1

    def keep(self, read: Read) -> None:
        """Write one answer down, durably. Raises: OSError, and then nothing may be answered."""
        line = b"\n" + msgspec.json.encode(read)
        with self._lock:
            if self._descriptor < 0:
                self._begin()
            written = os.write(self._descriptor, line)
            if written != len(line):
                raise OSError("the disk took part of a record")
            os.fsync(self._descriptor)

    async def ship(self, connection: psycopg.AsyncConnection[dict[str, object]]) -> None:
        """Bring what was written down to the database. Raises: psycopg.Error, OSError; then it stays here."""
        self.close()
        for file in sorted(self._folder.glob("*.jsonl")):
            descriptor = os.open(file, os.O_RDONLY)
            try:
                if _is_free(descriptor):
                    await self._take_over(file, connection)
            finally:
                os.close(descriptor)

    def close(self) -> None:
        """Let go of the file; the next answer begins another."""
        with self._lock:
            if self._descriptor >= 0:
                os.close(self._descriptor)
            self._descriptor = -1

    def _begin(self) -> None:
        self._folder.mkdir(mode=0o700, exist_ok=True)
        # It gets its name when it is locked: nobody may take it over in between.
        name = uuid.uuid4()
        made = self._folder / f".{name}"
        descriptor = os.open(made, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_APPEND | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            made.rename(self._folder / f"{name}.jsonl")
            sync(self._folder)
        except OSError:
            # What nobody would find later isn't written to.
            os.close(descriptor)
            raise
        self._descriptor = descriptor

    async def _take_over(self, file: Path, connection: psycopg.AsyncConnection[dict[str, object]]) -> None:
        reads = _read(file.read_bytes())
        async with connection.transaction():
            for start in range(0, len(reads), _MOST_AT_ONCE):
                part = msgspec.json.encode(reads[start : start + _MOST_AT_ONCE]).decode()
                await connection.execute(WRITE, (part,))
        file.unlink()


def _read(text: bytes) -> list[Read]:
    """Return the records of a file; a torn one at an end was never answered."""
    reads = []
    for line in text.split(b"\n"):
        if not line:
            continue
        try:
            reads.append(msgspec.json.decode(line, type=Read))
        except msgspec.DecodeError:
            continue
    return reads


def _is_free(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
