"""A made-up snapshot of the relief register, of any size, as the exchange would have left it in the lake."""

import hashlib
import os
from datetime import datetime
from pathlib import Path

import duckdb
import lmdb

from haihe.data.exchange.demo import RELIEF
from haihe.data.exchange.encrypted import open_writer
from haihe.data.exchange.indexing import IndexSize, SnapshotFiles, build_index
from haihe.data.exchange.rejected import SCHEMA
from haihe.data.exchange.rules import rules_of
from haihe.kernel.subject_index import decode_entry

SNAPSHOT = "benchmark"
_TRIED = 1000
_ROWS = """
SELECT i AS line, unhex(md5(i::VARCHAR)) AS subject, unhex(md5((i // 3)::VARCHAR)) AS householder_id_number_key,
    unhex(md5((i % 100000)::VARCHAR)[:16]) AS name_key,
    ['最低生活保障', '特困供养', '低收入家庭'][1 + i % 3] AS relief_type,
    '1201' || lpad((1 + i % 5617)::VARCHAR, 8, '0') AS division, (1 + i % 6)::BIGINT AS household_size,
    (100 + i * 7919 % 90000 / 100)::DECIMAL(17, 2) AS monthly_amount_yuan,
    DATE '2026-01-01' + (i % 300)::INTEGER AS valid_from, DATE '2027-01-01' + (i % 300)::INTEGER AS valid_until,
    '在保' AS status
FROM range({rows}) made(i)
"""


def write(folder: Path, rows: int) -> SnapshotFiles:
    """Write a snapshot of so many persons, in the order of nothing, and none rejected."""
    folder.mkdir()
    key = os.urandom(32)
    files = SnapshotFiles(folder / "data.parquet", folder / "rejects.parquet", key, rows)
    with duckdb.connect(":memory:", config={"memory_limit": "1GB"}) as connection:
        connection.execute(f"COPY ({_ROWS.format(rows=rows)}) TO '{files.data}' (FORMAT parquet)")
    open_writer(files.rejects, SCHEMA, key=key).close()
    return files


def build(files: SnapshotFiles, target: Path, *, now: datetime) -> IndexSize:
    """Build the index of a made-up snapshot as that of any."""
    return build_index(files, schema=rules_of(RELIEF), snapshot=SNAPSHOT, as_of=now, target=target)


def is_found(index: Path, rows: int) -> bool:
    """Say whether persons from all over the snapshot are found in the index, and somebody else isn't."""
    with lmdb.open(str(index), readonly=True, lock=False) as environment, environment.begin() as read:
        for serial in range(0, rows, max(1, rows // _TRIED)):
            found = read.get(_subject(serial))
            if found is None or decode_entry(found).fields["household_size"] != 1 + serial % 6:
                return False
        return read.get(_subject(rows)) is None


def _subject(serial: int) -> bytes:
    return hashlib.md5(str(serial).encode(), usedforsecurity=False).digest()
