"""Stamps say what was done to a database, and change with the code that does it."""

from collections.abc import Iterator

import psycopg
import pytest

from haihe.kernel.keyring import Keyring
from haihe.launch import foundation, stamps
from haihe.launch.data_dir import DataDirError
from haihe.launch.postgres import EmbeddedPostgres
from haihe.launch.screen import Screen


@pytest.fixture
def database(embedded_postgres: EmbeddedPostgres, worker_id: str) -> Iterator[str]:
    name = f"stamps_{worker_id}"
    embedded_postgres.create_database(name)
    yield embedded_postgres.url(name)
    with psycopg.connect(embedded_postgres.url("postgres"), autocommit=True) as connection:
        connection.execute(f'DROP DATABASE "{name}"')


def test_a_new_database_has_none_and_keeps_what_is_written(database: str) -> None:
    assert stamps.read(database) == {}
    stamps.write(database, "schema", "a")
    stamps.write(database, "schema", "b")
    assert stamps.read(database) == {"schema": "b"}


def test_a_database_filled_with_other_keys_is_refused(database: str) -> None:
    environment = {"HAIHE_DATABASE_URL": database}
    keyring = Keyring.generate()
    stamps.write(database, "schema", stamps.of_schema())
    foundation.prepare_database(environment, keyring, Screen())
    foundation.prepare_database(environment, keyring, Screen())
    with pytest.raises(DataDirError, match="keys of another data directory"):
        foundation.prepare_database(environment, Keyring.generate(), Screen())


def test_digests_are_steady_and_tell_scales_apart() -> None:
    assert stamps.of_schema() == stamps.of_schema()
    assert stamps.of_demo_city(0.01).split()[0] == "0.01"
    assert stamps.of_demo_city(0.01) != stamps.of_demo_city(1)
