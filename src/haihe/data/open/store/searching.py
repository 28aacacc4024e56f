"""Where full text can stand at all: the stretches of ids in which a condition's words may be found."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from haihe.data.open.store.sql import Sql
from haihe.data.open.store.tree import All, Condition, Either, Search
from haihe.data.open.store.words import Blocks, WordsFile

_MOST_STRETCHES = 200
_WORTH_SHARE = 0.5
"""Where more is left than that, to leave out the rest gains nothing."""


def narrowed(node: Condition, words: WordsFile, ids: NDArray[np.int64]) -> Sql | None:
    """Return a condition on ids that holds for all rows for which the node holds; None where it would gain nothing."""
    blocks = _blocks(node, words)
    if blocks is None or blocks.mean() > _WORTH_SHARE:
        return None
    return _within(_stretches(blocks), ids, words.block_rows)


def _blocks(node: Condition, words: WordsFile) -> Blocks | None:
    """Return which blocks may have rows of the condition; None: all."""
    match node:
        case Search(asked):
            return words.blocks_with(asked)
        case All(parts):
            known = [found for part in parts if (found := _blocks(part, words)) is not None]
            return np.logical_and.reduce(known) if known else None
        case Either(parts):
            either = [_blocks(part, words) for part in parts]
            there = [found for found in either if found is not None]
            return np.logical_or.reduce(there) if len(there) == len(either) else None
    return None


def _stretches(blocks: Blocks) -> list[tuple[int, int]]:
    """Return first and last block of each run; runs that lie near each other are one where there are too many."""
    edges = np.flatnonzero(np.diff(np.concatenate(([False], blocks, [False])).astype(np.int8)))
    firsts, ends = edges[::2], edges[1::2]
    if len(firsts) > _MOST_STRETCHES:
        gaps = firsts[1:] - ends[:-1]
        kept = np.sort(np.argsort(gaps, kind="stable")[-(_MOST_STRETCHES - 1) :])
        firsts, ends = firsts[np.concatenate(([0], kept + 1))], ends[np.concatenate((kept, [len(ends) - 1]))]
    return list(zip(firsts.tolist(), (ends - 1).tolist(), strict=True))


def _within(stretches: Sequence[tuple[int, int]], ids: NDArray[np.int64], size: int) -> Sql:
    if not stretches:
        return Sql("FALSE")
    bounds = [(int(ids[first * size]), int(ids[min((last + 1) * size, len(ids)) - 1])) for first, last in stretches]
    each = " OR ".join("id BETWEEN ? AND ?" for _ in bounds)
    values = tuple(bound for pair in bounds for bound in pair)
    return Sql(f"(id BETWEEN ? AND ? AND ({each}))", (bounds[0][0], bounds[-1][1], *values))
