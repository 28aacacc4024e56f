"""Pinyin as people hear and write it: s for sh, n for ng, syllables with spaces between them."""

import re
from collections.abc import Iterator, Sequence
from itertools import islice, product
from typing import Final

_INITIAL: Final = "(?:zh|ch|sh|[bpmfdtnlgkhjqxrzcsyw])?"
_FINAL: Final = (
    "(?:iang|iong|uang|ang|eng|ing|ong|ian|iao|uai|uan|ai|an|ao|ei|en|er|ia|ie|in|iu|ou|ua|ue|ui|un|uo|ve|a|e|i|o|u|v)"
)
_SYLLABLE: Final = re.compile(_INITIAL + _FINAL)
_PINYIN: Final = re.compile(f"(?:{_INITIAL}{_FINAL}){{2,12}}")
_ALIKE: Final = {
    "zh": "z", "z": "zh", "ch": "c", "c": "ch", "sh": "s", "s": "sh",
    "ang": "an", "an": "ang", "eng": "en", "en": "eng", "ing": "in", "in": "ing",
}  # fmt: skip
"""What ears of the south and the north-east take for one another."""
_SOUND: Final = re.compile("zh|z|ch|c|sh|s|ang|an|eng|en|ing|in")
_MOST: Final = 16


def joined(words: Sequence[str]) -> Iterator[str]:
    """Yield the words, with single syllables that follow one another written together: hu zhao is huzhao."""
    together = ""
    for word in words:
        if _SYLLABLE.fullmatch(word):
            together += word
            continue
        yield from filter(None, (together, word))
        together = ""
    if together:
        yield together


def heard_alike(word: str) -> list[str]:
    """Return the word, and what one may have meant who hears no difference; of what is no pinyin only itself."""
    if not _PINYIN.fullmatch(word):
        return [word]
    pieces, end = list[tuple[str, ...]](), 0
    for sound in _SOUND.finditer(word):
        pieces += [(word[end : sound.start()],), (sound[0], _ALIKE[sound[0]])]
        end = sound.end()
    return ["".join(one) for one in islice(product(*pieces, (word[end:],)), _MOST)]
