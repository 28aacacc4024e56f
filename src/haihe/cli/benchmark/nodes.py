"""A table of a department, through its node, the centre and another node, into a consumer's table: real processes."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec
import psycopg
from rich.console import Console

from haihe.cli.benchmark.instance import start_database
from haihe.cli.benchmark.pages import set_up
from haihe.kernel.keyring import Keyring
from haihe.launch import os_user, ports, services
from haihe.launch.child import Child, Program
from haihe.launch.hub import EmbeddedHub, HubDoor
from haihe.launch.postgres import EmbeddedPostgres
from haihe.launch.screen import Screen

_ACCOUNT, _PASSWORD = "bench", "of-the-benchmark"
_CONNECT_WITHIN_S, _WITHIN_S = 60.0, 1800.0


@dataclass(frozen=True, slots=True)
class Nodes:
    """From the order to fetch to the signed receipt. Seconds are since the order; the last one counts."""

    rows: int
    rows_per_s: float
    arrived_s: float
    published_s: float
    sent_s: float
    delivered_s: float


def apart(rows: int, *, screen: Screen) -> Nodes:
    """Measure in a process and on an installation of its own. Raises: RuntimeError, where that fails."""
    with screen.step(f"{rows:,} rows through two nodes 传输"):
        done = subprocess.run(  # noqa: S603 - our own program
            [*services.PYTHON, "haihe.cli.benchmark.nodes", str(rows)],
            env=os.environ | {"PYTHONPATH": services.python_path()},
            stdout=subprocess.PIPE,
            check=False,
        )
    if done.returncode:
        raise RuntimeError("the way through two nodes could not be measured")
    return msgspec.json.decode(done.stdout, type=Nodes)


def main(rows: int) -> Nodes:
    """Measure on an installation of its own, which is gone afterwards."""
    with ExitStack() as stack:
        folder = Path(tempfile.mkdtemp(prefix="haihe-bench-"))
        stack.callback(shutil.rmtree, folder, ignore_errors=True)
        folder.chmod(0o755)
        set_up(start_database(stack, folder), folder)
        from haihe.data.exchange.demo import made_up_files

        made = made_up_files.write_persons(folder / "made.csv", rows)
        screen = Screen(Console(stderr=True, highlight=False, soft_wrap=True))
        return measure(folder, made.path, rows=made.rows, screen=screen)


def measure(folder: Path, made: Path, *, rows: int, screen: Screen) -> Nodes:
    """Measure with the rows of a CSV file of persons, on the installation in the folder. Django must be set up.

    Raises: RuntimeError, where not each good row is in the consumer's table at the end.
    """
    from haihe.data.exchange.demo import two_nodes

    with ExitStack() as stack:
        with screen.step("departments' database 部门数据库"):
            department = _Department.start(stack, folder)
            department.fill(made)
        with screen.step("hub, worker and two nodes 前置机"):
            address, environment = _start_hub(stack, folder)
            target = department.settings("target") | {"table": "relief"}
            two_nodes.plant(folder / "homes", hub_address=address, target=target, password=_PASSWORD)
            _start_programs(stack, folder, environment, (two_nodes.SOURCE, two_nodes.TARGET))
            _wait_for(two_nodes.are_connected)
        with screen.step(f"{rows:,} rows through two nodes 传输"):
            two_nodes.order(department.settings("source") | {"table": "public.relief"})
            told = two_nodes.watch(within_s=_WITHIN_S)
        found = department.count("target")
    if not told.rows == found > 0:
        raise RuntimeError(f"{told.rows} rows delivered, {found} found")
    return Nodes(
        rows=found,
        rows_per_s=round(found / told.delivered),
        arrived_s=round(told.arrived, 2),
        published_s=round(told.published, 2),
        sent_s=round(told.sent, 2),
        delivered_s=round(told.delivered, 2),
    )


@dataclass(frozen=True, slots=True)
class _Department:
    """A PostgreSQL of its own, durable, with a database to fetch from and one to deliver into."""

    socket: Path
    port: int

    @classmethod
    def start(cls, stack: ExitStack, folder: Path) -> "_Department":
        server, port = EmbeddedPostgres(folder / "department"), ports.free_port()
        server.prepare()
        (server.home / "pg_hba.conf").write_text(
            f"local all all trust\nhost all {_ACCOUNT} 127.0.0.1/32 scram-sha-256\n"
        )
        here = cls(server.socket_dir, port)
        command = [*server.command(), "-c", "listen_addresses=127.0.0.1", "-c", f"port={port}"]
        program = Program(
            "department",
            tuple(command),
            folder / "logs" / "department.log",
            user=os_user.needed(),
            stop_signal=signal.SIGINT,
            answers=here._answers,
        )
        child = Child(program)
        stack.callback(child.stop, timeout_s=20)
        child.start_and_wait()
        with here._connect("postgres") as connection:
            connection.execute(f"CREATE ROLE {_ACCOUNT} LOGIN PASSWORD '{_PASSWORD}'".encode())
            for database in ("source", "target"):
                connection.execute(f"CREATE DATABASE {database} OWNER {_ACCOUNT}".encode())
        return here

    def settings(self, database: str) -> dict[str, Any]:
        return {"engine": "postgresql", "host": "127.0.0.1", "port": self.port, "database": database, "user": _ACCOUNT}

    def fill(self, made: Path) -> None:
        with made.open("rb") as file, self._connect("source") as connection:
            titles = file.readline().decode().strip().lstrip("\ufeff").split(",")
            columns = ", ".join('"{}" text'.format(title.strip('"')) for title in titles)
            connection.execute(f"CREATE TABLE relief ({columns})".encode())
            with connection.cursor().copy("COPY relief FROM STDIN (FORMAT csv)") as copy:
                while piece := file.read(1 << 20):
                    copy.write(piece)
            connection.execute(f"GRANT SELECT ON relief TO {_ACCOUNT}".encode())

    def count(self, database: str) -> int:
        with self._connect(database) as connection:
            row = connection.execute("SELECT count(*) FROM relief").fetchone()
        return int(row[0]) if row else 0

    def _connect(self, database: str) -> "psycopg.Connection[tuple[Any, ...]]":
        return psycopg.connect(f"postgresql://haihe@/{database}?host={self.socket}&port={self.port}", autocommit=True)

    def _answers(self) -> bool:
        try:
            self._connect("postgres").close()
        except psycopg.OperationalError:
            return False
        return True


def _start_hub(stack: ExitStack, folder: Path) -> tuple[str, dict[str, str]]:
    keyring = Keyring.from_json((folder / "keyring.json").read_text())
    hub = EmbeddedHub(folder / "hub", keyring)
    door = hub.prepare(HubDoor(port=ports.free_port()), port=ports.free_port())
    child = Child(services.hub(hub, log_dir=folder / "logs"))
    stack.callback(child.stop, timeout_s=10)
    child.start_and_wait()
    return door.address, {"HAIHE_HUB_URL": hub.url, "HAIHE_HUB_ADDRESS": door.address}


def _start_programs(stack: ExitStack, folder: Path, environment: Mapping[str, str], nodes: tuple[str, ...]) -> None:
    commands = [services.haihe("worker")]
    commands += [services.haihe("node", "run", "--home", str(folder / "homes" / node)) for node in nodes]
    for number, command in enumerate(commands):
        log = stack.enter_context((folder / "logs" / f"program-{number}.log").open("wb"))
        process = subprocess.Popen(  # noqa: S603 - our own program
            command, env=os.environ | environment, stdout=log, stderr=subprocess.STDOUT
        )
        stack.callback(process.wait, 60)
        stack.callback(process.terminate)


def _wait_for(holds: Any) -> None:
    deadline = time.monotonic() + _CONNECT_WITHIN_S
    while not holds():
        if time.monotonic() > deadline:
            raise RuntimeError("the nodes don't connect")
        time.sleep(0.1)  # the nodes are programs of their own: only the database tells of them


if __name__ == "__main__":
    sys.stdout.buffer.write(msgspec.json.encode(main(int(sys.argv[1]))))
