"""The demo's registers as files, made in the database engine from what the city knows of one district."""

import csv
import io
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from importlib.resources import files
from pathlib import Path

import duckdb

from haihe.data.matching.demo.people import GUO, PENG


def register_file(table: str, titles: dict[str, str], *, folder: Path, today: date) -> io.BytesIO:
    """Return a register as its department would hand it over: CSV with the catalogue's titles."""
    columns = ", ".join(f'"{field}"' for field in titles)
    with _registers(folder, today) as connection:
        rows = connection.execute(f'SELECT {columns} FROM "{table}" ORDER BY id_number').fetchall()  # noqa: S608 - ours
    text = io.StringIO()
    written = csv.writer(text)
    written.writerow(titles.values())
    written.writerows(rows)
    return io.BytesIO(text.getvalue().encode())


def codes_used(table: str, field: str, *, folder: Path, today: date) -> list[str]:
    """Return the values that a column of codes has."""
    with _registers(folder, today) as connection:
        found = connection.execute(f'SELECT DISTINCT "{field}" FROM "{table}" ORDER BY 1').fetchall()  # noqa: S608 - ours
    return [str(value) for (value,) in found if value is not None]


@contextmanager
def _registers(folder: Path, today: date) -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(":memory:") as connection:
        for name, value in {
            "folder": str(folder),
            "today": today,
            "peng": PENG.id_number,
            "peng_name": PENG.name,
            "peng_division": PENG.division,
            "guo": GUO.id_number,
            "guo_name": GUO.name,
            "guo_division": GUO.division,
        }.items():
            connection.execute(f"SET VARIABLE {name} = $1", [value])
        connection.execute((files("haihe.data.matching.demo") / "registers.sql").read_text("utf-8"))
        yield connection
