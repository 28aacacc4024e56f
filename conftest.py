"""The suite's PostgreSQL: one throw-away cluster per run, a migrated template, one clone per worker."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from haihe.launch.postgres import EmbeddedPostgres

_CLUSTER_VARIABLE = "HAIHE_TEST_CLUSTER"


def _controller(config: pytest.Config) -> bool:
    return not hasattr(config, "workerinput")


def pytest_configure(config: pytest.Config) -> None:
    if not _controller(config):
        return
    folder = Path(tempfile.mkdtemp(prefix="haihe-test-", dir="/tmp"))
    folder.chmod(0o755)
    server = EmbeddedPostgres(folder / "postgres", durable=False)
    server.start()
    os.environ[_CLUSTER_VARIABLE] = str(folder)
    _make_template(server)


def pytest_unconfigure(config: pytest.Config) -> None:
    if not _controller(config) or _CLUSTER_VARIABLE not in os.environ:
        return
    folder = Path(os.environ.pop(_CLUSTER_VARIABLE))
    EmbeddedPostgres(folder / "postgres", durable=False).stop("immediate")
    shutil.rmtree(folder, ignore_errors=True)


def _make_template(server: EmbeddedPostgres) -> None:
    import subprocess
    import sys

    import psycopg

    with psycopg.connect(server.url("postgres"), autocommit=True) as connection:
        connection.execute("CREATE DATABASE haihe_template")
    environment = os.environ | {"HAIHE_DATABASE_URL": server.url("haihe_template"), "PYTHONPATH": "src"}
    subprocess.run(
        [sys.executable, "-m", "django", "migrate", "-v0", "--settings", "haihe.web.settings"],
        env=environment,
        check=True,
        cwd=Path(__file__).parent,
    )


@pytest.fixture(scope="session")
def django_db_setup(django_db_blocker: object, worker_id: str) -> Iterator[None]:
    """Clone the template for this worker and point Django at the clone."""
    import psycopg
    from django.conf import settings
    from django.db import connections

    server = EmbeddedPostgres(Path(os.environ[_CLUSTER_VARIABLE]) / "postgres", durable=False)
    name = f"haihe_{worker_id}"
    with psycopg.connect(server.url("postgres"), autocommit=True) as connection:
        connection.execute(f'DROP DATABASE IF EXISTS "{name}"')  # type: ignore[arg-type]
        connection.execute(f'CREATE DATABASE "{name}" TEMPLATE haihe_template STRATEGY FILE_COPY')  # type: ignore[arg-type]
    connections["default"].close()
    for target in (settings.DATABASES["default"], connections["default"].settings_dict):
        target.update(NAME=name, USER="haihe", HOST=str(server.data_dir), PORT="", PASSWORD="")
    yield
    for connection in connections.all():
        connection.close()
