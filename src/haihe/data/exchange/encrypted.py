"""Parquet files whose every part is encrypted (modular encryption, AES-256-GCM), and what a run sets down meanwhile."""

import os
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from threading import Lock

import pyarrow as pa
import pyarrow.parquet as pq
import pyarrow.parquet.encryption as pe
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

_NONCE_BYTES = 12
_ZSTD_LEVEL = 1


def open_writer(
    file: Path, schema: pa.Schema, *, key: bytes | None = None, dictionaries: list[str] | None = None
) -> pq.ParquetWriter:
    """Return a writer of a Parquet file, encrypted where a key is given; only the named columns use dictionaries."""
    return pq.ParquetWriter(
        file,
        schema,
        compression="zstd",
        compression_level=_ZSTD_LEVEL,
        use_dictionary=dictionaries or False,
        column_encoding={"line": "DELTA_BINARY_PACKED"} if "line" in schema.names else None,
        encryption_properties=None if key is None else pe.create_encryption_properties(key),
        # Readers get the types back from the columns themselves; what was a dictionary here is text to them.
        store_schema=False,
    )


def open_reader(file: Path, *, key: bytes | None = None) -> pq.ParquetFile:
    """Open a Parquet file; reading raises OSError where it was encrypted with another key."""
    return pq.ParquetFile(file, decryption_properties=None if key is None else pe.create_decryption_properties(key))


def only_columns(file: pq.ParquetFile, names: list[str]) -> pa.RecordBatchReader:
    """Return some columns of a file as a stream, for engines that take one."""
    schema = pa.schema([file.schema_arrow.field(name) for name in names])
    return pa.RecordBatchReader.from_batches(schema, file.iter_batches(columns=names))


@dataclass(frozen=True, slots=True)
class Frame:
    """Where one sealed batch lies."""

    number: int
    offset: int
    size: int


type Kept = pa.RecordBatch | tuple[int, bytes]
"""A batch as it will be set down: as it is in memory, or its number and its sealed bytes."""


class SealedBatches:
    """Batches of rows: the first so many bytes in memory, the others on disk under a key that only this object has.

    Keeping may be done by many threads, adding by one.
    """

    def __init__(self, file: Path, in_memory_bytes: int = 0) -> None:
        self._file = file.open("w+b", buffering=0)
        self._cipher = AESGCM(os.urandom(32))
        self._numbers = count()
        self._end = 0
        self._room = in_memory_bytes
        self._lock = Lock()
        self.frames: list[Frame | pa.RecordBatch] = []

    def keep(self, batch: pa.RecordBatch) -> Kept:
        """Return the batch as it may be added."""
        with self._lock:
            fits = batch.nbytes <= self._room
            self._room -= batch.nbytes if fits else 0
        return batch if fits else self._seal(batch)

    def _seal(self, batch: pa.RecordBatch) -> tuple[int, bytes]:
        sink = pa.BufferOutputStream()
        with pa.ipc.new_stream(sink, batch.schema) as writer:
            writer.write_batch(batch)
        number = next(self._numbers)
        return number, self._cipher.encrypt(_nonce(number), memoryview(sink.getvalue()).cast("B"), None)

    def add(self, kept: Kept) -> None:
        """Set a batch down."""
        if isinstance(kept, pa.RecordBatch):
            self.frames.append(kept)
            return
        number, data = kept
        self._file.write(data)
        self.frames.append(Frame(number, self._end, len(data)))
        self._end += len(data)

    def open(self, frame: Frame | pa.RecordBatch) -> pa.RecordBatch:
        """Return a batch that was added."""
        if isinstance(frame, pa.RecordBatch):
            return frame
        data = os.pread(self._file.fileno(), frame.size, frame.offset)
        plain = self._cipher.decrypt(_nonce(frame.number), data, None)
        return pa.ipc.open_stream(pa.py_buffer(plain)).read_next_batch()

    def close(self) -> None:
        self._file.close()


def _nonce(number: int) -> bytes:
    return number.to_bytes(_NONCE_BYTES, "big")
