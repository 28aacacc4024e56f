"""Which records a batch holds, packed: 56 bytes each."""

import struct
from bisect import bisect_left
from collections.abc import Iterator
from typing import NamedTuple
from uuid import UUID

_MEMBER = struct.Struct(">Q16s32s")


class Member(NamedTuple):
    """One sealed record, as it was when it was sealed."""

    seq: int
    evidence: UUID
    leaf: bytes

    def pack(self) -> bytes:
        return _MEMBER.pack(self.seq, self.evidence.bytes, self.leaf)


def leaves(packed: bytes) -> list[bytes]:
    """Return the leaf hashes alone, in order."""
    return [packed[end - 32 : end] for end in range(_MEMBER.size, len(packed) + 1, _MEMBER.size)]


def place_of(packed: bytes, seq: int) -> int | None:
    """Return where the record with this seq stands, or None: the list is in order of seq."""
    numbers = range(len(packed) // _MEMBER.size)
    place = bisect_left(numbers, seq, key=lambda n: int.from_bytes(packed[n * _MEMBER.size : n * _MEMBER.size + 8]))
    found = place < len(numbers) and _MEMBER.unpack_from(packed, place * _MEMBER.size)[0] == seq
    return place if found else None


def unpack(packed: bytes) -> Iterator[Member]:
    """Raises: struct.error, if the bytes are no whole number of members."""
    for seq, evidence, leaf in _MEMBER.iter_unpack(packed):
        yield Member(seq, UUID(bytes=evidence), leaf)
