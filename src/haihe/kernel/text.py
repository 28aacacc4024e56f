"""Chinese text as people type it, made comparable."""

import re
import unicodedata
from itertools import pairwise
from string import ascii_letters, digits

_SPACES = re.compile(r"\s+")
_RUNS = re.compile(r"[^\W_]+")
_WIDE = {ord(sign) + 0xFEE0: sign for sign in ascii_letters + digits}


def normalise(text: str) -> str:
    """Return the text with full-width forms folded (NFKC), ends trimmed and inner white space as one space.

    Case is kept. Applying it twice changes nothing.
    """
    folded = text if text.isascii() else unicodedata.normalize("NFKC", text)
    return " ".join(folded.split())


def tidy(text: str) -> str:
    """Return prose as it is kept and shown: letters and digits narrow, white space folded, points as typed.

    `normalise` makes texts comparable and turns ，：（ into , : ( on the way; nobody should have to read that.
    """
    narrow = text if text.isascii() else unicodedata.normalize("NFC", text).translate(_WIDE)
    return _SPACES.sub(" ", narrow).strip()


def bigrams(text: str) -> list[str]:
    """Return the distinct two-character pieces in order of appearance, lower-cased, for a `text[]` search column.

    Pieces never span punctuation or spaces. A run of one character stands for itself, so a text can be found by
    such a query only where it stands alone.
    """
    pieces: dict[str, None] = {}
    for run in _RUNS.findall(normalise(text).lower()):
        if len(run) == 1:
            pieces[run] = None
        for first, second in pairwise(run):
            pieces[first + second] = None
    return list(pieces)
