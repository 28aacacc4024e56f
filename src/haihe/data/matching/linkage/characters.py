"""What the comparison knows of single characters: simplified form, syllable, syllable as it is misheard, shape.

Each is a table for `str.translate`, so that a name's sound is a string of one code a character: two names sound alike
if the strings are equal, and edit distance counts syllables instead of letters.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Final

_CJK: Final = (range(0x3400, 0x4DC0), range(0x4E00, 0xA000))
_FIRST_CODE: Final = 0xE000
_BLENDED_INITIALS: Final = (("zh", "z"), ("ch", "c"), ("sh", "s"), ("n", "l"))
_BLENDED_FINALS: Final = (("ang", "an"), ("eng", "en"), ("ing", "in"))
_CORNERS: Final = 4


@dataclass(frozen=True, slots=True)
class Characters:
    """Translation tables. A `shape` is four digits of the four-corner code (四角号码) for one character."""

    simplified: dict[int, str]
    syllable: dict[int, str]
    misheard: dict[int, str]
    shape: dict[int, str]


@cache
def characters() -> Characters:
    """Return the tables; the first call takes a second."""
    # Imported when used: dictionaries that no start of a process should pay for.
    from four_corner_method import FourCornerMethod
    from opencc import OpenCC
    from pypinyin.constants import PINYIN_DICT

    known = [point for block in _CJK for point in block if point in PINYIN_DICT]
    plain = {point: _toneless(PINYIN_DICT[point].split(",")[0]) for point in known}
    codes = {text: chr(_FIRST_CODE + place) for place, text in enumerate(sorted(set(plain.values())))}
    blends = {text: blend(text) for text in codes}
    blended = {text: chr(_FIRST_CODE + place) for place, text in enumerate(sorted(set(blends.values())))}
    corners: dict[str, str] = FourCornerMethod().data
    return Characters(
        simplified=_simplified(OpenCC("t2s").convert),
        syllable={point: codes[text] for point, text in plain.items()},
        misheard={point: blended[blends[text]] for point, text in plain.items()},
        shape={point: corners.get(chr(point), chr(point) * _CORNERS)[:_CORNERS] for point in known},
    )


def blend(syllable: str) -> str:
    """Return the syllable with the sounds made one that are often confused (zhang → zan, ning → lin)."""
    for sound, into in _BLENDED_INITIALS:
        if syllable.startswith(sound):
            syllable = into + syllable.removeprefix(sound)
            break
    for sound, into in _BLENDED_FINALS:
        if syllable.endswith(sound):
            return syllable.removesuffix(sound) + into
    return syllable


def _toneless(syllable: str) -> str:
    from pypinyin.contrib.tone_convert import to_normal

    return str(to_normal(syllable))


def _simplified(convert: Callable[[str], str]) -> dict[int, str]:
    points = [point for block in _CJK for point in block]
    single = "\n".join(map(chr, points))
    turned = convert(single).split("\n")
    return {point: to for point, to in zip(points, turned, strict=True) if to != chr(point) and len(to) == 1}
