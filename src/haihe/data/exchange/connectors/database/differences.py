"""What differs from the last fetch, without the source's log: each row's key and hash are kept in a small database of
our own (LMDB), the key's cells sealed, so the size of the source costs disk and no memory.

Every fetch writes a new one beside the last and names it in its watermark. A fetch that comes to nothing leaves the
last one as it was.
"""

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from shutil import rmtree
from typing import Final
from uuid import uuid4

import lmdb

from haihe.data.exchange.connectors.faults import Fault, FetchFailed
from haihe.data.exchange.connectors.marks import hash_of
from haihe.data.exchange.connectors.ports import Memory
from haihe.data.exchange.connectors.rows import Row

_MOST_BYTES: Final = 64 << 30
_HASH_BYTES: Final = 16
_DELETES: Final = 10_000


class Differences:
    """Compares rows with those of the last fetch while it writes down the present ones."""

    def __init__(
        self, memory: Memory, key: Sequence[int], before: lmdb.Environment | None, new: lmdb.Environment
    ) -> None:
        self._memory = memory
        self._key = key
        self._before = before
        self._new = new

    def changed(self, rows: Sequence[Row]) -> list[Row]:
        """Return the rows that are new or have other cells. Raises: FetchFailed where a key isn't one."""
        keyed = [(self._key_of(row), hash_of(row, self._memory), row) for row in rows]
        with self._new.begin(write=True) as write:
            for key, digest, row in keyed:
                if not write.put(key, digest + self._sealed(row), overwrite=False):
                    raise FetchFailed(Fault.REPEATED_KEY)
        if self._before is None:
            return [row for *_, row in keyed]
        with self._before.begin() as read:
            return [row for key, digest, row in keyed if (read.get(key) or b"")[:_HASH_BYTES] != digest]

    def gone(self) -> Iterator[list[list[str]]]:
        """Give the keys' cells of rows that aren't there any more, in batches."""
        if self._before is None:
            return
        batch: list[list[str]] = []
        with self._before.begin() as old, self._new.begin() as new:
            for key, value in old.cursor():
                if new.get(key) is None:
                    batch.append(json.loads(self._memory.open(value[_HASH_BYTES:])))
                if len(batch) == _DELETES:
                    yield batch
                    batch = []
        if batch:
            yield batch

    def keep(self) -> None:
        """Let what was written outlive a crash."""
        self._new.sync(True)

    def _cells(self, row: Row) -> list[str]:
        cells = [row[place] for place in self._key]
        if any(cell is None for cell in cells):
            raise FetchFailed(Fault.REPEATED_KEY)
        return [cell for cell in cells if cell is not None]

    def _key_of(self, row: Row) -> bytes:
        return hash_of(self._cells(row), self._memory)

    def _sealed(self, row: Row) -> bytes:
        return self._memory.seal(json.dumps(self._cells(row), ensure_ascii=False).encode())


def new_name() -> str:
    return f"rows-{uuid4().hex}"


@contextmanager
def compared(memory: Memory, *, key: Sequence[int], before: str, name: str) -> Iterator[Differences]:
    """Open the last fetch's rows and a new place for the present ones, which goes again if the block fails."""
    folder = memory.folder / name
    known = memory.folder / before
    old = None
    if before:
        if not known.is_dir():
            raise FetchFailed(Fault.SETTINGS_WRONG, "key")
        old = lmdb.open(str(known), readonly=True, lock=False)
    new = lmdb.open(str(folder), map_size=_MOST_BYTES, sync=False, metasync=False, lock=False)
    try:
        yield Differences(memory, key, old, new)
    except BaseException:
        new.close()
        rmtree(folder, ignore_errors=True)
        raise
    finally:
        new.close()
        if old is not None:
            old.close()
