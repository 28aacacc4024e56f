"""A question travels to the owner's node and is answered from its database; a node that is away is noticed fast."""

import asyncio
import json
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.conf import settings

from haihe.data.exchange.nodes.agent.asking import Asking
from haihe.data.exchange.nodes.agent.fabric import Fabric, local_url
from haihe.data.exchange.nodes.testing import joined
from haihe.data.exchange.tests.conftest import actor
from haihe.gateway.node_line import NodeLine
from haihe.gateway.source_client import Answered, Garbled, Unreachable
from haihe.gateway.source_message import SourceRequest
from haihe.kernel import node_subjects
from haihe.kernel.keyring import Keyring
from haihe.kernel.source_rules import SourceRules, read_rules
from tests.plugins.departments import PASSWORD, DepartmentDatabase

pytestmark = [pytest.mark.faults, pytest.mark.django_db(transaction=True)]
LIU, NOBODY, TWICE = "120103197905121012", "120106198509233067", "120104196803042075"
DECLARED = """
[connection.hr]
password = "{password}"

[table.relief]
connection = "hr"
engine = "postgresql"
host = "127.0.0.1"
port = {port}
database = "{database}"
user = "{user}"
table = "relief"
subject = "id_number"
columns = {{ relief_type = "kind", monthly_amount_yuan = "amount", since = "since" }}
"""


def rules(url: str = "https://mzj-1.node/relief") -> SourceRules:
    return read_rules(
        {
            "url": url,
            "method": "POST",
            "subject": {"in": "body", "name": "id_number"},
            "fields": {"relief_type": {"pointer": "/relief_type", "type": "text"}},
            "absent": {"status": 404},
        }
    )


def question(about: str, target: str = "/relief") -> SourceRequest:
    return SourceRequest("POST", target, (("Haihe-Evidence", "e-1"),), json.dumps({"id_number": about}).encode())


@pytest.fixture
def relief(department_postgres: DepartmentDatabase) -> DepartmentDatabase:
    department_postgres.execute(
        "DROP TABLE IF EXISTS relief",
        "CREATE TABLE relief (id_number text, kind text, amount numeric(10,2), since date)",
        f"INSERT INTO relief VALUES ('{LIU}', '最低生活保障', 1010.50, '2026-03-01'),"
        f" ('{TWICE}', 'a', 1, null), ('{TWICE}', 'b', 2, null)",
        "GRANT SELECT ON relief TO haihe_reader",
    )
    return department_postgres


def test_the_owners_database_answers_over_the_line(
    hub: str, run_leaf: Callable[[Path], AbstractContextManager[None]], relief: DepartmentDatabase, tmp_path: Path
) -> None:
    home = joined(actor("operator"), tmp_path / "node", now=datetime.now(UTC))
    reader = relief.settings
    (home.path / "connections.toml").write_text(
        DECLARED.format(password=PASSWORD, port=reader["port"], database=reader["database"], user=reader["user"])
    )
    keyring = Keyring.from_json((settings.HAIHE.data_dir / "keyring.json").read_text())

    async def story() -> dict[str, object]:
        line = NodeLine(hub, keyring)
        await line.run()
        told: dict[str, object] = {}

        async def ask(name: str, request: SourceRequest, by: SourceRules | None = None) -> None:
            started = time.monotonic()
            try:
                told[name] = await line.call(by or rules(), request, ())
            except (Unreachable, Garbled) as fault:
                told[name] = type(fault)
            told[f"{name} took"] = time.monotonic() - started

        with run_leaf(home.path):
            fabric = await Fabric.connect("mzj-1", local_url(home.path), home.path)
            await ask("before it listens", question(LIU))
            await fabric.on(node_subjects.ask("mzj-1", "*"), Asking(home, fabric).heard)
            await asyncio.sleep(1)
            await ask("liu", question(LIU))
            await ask("nobody", question(NOBODY))
            await ask("twice", question(TWICE))
            await ask("hostile", question("' OR '1'='1"))
            await ask("undeclared", question(LIU, "/salaries"))
            await ask("another table by path", question(LIU, "/relief/../salaries"))
            await asyncio.to_thread(relief.execute, "REVOKE SELECT ON relief FROM haihe_reader")
            await ask("not permitted", question(LIU))
            await fabric.close()
        await asyncio.sleep(0.5)
        await ask("away", question(LIU))
        await line.close()
        return told

    told = asyncio.run(story())
    liu = told["liu"]
    assert isinstance(liu, Answered)
    assert (liu.status, json.loads(liu.body)) == (
        200,
        {"relief_type": "最低生活保障", "monthly_amount_yuan": "1010.50", "since": "2026-03-01"},
    )
    assert told["nobody"] == told["hostile"] == Answered(404, b"")
    assert told["twice"] == told["undeclared"] == Answered(500, b"")
    assert told["not permitted"] == Answered(503, b"")
    assert told["another table by path"] is Garbled
    assert told["before it listens"] is told["away"] is Unreachable
    assert float(str(told["away took"])) < 1
