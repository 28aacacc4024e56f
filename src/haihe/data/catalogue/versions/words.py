"""What changed within a text, word by word: Han characters one by one, Latin words and numbers whole."""

import re
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

type Kind = Literal["same", "gone", "new"]
_TOKENS = re.compile(r"[A-Za-z0-9_.%]+|\s+|.", re.DOTALL)
_MOST_PAIRS = 600_000
"""Comparing takes time by the product of both lengths; beyond this the texts are shown whole."""
_ISLAND = 2
"""So few equal characters between two changes are no help to a reader; they count as changed."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of text that stayed, went, or came."""

    kind: Kind
    text: str


def compare(before: str, after: str) -> list[Piece]:
    """Return both texts as one run of pieces: what stayed and went makes `before`, what stayed and came `after`."""
    old, new = _TOKENS.findall(before), _TOKENS.findall(after)
    if not old or not new or len(old) * len(new) > _MOST_PAIRS:
        return _pieces([("gone", before), ("new", after)] if before != after else [("same", before)])
    told: list[tuple[Kind, str]] = []
    for sign, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if sign == "equal":
            told.append(("same", "".join(old[a:b])))
        else:
            told += [("gone", "".join(old[a:b])), ("new", "".join(new[c:d]))]
    return _pieces(_without_islands(told))


def _without_islands(told: list[tuple[Kind, str]]) -> list[tuple[Kind, str]]:
    calm: list[tuple[Kind, str]] = []
    for place, (kind, text) in enumerate(told):
        inside = 0 < place < len(told) - 1
        if kind == "same" and inside and len(text) <= _ISLAND:
            calm += [("gone", text), ("new", text)]
        else:
            calm.append((kind, text))
    return calm


def _pieces(told: list[tuple[Kind, str]]) -> list[Piece]:
    """Join what lies side by side: within a change first what went, then what came."""
    pieces: list[Piece] = []
    gone = new = ""
    for kind, text in [*told, ("same", "")]:
        if kind == "gone":
            gone += text
        elif kind == "new":
            new += text
        else:
            pieces += [Piece("gone", gone), Piece("new", new), Piece("same", text)]
            gone = new = ""
    return [piece for piece in pieces if piece.text]
