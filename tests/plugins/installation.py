"""One throw-away installation per run: a data directory with keys, a PostgreSQL cluster, a NATS server on demand.

The controller starts the cluster and migrates a template database. Each worker clones the template by file copy, so
workers never meet and no test pays for a migration. What the migrations made is kept in the user's cache: they take a
quarter of a minute and seldom change.
"""

import contextlib
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import psycopg
import pytest
from psycopg import sql
from pytest_django import DjangoDbBlocker

from haihe.kernel.keyring import Keyring
from haihe.launch import ports, services, stamps
from haihe.launch.child import Child
from haihe.launch.nats import EmbeddedNats
from haihe.launch.postgres import EmbeddedPostgres, PostgresError, programs
from haihe.web.compile_messages import compile_messages

REPOSITORY = Path(__file__).parents[2]
FOLDER = "HAIHE_TEST_FOLDER"
PREFIX = "haihe-test-"
TEMPLATE = "haihe_template"
STALE_AFTER_S = 6 * 3600
KEPT_FOR_S = 7 * 24 * 3600
SERVER = pytest.StashKey[Child]()


def pytest_configure(config: pytest.Config) -> None:
    worker = getattr(config, "workerinput", {}).get("workerid", "master")
    if not hasattr(config, "workerinput"):
        _sweep_stale_folders()
        compile_messages()
        config.stash[SERVER] = _start_installation()
    _settle_in(worker)


def pytest_unconfigure(config: pytest.Config) -> None:
    if SERVER in config.stash:
        config.stash[SERVER].stop(timeout_s=10)
        shutil.rmtree(os.environ.pop(FOLDER), ignore_errors=True)


def _start_installation() -> Child:
    folder = Path(tempfile.mkdtemp(prefix=PREFIX, dir=tempfile.gettempdir()))
    folder.chmod(0o755)
    (folder / "owner").write_text(f"{os.getpid()} {psutil.Process().create_time()}")
    server = EmbeddedPostgres(folder / "postgres", durable=False)
    server.prepare()
    # Tied to this process: a run that is killed takes its server with it.
    child = Child(services.postgres(server, log_dir=folder / "logs"))
    child.start_and_wait()
    os.environ[FOLDER] = str(folder)
    os.environ["PYTHONPATH"] = os.pathsep.join([str(REPOSITORY / "src"), str(REPOSITORY)])
    _make_template(server)
    return child


def _make_template(server: EmbeddedPostgres) -> None:
    with psycopg.connect(server.url("postgres"), autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(TEMPLATE)))
    kept = _kept_dump()
    if kept.exists():
        _fill(server.url(TEMPLATE), kept)
        return
    environment = os.environ | {"HAIHE_DATABASE_URL": server.url(TEMPLATE)}
    command = [sys.executable, "-m", "django", "migrate", "-v0", "--skip-checks", "--settings", "haihe.web.settings"]
    subprocess.run(command, env=environment, check=True, cwd=REPOSITORY)
    _keep(server.url(TEMPLATE), kept)


def _kept_dump() -> Path:
    """Return where the tables of these very migrations are kept between runs, with the rows that `migrate` brings."""
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return cache / "haihe-tests" / f"{stamps.of_schema()}-{stamps.of_rows_of_a_release()}.sql"


def _keep(url: str, kept: Path) -> None:
    kept.parent.mkdir(parents=True, exist_ok=True)
    for old in kept.parent.iterdir():
        # Another run may remove it meanwhile.
        with contextlib.suppress(FileNotFoundError):
            if time.time() - old.stat().st_mtime > KEPT_FOR_S:
                old.unlink()
    half = kept.with_suffix(f".{os.getpid()}")
    subprocess.run([programs() / "pg_dump", "--no-owner", "--file", half, url], check=True)
    half.rename(kept)


def _fill(url: str, dump: Path) -> None:
    command: list[str | Path] = [
        programs() / "psql",
        "-q",
        "-1",
        "-v",
        "ON_ERROR_STOP=1",
        "-o",
        os.devnull,
        "-f",
        dump,
        url,
    ]
    subprocess.run(command, check=True)


def copy_template(target: str) -> None:
    """Make the tables, as the migrations left them, in the empty database at this url: of another cluster, too."""
    folder, source = programs(), _cluster().url(TEMPLATE)
    with subprocess.Popen([folder / "pg_dump", "--no-owner", source], stdout=subprocess.PIPE) as dump:
        subprocess.run([folder / "psql", "-q", "-o", os.devnull, target], stdin=dump.stdout, check=True)


