"""Lexemes: what of a text can be found. Each kind has a sign of its own in front, so that they never meet.

| lexeme | from | found by |
|---|---|---|
| `低保` | two characters side by side; Latin words and numbers whole | the same |
| `'低` | each character, in short texts | one character |
| `~dibao` | pinyin from each character on | the beginning, typed in Latin letters |
| `^db` | initials from each character on | the beginning |
| `=低保` | a group of synonyms, wherever one of them stands | any other of them |
| `#120012/000001` | the code of an entry | its beginning |
"""

import re
from collections.abc import Iterator
from functools import cache
from itertools import pairwise

from opencc import OpenCC
from pypinyin import lazy_pinyin

from haihe.data.catalogue.search.synonyms import synonyms
from haihe.kernel.text import normalise

HAN = re.compile(r"[㐀-鿿]+")
_RUNS = re.compile(r"[㐀-鿿]+|[a-z]+|[0-9]+")
_SYLLABLES = 12
"""Pinyin is kept this far from each character on; nobody types more of it."""


@cache
def _converter() -> OpenCC:
    return OpenCC("t2s")


def simple(text: str) -> str:
    """Return the text in simplified characters, lower case, normalised."""
    return str(_converter().convert(normalise(text))).lower()


def runs(text: str) -> list[str]:
    """Return the runs of Han characters, of Latin letters and of digits in a simple text, in order."""
    return _RUNS.findall(text)


def pieces(text: str) -> Iterator[str]:
    """Yield the lexemes of words in a simple text: pairs of Han characters, whole Latin words and numbers."""
    for run in runs(text):
        if not HAN.match(run) or len(run) == 1:
            yield run
        for first, second in pairwise(run) if HAN.match(run) else ():
            yield first + second


def meanings(text: str) -> Iterator[str]:
    """Yield the lexemes of the groups of synonyms of which one stands in a simple text."""
    return (f"={group}" for _, group in synonyms().found_in(text))


def characters(text: str) -> Iterator[str]:
    """Yield the lexeme of each Han character."""
    return (f"'{character}" for run in HAN.findall(text) for character in run)


def sounds(text: str) -> Iterator[str]:
    """Yield pinyin and initials from each Han character on."""
    for run in HAN.findall(text):
        syllables = lazy_pinyin(run)
        for start in range(len(syllables)):
            heard = syllables[start : start + _SYLLABLES]
            yield f"~{''.join(heard)}"
            yield f"^{''.join(syllable[0] for syllable in heard)}"


def sounds_of_meanings(text: str) -> Iterator[str]:
    """Yield pinyin and initials of the synonyms of words in a simple text, for who types another by its sound."""
    for _, group in synonyms().found_in(text):
        for word in synonyms().words_of(group):
            yield f"~{pinyin(word)}"
            yield f"^{''.join(syllable[0] for syllable in lazy_pinyin(word))}"


def pinyin(text: str) -> str:
    """Return the pinyin of a simple text without tones and spaces."""
    return "".join(lazy_pinyin(text))
