"""What one entry of a subject index looks like as bytes; the exchange writes them, the gateway reads them.

A subject index maps `Keyring.subject_key` (16 bytes) to one entry; `META_KEY` (shorter, so never a subject) to the
description of the whole. Neither names nor identity numbers are in it, only keyed hashes and the verifiable fields.
"""

from collections.abc import Mapping
from datetime import datetime

import msgspec

type FieldValue = str | int | None

META_KEY = b"\x00meta"
NAME_KEY_BYTES = 8


class Entry(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """`name_key` is empty where the register has no name. In doubt = the register's row was rejected."""

    in_doubt: bool
    name_key: bytes
    fields: dict[str, FieldValue]


class IndexMeta(msgspec.Struct, frozen=True, kw_only=True):
    """`fields` names what entries carry; `rows` counts entries, those in doubt included."""

    resource: str
    snapshot: str
    as_of: datetime
    rows: int
    fields: tuple[str, ...]


_encoder = msgspec.msgpack.Encoder()
_entries = msgspec.msgpack.Decoder(Entry)
_metas = msgspec.msgpack.Decoder(IndexMeta)


def encode_entry(in_doubt: bool, name_key: bytes, fields: Mapping[str, FieldValue]) -> bytes:
    """Raises: ValueError if the name key is neither empty nor of `NAME_KEY_BYTES`."""
    if len(name_key) not in (0, NAME_KEY_BYTES):
        raise ValueError(f"a name key has {NAME_KEY_BYTES} bytes, not {len(name_key)}")
    return _encoder.encode((in_doubt, name_key, fields))


decode_entry = _entries.decode
"""Decode what `encode_entry` wrote, from any buffer. Raises: msgspec.DecodeError."""


def encode_meta(meta: IndexMeta) -> bytes:
    """Raises: ValueError for an `as_of` without time zone."""
    if meta.as_of.tzinfo is None:
        raise ValueError("as_of needs a time zone")
    return _encoder.encode(meta)


decode_meta = _metas.decode
"""Decode what `encode_meta` wrote. Raises: msgspec.DecodeError."""
