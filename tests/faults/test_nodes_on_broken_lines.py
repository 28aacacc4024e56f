"""Centre, department, district and street in network namespaces: lines are cut, nodes and the database killed, files
come twice, a column turns into another type. At the end every file is accounted for, once, and every row of it.

HAIHE_SOAK_SECONDS lengthens it (`make soak`).
"""

import hashlib
import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg
import pytest

from haihe.data.exchange.testing import HEADER, id_number, row
from haihe.kernel.keyring import Keyring
from haihe.launch import services
from haihe.launch.child import Child, StartFailed
from haihe.launch.hub import EmbeddedHub, HubDoor
from haihe.launch.postgres import EmbeddedPostgres, programs
from tests.faults.network import CENTRE_ADDRESS, Network, network
from tests.plugins.installation import TEMPLATE

pytestmark = [pytest.mark.faults, pytest.mark.engine("ip")]
NODES = ("mzj-1", "hp-district", "hp-street")
SECONDS = float(os.environ.get("HAIHE_SOAK_SECONDS", "20"))
PATIENCE_S = 120
HUB_PORT, DOOR_PORT = 4322, 7422
GOOD, BAD = 200, 3
UNDER_WAY = "finished_at IS NULL AND state <> 'HELD'"


@dataclass(slots=True)
class City:
    """A centre with a durable database and a worker, and three nodes, each in a namespace."""

    folder: Path
    net: Network
    server: EmbeddedPostgres
    database: Child
    environment: dict[str, str]
    running: dict[str, "subprocess.Popen[bytes]"] = field(default_factory=dict)
    dropped: dict[str, str] = field(default_factory=dict)

    def home(self, node: str) -> Path:
        return self.folder / "nodes" / node

    def start(self, who: str, *command: str) -> None:
        with (self.folder / f"{who}.log").open("ab") as log:
            self.running[who] = subprocess.Popen(
                [*self.net.inside("centre" if who in ("hub", "worker") else who), *command],
                env=self.environment, stdout=log, stderr=subprocess.STDOUT,
            )  # fmt: skip

    def start_node(self, node: str) -> None:
        self.start(node, sys.executable, "-m", "haihe", "node", "run", "--home", str(self.home(node)))

    def kill(self, who: str) -> None:
        """End it at once, as a power cut would; what it started goes with it."""
        process = self.running.pop(who)
        process.kill()
        process.wait()

    def stop(self) -> None:
        for process in self.running.values():
            process.terminate()
        for process in self.running.values():
            try:
                process.wait(30)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()

    def drop(self, node: str, name: str, content: bytes) -> None:
        """Hand a file over at a node, whole at once."""
        folder = self.home(node) / "files" / "out"
        (folder / f".{name}").write_bytes(content)
        (folder / f".{name}").rename(folder / name)
        self.dropped[f"{node}/{name}"] = hashlib.sha256(content).hexdigest()

    def ask(self, query: str) -> list[tuple[Any, ...]]:
        """Return rows; none while the database is away."""
        try:
            with psycopg.connect(self.server.url("postgres")) as connection:
                return connection.execute(query.encode()).fetchall()
        except psycopg.OperationalError:
            return []

    def restart_database(self) -> None:
        pid = int((self.server.data_dir / "postmaster.pid").read_text().split()[0])
        os.kill(pid, signal.SIGKILL)
        self.database.stop(timeout_s=10)
        deadline = time.monotonic() + PATIENCE_S
        while True:
            try:
                return self.database.start_and_wait()
            except StartFailed:
                assert time.monotonic() < deadline
                time.sleep(0.3)


def register(first: int, *, amount: str = "1010.00") -> bytes:
    """Return a register of `GOOD` good rows, each file with other persons, and `BAD` rows with impossible dates."""
    rows = [row(id_number(first + serial), amount=amount) for serial in range(GOOD)]
    rows += [row(id_number(first + GOOD + serial), valid_until="2027-02-30") for serial in range(BAD)]
    return "\n".join([HEADER, *(",".join(cells) for cells in rows), ""]).encode()


def copy_tables(source: str, target: str) -> None:
    """Make the suite's tables in another cluster, which is faster than to migrate once more."""
    folder = programs()
    with subprocess.Popen([folder / "pg_dump", "--no-owner", source], stdout=subprocess.PIPE) as dump:
        subprocess.run([folder / "psql", "-q", "-o", os.devnull, target], stdin=dump.stdout, check=True)


