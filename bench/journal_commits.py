"""What one durable commit of the gateway's journal costs on this disk, by the number of records that share it: while
the file grows with each of them, and with room that was taken beforehand, as a gateway does.

    PYTHONPATH=src .venv/bin/python -m bench.journal_commits [FOLDER]

FOLDER is a place on the disk to measure; by default the one for temporary files.
"""

import os
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

from haihe.gateway.journal import Batch, Journal

COMMITS = 500
RECORD = b"x" * 560
SIZES = (1, 8, 32, 64, 256)


def main() -> None:
    with tempfile.TemporaryDirectory(dir=sys.argv[1] if len(sys.argv) > 1 else None) as folder:
        print(f"{'':<28}{'p50 µs':>8}{'p99 µs':>8}{'CPU µs':>8}{'records/s':>11}")
        with (Path(folder) / "plain").open("wb", buffering=0) as file:
            tell("plain append + fdatasync", 64, lambda: append(file.fileno()))
        with Journal(Path(folder) / "growing") as journal:
            commit_all(journal, "growing file")
        with Journal(Path(folder) / "reserved") as journal:
            journal.claim()
            commit_all(journal, "reserved room")


def commit_all(journal: Journal, name: str) -> None:
    for size in SIZES:
        tell(f"{name}, {size} a commit", size, partial(commit, journal, size))


def commit(journal: Journal, size: int) -> None:
    journal.commit(batch(size))


def append(descriptor: int) -> None:
    os.write(descriptor, RECORD * 64)
    os.fdatasync(descriptor)


def batch(size: int) -> Batch:
    minute = int(time.time()) // 60
    return Batch([RECORD] * size, {minute: [os.urandom(8) for _ in range(size)]}, {"grant": size}, day=1)


def tell(name: str, size: int, commit: Callable[[], None]) -> None:
    took, cpu = [], time.process_time()
    for _ in range(COMMITS):
        started = time.perf_counter()
        commit()
        took.append(time.perf_counter() - started)
    cpu_us = (time.process_time() - cpu) / COMMITS * 1e6
    took.sort()
    p50, p99 = took[COMMITS // 2] * 1e6, took[COMMITS * 99 // 100] * 1e6
    print(f"{name:<28}{p50:>8.0f}{p99:>8.0f}{cpu_us:>8.0f}{size * COMMITS / sum(took):>11,.0f}")


if __name__ == "__main__":
    main()
