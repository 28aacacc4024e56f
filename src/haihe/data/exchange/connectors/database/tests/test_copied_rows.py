"""PostgreSQL's rows come by COPY: each cell as the server writes it, and nothing waits for ever."""

from pathlib import Path

import pytest
from tests.plugins.departments import PASSWORD, DepartmentDatabase

from haihe.data.exchange.connectors.database.connector import DATABASE
from haihe.data.exchange.connectors.database.copying import write_rows
from haihe.data.exchange.connectors.database.session import reading, relation_of, target_of
from haihe.data.exchange.connectors.database.settings import DatabaseSecret, DatabaseSettings
from haihe.data.exchange.connectors.faults import Fault, FetchFailed
from haihe.data.exchange.connectors.rows import RowWriter
from haihe.data.exchange.connectors.testing import ListSink, make_site

SECRET = DatabaseSecret(password=PASSWORD)
HARD = [
    '"',
    '""',
    ",",
    "a\nb",
    "a\r\nb",
    "\\.",
    "\n\\.\n",
    "\\N",
    "NULL",
    " ",
    "\t",
    "",
    "中文，“引号”",
    "％%s",
    "0001",
]


def copied(department: DepartmentDatabase, tmp_path: Path, **settings: object) -> list[dict[str, str | None]]:
    sink = ListSink(tmp_path / "memory")
    told = DatabaseSettings(**(department.settings | settings))
    DATABASE.fetch(told, SECRET, None, sink, make_site(tmp_path))
    return sink.table()


def test_every_text_keeps_its_characters(department_postgres: DepartmentDatabase, tmp_path: Path) -> None:
    written = ", ".join(f"({n}, $a${text}$a$)" for n, text in enumerate(HARD))
    department_postgres.execute(
        "DROP TABLE IF EXISTS hard",
        "CREATE TABLE hard (n INT, t TEXT)",
        f"INSERT INTO hard VALUES {written}, (99, NULL)",
    )
    rows = copied(department_postgres, tmp_path, table="hard", key=("n",))
    assert [row["t"] for row in rows] == [*HARD, None]


def test_one_column_that_is_null_or_empty(department_postgres: DepartmentDatabase, tmp_path: Path) -> None:
    department_postgres.execute(
        "DROP TABLE IF EXISTS single", "CREATE TABLE single (t TEXT)", "INSERT INTO single VALUES (NULL), (''), (NULL)"
    )
    assert [row["t"] for row in copied(department_postgres, tmp_path, table="single")] == [None, "", None]


def test_a_cell_larger_than_a_piece_comes_whole(department_postgres: DepartmentDatabase, tmp_path: Path) -> None:
    department_postgres.execute(
        "DROP TABLE IF EXISTS large",
        "CREATE TABLE large (n INT, t TEXT)",
        "INSERT INTO large SELECT n, repeat('长', 1500000) FROM generate_series(1, 3) n",
    )
    rows = copied(department_postgres, tmp_path, table="large")
    assert [len(row["t"] or "") for row in rows] == [1_500_000] * 3


def test_other_types_come_as_the_server_writes_them(department_postgres: DepartmentDatabase, tmp_path: Path) -> None:
    query = (
        "SELECT true AS b, '\\xff00'::bytea AS x, '{1,NULL,\"a b\"}'::text[] AS l, 1e300::float8 AS f, "
        "'2026-11-25 08:00+08'::timestamptz AS t, 110101199001010015::bigint AS n, '[1,5)'::int4range AS r"
    )
    assert copied(department_postgres, tmp_path, query=query) == [
        {
            "b": "t",
            "x": "\\xff00",
            "l": '{1,NULL,"a b"}',
            "f": "1e+300",
            "t": "2026-11-25 08:00:00+08",
            "n": "110101199001010015",
            "r": "[1,5)",
        }
    ]


def read_with_patience(settings: DatabaseSettings, tmp_path: Path, *, quiet_s: float) -> None:
    with reading(target_of(settings, SECRET, make_site(tmp_path)), settings) as connection:
        relation = relation_of(connection, settings)
        writer = RowWriter(ListSink(tmp_path / "memory"), relation.columns)
        write_rows(connection, relation.select(), writer, quiet_s=quiet_s)


@pytest.mark.faults
def test_a_server_that_gives_nothing_is_given_up(department_postgres: DepartmentDatabase, tmp_path: Path) -> None:
    department_postgres.execute(
        "CREATE OR REPLACE VIEW slow AS SELECT n, pg_sleep(30)::text AS t FROM generate_series(1, 3) n",
        "GRANT SELECT ON slow TO haihe_reader",
    )
    settings = DatabaseSettings(**(department_postgres.settings | {"table": "slow"}))
    with pytest.raises(FetchFailed) as failed:
        read_with_patience(settings, tmp_path, quiet_s=0.3)
    assert (failed.value.fault, failed.value.is_transient) == (Fault.TIMED_OUT, True)


@pytest.mark.faults
def test_whoever_takes_the_rows_may_stop_in_the_middle(department_postgres: DepartmentDatabase, tmp_path: Path) -> None:
    department_postgres.execute(
        "DROP TABLE IF EXISTS long", "CREATE TABLE long (t TEXT)",
        "INSERT INTO long SELECT repeat('x', 1000) FROM generate_series(1, 20000)",
    )  # fmt: skip

    class Full(ListSink):
        def count(self, rows: int) -> None:
            raise OSError("no room")

    with pytest.raises(OSError, match="no room"):
        DATABASE.fetch(
            DatabaseSettings(**(department_postgres.settings | {"table": "long"})),
            SECRET,
            None,
            Full(tmp_path / "memory"),
            make_site(tmp_path),
        )
    assert len(copied(department_postgres, tmp_path, table="long")) == 20_000
