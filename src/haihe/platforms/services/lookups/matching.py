"""Which of a few dozen texts speak of what was typed: pairs of characters, words, pinyin, kept in memory."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Final

from pypinyin import lazy_pinyin

from haihe.kernel.text import bigrams, normalise
from haihe.platforms.services.items.api import Bundle, bundles
from haihe.platforms.services.items.texts import Text
from haihe.platforms.services.lookups import reading
from haihe.platforms.services.lookups.definition import LookupDefinition

_IN_NAME: Final = 4.0
_IN_KEYWORDS: Final = 2.0
_IN_TEXT: Final = 1.0
_LEAST_SOUND: Final = 2


@dataclass(frozen=True, slots=True)
class Speaks:
    """What one thing speaks of: each piece with its weight, and how its name and keywords sound."""

    weights: dict[str, float]
    sounds: tuple[str, ...]

    @classmethod
    def of(cls, name: Text, keywords: Iterable[str], says: Text) -> "Speaks":
        words = tuple(keywords)
        weights: dict[str, float] = {}
        for texts, weight in (
            ((says.zh, says.en), _IN_TEXT),
            (words, _IN_KEYWORDS),
            ((name.zh, name.en), _IN_NAME),
        ):
            weights |= {piece: weight for text in texts for piece in _pieces(text)}
        return cls(weights, tuple(sound for text in (name.zh, *words) for sound in _sounds(text)))

    def share(self, asked: Sequence[str]) -> tuple[float, float]:
        """Return which share of what was asked it speaks of, and how much that weighs."""
        found = [self.weights[piece] for piece in asked if piece in self.weights]
        if found:
            return len(found) / len(asked), sum(found)
        if len(asked) == 1 and len(asked[0]) >= _LEAST_SOUND and asked[0].isascii():
            heard = any(sound.startswith(asked[0]) for sound in self.sounds)
            return (1.0, _IN_KEYWORDS) if heard else (0.0, 0.0)
        return 0.0, 0.0


def best[Thing](typed: str, things: Iterable[tuple[Thing, Speaks]], *, limit: int) -> tuple[list[Thing], bool]:
    """Return what speaks of all that was typed, the best first; else of a good half of it, and whether it is so."""
    asked = _pieces(typed)
    if not asked:
        return [], False
    scored = [(speaks.share(asked), thing) for thing, speaks in things]
    whole = [(weight, thing) for (share, weight), thing in scored if share == 1.0]
    half = [(weight, thing) for (share, weight), thing in scored if share >= 0.5]
    ranked = sorted(whole or half, key=lambda pair: -pair[0])
    return [thing for _weight, thing in ranked[:limit]], not whole


@cache
def spoken_lookups() -> tuple[tuple[LookupDefinition, Speaks], ...]:
    return tuple((one, Speaks.of(one.name, one.keywords, one.summary)) for one in reading.shipped())


@cache
def spoken_guides() -> tuple[tuple[Bundle, Speaks], ...]:
    """Return the life events; what their steps are called are their keywords."""
    return tuple(
        (one, Speaks.of(one.name, [word for step in one.steps for word in (step.title.zh, step.title.en)], one.summary))
        for one in bundles()
    )


def _pieces(text: str) -> list[str]:
    """Return Latin words whole, and Han characters in pairs."""
    pieces: dict[str, None] = {}
    for word in normalise(text).lower().split():
        if word.isascii():
            pieces |= dict.fromkeys("".join(sign if sign.isalnum() else " " for sign in word).split())
        else:
            pieces |= dict.fromkeys(bigrams(word))
    return list(pieces)


def _sounds(text: str) -> list[str]:
    syllables = lazy_pinyin(text) if not text.isascii() else []
    return ["".join(syllables), "".join(syllable[0] for syllable in syllables)] if syllables else []
