"""The last good answer of each question, to be told with its age while a department's interface is away.

LMDB beside the journal. What is kept is what may be shown: masked values, sealed by the keyring, under a keyed hash of
service, rules, subject and parameters. It is kept no longer than the owner lets it be served. Losing it costs nothing
but itself, so it is written once a second for all, and a damaged file is begun anew.
"""

import logging
import shutil
import struct
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

import lmdb
import msgspec

from haihe.kernel.keyring import Keyring, KeyringError

type Values = Mapping[str, str | int | None]

MAP_SIZE_BYTES = 1 << 30
_MOST_PENDING = 20_000
_PURGE_AT_ONCE = 2000
_TIMES = struct.Struct(">QQ")
_EXPIRY = struct.Struct(">Q")
_log = logging.getLogger("haihe.gateway")
_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder(dict[str, str | int | None]).decode


class Kept(NamedTuple):
    """`at` is when the source gave it, in whole seconds."""

    at: int
    values: Values


class LastGood:
    """Lives in the loop's thread. Entries are: until when, since when, sealed values."""

    def __init__(self, folder: Path, keyring: Keyring, *, map_size: int = MAP_SIZE_BYTES) -> None:
        self._folder, self._keyring, self._map_size = folder, keyring, map_size
        self._pending: dict[bytes, bytes | None] = {}
        self._open()

    def key(self, service: str, rules: bytes, subject: bytes, parameters: Mapping[str, str | int]) -> bytes:
        """Return the place of a question. No identity number begins like this, so no two kinds of key run together."""
        question = f"last-good\n{service}\n{rules.hex()}\n{subject.hex()}\n".encode() + _encode(parameters)
        return self._keyring.subject_key(question.decode())

    def keep(self, key: bytes, values: Values, *, now: float, for_s: int) -> None:
        """Keep a live answer until it is too old to be told."""
        if len(self._pending) < _MOST_PENDING:
            at = int(now)
            sealed = self._keyring.seal(_encode(values), context=_context(key, at))
            self._pending[key] = _TIMES.pack(at + for_s, at) + sealed

    def forget(self, key: bytes) -> None:
        """The source no longer knows the subject: what it said before is wrong now."""
        self._pending[key] = None

    def find(self, key: bytes, *, now: float, at_most_s: int) -> Kept | None:
        """Return what is kept and no older than that."""
        try:
            found = self._pending[key] if key in self._pending else self._stored(key)
        except lmdb.Error as fault:
            _log.error("the last good answers can't be read: %s", fault)
            return None
        if found is None:
            return None
        until, at = _TIMES.unpack_from(found)
        if now >= until or not 0 <= now - at <= at_most_s:
            return None
        try:
            return Kept(at, _decode(self._keyring.open(found[_TIMES.size :], context=_context(key, at))))
        except (KeyringError, msgspec.DecodeError) as damage:
            _log.error("a last good answer doesn't open: %s", type(damage).__name__)
            return None

    def flush(self, *, now: float) -> None:
        """Write what has gathered and purge what is too old; to be called every second or so."""
        pending, self._pending = self._pending, {}
        try:
            with self._env.begin(write=True) as write:
                for key, entry in pending.items():
                    self._replace(write, key, entry)
                self._purge(write, int(now))
        except lmdb.MapFullError:
            _log.warning("the last good answers fill their room; %d are not kept", len(pending))
        except lmdb.Error as fault:
            _log.error("the last good answers can't be written (%s); they begin anew", fault)
            self._begin_anew()

    def entries(self) -> int:
        """Return how many are on the disk."""
        with self._env.begin() as read:
            return int(read.stat(self._table)["entries"])

    def close(self) -> None:
        self._env.close()

    def _stored(self, key: bytes) -> bytes | None:
        with self._env.begin() as read:
            found = read.get(key, db=self._table)
            return None if found is None else bytes(found)

    def _replace(self, write: "lmdb.Transaction[bytes]", key: bytes, entry: bytes | None) -> None:
        old = write.get(key, db=self._table)
        if old is not None:
            write.delete(bytes(old[: _EXPIRY.size]) + key, db=self._expiries)
            write.delete(key, db=self._table)
        if entry is not None:
            write.put(entry[: _EXPIRY.size] + key, b"", db=self._expiries)
            write.put(key, entry, db=self._table)

    def _purge(self, write: "lmdb.Transaction[bytes]", now: int) -> None:
        cursor = write.cursor(self._expiries)
        found = cursor.first()
        for _ in range(_PURGE_AT_ONCE):
            if not found or _EXPIRY.unpack_from(cursor.key())[0] > now:
                return
            name = bytes(cursor.key())
            write.delete(name, db=self._expiries)
            write.delete(name[_EXPIRY.size :], db=self._table)
            found = cursor.first()

    def _open(self) -> None:
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        try:
            self._env = self._environment()
        except lmdb.Error as fault:
            _log.error("the last good answers can't be opened (%s); they begin anew", fault)
            shutil.rmtree(self._folder)
            self._folder.mkdir(mode=0o700)
            self._env = self._environment()
        self._table, self._expiries = self._env.open_db(b"answers"), self._env.open_db(b"expiries")

    def _environment(self) -> lmdb.Environment:
        return lmdb.open(str(self._folder), map_size=self._map_size, max_dbs=2, mode=0o600)

    def _begin_anew(self) -> None:
        self._env.close()
        shutil.rmtree(self._folder)
        self._open()


def _context(key: bytes, at: int) -> str:
    return f"last-good:{key.hex()}:{at}"
