"""The demo's 390 made-up datasets: which there are, whose, of what shape and size. `usage.py` has the one more."""

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

from haihe.city import api as city
from haihe.city import cast

FOLDER: Final = Path(__file__).parent
TOTAL_ROWS: Final = 13_060_000
"""At scale 1, as the article says."""
SMALL: Final = 1500
"""Sets no larger than this are whole at every scale."""
FEWEST: Final = 40
_CYCLES: Final = {
    "R": "REALTIME",
    "D": "DAILY",
    "W": "WEEKLY",
    "M": "MONTHLY",
    "Q": "QUARTERLY",
    "Y": "YEARLY",
}
_REST: Final = "*"


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a shape: what the catalogue says of it, and the rule by which values are made up."""

    name: str
    title: str
    title_en: str
    letter: str
    rule: tuple[str, Any]
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Shape:
    """A kind of public data."""

    name: str
    zh: str
    en: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]
    is_made_up: bool = True


@dataclass(frozen=True, slots=True)
class Planned:
    """One dataset of the demo; `rows_at_1` is how many rows it has at scale 1."""

    owner: str
    topic: str
    shape: Shape
    rows_at_1: int
    cycle: str
    has_api: bool
    slug: str
    title: str
    title_en: str
    nouns: tuple[str, ...]

    def rows(self, scale: float) -> int:
        """Return the rows at a scale. Small sets are whole: half of all libraries is of no use."""
        if self.rows_at_1 <= SMALL or scale >= 1:
            return self.rows_at_1
        return max(FEWEST, round(self.rows_at_1 * scale))


@cache
def shapes() -> MappingProxyType[str, Shape]:
    told = tomllib.loads((FOLDER / "shapes.toml").read_text(encoding="utf-8"))
    return MappingProxyType({name: _shape(name, one) for name, one in told.items()})


@cache
def planned() -> MappingProxyType[str, Planned]:
    """Return all made-up datasets by slug; one of them takes the rows that are left of the whole."""
    rows = [*_own(), *_of_every_department()]
    rest = TOTAL_ROWS - sum(one.rows_at_1 for one in rows)
    return MappingProxyType({one.slug: _sized(one, rest) for one in rows})


@cache
def former() -> MappingProxyType[str, Planned]:
    """Return those by slug that were open once, besides the 391 that are; what became of them is told in `life`."""
    return MappingProxyType({one.slug: one for one in _own("former.txt")})


def _own(file: str = "datasets.txt") -> Iterator[Planned]:
    for line in (FOLDER / file).read_text(encoding="utf-8").splitlines():
        if line.startswith("#"):
            continue
        owner, topic, shape, rows, cycle, api, slug, zh, en, nouns = (cell.strip() for cell in line.split("|"))
        size = 0 if rows == _REST else int(rows)
        told = shapes()[shape]
        yield Planned(owner, topic, told, size, _CYCLES[cycle], api == "api", slug, zh, en, tuple(nouns.split(",")))


def _of_every_department() -> Iterator[Planned]:
    # The data centre's own dataset is nobody's invention: it stands in usage.py.
    owners = sorted({one.owner for one in _own()} | {cast.DATA_CENTRE})
    names = {one.code: (one.short_name, one.name_en) for one in city.organisations() if one.code in owners}
    patterns = tomllib.loads((FOLDER / "patterns.toml").read_text(encoding="utf-8"))["pattern"]
    for pattern in patterns:
        for owner in pattern.get("owners", owners):
            short, english = names[owner]
            yield Planned(
                owner,
                pattern["topic"],
                shapes()[pattern["shape"]],
                pattern["rows"],
                pattern["cycle"],
                False,
                f"{pattern['slug']}-{owner}",
                pattern["zh"] % short,
                pattern["en"] % english,
                (pattern["noun"],),
            )


def _sized(one: Planned, rest: int) -> Planned:
    if one.rows_at_1:
        return one
    told = {name: getattr(one, name) for name in Planned.__dataclass_fields__}
    return Planned(**told | {"rows_at_1": rest})


def _shape(name: str, told: dict[str, Any]) -> Shape:
    columns = tuple(
        Column(field, zh, en, letter, next(iter(rule.items())), *unit)
        for field, zh, en, letter, rule, *unit in told["columns"]
    )
    return Shape(name, told["zh"], told["en"], tuple(told["key"]), columns)
