"""Put things in order by how much of what somebody typed they speak of, where rare words weigh more than common ones.

People ask in whole sentences and in their own words; rarely does one thing have them all. Each part of a question
counts as far as it tells things apart, by where a thing has it, and less where it only sounds alike. What has nearly as
much of the question as the best has is a find. For some hundreds of things, in memory; `finding` is for many thousands.
"""

import re
from bisect import bisect_left
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher, get_close_matches
from math import log
from typing import Final

from haihe.data.catalogue.search.asking import Alternative, Part, Term
from haihe.data.catalogue.search.document import Document

_ENOUGH: Final = 0.6
"""What a find has at least of what the best has."""
_PLACES: Final[Mapping[str | None, float]] = {"A": 1.0, "B": 0.75, "C": 0.3, None: 0.1}
"""What a part counts by where it stands: in the title, among keywords, in the text, or only found (`document`)."""
_SOUNDS: Final = 0.3
"""What a part counts that only sounds alike, of what it would if it stood there."""
_LEXEME: Final = re.compile(r"'((?:[^'\\]|''|\\\\)*)'(?::1([ABC]?))?")
_SHORTEST_MISSPELT: Final = 5
_NEAR: Final = 0.8


@dataclass(frozen=True, slots=True)
class Ranking[Key]:
    """What was found, the best first; `loosely` if nothing has all of the question.

    `corrected` has the words that nothing knows, with those that were taken in their place; `share` is how much of the
    question's weight the best has.
    """

    keys: tuple[Key, ...]
    loosely: bool
    share: float = 1.0
    corrected: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Spoken[Key]:
    """Which things speak of a part, how loudly, and what it weighs."""

    by_key: Mapping[Key, float]
    weight: float


class Index[Key]:
    """Documents by their lexemes. Among equals the one that came first stays first."""

    def __init__(self, documents: Iterable[tuple[Key, Document]]) -> None:
        self._loud: dict[str, dict[Key, float]] = {}
        self._order: dict[Key, int] = {}
        for key, document in documents:
            self._order[key] = len(self._order)
            for text in (document.found, document.ranked):
                for lexeme, place in _LEXEME.findall(text):
                    self._loud.setdefault(_unquoted(lexeme), {})[key] = _PLACES[place or None]
        self._sorted = sorted(self._loud)
        self._english = [lexeme for lexeme in self._sorted if lexeme.isascii() and lexeme.isalpha()]

    def rank(self, parts: Sequence[Part], *, among: Container[Key] | None = None) -> Ranking[Key]:
        """Return what speaks of these parts, or of nearly as much of them as the best does; only `among` these keys."""
        corrected = {part.typed: near for part in parts if (near := self._correction(part))}
        asked = [part.instead(corrected[part.typed]) if part.typed in corrected else part for part in parts]
        spoken = [self._spoken(part) for part in asked]
        telling = [one for n, one in enumerate(spoken) if one.by_key or not _straddles(asked, spoken, n)]
        worth: dict[Key, float] = {}
        for one in spoken:
            for key, loud in one.by_key.items():
                if among is None or key in among:
                    worth[key] = worth.get(key, 0.0) + one.weight * loud
        known = [one.by_key for one in spoken if one.by_key]
        whole = {key for key in worth if all(key in by_key for by_key in known)}
        least = max(worth.values(), default=0.0) * _ENOUGH
        found = [key for key in worth if worth[key] >= least or key in whole]
        found.sort(key=lambda key: (-round(worth[key], 6), self._order[key]))
        share = sum(one.weight for one in telling if found and found[0] in one.by_key) / _all_weight(telling)
        is_whole = bool(whole) and all(one.by_key for one in telling)
        return Ranking(tuple(found), not is_whole, share, corrected)

    def _correction(self, part: Part) -> str:
        """Return the word that a misspelt one is nearest to; of equals the one that more things speak of."""
        if len(part.typed) < _SHORTEST_MISSPELT or not part.typed.isalpha() or self._loudness(part.said):
            return ""
        near = get_close_matches(part.typed, self._english, cutoff=_NEAR) if part.typed.isascii() else ()
        alike = (SequenceMatcher(None, part.typed, word).ratio() for word in near)
        best = max(zip(alike, (len(self._loud[word]) for word in near), near, strict=True), default=(0.0, 0, ""))
        return best[2]

    def _spoken(self, part: Part) -> _Spoken[Key]:
        loud = self._loudness(part.said)
        often = len(loud)
        heard = {key: share * _SOUNDS for key, share in self._loudness(part.heard).items()} if part.heard else {}
        by_key = _loudest(heard, loud)
        return _Spoken(by_key, log(1 + len(self._order) / max(often or len(by_key), 1)))

    def _loudness(self, alternatives: Sequence[Alternative]) -> dict[Key, float]:
        return _loudest(*(_all_of([self._of_term(term) for term in one]) for one in alternatives))

    def _of_term(self, term: Term) -> Mapping[Key, float]:
        if not term.is_prefix:
            return self._loud.get(term.lexeme, {})
        start = bisect_left(self._sorted, term.lexeme)
        end = bisect_left(self._sorted, term.lexeme + "\U0010ffff")
        return _loudest(*(self._loud[lexeme] for lexeme in self._sorted[start:end]))


def _all_weight[Key](spoken: Iterable[_Spoken[Key]]) -> float:
    return sum(one.weight for one in spoken) or 1.0


def _loudest[Key](*found: Mapping[Key, float]) -> dict[Key, float]:
    loudest: dict[Key, float] = {}
    for by_key in found:
        for key, share in by_key.items():
            if share > loudest.get(key, 0.0):
                loudest[key] = share
    return loudest


def _all_of[Key](found: Sequence[Mapping[Key, float]]) -> dict[Key, float]:
    if not found:
        return {}
    first, *others = found
    return {
        key: min(share, *(one[key] for one in others)) if others else share
        for key, share in first.items()
        if all(key in one for one in others)
    }


def _straddles[Key](parts: Sequence[Part], spoken: Sequence[_Spoken[Key]], n: int) -> bool:
    """Whether a part is the end of one word and the beginning of the next, both of which are known."""
    if not 0 < n < len(parts) - 1:
        return False
    is_one_run = parts[n - 1].run == parts[n].run == parts[n + 1].run
    return is_one_run and bool(spoken[n - 1].by_key and spoken[n + 1].by_key)


def _unquoted(lexeme: str) -> str:
    return lexeme.replace("''", "'").replace("\\\\", "\\")
