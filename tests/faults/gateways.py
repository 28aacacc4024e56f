"""Gateways of one city: a database and some gateway processes, each with a folder of its own, all ours to kill."""

import os
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from pathlib import Path

import psycopg

from haihe.gateway.journal import Journal
from haihe.gateway.server import JOURNAL_FOLDER
from haihe.gateway.shipper import ship_all
from haihe.gateway.testing import Person, announce_index, build_index, create_stand_ins, plant_policy
from haihe.kernel.keyring import Keyring
from haihe.launch import ports, services
from haihe.launch.child import Child
from haihe.launch.postgres import EmbeddedPostgres


@dataclass(frozen=True, slots=True)
class City:
    """One database, and gateways with a folder each."""

    server: EmbeddedPostgres
    keyring: Keyring
    gateways: list[Child]
    folders: list[Path]
    ports: list[int]

    def set_grant(self, status: str) -> None:
        with psycopg.connect(self.server.url(), autocommit=True) as connection:
            connection.execute("UPDATE gateway_grant SET status = %s", (status,))
            connection.execute("SELECT pg_notify('haihe_policy', 'gateway_grant')")

    def publish(self, snapshot: str, people: Sequence[Person], *, as_of: datetime | None = None) -> list[Path]:
        """Build an index in each folder, then make it current in one transaction; return where they lie."""
        built = [
            build_index(folder, people, keyring=self.keyring, snapshot=snapshot, as_of=as_of) for folder in self.folders
        ]
        with psycopg.connect(self.server.url()) as connection:
            announce_index(connection, snapshot=snapshot, path=built[0])
        return [folder / path for folder, path in zip(self.folders, built, strict=True)]

    def ledger(self) -> list[str]:
        """Ship all journals and return the evidence of every record."""
        with psycopg.connect(self.server.url()) as connection:
            for folder in self.folders:
                with Journal(folder / JOURNAL_FOLDER) as journal:
                    assert ship_all(journal, connection).left == 0
            return [str(row[0]) for row in connection.execute("SELECT evidence FROM ledger_record").fetchall()]


@contextmanager
def running_city(
    folder: Path, keyring: Keyring, people: Sequence[Person], *, gateways: int, as_of: datetime | None = None
) -> Iterator[City]:
    """Start a city whose first snapshot is `s1`, and stop it."""
    for each in (folder, *folder.parents[:2]):
        each.chmod(0o755)
    server = EmbeddedPostgres(folder / "postgres")
    server.prepare()
    with ExitStack() as stack:
        _start(stack, Child(services.postgres(server, log_dir=folder / "logs")))
        server.create_database()
        folders = [folder / f"gateway-{number}" for number in range(gateways)]
        city = City(server, keyring, [], folders, [ports.free_port() for _ in folders])
        with psycopg.connect(server.url(), autocommit=True) as connection:
            create_stand_ins(connection)
            plant_policy(connection, keyring=keyring)
        for own in folders:
            own.mkdir()
            (own / "keyring.json").write_text(keyring.to_json())
        city.publish("s1", people, as_of=as_of)
        for own, port in zip(folders, city.ports, strict=True):
            city.gateways.append(_start(stack, _gateway(own, port, server)))
        yield city


def _start(stack: ExitStack, child: Child) -> Child:
    stack.callback(child.stop, timeout_s=10)
    child.start_and_wait()
    return child


def _healthy(port: int) -> bool:
    return (services.status_of("127.0.0.1", port, "/healthz") or (0, b""))[0] == 200


def _gateway(folder: Path, port: int, server: EmbeddedPostgres) -> Child:
    environment = {**os.environ, "HAIHE_DATA_DIR": str(folder), "HAIHE_DATABASE_URL": server.url()}
    program = services.gateway(port=port, environment=environment, log_dir=folder / "logs")
    return Child(replace(program, answers=partial(_healthy, port)))
