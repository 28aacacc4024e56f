"""An address as far as it can be compared: the division it lies in, and the numbers on the door.

People and registers write 天津市和平区劝业场街道兆丰路社区3号楼2门501, 和平区劝业场街3-2-501, or anything between.
"""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final, NamedTuple

LONGEST: Final = 200
_CITY_DIGITS, _DISTRICT_DIGITS, _STREET_DIGITS = 2, 6, 9
_DIGIT: Final = re.compile(r"\d")
_NUMBER: Final = re.compile(r"\d+|[零〇一二三四五六七八九]+")
_SPACE: Final = re.compile(r"[\s,，。;；、]+")
_NUMERALS: Final = str.maketrans("零〇一二三四五六七八九", "00123456789")
_ENDINGS: Final = (
    ("街道办事处", "街道", "街"),
    ("社区居民委员会", "社区居委会", "社区", "居委会"),
    ("村民委员会", "村委会", "村"),
    ("镇",),
    ("乡",),
)


class Address(NamedTuple):
    """`division` has as many digits as are sure: 12 of a community, 9 of a street, 6 of a district. `door` is its
    numbers joined by hyphens."""

    division: str | None
    door: str | None


@dataclass(frozen=True, slots=True)
class Gazetteer:
    """The divisions of one city by the names that people write, one level below the other."""

    cities: tuple[str, ...]
    below: dict[str, dict[str, str]]
    longest: dict[str, int]
    streets: dict[str, str]
    """Streets whose name is that of one only, for addresses that leave the district out."""
    known: dict[str, tuple[str, list[str]]] = field(default_factory=dict, repr=False, compare=False)
    """What was read before."""

    @classmethod
    def of(cls, divisions: Iterable[tuple[str, str]]) -> "Gazetteer":
        """Return the gazetteer of (code of 12 digits, name): city, districts, streets and towns, communities."""
        cities: list[str] = []
        below: dict[str, dict[str, str]] = {}
        found: dict[str, set[str]] = {}
        for code, name in divisions:
            part = significant(code)
            if len(part) <= _CITY_DIGITS:
                cities += [name, name.removesuffix("市")]
                continue
            parent = _parent(part)
            for written in _ways_of_writing(name, len(part)):
                below.setdefault(parent, {}).setdefault(written, part)
                if len(part) == _STREET_DIGITS and written != name[:-1]:
                    found.setdefault(written, set()).add(part)
        return cls(
            cities=tuple(sorted(cities, key=len, reverse=True)),
            below=below,
            longest={part: max(map(len, names)) for part, names in below.items()},
            streets={name: next(iter(parts)) for name, parts in found.items() if len(parts) == 1 and len(name) > 2},
        )

    def read(self, text: str | None, simplified: dict[int, str]) -> Address | None:
        """Return what can be compared of an address, or None where that is nothing."""
        if not text:
            return None
        first = _DIGIT.search(text, 0, LONGEST)
        at = first.start() if first else LONGEST
        # What stands before the first digit is the same for all who live there.
        place = self.known.get(text[:at])
        if place is None:
            place = self.known[text[:at]] = self._read_place(text[:at], simplified)
        division, numbers = place
        door = "-".join([*numbers, *map(_plain, _NUMBER.findall(text, at, LONGEST))])
        return Address(division or None, door or None) if division or door else None

    def _read_place(self, text: str, simplified: dict[int, str]) -> tuple[str, list[str]]:
        """Return the division, and the numbers that stand after it in words (三号楼)."""
        rest = _SPACE.sub("", unicodedata.normalize("NFKC", text)).translate(simplified)
        for city in self.cities:
            if rest.startswith(city):
                rest = rest.removeprefix(city)
                break
        division, rest = self._descend("", rest)
        if not division:
            division, rest = self._street(rest)
        return division, [_plain(number) for number in _NUMBER.findall(rest)]

    def _descend(self, division: str, rest: str) -> tuple[str, str]:
        while names := self.below.get(division):
            for length in range(min(self.longest[division], len(rest)), 1, -1):
                if part := names.get(rest[:length]):
                    division, rest = part, rest[length:]
                    break
            else:
                break
        return division, rest

    def _street(self, rest: str) -> tuple[str, str]:
        for length in range(min(8, len(rest)), 2, -1):
            if part := self.streets.get(rest[:length]):
                return self._descend(part, rest[length:])
        return "", rest


def significant(code: str) -> str:
    """Return a division's code without the zeros that say "all of it" (120101000000 → 120101, 12 for the city)."""
    for digits in (_CITY_DIGITS, _DISTRICT_DIGITS, _STREET_DIGITS):
        if not code[digits:].strip("0"):
            return code[:digits]
    return code


def _parent(part: str) -> str:
    return {_DISTRICT_DIGITS: "", _STREET_DIGITS: part[:_DISTRICT_DIGITS]}.get(len(part), part[:_STREET_DIGITS])


def _ways_of_writing(name: str, digits: int) -> Iterable[str]:
    yield name
    if digits == _DISTRICT_DIGITS:
        return
    for endings in _ENDINGS:
        for ending in endings:
            if name.endswith(ending):
                stem = name.removesuffix(ending)
                yield from (stem + other for other in endings if len(stem + other) > 2)
                if digits != _STREET_DIGITS and len(stem) > 2:
                    yield stem
                return


@lru_cache(100_000)
def _plain(number: str) -> str:
    return str(int(number.translate(_NUMERALS)))
