"""What stands in the current snapshot, as JSON on standard output: `python -m tests.faults.comparing_rows WHAT`.

`snapshot`: every row in clear, as the source has it. `rejects`: the identity number and reasons of each rejected row of
its run. `delivered`: every row under its key, as the grant lets it out; who reads the target must find these.
"""

import os
import sys
from datetime import date
from decimal import Decimal
from typing import Any

import django
import msgspec


def snapshot() -> list[list[str | None]]:
    from haihe.data.exchange import api as exchange
    from haihe.data.exchange.reading import read_rows
    from haihe.data.exchange.rules import rules_of
    from haihe.data.exchange.testing import RELIEF

    fields = [column.field for column in rules_of(RELIEF).columns]
    current = exchange.latest_snapshot(RELIEF)
    assert current is not None
    return [
        [_as_the_source(value) for value in values]
        for batch in read_rows(current, fields)
        for values in zip(*(batch.column(field).to_pylist() for field in fields), strict=True)
    ]


def rejects() -> list[list[Any]]:
    from haihe.data.exchange.models import FeedRun, Snapshot
    from haihe.data.exchange.rejects import rejects_of

    run = FeedRun.objects.get(pk=Snapshot.objects.get(is_current=True).run_id)
    return [[each.source.cells, [str(problem.code) for problem in each.problems]] for each in rejects_of(run)]


def delivered() -> list[list[str | None]]:
    from haihe.data.exchange import api as exchange
    from haihe.data.exchange.delivery import granting
    from haihe.data.exchange.delivery.content import GrantedRows
    from haihe.data.exchange.delivery.models import DeliveryPlan
    from haihe.data.exchange.delivery.ports import rows_of
    from haihe.data.exchange.rules import rules_of
    from haihe.data.exchange.testing import RELIEF
    from haihe.data.sharing import api as sharing

    plan = DeliveryPlan.objects.get()
    grant, current = sharing.grant(plan.grant), exchange.latest_snapshot(RELIEF)
    assert grant is not None
    assert current is not None
    masks = granting.masks_of(grant)
    granted = GrantedRows(current, rules_of(RELIEF), grant=grant.id, masks=masks, within=plan.within)
    return [list(row) for batch in granted.batches() for row in rows_of(batch)]


def _as_the_source(value: object) -> str | None:
    if isinstance(value, Decimal):
        return f"{value:.2f}"
    if isinstance(value, date):
        return value.isoformat()
    return None if value is None else str(value)


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "haihe.web.settings")
    django.setup()
    told = {"snapshot": snapshot, "rejects": rejects, "delivered": delivered}[sys.argv[1]]()
    sys.stdout.buffer.write(msgspec.json.encode(told))
