"""Makes the residents and their registers, district by district, in DuckDB: no loop over people."""

import csv
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from importlib.resources import files
from pathlib import Path

import duckdb

from haihe.city.demo import engine
from haihe.city.places import Place, tianjin

SEED = 20191111
RESIDENTS_AT_FULL_SCALE = 15_600_000
LARGEST_SCALE = 2.0  # far beyond it the identity numbers of one county, day and sex would run out
RESIDENTS = "resident"
REGISTERS = ("relief_register", "housing_fund_account", "social_insurance", "disability_register")
_PEOPLE_IN_TEN_HOUSEHOLDS = 24

Progress = Callable[[str, float], None]
"""Told what is being made, and how much of all is done, from 0 to 1."""


@dataclass(frozen=True, slots=True)
class CityFigures:
    """What was made, and by which recipe: rows by table."""

    seed: int
    scale: float
    today: date
    recipe: str
    rows: dict[str, int]


def generate(
    *, folder: Path, scale: float, today: date, seed: int = SEED, progress: Progress = lambda _what, _share: None
) -> CityFigures:
    """Write `<folder>/<table>/<district>.parquet` for the residents and each register.

    The same seed, scale and day give the same rows. Residents don't depend on the day; the registers' dates do, so
    that an entry in order is in order on the day of the demo.

    Raises: ValueError for a scale outside (0, 2].
    """
    if not 0 < scale <= LARGEST_SCALE:
        raise ValueError(f"scale must be above 0 and at most {LARGEST_SCALE:g}, not {scale:g}")
    places = tianjin()
    shares = residents_by_district(round(RESIDENTS_AT_FULL_SCALE * scale), places)
    rows = dict.fromkeys((RESIDENTS, *REGISTERS), 0)
    for table in rows:
        (folder / table).mkdir(parents=True, exist_ok=True)
    with engine.engine(folder=folder, seed=seed, today=today, places=places) as connection:
        done = 0
        for district, residents in shares.items():
            progress(district.name, done / sum(shares.values()))
            _make(connection, district, residents)
            for table in rows:
                rows[table] += _write(connection, table, folder / table / f"{district.code[:6]}.parquet")
            done += residents
    return CityFigures(seed, scale, today, engine.recipe(), rows)


def residents_by_district(total: int, places: list[Place]) -> dict[Place, int]:
    """Share the city's residents among its districts by the census of 2020, to the person (largest remainders)."""
    with (files("haihe.city.demo") / "data" / "districts.csv").open(encoding="utf-8") as lines:
        weights = {row["code"]: int(row["residents_thousand"]) for row in csv.DictReader(lines)}
    whole = sum(weights.values())
    shares = {code: total * weight // whole for code, weight in weights.items()}
    by_remainder = sorted(weights, key=lambda code: total * weights[code] % whole, reverse=True)
    for code in by_remainder[: total - sum(shares.values())]:
        shares[code] += 1
    return {place: shares[place.code[:6]] for place in places if place.level == 3}


def _make(connection: duckdb.DuckDBPyConnection, district: Place, residents: int) -> None:
    code = district.code[:6]
    cast = connection.execute("SELECT count(*) FROM cast_person WHERE district = $1", [code]).fetchall()[0][0]
    others = max(residents - cast, 0)
    engine.set_variables(
        connection,
        district=code,
        residents=others,
        households=(others // _PEOPLE_IN_TEN_HOUSEHOLDS + 1) * 10,
        branch=f"{district.name.removesuffix('新区').removesuffix('区')}管理部",
    )
    connection.execute(engine.sql("population.sql"))
    connection.execute(engine.sql("registers.sql"))


def _write(connection: duckdb.DuckDBPyConnection, table: str, file: Path) -> int:
    columns = "* EXCLUDE (rural)" if table == RESIDENTS else "*"
    order = {RESIDENTS: "household, member", "relief_register": "division, certificate_no, id_number"}
    connection.execute(
        f"COPY (SELECT {columns} FROM {table} ORDER BY {order.get(table, 'id_number')}) "  # noqa: S608 - names are ours
        f"TO '{engine.quoted(file)}' (FORMAT parquet, COMPRESSION zstd)"
    )
    return int(connection.execute(f"SELECT count(*) FROM '{engine.quoted(file)}'").fetchall()[0][0])  # noqa: S608 - ours
