"""Make nodes and let them join: `python -m tests.faults.planting_nodes HUB FOLDER DOORSTEP NAME …`.

The first node has a table to fetch from, too; the last one, the housing-fund centre's, a table to deliver into.
"""

import os
import sys
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import django

from tests.faults.city_of_nodes import ACCOUNT, DEPARTMENT_PORT, PASSWORD


def plant(hub_address: str, folder: Path, doorstep: str, names: list[str]) -> None:
    from django.conf import settings

    from haihe.city import cast
    from haihe.city.testing import load_departments
    from haihe.data.exchange.delivery.testing import planned
    from haihe.data.exchange.nodes import operations
    from haihe.data.exchange.nodes.models import Level
    from haihe.data.exchange.testing import RELIEF
    from haihe.data.exchange.tests.conftest import actor

    settings.HAIHE = replace(settings.HAIHE, hub_address=hub_address)
    load_departments()
    operator, now = actor("operator"), datetime.now(UTC)
    *sources, target = names
    parent = ""
    for name, level in zip(sources, Level, strict=True):
        join(folder, name, level, cast.CIVIL_AFFAIRS, parent=parent)
        operations.order_feed(
            actor=operator,
            node=name,
            resource=RELIEF,
            connector="folder",
            settings={"path": "out", "quiet_s": 1},
            every_s=1,
            now=now,
        )
        parent = name if level != Level.DEPARTMENT else ""
    join(folder, target, Level.DEPARTMENT, cast.HOUSING_FUND_CENTRE)
    there = {"engine": "postgresql", "host": doorstep, "port": DEPARTMENT_PORT, "user": ACCOUNT}
    operations.order_feed(
        actor=operator,
        node=sources[0],
        resource=RELIEF,
        connector="database",
        settings=there | {"database": "source", "table": "public.relief"},
        every_s=3600,
        connection="department",
        now=now,
    )
    at_target = {"database": "target", "table": "relief", "node": target, "connection": "department"}
    planned("node_table", there | at_target, now=now)


def join(folder: Path, name: str, level: str, organisation: str, *, parent: str = "") -> None:
    from haihe.data.exchange.nodes import operations
    from haihe.data.exchange.nodes.agent.home import Home
    from haihe.data.exchange.nodes.models import Level
    from haihe.data.exchange.nodes.testing import plan
    from haihe.data.exchange.tests.conftest import actor

    now = datetime.now(UTC)
    wish = replace(plan(name, level=Level(level)), parent=parent, organisation=organisation)
    code = operations.plan_node(actor=actor("operator"), plan=wish, now=now).code
    home, files = Home(folder / "nodes" / name), folder / "files" / name
    home.make()
    home.settle(operations.join(home.join_request(code, version="test"), now=now), centre="http://localhost")
    (files / "out").mkdir(parents=True)
    (home.path / "connections.toml").write_text(
        f'[site]\nfiles = "{files}"\n[connection.department]\npassword = "{PASSWORD}"\n'
    )


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "haihe.web.settings")
    django.setup()
    plant(sys.argv[1], Path(sys.argv[2]), sys.argv[3], sys.argv[4:])
