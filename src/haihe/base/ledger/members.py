"""Which records a batch holds, packed: 56 bytes each."""

import struct
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


def unpack(packed: bytes) -> Iterator[Member]:
    """Raises: struct.error, if the bytes are no whole number of members."""
    for seq, evidence, leaf in _MEMBER.iter_unpack(packed):
        yield Member(seq, UUID(bytes=evidence), leaf)