@pytest.fixture
def city(open_folder: Path, embedded_postgres: EmbeddedPostgres) -> Iterator[City]:
    folder = open_folder / f"nodes-{time.monotonic_ns()}"
    data = folder / "data"
    data.mkdir(parents=True)
    keyring = Keyring.generate()
    (data / "keyring.json").write_text(keyring.to_json())
    server = EmbeddedPostgres(folder / "postgres")
    server.prepare()
    database = Child(services.postgres(server, log_dir=folder / "logs"))
    database.start_and_wait()
    hub = EmbeddedHub(data / "hub", keyring)
    door = hub.prepare(HubDoor(CENTRE_ADDRESS, DOOR_PORT), port=HUB_PORT)
    environment = os.environ | {
        "HAIHE_DATABASE_URL": server.url("postgres"),
        "HAIHE_DATA_DIR": str(data),
        "HAIHE_HUB_URL": f"nats://127.0.0.1:{HUB_PORT}",
        "DJANGO_SETTINGS_MODULE": "haihe.web.settings",
    }
    with ExitStack() as stack:
        stack.callback(database.stop, timeout_s=10)
        copy_tables(embedded_postgres.url(TEMPLATE), server.url("postgres"))
        planting = [sys.executable, "-m", "tests.faults.planting_nodes", door.address]
        subprocess.run([*planting, str(folder / "nodes"), *NODES], env=environment, check=True)
        here = City(folder, stack.enter_context(network(NODES)), server, database, dict(environment))
        stack.callback(here.stop)
        here.start("hub", *hub.command())
        here.start("worker", sys.executable, "-m", "haihe", "worker")
        for node in NODES:
            here.start_node(node)
        yield here


def until(holds: Callable[[], bool], what: Callable[[], object], *, within_s: float = PATIENCE_S) -> None:
    deadline = time.monotonic() + within_s
    while not holds():
        assert time.monotonic() < deadline, what()
        time.sleep(0.2)


@contextmanager
def broken(city: City, node: str) -> Iterator[None]:
    city.net.cut(node)
    try:
        yield
    finally:
        city.net.mend(node)


def one_fault(city: City, chance: random.Random, number: int) -> None:
    """Break something for a moment."""
    node = NODES[number % len(NODES)]
    fault = number % 4
    if fault == 0:
        with broken(city, node):
            city.drop(node, f"dark-{number}.csv", register(number * 1000))
            time.sleep(chance.uniform(1.5, 4.0))
    elif fault == 1:
        city.kill(node)
        time.sleep(chance.uniform(0.2, 1.0))
        city.start_node(node)
    elif fault == 2:
        city.kill("worker")
        time.sleep(chance.uniform(0.2, 1.0))
        city.start("worker", sys.executable, "-m", "haihe", "worker")
    else:
        city.restart_database()


def test_every_file_is_accounted_for_once_whatever_breaks(city: City) -> None:
    chance = random.Random(7)  # noqa: S311 - the same faults each time
    until(lambda: city.ask("SELECT count(seen_at) FROM exchange_nodes_node") == [(3,)], lambda: "nodes don't connect")
    ends, number = time.monotonic() + SECONDS, 0
    while time.monotonic() < ends or number < 4:
        city.drop(NODES[(number + 1) % 3], f"light-{number}.csv", register(500_000 + number * 1000))
        one_fault(city, chance, number)
        number += 1
    twice = register(900_000)
    city.drop("mzj-1", "twice-a.csv", twice)
    city.drop("mzj-1", "twice-b.csv", twice)
    city.drop("mzj-1", "words.csv", register(910_000, amount="一千零一十元"))
    transfers = (
        "SELECT node_id || '/' || filename, state, run, reason FROM exchange_nodes_transfer WHERE filename <> ''"
    )

    def ended() -> bool:
        done = [name for name, state, _, _ in city.ask(transfers) if state in ("TAKEN", "REFUSED")]
        return set(done) == set(city.dropped)

    until(ended, lambda: (set(city.dropped) - {name for name, *_ in city.ask(transfers)}, city.ask(transfers)))
    until(
        lambda: city.ask(f"SELECT count(*) FROM exchange_feedrun WHERE {UNDER_WAY}") == [(0,)],
        lambda: city.ask(f"SELECT filename, state FROM exchange_feedrun WHERE {UNDER_WAY}"),
    )
    found = city.ask(transfers)
    assert Counter(name for name, *_ in found) == Counter(list(city.dropped)), "each file came once"
    taken = {run: name for name, state, run, _ in found if state == "TAKEN"}
    refused = [reason for _, state, _, reason in found if state == "REFUSED"]
    # The one thing that may be refused: a file older than what serves already, which came late over a broken line.
    assert all("早于" in reason for reason in refused)
    runs = city.ask(
        "SELECT id, source_sha256, state, rows_in, rows_accepted, rows_rejected, filename, reasons"
        " FROM exchange_feedrun"
    )
    assert len(runs) == len(taken), "no run without a transfer, no transfer with two"
    for run, digest, state, rows_in, accepted, rejected, filename, reasons in runs:
        assert city.dropped[taken[run]] == digest, "the bytes that were dropped"
        assert rows_in == accepted + rejected
        if filename == "words.csv":
            assert state in ("HELD", "REJECTED"), "what another type makes of a column is for a person to decide"
        elif state == "FAILED":
            # Its process was killed. Nothing is lost: the file lies there for another run.
            assert (city.folder / "data" / "feeds" / str(run) / "received.sealed").exists()
        else:
            assert (rows_in, rejected, sum(reasons.values())) == (GOOD + BAD, BAD, BAD)
    [(serving,)] = city.ask("SELECT row_count FROM exchange_snapshot WHERE is_current")
    assert serving == GOOD, "what turned bad didn't replace what was good"
