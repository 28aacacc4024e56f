"""Made-up persons in households, as arrays: no loop over people."""

from dataclasses import dataclass
from datetime import date
from typing import Any, Final

import numpy as np
import numpy.typing as npt

type Texts = npt.NDArray[np.object_]
type Numbers = npt.NDArray[np.int64]
type Chance = np.random.Generator

_SURNAMES: Final = (
    "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴"
    "夏钟汪田任姜范方石姚谭廖"
    "邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文仇单解查朴翟乐"
)
_COMPOUND: Final = ("欧阳", "上官", "司马", "诸葛", "皇甫", "尉迟", "令狐", "慕容", "司徒", "夏侯")
_MALE: Final = (
    "伟强军勇杰涛明超刚平辉鹏华飞波斌宇浩凯健俊帅鑫磊建国志文海峰林龙"
    "云生玉春金成德永宏新子天一家立少晓振东庆光荣兴民清世泽博轩睿辰然昊"
)
_FEMALE: Final = (
    "芳娜敏静丽艳娟霞秀英红梅玲桂兰燕萍雪琳莉婷颖慧倩欣怡洁琴淑珍凤"
    "玉华云月春香莲晓小佳雅思梦诗涵萱彤悦蕾瑶璐晨宁馨语嘉琪文爱惠美荣"
)
_OTHER_GIVEN: Final = (
    "阿依古丽",
    "买买提",
    "古丽娜尔",
    "艾力",
    "帕提古丽",
    "吐尔逊",
    "卓玛",
    "扎西",
    "次仁",
    "其其格",
    "巴特尔",
    "乌云",
)
_OTHER_FAMILY: Final = (
    "买买提",
    "艾合买提",
    "吐尔逊",
    "阿不都拉",
    "玉素甫",
    "多吉",
    "旺堆",
    "苏和",
    "哈斯",
    "牙生",
    "依明",
    "热合曼",
)
_SIZES: Final = ((1, 22), (2, 30), (3, 28), (4, 14), (5, 6))
_YEARS_ROUND: Final = 2026


@dataclass(frozen=True, slots=True)
class People:
    """One array each, a place for each person. `birth` is days since 1970."""

    name: Texts
    male: npt.NDArray[np.bool_]
    birth: Numbers
    phone: Texts
    community: Numbers
    door: Texts
    household: Numbers


def make_people(count: int, communities: int, chance: Chance) -> People:
    """Return so many persons living in `communities` communities."""
    sizes = chance.choice([size for size, _ in _SIZES], size=count, p=_shares([weight for _, weight in _SIZES]))
    household = np.repeat(np.arange(count), sizes)[:count]
    place = np.arange(count) - np.searchsorted(household, household, side="left")
    homes = int(household[-1]) + 1
    male = chance.random(count) < 0.51
    return People(
        name=_names(household, place, male, chance),
        male=male,
        birth=_births(household, place, homes, chance),
        phone=_phones(household, place, chance),
        community=_communities(homes, communities, chance)[household],
        door=_doors(homes, chance)[household],
        household=household,
    )


def phones(count: int, chance: Chance) -> Texts:
    """Return telephone numbers of a range that no subscriber was ever given."""
    return np.array([f"154{number:08}" for number in chance.integers(0, 10**8, count)], dtype=object)


def doors(count: int, chance: Chance) -> Texts:
    """Return doors as building, stair and flat."""
    building, stair = chance.integers(1, 45, count), chance.integers(1, 7, count)
    flat = chance.integers(1, 19, count) * 100 + chance.integers(1, 5, count)
    return np.array([f"{b}-{s}-{f}" for b, s, f in zip(building, stair, flat, strict=True)], dtype=object)


_doors = doors


def _names(household: Numbers, place: Numbers, male: npt.NDArray[np.bool_], chance: Chance) -> Texts:
    count, homes = len(household), int(household[-1]) + 1
    weights = _shares(1 / np.arange(1, len(_SURNAMES) + 1) ** 0.9)
    surnames = np.array(list(_SURNAMES), dtype=object)
    of_home = chance.choice(surnames, homes, p=weights)
    rare = chance.random(homes) < 0.004
    of_home[rare] = chance.choice(np.array(_COMPOUND, dtype=object), int(rare.sum()))
    own = chance.choice(surnames, count, p=weights)
    surname = np.where((place == 1) | (chance.random(count) < 0.05), own, of_home[household])
    given = np.where(male, _given(_MALE, count, chance), _given(_FEMALE, count, chance))
    name = surname + given
    other = chance.random(homes)[household] < 0.006
    first = chance.choice(np.array(_OTHER_GIVEN, dtype=object), count)
    last = chance.choice(np.array(_OTHER_FAMILY, dtype=object), homes)[household]
    return np.asarray(np.where(other, first + "·" + last, name), dtype=object)


def _given(characters: str, count: int, chance: Chance) -> Texts:
    weights = _shares(1 / np.arange(4, len(characters) + 4) ** 0.7)
    letters = np.array(list(characters), dtype=object)
    first, second = chance.choice(letters, count, p=weights), chance.choice(letters, count, p=weights)
    return np.asarray(np.where(chance.random(count) < 0.8, first + second, first), dtype=object)


def _births(household: Numbers, place: Numbers, homes: int, chance: Chance) -> Numbers:
    ""
    ""
    today = (date(_YEARS_ROUND, 1, 1) - date(1970, 1, 1)).days
    head = (chance.beta(2.2, 2.4, homes) * 72 + 20)[household]
    age = np.where(place == 0, head, head + chance.normal(0, 3, len(place)))
    younger = np.maximum(head - 27 + chance.normal(0, 4, len(place)), chance.random(len(place)) * 20)
    age = np.where(place >= 2, younger, age)
    birth = (today - np.clip(age, 0.05, 99) * 365.2425 - chance.integers(0, 28, len(place))).astype(np.int64)
    twins = np.flatnonzero((place == 3) & (chance.random(homes)[household] < 0.05))
    birth[twins] = birth[twins - 1]
    return np.asarray(birth, dtype=np.int64)


def _phones(household: Numbers, place: Numbers, chance: Chance) -> Texts:
    """Three in ten of those who aren't heads give the head's number."""
    own = phones(len(household), chance)
    first = np.searchsorted(household, household, side="left")
    shared = (place > 0) & (chance.random(len(household)) < 0.3)
    return np.asarray(np.where(shared, own[first], own), dtype=object)


def _communities(homes: int, communities: int, chance: Chance) -> Numbers:
    weights = chance.gamma(1.5, size=communities)
    return np.asarray(chance.choice(communities, homes, p=weights / weights.sum()), dtype=np.int64)


def _shares(weights: Any) -> npt.NDArray[np.float64]:
    numbers: npt.NDArray[np.float64] = np.asarray(weights, dtype=np.float64)
    shares: npt.NDArray[np.float64] = numbers / numbers.sum()
    return shares
