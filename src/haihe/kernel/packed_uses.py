"""Many uses in one ledger record: a Merkle tree over persons and answers, so that one can be shown without the others.

The record's body holds the tree's root; beside it stand a seed and the uses, packed: for each person the subject key
(16 bytes) and a code for the answer (1 byte). A leaf is the hash of a salt, the subject key and the code. The salts
come from the seed; who is shown one of them learns nothing of the others, and without its salt a leaf tells nobody
whether a guess at another person's answer is right.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from haihe.kernel.answers import Answer, ChangeAnswer, QueryAnswer, UnknownReason
from haihe.kernel.merkle import inclusion_proof, leaf_hash, tree_root, verify_inclusion

SEED_BYTES = 32
SALT_BYTES = 16
SUBJECT_BYTES = 16
USE_BYTES = SUBJECT_BYTES + 1
_DOMAIN = b"haihe-packed-uses/1"

OUTCOMES: Final[tuple[tuple[Answer | QueryAnswer | ChangeAnswer, UnknownReason | None], ...]] = (
    (Answer.MATCH, None),
    (Answer.NO_MATCH, None),
    (Answer.UNKNOWN, UnknownReason.SOURCE_STALE),
    (Answer.UNKNOWN, UnknownReason.SOURCE_UNREACHABLE),
    (Answer.UNKNOWN, UnknownReason.RECORD_IN_DOUBT),
    (QueryAnswer.FOUND, None),
    (QueryAnswer.NOT_FOUND, None),
    (ChangeAnswer.UNCHANGED, None),
)
"""Answer and reason by code. What is sealed stays readable: codes are added, never changed."""
CODES: Final = {(answer.value, reason and reason.value): code for code, (answer, reason) in enumerate(OUTCOMES)}


@dataclass(frozen=True, slots=True)
class ShownUse:
    """One person's use with what proves it, apart from the record itself."""

    salt: bytes
    subject: bytes
    code: int
    index: int
    path: tuple[bytes, ...]


def leaves(seed: bytes, packed: bytes) -> list[bytes]:
    """Return the leaf hash of each use, in order. Raises: ValueError for bytes that are no packed uses."""
    size = _size(seed, packed)
    salts, sha256 = _salts(seed, size), hashlib.sha256
    # One piece of memory with all entries, prefix included, is half as dear as joining each.
    each = 1 + SALT_BYTES + USE_BYTES
    entries = bytearray(each * size)
    for place in range(SALT_BYTES):
        entries[1 + place :: each] = salts[place::SALT_BYTES]
    for place in range(USE_BYTES):
        entries[1 + SALT_BYTES + place :: each] = packed[place::USE_BYTES]
    whole = memoryview(entries)
    return [sha256(whole[start : start + each]).digest() for start in range(0, each * size, each)]


def root(seed: bytes, packed: bytes) -> bytes:
    """Return the root that the record's body holds."""
    return tree_root(leaves(seed, packed))


def show(seed: bytes, packed: bytes, index: int) -> ShownUse:
    """Return one use with its proof. Raises: IndexError, ValueError."""
    hashes = leaves(seed, packed)
    path = tuple(inclusion_proof(hashes, index))
    use = packed[USE_BYTES * index : USE_BYTES * (index + 1)]
    salt = _salts(seed, len(hashes))[SALT_BYTES * index : SALT_BYTES * (index + 1)]
    return ShownUse(salt, use[:SUBJECT_BYTES], use[SUBJECT_BYTES], index, path)


def verify(use: ShownUse, *, root: bytes, size: int) -> bool:
    """Tell whether the use is one of those under the root. Never raises."""
    if len(use.salt) != SALT_BYTES or len(use.subject) != SUBJECT_BYTES or not 0 <= use.code < len(OUTCOMES):
        return False
    leaf = leaf_hash(use.salt + use.subject + bytes([use.code]))
    return verify_inclusion(leaf=leaf, index=use.index, size=size, proof=use.path, root=root)


def pack(subjects: Sequence[bytes], codes: bytes) -> bytes:
    """Return the uses packed; as many codes as subjects."""
    packed = bytearray(USE_BYTES * len(subjects))
    keys = b"".join(subjects)
    for place in range(SUBJECT_BYTES):
        packed[place::USE_BYTES] = keys[place::SUBJECT_BYTES]
    packed[SUBJECT_BYTES::USE_BYTES] = codes
    return bytes(packed)


def _salts(seed: bytes, size: int) -> bytes:
    return hashlib.shake_256(_DOMAIN + seed).digest(SALT_BYTES * size)


def _size(seed: bytes, packed: bytes) -> int:
    size, rest = divmod(len(packed), USE_BYTES)
    if len(seed) != SEED_BYTES or rest or not size:
        raise ValueError("no packed uses")
    return size
