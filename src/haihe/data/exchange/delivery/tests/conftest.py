from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.plugins.departments import PASSWORD, READER, DepartmentDatabase

from haihe.base.ledger.testing import empty_ledger
from haihe.data.exchange.connectors.testing_sftp import SftpServer, sftp_server
from haihe.data.exchange.tests.conftest import now, operator, outsider, steward

__all__ = ["now", "operator", "outsider", "steward"]

OWN_DATABASE = "gongjijin"


@pytest.fixture(autouse=True)
def the_ledger_is_left_empty(transactional_db: None) -> Iterator[None]:
    """These tests commit, and Django empties only its own tables."""
    yield
    empty_ledger()


@pytest.fixture(autouse=True)
def this_machine_is_allowed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HAIHE_TARGET_NETWORKS", "127.0.0.0/8")


@pytest.fixture(params=["postgresql", pytest.param("mysql", marks=pytest.mark.engine("mariadb"))])
def consumer(request: pytest.FixtureRequest) -> Iterator[DepartmentDatabase]:
    """A database of the consumer's own in which its account may do as it likes."""
    name = {"postgresql": "department_postgres", "mysql": "department_mariadb"}[request.param]
    found: DepartmentDatabase = request.getfixturevalue(name)
    if found.engine == "postgresql":
        found.execute(f"CREATE DATABASE {OWN_DATABASE} OWNER {READER}")
        yield found
        found.execute(f"DROP DATABASE {OWN_DATABASE} WITH (FORCE)")
    else:
        whose = f"{READER}@'127.0.0.1'"
        found.execute(
            f"CREATE DATABASE {OWN_DATABASE} CHARACTER SET utf8mb4", f"GRANT ALL ON {OWN_DATABASE}.* TO {whose}"
        )
        yield found
        found.execute(f"REVOKE ALL ON {OWN_DATABASE}.* FROM {whose}", f"DROP DATABASE {OWN_DATABASE}")


@pytest.fixture
def table(consumer: DepartmentDatabase) -> dict[str, Any]:
    """Settings of a target in it."""
    return consumer.settings | {"database": OWN_DATABASE, "table": "relief", "how": "swap"}


@pytest.fixture
def secret() -> dict[str, Any]:
    return {"password": PASSWORD}


@pytest.fixture
def sftp(tmp_path: Path) -> Iterator[SftpServer]:
    folder = tmp_path / "sftp"
    folder.mkdir()
    with sftp_server(folder) as server:
        yield server
