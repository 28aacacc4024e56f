"""The gateway, its database or the shipper is killed under load: each answer that a client received is in the ledger
exactly once, and the service comes back by itself."""

import asyncio
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import LiteralString

import psycopg
import pytest

from haihe.gateway.journal import Journal
from haihe.gateway.server import JOURNAL_FOLDER
from haihe.gateway.shipper import ship_all
from haihe.gateway.testing import (
    GRANT,
    Person,
    announce_index,
    build_index,
    create_stand_ins,
    plant_policy,
    relief_fields,
)
from haihe.kernel.identifiers import id_number_check_character
from haihe.kernel.keyring import Keyring
from haihe.launch import ports, services
from haihe.launch.child import Child
from haihe.launch.postgres import EmbeddedPostgres
from tests.faults.asking import CONNECTIONS, Askers, post, until

pytestmark = pytest.mark.faults
ID_NUMBERS = [first + id_number_check_character(first) for first in (f"12010319790512{n:03}" for n in range(100))]
SHIPPER = """
import sys, time
from pathlib import Path
import psycopg
from haihe.gateway.journal import Journal
from haihe.gateway.shipper import ship_all
with Journal(Path(sys.argv[1])) as journal, psycopg.connect(sys.argv[2], autocommit=True) as connection:
    while True:
        ship_all(journal, connection, batch=50)
        time.sleep(0.01)
"""


@dataclass
class Place:
    """A durable database of its own and one gateway, both ours to kill."""

    data_dir: Path
    server: EmbeddedPostgres
    database: Child
    gateway: Child
    port: int
    environment: dict[str, str]

    def askers(self, *, wanted: int = 2000) -> Askers:
        return Askers(self.port, ID_NUMBERS, wanted)

    def ledger(self) -> list[str]:
        with psycopg.connect(self.server.url()) as connection:
            return [str(row[0]) for row in connection.execute("SELECT evidence FROM ledger_record").fetchall()]

    def ship(self) -> None:
        with Journal(self.data_dir / JOURNAL_FOLDER) as journal, psycopg.connect(self.server.url()) as connection:
            assert ship_all(journal, connection).left == 0

    def healthy(self) -> bool:
        return (services.status_of("127.0.0.1", self.port, "/healthz") or (0, b""))[0] == 200


@pytest.fixture
def place(tmp_path: Path, keyring: Keyring) -> Iterator[Place]:
    for folder in (tmp_path, *tmp_path.parents[:2]):
        folder.chmod(0o755)
    (tmp_path / "keyring.json").write_text(keyring.to_json())
    server = EmbeddedPostgres(tmp_path / "postgres")
    server.prepare()
    database = Child(services.postgres(server, log_dir=tmp_path / "logs"))
    database.start_and_wait()
    server.create_database()
    plant(server, tmp_path, keyring)
    port = ports.free_port()
    environment = {**os.environ, "HAIHE_DATA_DIR": str(tmp_path), "HAIHE_DATABASE_URL": server.url()}
    program = services.gateway(port=port, environment=environment, log_dir=tmp_path / "logs")
    place = Place(tmp_path, server, database, Child(program), port, environment)
    place.gateway.program = replace(program, answers=place.healthy)
    place.gateway.start_and_wait()
    yield place
    place.gateway.stop(timeout_s=10)
    place.database.stop(timeout_s=10)


def plant(server: EmbeddedPostgres, folder: Path, keyring: Keyring) -> None:
    people = [Person(number, "合成人", relief_fields()) for number in ID_NUMBERS[::2]]
    with psycopg.connect(server.url(), autocommit=True) as connection:
        create_stand_ins(connection)
        plant_policy(connection, keyring=keyring)
        announce_index(connection, snapshot="s1", path=build_index(folder, people, keyring=keyring))


def kill_and_start(child: Child) -> None:
    """What the supervisor does with a program that died."""
    child.kill()
    until(lambda: not child.is_alive(), timeout_s=60)
    child.note_death()
    child.start()


