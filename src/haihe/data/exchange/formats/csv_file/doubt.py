"""Which lines of a block can't be cut at their separators without a closer look."""

from collections.abc import Iterator

import numpy as np

from haihe.data.exchange.arrays import Bytes, Flags, Places
from haihe.data.exchange.formats.csv_file.records import MAX_LINES_OF_A_ROW

_LINE_END, _TAB, _MARK, _DELETE, _SPACE = 0x0A, 0x09, 0x22, 0x7F, 0x20
_REPLACEMENT = "\ufffd".encode()
# What a piece's comparisons leave fits the processor's cache.
_AT_A_TIME = 256 * 1024


def count_lines(text: bytes) -> int:
    """Return how many line ends a text has."""
    signs = np.frombuffer(text, np.uint8)
    pieces = (signs[start : start + _AT_A_TIME] for start in range(0, len(signs), _AT_A_TIME))
    return sum(int(np.count_nonzero(piece == _LINE_END)) for piece in pieces)


def line_ends(text: bytes) -> Places:
    """Return where each line of a text ends."""
    return np.flatnonzero(np.frombuffer(text, np.uint8) == _LINE_END)


def doubtful_lines(text: bytes) -> Flags | None:
    """Say of each line whether it is doubtful; None where none is. The text ends with a line end."""
    marks, others = _quotes(text), _not_text(text)
    if not len(marks) and not len(others):
        return None
    ends = line_ends(text)
    doubtful = np.zeros(len(ends), np.bool_)
    doubtful[np.searchsorted(ends, others)] = True
    for following in range(MAX_LINES_OF_A_ROW):
        lines = np.searchsorted(ends, marks) + following
        doubtful[lines[lines < len(ends)]] = True
    return doubtful


def _quotes(text: bytes) -> Places:
    if b'"' not in text:
        return np.zeros(0, np.int64)
    return np.flatnonzero(np.frombuffer(text, np.uint8) == _MARK)


def _not_text(text: bytes) -> Places:
    """Return where control characters and replacement characters stand."""
    return np.concatenate([np.zeros(0, np.int64), *_found(np.frombuffer(text, np.uint8))])


def _found(text: Bytes) -> Iterator[Places]:
    for start in range(0, len(text), _AT_A_TIME):
        piece = text[start : start + _AT_A_TIME]
        # In most pieces every sign below the space is a line end, which is sooner counted than told apart.
        low = np.count_nonzero(piece < _SPACE) - np.count_nonzero(piece == _LINE_END)
        if low or (piece == _DELETE).any():
            control = (piece < _SPACE) & (piece != _LINE_END) & (piece != _TAB) | (piece == _DELETE)
            yield np.flatnonzero(control) + start
        beyond = text[start : start + _AT_A_TIME + 2]
        lost = beyond[:-2] == _REPLACEMENT[0]
        lost &= beyond[1:-1] == _REPLACEMENT[1]
        if lost.any():
            yield np.flatnonzero(lost & (beyond[2:] == _REPLACEMENT[2])) + start
