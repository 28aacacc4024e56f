"""A temporary instance: database, keys, register and one gateway process, all real, gone afterwards."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import psycopg

from haihe.cli.benchmark import kinds
from haihe.cli.benchmark.residents import Residents
from haihe.gateway.testing import announce_index, create_stand_ins, plant_policy
from haihe.kernel.keyring import Keyring
from haihe.launch import ports, services
from haihe.launch.child import Child
from haihe.launch.postgres import EmbeddedPostgres
from haihe.launch.screen import Screen

SNAPSHOT = "benchmark"


@dataclass(frozen=True, slots=True)
class Instance:
    folder: Path
    database_url: str
    gateway: Child
    gateway_url: str

    @property
    def gateway_pid(self) -> int:
        return self.gateway.pid or 0

    def connect(self) -> "psycopg.Connection[tuple[object, ...]]":
        return psycopg.connect(self.database_url, autocommit=True)


@contextmanager
def temporary_instance(residents: Residents, screen: Screen) -> Iterator[Instance]:
    """Start an instance on the disk that temporary files are on (TMPDIR), since that disk is measured too."""
    keyring = Keyring.generate()
    with ExitStack() as stack:
        folder = Path(tempfile.mkdtemp(prefix="haihe-bench-"))
        stack.callback(shutil.rmtree, folder, ignore_errors=True)
        folder.chmod(0o755)
        with screen.step("database 数据库"):
            url = start_database(stack, folder)
        with screen.step(f"index of {residents.registered:,} among {residents.population:,} residents 索引"):
            _plant(url, folder, residents, keyring)
        with screen.step("gateway 网关"):
            instance = _start_gateway(stack, folder, url)
        yield instance


def start_database(stack: ExitStack, folder: Path) -> str:
    """Start an empty database in the folder until the stack ends; return its url."""
    server = EmbeddedPostgres(folder / "postgres")
    server.prepare()
    child = Child(services.postgres(server, log_dir=folder / "logs"))
    stack.callback(child.stop, timeout_s=20)
    child.start_and_wait()
    server.create_database()
    return server.url()


def _plant(url: str, folder: Path, residents: Residents, keyring: Keyring) -> None:
    keys = folder / "keyring.json"
    keys.touch(mode=0o600)
    keys.write_text(keyring.to_json())
    with psycopg.connect(url, autocommit=True) as connection:
        create_stand_ins(connection)
        plant_policy(connection, keyring=keyring)
        kinds.plant(connection, keyring=keyring)
        path = residents.write_index(folder, keyring=keyring, snapshot=SNAPSHOT)
        announce_index(connection, snapshot=SNAPSHOT, path=path)


def _start_gateway(stack: ExitStack, folder: Path, url: str) -> Instance:
    port = ports.free_port()
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("HAIHE_")},
        "HAIHE_DATA_DIR": str(folder),
        "HAIHE_DATABASE_URL": url,
        "PYTHONPATH": services.python_path(),
    }
    program = replace(
        services.gateway(port=port, environment=environment, log_dir=folder / "logs"),
        answers=lambda: (services.status_of("127.0.0.1", port, "/healthz") or (0, b""))[0] == 200,
    )
    child = Child(program)
    stack.callback(child.stop, timeout_s=20)
    child.start_and_wait()
    return Instance(folder, url, child, f"http://127.0.0.1:{port}")
