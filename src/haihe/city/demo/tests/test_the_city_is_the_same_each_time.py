"""Seed and scale decide everybody; the day only moves the registers' dates."""

from datetime import date
from pathlib import Path

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from stdnum.cn import ric

from haihe.city.demo import engine
from haihe.city.demo.population import REGISTERS, RESIDENTS, generate, residents_by_district
from haihe.city.places import tianjin

_SCALE = 0.0002
_PLACES = tianjin()


def _prints(folder: Path, *, seed: int = 1, today: date = date(2026, 11, 23)) -> dict[str, object]:
    """Return a fingerprint of each table's rows."""
    generate(folder=folder, scale=_SCALE, today=today, seed=seed)
    with duckdb.connect(":memory:") as connection:
        tables = {table: f"'{folder}/{table}/*.parquet'" for table in (RESIDENTS, *REGISTERS)}
        digest = "SELECT md5(string_agg(row::VARCHAR, '|' ORDER BY row.id_number)) FROM (SELECT * FROM {}) AS row"
        return {name: connection.execute(digest.format(table)).fetchall()[0][0] for name, table in tables.items()}


def test_the_same_seed_gives_the_same_city_and_another_seed_another(tmp_path: Path) -> None:
    first = _prints(tmp_path / "first")
    assert _prints(tmp_path / "second") == first
    other = _prints(tmp_path / "other", seed=2)
    assert all(other[table] != first[table] for table in first)


def test_another_day_moves_dates_of_registers_and_nobody(tmp_path: Path) -> None:
    autumn = _prints(tmp_path / "autumn")
    spring = _prints(tmp_path / "spring", today=date(2027, 4, 1))
    assert spring[RESIDENTS] == autumn[RESIDENTS]
    assert spring["relief_register"] != autumn["relief_register"]


@pytest.mark.parametrize("scale", [0, -1, 2.5, float("nan")])
def test_a_scale_that_makes_no_sense_is_refused(tmp_path: Path, scale: float) -> None:
    with pytest.raises(ValueError, match="scale must be above 0"):
        generate(folder=tmp_path, scale=scale, today=date(2026, 11, 23))


@given(st.integers(min_value=0, max_value=40_000_000))
def test_districts_share_all_residents_to_the_person(total: int) -> None:
    shares = residents_by_district(total, _PLACES)
    assert sum(shares.values()) == total
    assert len(shares) == 16
    assert min(shares.values()) >= 0


@given(st.lists(st.integers(min_value=10**16, max_value=10**17 - 1), min_size=1, max_size=50))
@settings(deadline=None)
def test_check_characters_of_the_database_are_python_stdnums(numbers: list[int]) -> None:
    with duckdb.connect(":memory:") as connection:
        connection.execute(engine.sql("macros.sql"))
        rows = connection.execute("SELECT n, check_character(n) FROM (SELECT unnest($1) AS n)", [numbers]).fetchall()
    for number, character in rows:
        assert character == ric.calc_check_digit(f"{number}0")
