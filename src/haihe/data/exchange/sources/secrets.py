"""A source's secret and its own key, sealed in its row: written, used by a fetch, and never read out to anybody."""

import hashlib
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

import msgspec

from haihe.base.keys.api import keyring
from haihe.data.exchange.connectors.kinds import CONNECTORS, read_as
from haihe.data.exchange.places import data_dir
from haihe.data.exchange.sources.models import Source

_KEY_BYTES = 32
_HASH_BYTES = 16


def sealed_secret(source_id: UUID, secret: msgspec.Struct) -> bytes:
    return keyring().seal(msgspec.json.encode(secret), context=_context(source_id, "secret"))


def secret_of(source: Source) -> Any:
    """Open the secret for a fetch or a test. Raises: KeyringError, FetchFailed."""
    content = keyring().open(bytes(source.sealed_secret), context=_context(source.id, "secret"))
    return read_as(msgspec.json.decode(content), CONNECTORS[source.connector].secret)


def new_sealed_key(source_id: UUID) -> bytes:
    return keyring().seal(os.urandom(_KEY_BYTES), context=_context(source_id, "key"))


def memory_of(source: Source) -> "SourceMemory":
    """Return the source's memory, whose folder is made where it is missing."""
    key = keyring().open(bytes(source.sealed_key), context=_context(source.id, "key"))
    folder = data_dir() / "sources" / str(source.id)
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    return SourceMemory(folder, key, _context(source.id, "memory"))


@dataclass(frozen=True, slots=True, repr=False)
class SourceMemory:
    """What a source remembers; its hashes are keyed with a key of its own, so they can't be compared with another's."""

    folder: Path
    _key: bytes
    _context: str

    def keyed(self, content: bytes) -> bytes:
        return hashlib.blake2b(content, digest_size=_HASH_BYTES, key=self._key).digest()

    def seal(self, content: bytes) -> bytes:
        return keyring().seal(content, context=self._context)

    def open(self, sealed: bytes) -> bytes:
        return keyring().open(sealed, context=self._context)


def _context(source_id: UUID, what: str) -> str:
    return f"source:{source_id}:{what}"
