"""One small city for all tests of the demo: made once, only read."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest

from haihe.city.demo.population import CityFigures, generate

TODAY = date(2026, 11, 23)
SCALE = 0.002


@dataclass(frozen=True)
class SmallCity:
    """A city of 31,200 residents and how to ask it."""

    folder: Path
    figures: CityFigures

    def ask(self, query: str) -> list[tuple[Any, ...]]:
        """Run SQL in which {resident}, {relief_register} … stand for the tables."""
        tables = {name: f"'{self.folder}/{name}/*.parquet'" for name in self.figures.rows}
        with duckdb.connect(":memory:") as connection:
            return connection.execute(query.format(**tables)).fetchall()

    def count(self, query: str) -> int:
        return int(self.ask(query)[0][0])


@pytest.fixture(scope="session")
def small_city(tmp_path_factory: pytest.TempPathFactory) -> SmallCity:
    folder = tmp_path_factory.mktemp("city")
    return SmallCity(folder, generate(folder=folder, scale=SCALE, today=TODAY))
