"""The disk that received files, unfinished work and snapshots lie on: whether it is full, and has room again."""

import errno
import shutil
from typing import Final

import duckdb
import lmdb
import pyarrow as pa

from haihe.data.exchange import places

FULL: Final = frozenset({errno.ENOSPC, errno.EDQUOT})
_TOLD: Final = "No space left on device"
_TIMES, _SPARE_BYTES = 3, 16 * 1024**2
"""What a file takes until it is published: itself, its rows staged, its snapshot with the index."""


def is_full(error: BaseException) -> bool:
    """Whether an error, or what led to it, is a disk without room. Engines tell so in words only."""
    found: BaseException | None = error
    while found is not None:
        if isinstance(found, OSError) and found.errno in FULL:
            return True
        if isinstance(found, duckdb.Error | lmdb.Error | pa.ArrowException) and _TOLD in str(found):
            return True
        found = found.__cause__ or found.__context__
    return False


def has_room_for(size_bytes: int) -> bool:
    """Whether a file of this size can likely be processed now."""
    folder = places.data_dir() / "feeds"
    folder.mkdir(parents=True, exist_ok=True)
    return shutil.disk_usage(folder).free >= _TIMES * size_bytes + _SPARE_BYTES
