"""Make nodes in a database of their own and let them join: `python -m tests.faults.planting_nodes HUB HOME NAME …`."""

import os
import sys
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import django


def plant(hub_address: str, homes: Path, names: list[str]) -> None:
    from django.conf import settings

    from haihe.city import cast
    from haihe.city.testing import load_departments
    from haihe.data.exchange.nodes import operations
    from haihe.data.exchange.nodes.agent.home import Home
    from haihe.data.exchange.nodes.models import Level
    from haihe.data.exchange.nodes.testing import plan
    from haihe.data.exchange.testing import RELIEF
    from haihe.data.exchange.tests.conftest import actor

    settings.HAIHE = replace(settings.HAIHE, hub_address=hub_address)
    load_departments()
    operator, now = actor("operator"), datetime.now(UTC)
    parent = ""
    for name, level in zip(names, Level, strict=True):
        wish = replace(plan(name, level=level), parent=parent, organisation=cast.CIVIL_AFFAIRS)
        code = operations.plan_node(actor=operator, plan=wish, now=now).code
        operations.order_feed(
            actor=operator,
            node=name,
            resource=RELIEF,
            connector="folder",
            settings={"path": "out", "quiet_s": 1},
            every_s=1,
            now=now,
        )
        home = Home(homes / name)
        home.make()
        home.settle(operations.join(home.join_request(code, version="test"), now=now), centre="http://localhost")
        (home.path / "files" / "out").mkdir(parents=True)
        parent = name if level != Level.DEPARTMENT else ""


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "haihe.web.settings")
    django.setup()
    plant(sys.argv[1], Path(sys.argv[2]), sys.argv[3:])