def refused_with(place: Place, status: int, *, within_s: float = 60) -> bool:
    """Ask on until every answer is this refusal."""
    askers = place.askers(wanted=1 << 30)
    askers.start()
    try:
        until(lambda: len(askers.refused) > CONNECTIONS, timeout_s=within_s)
    finally:
        askers.stop()
    return set(askers.refused) == {status}


def test_the_gateway_is_killed_under_load(place: Place) -> None:
    askers = place.askers()
    askers.start()
    for answers in (300, 900, 1500):
        askers.wait_for(answers)
        kill_and_start(place.gateway)
    askers.finish()
    place.ship()
    ledger = place.ledger()
    assert len(set(ledger)) == len(ledger)
    assert set(askers.evidence) <= set(ledger)
    assert askers.broken >= 3


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE gateway_grant SET status = 'TERMINATED'",
        "DELETE FROM gateway_grant",
        "UPDATE gateway_grant SET purposes = '{}'",
    ],
)
def test_a_withdrawn_grant_stops_answers_within_three_seconds(place: Place, change: LiteralString) -> None:
    """Although nobody tells the gateway of it."""
    with psycopg.connect(place.server.url(), autocommit=True) as connection:
        connection.execute(change)
    assert refused_with(place, 403, within_s=3)


def test_a_killed_gateway_remembers_what_it_answered_and_how_often(place: Place) -> None:
    askers = place.askers(wanted=300)
    askers.start()
    askers.finish()
    kill_and_start(place.gateway)
    until(place.healthy, timeout_s=60)

    async def ask_again() -> set[int]:
        reader, writer = await asyncio.open_connection("127.0.0.1", place.port)
        again = {(await post(reader, writer, *asked))[0] for asked in askers.answered[:100]}
        writer.close()
        return again

    assert asyncio.run(ask_again()) == {409}
    with psycopg.connect(place.server.url(), autocommit=True) as connection:
        connection.execute("UPDATE gateway_grant SET quota_per_day = 300 WHERE id = %s", (GRANT,))
    assert refused_with(place, 429)


def test_the_database_is_killed_under_load_and_answers_go_on(place: Place) -> None:
    askers = place.askers()
    askers.start()
    askers.wait_for(300)
    place.database.kill()
    until(lambda: not place.database.is_alive(), timeout_s=60)
    so_far = len(askers.evidence)
    askers.wait_for(so_far + 500)
    assert askers.refused == []
    kill_and_start(place.database)
    askers.finish()
    until(place.database.program.answers, timeout_s=60)
    assert askers.broken == 0
    place.ship()
    ledger = place.ledger()
    assert len(set(ledger)) == len(ledger)
    assert set(askers.evidence) <= set(ledger)
    with psycopg.connect(place.server.url(), autocommit=True) as connection:
        connection.execute("UPDATE gateway_grant SET status = 'SUSPENDED'")
    assert refused_with(place, 403)


def test_the_shipper_is_killed_again_and_again_under_load(place: Place) -> None:
    askers = place.askers()
    askers.start()
    for answers in (100, 500, 900, 1300, 1700):
        with shipper(place) as process:
            askers.wait_for(answers)
            until(lambda: len(place.ledger()) > 0, timeout_s=60)
            process.kill()
    askers.finish()
    with shipper(place) as process:
        until(lambda: len(place.ledger()) >= len(askers.evidence), timeout_s=60)
        process.kill()
    ledger = place.ledger()
    assert len(set(ledger)) == len(ledger)
    assert set(askers.evidence) <= set(ledger)


def shipper(place: Place) -> "subprocess.Popen[bytes]":
    journal = str(place.data_dir / JOURNAL_FOLDER)
    return subprocess.Popen([sys.executable, "-c", SHIPPER, journal, place.server.url()], env=place.environment)
