"""Two registers of made-up people: some stand in both, and the truth says who."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import pyarrow as pa

from haihe.data.matching.linkage.made_up.errors import Rates, spoil, spoil_points
from haihe.data.matching.linkage.made_up.people import Chance, Numbers, People, Texts, doors, make_people, phones

MOVED, NEW_PHONE = 0.12, 0.12
"""Between the two registers."""
_NEAR: Final = 0.7
"""Of those who move, within the district."""
_NO_ADDRESS, _NO_SEX, _WRONG_SEX = 0.05, 0.05, 0.005
SYNTHETIC: Final = "合成数据，非真实人员"


@dataclass(frozen=True, slots=True)
class MadeUp:
    """`left` and `right` are registers of `line` and personal columns, marked as made up; `truth` the pairs of lines
    that are one person's."""

    left: pa.Table
    right: pa.Table
    truth: pa.Table


def make_registers(
    left: int, right: int, both: int, divisions: Sequence[tuple[str, str]], *, seed: int, rates: Rates | None = None
) -> MadeUp:
    """Return registers of `left` and `right` records, `both` of them of persons who stand in both.

    `divisions` are (code, name) of a city's divisions down to communities. The same seed gives the same registers.
    """
    chance = np.random.default_rng(seed)
    rates = rates or Rates()
    city = _City.of(divisions)
    people = make_people(left + right - both, len(city.communities), chance)
    order = chance.permutation(len(people.name))
    lefts, rights = order[:left], np.concatenate([order[left - both : left], order[left:]])
    rights = rights[chance.permutation(len(rights))]
    line_of = np.full(len(people.name), -1)
    line_of[lefts] = np.arange(1, left + 1)
    truth = pa.table({"left": line_of[rights], "right": np.arange(1, right + 1)}).filter(pa.array(line_of[rights] > 0))
    return MadeUp(
        left=_register(people, lefts, city, rates, chance, later=False),
        right=_register(people, rights, city, rates, chance, later=True),
        truth=truth,
    )


@dataclass(frozen=True, slots=True)
class _City:
    communities: list[str]
    names: dict[str, str]

    @classmethod
    def of(cls, divisions: Sequence[tuple[str, str]]) -> "_City":
        names = dict(divisions)
        return cls([code for code in names if code[9:] != "000"], names)

    def near(self, community: Numbers, chance: Chance) -> Numbers:
        """Another community, mostly of the same district: the list is in the order of codes."""
        step = chance.integers(-40, 41, len(community))
        anywhere = chance.integers(0, len(self.communities), len(community))
        moved = np.where(chance.random(len(community)) < _NEAR, community + step, anywhere)
        return np.asarray(moved % len(self.communities), dtype=np.int64)

    def written(self, community: int, door: str, style: int) -> str:
        code = self.communities[community]
        district, street = self.names[code[:6] + "000000"], self.names[code[:9] + "000"]
        building, stair, flat = door.split("-")
        last = self.names[code]
        short = street.replace("街道", "街")
        match style:
            case 0:
                return f"天津市{district}{street}{last}{building}号楼{stair}门{flat}"
            case 1:
                return f"{district}{street}{last.replace('居委会', '')}{building}-{stair}-{flat}"
            case 2:
                return f"天津市{district}{short} {building}号楼{stair}单元{flat}室"
            case _:
                return f"{street}{last}{building}号楼{stair}门{flat}号"


def _register(people: People, chosen: Numbers, city: _City, rates: Rates, chance: Chance, *, later: bool) -> pa.Table:
    count = len(chosen)
    phone, community, door = people.phone[chosen], people.community[chosen], people.door[chosen]
    if later:
        phone = np.where(chance.random(count) < NEW_PHONE, phones(count, chance), phone)
        moved = chance.random(count) < MOVED
        community = np.where(moved, city.near(community, chance), community)
        door = np.where(moved, doors(count, chance), door)
    births = (np.datetime64("1970-01-01") + people.birth[chosen]).astype(str)
    birth = np.array([text.replace("-", "") for text in births], dtype=object)
    name = spoil_points(spoil(people.name[chosen], rates.name, chance), rates.point, chance)
    return pa.table(
        {
            "line": pa.array(np.arange(1, count + 1)),
            "name": pa.array(name, pa.string()),
            "birth": pa.array(spoil(birth, rates.birth, chance), pa.string()),
            "sex": pa.array(_sexes(people.male[chosen], chance), pa.string()),
            "phone": pa.array(spoil(np.asarray(phone, dtype=object), rates.phone, chance), pa.string()),
            "address": pa.array(_addresses(city, community, door, chance, later=later), pa.string()),
            "note": pa.array([SYNTHETIC] * count).dictionary_encode(),
        }
    )


def _addresses(city: _City, community: Numbers, door: Texts, chance: Chance, *, later: bool) -> list[str | None]:
    # The first register was filled from a list of divisions; the second as people wrote it down.
    styles = chance.integers(0, 4, len(community)) if later else np.zeros(len(community), dtype=np.int64)
    missing = chance.random(len(community)) < _NO_ADDRESS
    return [
        None if none else city.written(int(place), number, int(style))
        for none, place, number, style in zip(missing, community, door, styles, strict=True)
    ]


def _sexes(male: "np.ndarray[tuple[int], np.dtype[np.bool_]]", chance: Chance) -> list[str | None]:
    wrong, missing = chance.random(len(male)) < _WRONG_SEX, chance.random(len(male)) < _NO_SEX
    return [
        None if none else "男" if one != other else "女" for one, other, none in zip(male, wrong, missing, strict=True)
    ]