def _settle_in(worker: str) -> None:
    """Give this worker its own data directory and database name, for itself and for the programs it starts."""
    from django.conf import settings

    folder = Path(os.environ[FOLDER])
    data_dir = folder / f"data-{worker}"
    data_dir.mkdir(mode=0o700, exist_ok=True)
    keyring = data_dir / "keyring.json"
    if not keyring.exists():
        keyring.touch(mode=0o600)
        keyring.write_text(Keyring.generate().to_json())
    os.environ["HAIHE_DATA_DIR"] = str(data_dir)
    os.environ["HAIHE_DATABASE_URL"] = _cluster().url(_database_of(worker))
    # pytest-django has read the settings before this file is.
    settings.HAIHE = type(settings.HAIHE).from_mapping(os.environ)
    # Tests change rows within one transaction, as no program does: pages are kept only where that is tested.
    settings.CACHES |= {"pages": {"BACKEND": "django.core.cache.backends.dummy.DummyCache"}}


def _cluster() -> EmbeddedPostgres:
    return EmbeddedPostgres(Path(os.environ[FOLDER]) / "postgres", durable=False)


def _database_of(worker: str) -> str:
    return f"haihe_{worker}"


def _sweep_stale_folders() -> None:
    """Remove what runs that were killed left behind, their servers included."""
    for folder in Path(tempfile.gettempdir()).glob(f"{PREFIX}*"):
        # Another run may remove its own meanwhile.
        with contextlib.suppress(FileNotFoundError):
            if folder.stat().st_uid == os.geteuid() and _is_stale(folder):
                _remove(folder)


def _is_stale(folder: Path) -> bool:
    try:
        pid, created = (folder / "owner").read_text().split()
    except (OSError, ValueError):
        return time.time() - folder.stat().st_mtime > STALE_AFTER_S
    try:
        return psutil.Process(int(pid)).create_time() != float(created)
    except psutil.NoSuchProcess:
        return True


def _remove(folder: Path) -> None:
    with contextlib.suppress(PostgresError, OSError):
        EmbeddedPostgres(folder / "postgres", durable=False).stop("immediate")
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def embedded_postgres() -> EmbeddedPostgres:
    """The run's PostgreSQL cluster, not durable. Make your own databases in it; `.url(name)` reaches them."""
    return _cluster()


@pytest.fixture(scope="session")
def open_folder(worker_id: str) -> Path:
    """A folder of this worker's that PostgreSQL's own OS user can reach, which `tmp_path` is not."""
    folder = Path(os.environ[FOLDER]) / f"open-{worker_id}"
    folder.mkdir(exist_ok=True)
    return folder


@pytest.fixture(scope="session")
def nats_server(worker_id: str) -> Iterator[str]:
    """A NATS server with JetStream for this worker; gives its url."""
    folder = Path(os.environ[FOLDER])
    server = EmbeddedNats(folder / f"nats-{worker_id}")
    server.prepare(port=ports.free_port())
    child = Child(services.nats(server, log_dir=folder / f"logs-{worker_id}"))
    child.start_and_wait()
    yield server.url
    child.stop(timeout_s=5)


@pytest.fixture(scope="session")
def django_db_setup(
    embedded_postgres: EmbeddedPostgres, worker_id: str, django_db_blocker: DjangoDbBlocker
) -> Iterator[None]:
    """Clone the template for this worker and point Django at the clone."""
    from django.conf import settings
    from django.db import connections

    from tests.plugins.putting_back import keep_first_rows

    name = _database_of(worker_id)
    with psycopg.connect(embedded_postgres.url("postgres"), autocommit=True) as connection:
        clone = sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY FILE_COPY")
        connection.execute(sql.SQL("DROP DATABASE IF EXISTS {}").format(sql.Identifier(name)))
        connection.execute(clone.format(sql.Identifier(name), sql.Identifier(TEMPLATE)))
    connections["default"].close()
    for target in (settings.DATABASES["default"], connections["default"].settings_dict):
        target.update(settings.HAIHE.django_database())
    with django_db_blocker.unblock(), pytest.MonkeyPatch.context() as patch:
        keep_first_rows(patch)
        with django_db_blocker.block():
            yield
    connections.close_all()
