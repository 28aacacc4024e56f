"""Patterns that a cell has to match as a whole: RE2, the same engine for one cell as for a million.

RE2 reads a text once, however the pattern is made, so nobody can hang a feed by a pattern; for that it knows neither
look-around nor back references.
"""

from enum import StrEnum
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from haihe.data.exchange.arrays import Flags

LONGEST: Final = 200
_FAULTS: Final = (
    ("missing )", "BRACKETS"),
    ("missing ]", "BRACKETS"),
    ("unexpected )", "BRACKETS"),
    ("repetition", "REPETITION"),
    ("invalid perl operator", "UNSUPPORTED"),
    ("invalid escape", "UNSUPPORTED"),
    ("invalid character class range", "CHARACTERS"),
    ("invalid character range", "CHARACTERS"),
    ("too large", "TOO_LARGE"),
)


class PatternFault(StrEnum):
    """What is wrong with a pattern."""

    EMPTY = "EMPTY"
    TOO_LONG = "TOO_LONG"
    BRACKETS = "BRACKETS"
    REPETITION = "REPETITION"
    UNSUPPORTED = "UNSUPPORTED"
    CHARACTERS = "CHARACTERS"
    TOO_LARGE = "TOO_LARGE"
    OTHER = "OTHER"


class PatternRefused(ValueError):
    """This is no pattern; `fault` says why (quality/wording.py tells it)."""

    def __init__(self, fault: PatternFault) -> None:
        super().__init__(fault)
        self.fault = fault


class Pattern:
    """A pattern, ready to be matched. For several threads. Raises: PatternRefused."""

    def __init__(self, pattern: str) -> None:
        if not pattern:
            raise PatternRefused(PatternFault.EMPTY)
        if len(pattern) > LONGEST:
            raise PatternRefused(PatternFault.TOO_LONG)
        # By itself first: brackets of its own must not close those around it.
        _try(pattern)
        self._whole = rf"\A(?:{pattern})\z"
        _try(self._whole)

    def matching(self, texts: pa.StringArray) -> Flags:
        """Say which texts match from beginning to end; what is empty (null) does."""
        found = pc.fill_null(pc.match_substring_regex(texts, self._whole), True)
        return np.asarray(found.to_numpy(zero_copy_only=False))

    def matches(self, text: str) -> bool:
        return bool(pc.match_substring_regex(pa.scalar(text), self._whole).as_py())


def fault_of(pattern: str) -> PatternFault | None:
    """Return what is wrong with a pattern; None where nothing is."""
    try:
        Pattern(pattern)
    except PatternRefused as refused:
        return refused.fault
    return None


def _try(pattern: str) -> None:
    try:
        pc.match_substring_regex(pa.scalar(""), pattern)
    except pa.ArrowInvalid as error:
        told = str(error)
        fault = next((fault for words, fault in _FAULTS if words in told), "OTHER")
        raise PatternRefused(PatternFault(fault)) from None
