"""A first start makes keys before there is a database, and gives every city its places, demo or not."""

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from rich.console import Console

from haihe.launch import foundation, services, stamps
from haihe.launch.postgres import EmbeddedPostgres
from haihe.launch.screen import Screen

TEMPLATE = "haihe_template"


@pytest.fixture
def database(embedded_postgres: EmbeddedPostgres, worker_id: str) -> Iterator[str]:
    name = f"first_start_{worker_id}"
    with psycopg.connect(embedded_postgres.url("postgres"), autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}" TEMPLATE "{TEMPLATE}" STRATEGY FILE_COPY')
        yield embedded_postgres.url(name)
        connection.execute(f'DROP DATABASE "{name}"')


def count(database: str, table: str) -> int:
    with psycopg.connect(database) as connection:
        row = connection.execute(f"SELECT count(*) FROM {table}").fetchone()
    assert row is not None
    return int(row[0])


def test_a_city_without_demo_knows_its_places_and_bodies(database: str) -> None:
    screen = Screen(Console(record=True))
    environment = {"HAIHE_DATABASE_URL": database, "HAIHE_DEMO": "0", "PYTHONPATH": services.python_path()}
    foundation.load_places(environment, screen)
    assert count(database, "city_division WHERE level = 3") == 16
    assert count(database, "city_organisation WHERE level = 2 AND kind <> 'UNIT'") == 48
    assert "places and public bodies" in screen.console.export_text()
    foundation.load_places(environment, screen)
    assert screen.console.export_text() == "", "once per code"


def test_a_fresh_directory_can_be_seeded(open_folder: Path) -> None:
    folder = open_folder / "seeded"
    plain = {name: value for name, value in os.environ.items() if not name.startswith("HAIHE_")}
    command = services.haihe("seed", "--scale", "0.0005", "--data-dir", str(folder))
    done = subprocess.run(command, env=plain, capture_output=True, text=True, check=False, timeout=300)
    assert done.returncode == 0, done.stdout + done.stderr
    assert (folder / "keyring.json").exists()
    server = EmbeddedPostgres(folder / "postgres")
    assert not server.is_running()
    server.start()
    try:
        stamped = stamps.read(server.url())
        assert stamped["demo-city"].startswith("0.0005 ")
        assert stamped["places"] == stamps.of_places()
    finally:
        server.stop()
