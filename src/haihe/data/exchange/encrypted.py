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
    file: Path | pa.NativeFile, schema: pa.Schema, *, key: bytes | None = None, dictionaries: list[str] | None = None
) -> pq.ParquetWriter:
    """Return a writer of a Parquet file, encrypted where a key is given.

    Only the named columns are stored by dictionary; without names those that are dictionaries here, and dates.
    """
    repeating = _repeating(schema) if dictionaries is None else dictionaries
    return pq.ParquetWriter(
        file,
        schema,
        compression="zstd",
        compression_level=_ZSTD_LEVEL,
        use_dictionary=repeating or False,
        # The least and the greatest text of a group help nobody, and cost a sixth of the writing.
        write_statistics=[each.name for each in schema if not _is_text(each.type)] or False,
        column_encoding={"line": "DELTA_BINARY_PACKED"} if "line" in schema.names else None,
        encryption_properties=None if key is None else pe.create_encryption_properties(key),
        # Readers get the types back from the columns themselves; what was a dictionary here is text to them.
        store_schema=False,
    )


def _repeating(schema: pa.Schema) -> list[str]:
    return [each.name for each in schema if pa.types.is_dictionary(each.type) or pa.types.is_date(each.type)]


def _is_text(kind: pa.DataType) -> bool:
    return bool(pa.types.is_string(kind) or pa.types.is_binary(kind) or pa.types.is_dictionary(kind))


def open_reader(file: Path, *, key: bytes | None = None) -> pq.ParquetFile:
    """Open a Parquet file; reading raises OSError where it was encrypted with another key."""
    return pq.ParquetFile(file, decryption_properties=None if key is None else pe.create_decryption_properties(key))


def only_columns(file: pq.ParquetFile, names: list[str]) -> pa.RecordBatchReader:
    """Return some columns of a file as a stream, for engines that take one."""
    schema = pa.schema([file.schema_arrow.field(name) for name in names])
    return pa.RecordBatchReader.from_batches(schema, file.iter_batches(columns=names))


@dataclass(frozen=True, slots=True)
class Frame:
    """Where one sealed piece lies."""

    number: int
    offset: int
    size: int


type Kept = bytes | tuple[int, bytes]
"""A piece as it will be set down: as it is in memory, or its number and its sealed bytes."""
type SetDown = bytes | Frame


class SealedPieces:
    """Pieces of bytes: the first so many bytes in memory, the others on disk under a key that only this object has.

    Keeping may be done by many threads, adding by one.
    """

    def __init__(self, file: Path, in_memory_bytes: int = 0) -> None:
        self._file = file.open("w+b", buffering=0)
        self._cipher = AESGCM(os.urandom(32))
        self._numbers = count()
        self._end = 0
        self._room = in_memory_bytes
        self._lock = Lock()

    def keep(self, piece: bytes) -> Kept:
        """Return the piece as it may be added."""
        with self._lock:
            fits = len(piece) <= self._room
            self._room -= len(piece) if fits else 0
            number = 0 if fits else next(self._numbers)
        return piece if fits else (number, self._cipher.encrypt(_nonce(number), piece, None))

    def add(self, kept: Kept) -> SetDown:
        """Set a piece down."""
        if isinstance(kept, bytes):
            return kept
        number, data = kept
        self._file.write(data)
        self._end += len(data)
        return Frame(number, self._end - len(data), len(data))

    def open(self, piece: SetDown) -> bytes:
        """Return a piece that was added."""
        if isinstance(piece, bytes):
            return piece
        data = os.pread(self._file.fileno(), piece.size, piece.offset)
        return self._cipher.decrypt(_nonce(piece.number), data, None)

    def close(self) -> None:
        self._file.close()


def packed(rows: pa.Table) -> bytes:
    """Return rows as bytes, for as long as a run lasts."""
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, rows.schema, options=pa.ipc.IpcWriteOptions(compression="lz4")) as writer:
        writer.write_table(rows)
    return bytes(sink.getvalue())


def unpacked(piece: bytes) -> pa.Table:
    """Return packed rows."""
    return pa.ipc.open_stream(pa.py_buffer(piece)).read_all()


def _nonce(number: int) -> bytes:
    return number.to_bytes(_NONCE_BYTES, "big")
