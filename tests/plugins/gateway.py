"""A database with stand-ins for what the gateway's neighbours give it, for tests that need no neighbour."""

import secrets
from collections.abc import Iterator

import psycopg
import pytest
from psycopg import sql

from haihe.gateway.testing import create_stand_ins, plant_policy
from haihe.kernel.keyring import Keyring
from haihe.launch.postgres import EmbeddedPostgres


@pytest.fixture(scope="session")
def keyring() -> Keyring:
    """Keys that no installation has."""
    return Keyring.generate()


@pytest.fixture
def stand_in(embedded_postgres: EmbeddedPostgres, keyring: Keyring) -> Iterator[str]:
    """The url of a database in which the housing-fund centre may ask the relief register."""
    name = f"gateway_{secrets.token_hex(4)}"
    with psycopg.connect(embedded_postgres.url("postgres"), autocommit=True) as admin:
        admin.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        with psycopg.connect(embedded_postgres.url(name), autocommit=True) as connection:
            create_stand_ins(connection)
            plant_policy(connection, keyring=keyring)
        yield embedded_postgres.url(name)
        admin.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))
