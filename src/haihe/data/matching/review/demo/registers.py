"""Both registers as files: the residents as the city knows them, and some of them as they were written on paper."""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import duckdb
import numpy as np

from haihe.data.matching.demo.people import PENG
from haihe.data.matching.linkage.made_up.errors import Rates, spoil

FIELDS: Final = ("name", "id_number", "sex", "birth_date", "phone", "address", "division")
MOST_MET, SHARE_MET = 1_200, 0.3
"""So many residents were met at home, at most this share of them."""
STRANGERS: Final = 0.15
"""Of those on the list, about so many live in another district and stand on no register here."""
_DISTRICT, _ELSEWHERE = "120117", "120114"
_NEW_PHONE, _MOVED, _NO_ADDRESS, _SHORT_ADDRESS = 0.15, 0.12, 0.15, 0.5
_SEED: Final = 20261126
ON_PAPER: Final = Rates(
    name={"homophone": 0.05, "look_alike": 0.03, "traditional": 0.05, "dropped": 0.03, "spaced": 0.05},
    birth={"typo": 0.03, "transposed": 0.02, "swapped": 0.01, "year_off": 0.03, "missing": 0.2},
    phone={"typo": 0.03, "transposed": 0.02, "missing": 0.35},
)
"""How often each error is made in a hurry at somebody's door."""
_PENG_LIVES: Final = ("女", "1974-03-16", "15400000317", "天津市宁河区宁河镇北岳庄村3排12号")


@dataclass(frozen=True, slots=True)
class Written:
    """One line of the list; `id_number` is the truth, which nobody wrote down."""

    id_number: str
    values: Mapping[str, str | None]


def residents_file(titles: Mapping[str, str], *, folder: Path) -> io.BytesIO:
    """Return the register of residents: CSV with the catalogue's titles."""
    return _file(titles, _residents(folder, _DISTRICT))


def outreach_file(titles: Mapping[str, str], *, folder: Path) -> io.BytesIO:
    """Return the list as it was typed in from paper."""
    return _file(titles, (one.values for one in outreach(folder)))


def outreach(folder: Path) -> list[Written]:
    """Return the list with its truth, the same at each call; Ms Peng comes first."""
    chance = np.random.default_rng(_SEED)
    here, elsewhere = _residents(folder, _DISTRICT), _residents(folder, _ELSEWHERE)
    met = min(MOST_MET, max(1, int(len(here) * SHARE_MET)))
    order = chance.permutation(len(here) - 1)[: met - 1]
    people: list[Mapping[str, str]] = [here[-1], *(here[place] for place in order)]
    strangers = chance.permutation(len(elsewhere))[: max(1, int(met * STRANGERS))]
    people += [elsewhere[place] for place in strangers]
    columns = {name: np.array([one[name] for one in people], dtype=object) for name in FIELDS}
    born = np.array([one["birth_date"].replace("-", "") for one in people], dtype=object)
    phone = np.where(chance.random(len(people)) < _NEW_PHONE, _phones(len(people), chance), columns["phone"])
    spoilt: dict[str, list[str | None]] = {
        "name": spoil(columns["name"], ON_PAPER.name, chance).tolist(),
        "born": spoil(born, ON_PAPER.birth, chance).tolist(),
        "phone": spoil(np.asarray(phone, dtype=object), ON_PAPER.phone, chance).tolist(),
        "address": _addresses(columns["address"], chance),
        "sex": columns["sex"].tolist(),
    }
    numbers = [f"ZF{place:05}" for place in range(1, len(people) + 1)]
    return [
        Written(one["id_number"], {"number": number, **{name: values[place] for name, values in spoilt.items()}})
        for place, (one, number) in enumerate(zip(people, numbers, strict=True))
    ]


def _addresses(
    addresses: "np.ndarray[tuple[int], np.dtype[np.object_]]", chance: np.random.Generator
) -> list[str | None]:
    """Some moved, some gave none, half leave the city out."""
    count = len(addresses)
    moved, none, short = (chance.random(count) < share for share in (_MOVED, _NO_ADDRESS, _SHORT_ADDRESS))
    others = addresses[chance.permutation(count)]
    written = [str(others[place] if moved[place] else addresses[place]) for place in range(count)]
    return [
        None if none[place] else text.removeprefix("天津市") if short[place] else text
        for place, text in enumerate(written)
    ]


def _phones(count: int, chance: np.random.Generator) -> "np.ndarray[tuple[int], np.dtype[np.object_]]":
    # 154 is a range that no subscriber has been given.
    return np.array([f"154{number:08}" for number in chance.integers(0, 10**8, count)], dtype=object)


def _residents(folder: Path, district: str) -> Sequence[Mapping[str, str]]:
    """Return a district's residents in a fixed order; in 宁河区 Ms Peng, who is of the story, is the last."""
    with duckdb.connect(":memory:") as connection:
        rows = connection.execute(
            f"SELECT {', '.join(FIELDS[:3])}, birth_date::VARCHAR, {', '.join(FIELDS[4:])} "  # noqa: S608 - names of ours
            "FROM read_parquet($file) ORDER BY id_number",
            {"file": str(folder / "resident" / f"{district}.parquet")},
        ).fetchall()
    found = [dict(zip(FIELDS, row, strict=True)) for row in rows]
    if district == _DISTRICT:
        sex, birth, phone, address = _PENG_LIVES
        peng = (PENG.name, PENG.id_number or "", sex, birth, phone, address, PENG.division)
        found.append(dict(zip(FIELDS, peng, strict=True)))
    return found


def _file(titles: Mapping[str, str], rows: Iterable[Mapping[str, str | None]]) -> io.BytesIO:
    text = io.StringIO()
    written = csv.writer(text)
    written.writerow(titles.values())
    written.writerows([row[field] for field in titles] for row in rows)
    return io.BytesIO(text.getvalue().encode())
