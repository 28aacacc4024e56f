"""DuckDB set up for the demo city: its macros, and the small tables that chance is drawn from."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import date
from hashlib import sha256
from importlib.resources import files
from pathlib import Path

import duckdb

from haihe.city import cast
from haihe.city.places import Place

_MEMORY = "3GB"


def sql(name: str) -> str:
    """Return the text of an SQL file of the demo city."""
    return (files("haihe.city.demo") / name).read_text(encoding="utf-8")


def recipe() -> str:
    """Return a digest of all that decides what the demo city is, so that another recipe makes it anew."""
    here = Path(str(files("haihe.city.demo")))
    parts = sorted(path for pattern in ("*.py", "*.sql", "data/*.csv") for path in here.glob(pattern))
    cast_source = here.parent / "cast.py"
    return sha256(b"".join(path.read_bytes() for path in (*parts, cast_source))).hexdigest()[:16]


def quoted(path: Path) -> str:
    """Return the path as it stands between single quotes in SQL, where no parameter is allowed."""
    return str(path).replace("'", "''")


@contextmanager
def engine(*, folder: Path, seed: int, today: date, places: Iterable[Place]) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open DuckDB in memory with `folder` to spill to, ready for `population.sql` and `registers.sql`."""
    with duckdb.connect(":memory:") as connection:
        connection.execute(f"SET memory_limit = '{_MEMORY}'")
        connection.execute(f"SET temp_directory = '{quoted(folder / 'spill')}'")
        connection.execute("SET enable_progress_bar = false")
        set_variables(connection, seed=seed, today=today, data=str(files("haihe.city.demo") / "data"))
        connection.execute(sql("macros.sql"))
        _load(connection, "place", [(p.code, p.name, p.full_name, p.level) for p in places])
        _load(
            connection,
            "cast_account",
            [
                (a.account_no, a.id_number, a.branch, a.monthly_deposit_yuan, a.balance_yuan, a.opened_on)
                for a in cast.FUND_ACCOUNTS
            ],
        )
        connection.execute(sql("reference.sql"))
        yield connection


def set_variables(connection: duckdb.DuckDBPyConnection, **values: object) -> None:
    """Set variables that the SQL files read by `getvariable`."""
    for name, value in values.items():
        connection.execute(f"SET VARIABLE {name} = $1", [value])


_TABLES = {
    "place": "code VARCHAR, name VARCHAR, full_name VARCHAR, level INTEGER",
    "cast_account": "account_no VARCHAR, id_number VARCHAR, branch VARCHAR, monthly_deposit_yuan DECIMAL(12, 2), "
    "balance_yuan DECIMAL(12, 2), opened_on DATE",
}


def _load(connection: duckdb.DuckDBPyConnection, table: str, rows: list[tuple[object, ...]]) -> None:
    connection.execute(f"CREATE TABLE {table} ({_TABLES[table]})")
    # One statement for all rows, a list per column: row by row would take seconds for six thousand places.
    columns = [list(column) for column in zip(*rows, strict=True)]
    connection.execute(
        f"INSERT INTO {table} SELECT {', '.join(f'unnest(${n + 1})' for n in range(len(columns)))}",
        columns,
    )
