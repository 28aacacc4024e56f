"""Databases of departments: a PostgreSQL and a MariaDB of their own, with an account that may only read."""

import os
import signal
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
import pymysql
import pytest

from haihe.launch import os_user, ports
from haihe.launch.child import Child, Program
from haihe.launch.postgres import EmbeddedPostgres
from tests.plugins.engines import program_of
from tests.plugins.installation import FOLDER

DATABASE, READER, PASSWORD = "minzheng", "haihe_reader", "read-only-of-the-test"
_HBA = "local all all trust\nhost all haihe_reader 127.0.0.1/32 scram-sha-256\n"


@dataclass(frozen=True, slots=True)
class DepartmentDatabase:
    """One database of a department. `execute` is its own administrator; the settings are the reader's."""

    engine: str
    port: int
    child: Child
    socket: str

    @property
    def settings(self) -> dict[str, Any]:
        return {"engine": self.engine, "host": "127.0.0.1", "port": self.port, "database": DATABASE, "user": READER}

    def execute(self, *statements: str) -> None:
        if self.engine == "postgresql":
            with psycopg.connect(
                f"postgresql://haihe@/{DATABASE}?host={self.socket}&port={self.port}", autocommit=True
            ) as connection:
                for statement in statements:
                    connection.execute(statement.encode())
        else:
            _by_mariadb(self.socket, DATABASE, *statements)

    def restart(self) -> None:
        self.child.stop(timeout_s=30)
        self.child.start_and_wait()


@pytest.fixture(scope="session")
def department_postgres(worker_id: str) -> Iterator[DepartmentDatabase]:
    port = ports.free_port()
    server = EmbeddedPostgres(Path(os.environ[FOLDER]) / f"department-{worker_id}", durable=False)
    server.prepare()
    (server.home / "pg_hba.conf").write_text(_HBA)
    socket = str(server.socket_dir)

    def answers() -> bool:
        try:
            psycopg.connect(f"postgresql://haihe@/postgres?host={socket}&port={port}", connect_timeout=5).close()
        except psycopg.OperationalError:
            return False
        return True

    command = [*server.command(), "-c", "listen_addresses=127.0.0.1", "-c", f"port={port}"]
    log = Path(os.environ[FOLDER]) / f"department-{worker_id}.log"
    child = Child(
        Program("department", tuple(command), log, user=os_user.needed(), stop_signal=signal.SIGINT, answers=answers)
    )
    child.start_and_wait()
    with psycopg.connect(f"postgresql://haihe@/postgres?host={socket}&port={port}", autocommit=True) as connection:
        connection.execute(f"CREATE ROLE {READER} LOGIN PASSWORD '{PASSWORD}'".encode())
        connection.execute(f"CREATE DATABASE {DATABASE}".encode())
    database = DepartmentDatabase("postgresql", port, child, socket)
    database.execute(
        f"ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT ON TABLES TO {READER}",
        f"GRANT USAGE ON SCHEMA public TO {READER}",
    )
    yield database
    child.stop(timeout_s=10)


@pytest.fixture(scope="session")
def department_mariadb(worker_id: str) -> Iterator[DepartmentDatabase]:
    """Mark the test with `@pytest.mark.engine("mariadb")`."""
    folder = Path(os.environ[FOLDER]) / f"mariadb-{worker_id}"
    folder.mkdir()
    folder.chmod(0o755)
    port, socket = ports.free_port(), str(folder / "s")
    own = ["--no-defaults", f"--datadir={folder / 'data'}", f"--tmpdir={folder}"]
    os_user_of(folder)
    install = ["mariadb-install-db", *own, "--user=mysql", "--auth-root-authentication-method=normal", "--skip-test-db"]
    subprocess.run(install, check=True, capture_output=True)
    server = program_of("mariadb") or "mariadbd"
    settings = [f"--socket={socket}", f"--port={port}", "--bind-address=127.0.0.1", "--character-set-server=utf8mb4"]
    small = ["--innodb-buffer-pool-size=32M", "--innodb-flush-log-at-trx-commit=0", f"--pid-file={folder / 'pid'}"]

    def answers() -> bool:
        # PyMySQL leaves a socket open where nobody listens yet.
        ping = ["mariadb-admin", f"--socket={socket}", "--user=root", "ping"]
        return subprocess.run(ping, check=False, capture_output=True).returncode == 0

    command = (server, *own, *settings, *small)
    # Started as its own user: a server that changes its user itself loses the tether, and outlives a killed run.
    user = "mysql" if os.geteuid() == 0 else None
    child = Child(Program("mariadb", command, folder.with_suffix(".log"), user=user, answers=answers))
    child.start_and_wait()
    _by_mariadb(
        socket,
        "",
        f"CREATE DATABASE {DATABASE} CHARACTER SET utf8mb4",
        f"CREATE USER {READER}@'127.0.0.1' IDENTIFIED BY '{PASSWORD}'",
        f"GRANT SELECT ON {DATABASE}.* TO {READER}@'127.0.0.1'",
    )
    yield DepartmentDatabase("mysql", port, child, socket)
    child.stop(timeout_s=20)


def os_user_of(folder: Path) -> None:
    """Give the folder to MariaDB's own OS user where we are root."""
    if os.geteuid() == 0:
        subprocess.run(["chown", "mysql", str(folder)], check=True)


def _by_mariadb(socket: str, database: str, *statements: str) -> None:
    connection = pymysql.connect(unix_socket=socket, user="root", database=database or None, autocommit=True)
    with connection, connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
