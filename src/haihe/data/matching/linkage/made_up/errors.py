"""The errors that clerks, systems and time make, each at its rate, on one register's copy of a person."""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from typing import Final

import numpy as np

from haihe.data.matching.linkage.made_up.people import Chance, Texts

# Characters that are mistaken for each other by their look; from common experience, not from any table of codes.
_LOOK_ALIKE: Final = (  # noqa: SIM905 - a hundred quotes would hide the pairs
    "末未 己已 土士 天夫 大太 王玉 晨辰 杨扬 晴睛 伟纬 玲珍 铃玲 欣欢 洁浩 娟捐 琴岑 波坡 涛寿 军车 超起 建健 "
    "民氏 金全 永水 林材 云去 "
    "春舂 明朋 清请 平乎 辉挥 鹏朋 斌武 宇字 凯剀 俊峻 鑫金 磊垒 国囯 志忘 文交 海每 峰锋 龙尤 生牛 成戍 德得 "
    "宏宠 新析 子孑 家冢 立产 "
    "少小 晓哓 振震 东车 庆床 光先 荣茶 兴光 世廿 泽译 轩杆 睿容 昊昃 芳方 娜挪 敏繁 静净 丽雨 艳绝 霞霄 秀季 "
    "英央 红江 梅悔 桂柱 兰三 燕熙 "
    "萍苹 雪雷 琳淋 莉利 婷停 颖颍 慧彗 倩情 怡恰 淑叔 凤风 月用 香杳 莲连 佳住 雅稚 思恩 梦楚 诗待 涵函 萱宣 "
    "彤丹 悦说 蕾雷 瑶摇 璐路 宁丁 馨声"
).split()


@dataclass(frozen=True, slots=True)
class Rates:
    """How often each error is made in one register."""

    name: dict[str, float] = field(
        default_factory=lambda: {
            "homophone": 0.015,
            "look_alike": 0.007,
            "traditional": 0.03,
            "dropped": 0.003,
            "turned": 0.002,
            "spaced": 0.03,
            "missing": 0.002,
        }
    )
    birth: dict[str, float] = field(
        default_factory=lambda: {
            "typo": 0.01,
            "transposed": 0.007,
            "swapped": 0.003,
            "year_off": 0.004,
            "first_of_january": 0.003,
            "missing": 0.03,
        }
    )
    phone: dict[str, float] = field(default_factory=lambda: {"typo": 0.01, "transposed": 0.007, "missing": 0.1})
    point: float = 0.4
    """Of names with a point: another point, none, or only what is before it."""


def spoil(values: Texts, rates: dict[str, float], chance: Chance) -> Texts:
    """Return the values with each kind of error made at its rate, at most one in a value."""
    spoilt = values.copy()
    die = chance.random(len(values))
    start = 0.0
    for kind, rate in rates.items():
        made = _KINDS[kind]
        for place in np.flatnonzero((die >= start) & (die < start + rate)):
            spoilt[place] = made(values[place], chance)
        start += rate
    return spoilt


def spoil_points(names: Texts, rate: float, chance: Chance) -> Texts:
    """Return names with their points written otherwise, dropped, or cut off with what follows."""
    spoilt = names.copy()
    for place in np.flatnonzero(["·" in (name or "") for name in names]):
        if chance.random() < rate:
            before, _, after = names[place].partition("·")
            spoilt[place] = _one_of([f"{before}•{after}", f"{before}.{after}", before + after, before], chance)
    return spoilt


def _homophone(name: str, chance: Chance) -> str | None:
    place = int(chance.integers(len(name)))
    others = _by_sound().get(_sound_of(name[place]), "").replace(name[place], "")
    return name[:place] + _one_of(list(others), chance) + name[place + 1 :] if others else name


def _look_alike(name: str, chance: Chance) -> str | None:
    pairs = {**{pair[1]: pair[0] for pair in _LOOK_ALIKE}, **{pair[0]: pair[1] for pair in _LOOK_ALIKE}}
    places = [place for place, character in enumerate(name) if character in pairs]
    if not places:
        return name
    place = int(chance.choice(places))
    return name[:place] + pairs[name[place]] + name[place + 1 :]


def _traditional(name: str, _: Chance) -> str | None:
    return _to_traditional()(name)


def _dropped(name: str, chance: Chance) -> str | None:
    place = int(chance.integers(1, len(name))) if len(name) > 2 else 0
    return name[:place] + name[place + 1 :] if place else name


def _turned(name: str, _: Chance) -> str | None:
    return name[:-2] + name[-1] + name[-2] if len(name) > 2 else name


def _spaced(name: str, _: Chance) -> str | None:
    return f"{name[0]}　{name[1:]} "


def _missing(_: str, __: Chance) -> str | None:
    return None


def _typo(digits: str, chance: Chance) -> str | None:
    place = int(chance.integers(3, len(digits)))
    return digits[:place] + str((int(digits[place]) + int(chance.integers(1, 10))) % 10) + digits[place + 1 :]


def _transposed(digits: str, chance: Chance) -> str | None:
    places = [at for at in range(2, len(digits) - 1) if digits[at] != digits[at + 1]]
    if not places:
        return digits
    at = int(chance.choice(places))
    return digits[:at] + digits[at + 1] + digits[at] + digits[at + 2 :]


def _swapped(digits: str, _: Chance) -> str | None:
    return digits[:4] + digits[6:] + digits[4:6]


def _year_off(digits: str, chance: Chance) -> str | None:
    return f"{int(digits[:4]) + _one_of([-2, -1, 1, 2, 10, -10], chance)}{digits[4:]}"


def _first_of_january(digits: str, _: Chance) -> str | None:
    return f"{digits[:4]}0101"


_KINDS: Final[dict[str, Callable[[str, Chance], str | None]]] = {
    "homophone": _homophone,
    "look_alike": _look_alike,
    "traditional": _traditional,
    "dropped": _dropped,
    "turned": _turned,
    "spaced": _spaced,
    "missing": _missing,
    "typo": _typo,
    "transposed": _transposed,
    "swapped": _swapped,
    "year_off": _year_off,
    "first_of_january": _first_of_january,
}


def _one_of[T](choices: list[T], chance: Chance) -> T:
    return choices[int(chance.integers(len(choices)))]


@cache
def _by_sound() -> dict[str, str]:
    """The characters of GB 2312's first level, those that people write, by their syllable."""
    found: dict[str, str] = {}
    for high in range(0xB0, 0xD8):
        for low in range(0xA1, 0xFF):
            try:
                character = bytes((high, low)).decode("gb2312")
            except UnicodeDecodeError:
                continue
            found[_sound_of(character)] = found.get(_sound_of(character), "") + character
    return found


@cache
def _sound_of(character: str) -> str:
    from pypinyin import lazy_pinyin

    return str(lazy_pinyin(character)[0])


@cache
def _to_traditional() -> Callable[[str], str]:
    from opencc import OpenCC

    convert: Callable[[str], str] = OpenCC("s2t").convert
    return convert
