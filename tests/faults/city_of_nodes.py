"""A city in network namespaces for tests of nodes: centre, department, district, street; real processes, a line each.

The departments' own databases stand in the root namespace, behind a line of their own that nobody cuts.
"""

import hashlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msgspec
import psycopg

from haihe.data.exchange.testing import HEADER, id_number, row
from haihe.kernel.keyring import Keyring
from haihe.launch import os_user, services
from haihe.launch.child import Child, Program, StartFailed
from haihe.launch.hub import EmbeddedHub, HubDoor
from haihe.launch.postgres import EmbeddedPostgres
from tests.faults.network import CENTRE_ADDRESS, Network, network
from tests.plugins.installation import copy_template

NODES = ("mzj-1", "hp-district", "hp-street")
TARGET_NODE = "gjj-1"
"""The housing-fund centre's node, beside which a delivery's table stands."""
PATIENCE_S = 120
HUB_PORT, DOOR_PORT, DEPARTMENT_PORT = 4322, 7422, 5433
GOOD, BAD = 200, 3
ACCOUNT, PASSWORD = "haihe_node", "of-the-fault-suite"
SMALL_DISK = "48m"


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

    @property
    def small_disks(self) -> dict[str, Path]:
        """Folders that are small disks of their own: the street's node, and what is arriving at the centre."""
        return {"hp-street": self.home("hp-street"), "centre": self.folder / "data" / "nodes"}

    def files(self, node: str) -> Path:
        """Where the department drops files: on another disk than the node's own."""
        return self.folder / "files" / node

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
        folder = self.files(node) / "out"
        (folder / f".{name}").write_bytes(content)
        (folder / f".{name}").rename(folder / name)
        self.dropped[f"{node}/{name}"] = hashlib.sha256(content).hexdigest()

    @contextmanager
    def full(self, whose: str) -> Iterator[None]:
        """Fill a small disk to its last byte, and empty it again."""
        ballast = self.small_disks[whose] / "ballast"
        with ballast.open("wb", buffering=0) as file:
            for size in (1 << 20, 1 << 12, 1):
                while _written(file.fileno(), bytes(size)):
                    continue
        try:
            yield
        finally:
            ballast.unlink()

    def at_department(self, database: str, *statements: str) -> list[tuple[Any, ...]]:
        """Work in a database of a department, as its own account."""
        url = f"postgresql://{ACCOUNT}:{PASSWORD}@127.0.0.1:{DEPARTMENT_PORT}/{database}"
        with psycopg.connect(url, autocommit=True) as connection:
            for statement in statements[:-1]:
                connection.execute(statement.encode())
            result = connection.execute(statements[-1].encode())
            return result.fetchall() if result.description else []

    def order(self, *statements: str) -> None:
        """Write into the centre's tables, as nobody does but a test."""
        with psycopg.connect(self.server.url("postgres"), autocommit=True) as connection:
            for statement in statements:
                connection.execute(statement.encode())

    def told(self, what: str) -> Any:
        """Return what `comparing_rows` finds of the current snapshot and its delivery."""
        command = [sys.executable, "-m", "tests.faults.comparing_rows", what]
        done = subprocess.run(command, env=self.environment, check=True, capture_output=True)
        return msgspec.json.decode(done.stdout)

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


@contextmanager
def running_city(folder: Path) -> Iterator[City]:
    """Run a city below a folder."""
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
        copy_template(server.url("postgres"))
        net = stack.enter_context(network((*NODES, TARGET_NODE)))
        here = City(folder, net, server, database, dict(environment))
        for disk in here.small_disks.values():
            stack.enter_context(_small_disk(disk))
        stack.enter_context(_department(folder, net))
        planting = [sys.executable, "-m", "tests.faults.planting_nodes", door.address, str(folder), net.doorstep]
        subprocess.run([*planting, *NODES, TARGET_NODE], env=environment, check=True)
        stack.callback(here.stop)
        here.start("hub", *hub.command())
        here.start("worker", sys.executable, "-m", "haihe", "worker")
        for node in (*NODES, TARGET_NODE):
            here.start_node(node)
        yield here


def until(holds: Callable[[], bool], what: Callable[[], object], *, within_s: float = PATIENCE_S) -> None:
    deadline = time.monotonic() + within_s
    while not holds():
        assert time.monotonic() < deadline, what()
        time.sleep(0.2)


def _written(descriptor: int, piece: bytes) -> bool:
    try:
        return os.write(descriptor, piece) > 0
    except OSError:
        return False


@contextmanager
def _small_disk(folder: Path) -> Iterator[None]:
    folder.mkdir(parents=True)
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={SMALL_DISK},mode=700", "tmpfs", str(folder)], check=True)
    try:
        yield
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


@contextmanager
def _department(folder: Path, net: Network) -> Iterator[None]:
    """Run the departments' PostgreSQL: a source of rows and a table for deliveries, where nodes reach it."""
    server = EmbeddedPostgres(folder / "department", durable=False)
    server.prepare()
    (server.home / "pg_hba.conf").write_text(f"local all all trust\nhost all {ACCOUNT} 0.0.0.0/0 scram-sha-256\n")
    administrator = f"postgresql://haihe@/postgres?host={server.socket_dir}&port={DEPARTMENT_PORT}"

    def answers() -> bool:
        try:
            psycopg.connect(administrator, connect_timeout=5).close()
        except psycopg.OperationalError:
            return False
        return True

    command = [*server.command(), "-c", "listen_addresses=*", "-c", f"port={DEPARTMENT_PORT}"]
    log = folder / "logs" / "department.log"
    child = Child(
        Program("department", tuple(command), log, user=os_user.needed(), stop_signal=signal.SIGINT, answers=answers)
    )
    child.start_and_wait()
    try:
        with psycopg.connect(administrator, autocommit=True) as connection:
            connection.execute(f"CREATE ROLE {ACCOUNT} LOGIN PASSWORD '{PASSWORD}'".encode())
            for database in ("source", "target"):
                connection.execute(f"CREATE DATABASE {database} OWNER {ACCOUNT}".encode())
        yield
    finally:
        child.stop(timeout_s=10)
