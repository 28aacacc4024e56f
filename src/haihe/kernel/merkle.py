"""Merkle trees and inclusion proofs after RFC 9162 §2.1 (SHA-256), the trees of Certificate Transparency.

A leaf is hashed once with `leaf_hash`; everything else here takes leaf hashes, so a tree over millions of records
costs 32 bytes a leaf, and `RunningRoot` costs 32 bytes a level. Why it is ours: docs/adr/0002-merkle-proofs.md.
"""

from collections.abc import Iterable, Sequence
from hashlib import sha256

HASH_BYTES = 32
EMPTY_ROOT = sha256(b"").digest()


def leaf_hash(data: bytes) -> bytes:
    """Hash one entry. The prefix keeps a leaf from being passed off as an inner node."""
    return sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Hash two neighbouring subtrees."""
    return sha256(b"\x01" + left + right).digest()


class RunningRoot:
    """The root of a growing tree, held as one hash per complete subtree (never more than log2 of its size)."""

    __slots__ = ("_subtrees", "size")

    def __init__(self) -> None:
        self.size = 0
        self._subtrees: list[bytes] = []

    def add(self, leaf: bytes) -> None:
        """Append a leaf hash."""
        self.size += 1
        node, width = leaf, self.size
        while width % 2 == 0:
            node = node_hash(self._subtrees.pop(), node)
            width //= 2
        self._subtrees.append(node)

    def value(self) -> bytes:
        """Return the root of what was added so far."""
        if not self._subtrees:
            return EMPTY_ROOT
        *left, node = self._subtrees
        for subtree in reversed(left):
            node = node_hash(subtree, node)
        return node


def root(leaves: Iterable[bytes]) -> bytes:
    """Return the root over leaf hashes; they are read once and not kept."""
    running = RunningRoot()
    for leaf in leaves:
        running.add(leaf)
    return running.value()


def tree_root(leaves: Sequence[bytes]) -> bytes:
    """Return the same root as `root`, of leaves that are all in memory: level by level, in half the time."""
    level = list(leaves)
    while len(level) > 1:
        level = _level_above(level)
    return level[0] if level else EMPTY_ROOT


def inclusion_proof(leaves: Sequence[bytes], index: int) -> list[bytes]:
    """Return the hashes that lead from leaf `index` to the root, lowest first.

    Raises:
        IndexError: there is no such leaf.
    """
    if not 0 <= index < len(leaves):
        raise IndexError(f"no leaf {index} in a tree of {len(leaves)}")
    level, path = list(leaves), []
    while len(level) > 1:
        sibling = index ^ 1
        if sibling < len(level):
            path.append(level[sibling])
        level = _level_above(level)
        index //= 2
    return path


def path_sides(*, index: int, size: int) -> list[str]:
    """Tell for each hash of the proof of leaf `index` whether it stands LEFT or RIGHT of what was hashed so far."""
    sides, last = [], size - 1
    while last > 0:
        if index % 2:
            sides.append("LEFT")
        elif index < last:
            sides.append("RIGHT")
        index, last = index // 2, last // 2
    return sides


def verify_inclusion(*, leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes) -> bool:
    """Tell whether the proof leads from this leaf hash to this root (RFC 9162 §2.1.3.2). Never raises on bad proofs."""
    if not 0 <= index < size or any(len(part) != HASH_BYTES for part in (leaf, root, *proof)):
        return False
    node, position, last = leaf, index, size - 1
    for sibling in proof:
        if last == 0:
            return False
        if position % 2 or position == last:
            node = node_hash(sibling, node)
            while position % 2 == 0 and position:
                position, last = position // 2, last // 2
        else:
            node = node_hash(node, sibling)
        position, last = position // 2, last // 2
    return last == 0 and node == root


def _level_above(level: list[bytes]) -> list[bytes]:
    # Written out: a call for each node would cost as much again as its hash.
    pairs = [sha256(b"\x01" + level[i] + level[i + 1]).digest() for i in range(0, len(level) - 1, 2)]
    return pairs + level[-1:] if len(level) % 2 else pairs
