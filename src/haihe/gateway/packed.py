"""One record of many uses as the journal keeps it: the record's JSON, the seed and the packed uses in one piece."""

import struct
from typing import NamedTuple

from haihe.kernel.packed_uses import SEED_BYTES

_LENGTH = struct.Struct(">I")


class PackedRecord(NamedTuple):
    """`seed` and `uses` are what the record's root is made from (`kernel.packed_uses`)."""

    record: bytes
    seed: bytes
    uses: bytes


def pack(packed: PackedRecord) -> bytes:
    return _LENGTH.pack(len(packed.record)) + packed.record + packed.seed + packed.uses


def unpack(data: bytes) -> PackedRecord:
    """Return what `pack` was given."""
    (length,) = _LENGTH.unpack_from(data)
    seed = _LENGTH.size + length
    uses = seed + SEED_BYTES
    return PackedRecord(data[_LENGTH.size : seed], data[seed:uses], data[uses:])
