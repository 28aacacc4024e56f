"""A bucket of an S3-compatible store, for the files of the lake. No Django here: `haihe backup` uses it too.

Files are written under keys that no other snapshot has, read back and hashed before they count, and never changed: what
a snapshot's manifest says in the database decides which content is right, so nothing here needs conditional writes.
"""

import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain
from pathlib import Path
from typing import Final

import pyarrow as pa
from pyarrow import fs

from haihe.kernel.environment import BucketPlace

_PIECE_BYTES: Final = 8 * 1024 * 1024
_ATTEMPTS: Final = 3
_CONNECT_TIMEOUT_S, _REQUEST_TIMEOUT_S = 5, 60


class BucketAway(Exception):
    """The store can't be reached, or refuses us. The message names the kind of trouble and no credentials."""


class BucketDamaged(Exception):
    """What the store holds isn't what was written."""


class NotInBucket(Exception):
    """The store has no such file."""


@dataclass(frozen=True, slots=True)
class Bucket:
    """Files below one prefix. Whoever reads or writes says which content is right."""

    files: fs.FileSystem
    root: str

    def put(self, file: Path, key: str, sha256: str) -> None:
        """Write a file and prove it by reading it back; what is there already is proved only.

        Raises: BucketAway, BucketDamaged.
        """
        if self._size(key) == file.stat().st_size and self._digest(key) == sha256:
            return
        with _reached(), file.open("rb") as content, self.files.open_output_stream(self._at(key)) as sink:
            while piece := content.read(_PIECE_BYTES):
                sink.write(piece)
        if self._digest(key) != sha256:
            raise BucketDamaged(key)

    def get(self, key: str, target: Path, sha256: str) -> None:
        """Bring a file here, whole, proved, read-only. Raises: NotInBucket, BucketAway, BucketDamaged, OSError."""
        pieces = self._pieces(key)
        digest, first = hashlib.sha256(), next(pieces, b"")
        target.parent.mkdir(parents=True, exist_ok=True)
        part = target.with_name(f".{target.name}.{os.getpid()}.part")
        try:
            with part.open("wb") as sink:
                for piece in chain([first], pieces):
                    digest.update(piece)
                    sink.write(piece)
                sink.flush()
                os.fsync(sink.fileno())
            if digest.hexdigest() != sha256:
                raise BucketDamaged(key)
            part.chmod(0o400)
            part.rename(target)
        finally:
            part.unlink(missing_ok=True)

    def remove(self, folder: str) -> None:
        """Remove all files below a folder; a missing one is fine. Raises: BucketAway."""
        with _reached():
            found = self.files.get_file_info(fs.FileSelector(self._at(folder), recursive=True, allow_not_found=True))
            for each in found:
                if each.type == fs.FileType.File:
                    self.files.delete_file(each.path)
            if found:
                self.files.delete_dir(self._at(folder))

    def folders(self, under: str, depth: int) -> dict[str, float]:
        """Return the folders so many steps below, with when their newest file was written. Raises: BucketAway."""
        with _reached():
            selector = fs.FileSelector(self._at(under), recursive=True, allow_not_found=True)
            found = [each for each in self.files.get_file_info(selector) if each.type == fs.FileType.File]
        newest: dict[str, float] = {}
        for each in found:
            steps = each.path.removeprefix(self._at("")).split("/")
            folder = "/".join(steps[: depth + 1])
            written = each.mtime.timestamp() if each.mtime else 0.0
            newest[folder] = max(newest.get(folder, 0.0), written)
        return newest

    def _at(self, key: str) -> str:
        return f"{self.root}/{key}"

    def _size(self, key: str) -> int | None:
        with _reached():
            size: int | None = self.files.get_file_info(self._at(key)).size
        return size

    def _digest(self, key: str) -> str:
        digest = hashlib.sha256()
        for piece in self._pieces(key):
            digest.update(piece)
        return digest.hexdigest()

    def _pieces(self, key: str) -> Iterator[bytes]:
        with _reached(), self.files.open_input_stream(self._at(key)) as content:
            while piece := content.read(_PIECE_BYTES):
                yield piece


@lru_cache(4)
def bucket_of(place: BucketPlace) -> Bucket:
    """Return the bucket of a place; connections are kept."""
    secure, _, host = place.endpoint.rpartition("://")
    files = fs.S3FileSystem(
        access_key=place.access_key or None,
        secret_key=place.secret_key or None,
        region=place.region,
        endpoint_override=host or None,
        scheme=secure or "https",
        tls_ca_file_path=place.ca_file or None,
        connect_timeout=_CONNECT_TIMEOUT_S,
        request_timeout=_REQUEST_TIMEOUT_S,
        retry_strategy=fs.AwsStandardS3RetryStrategy(max_attempts=_ATTEMPTS),
    )
    return Bucket(files, place.bucket)


@contextmanager
def _reached() -> Iterator[None]:
    """Turn what the store's client raises into what happened. Its messages name keys and hosts, and no secret."""
    try:
        yield
    except FileNotFoundError as error:
        raise NotInBucket(str(error)) from None
    except (OSError, pa.ArrowException) as error:
        raise BucketAway(f"{type(error).__name__}: {str(error)[:300]}") from None
