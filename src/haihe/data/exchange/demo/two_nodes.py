"""Two nodes for measuring: one beside a department's table, one beside a consumer's, and a grant between them."""

import time
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.conf import settings

from haihe.city.cast import CIVIL_AFFAIRS, HOUSING_FUND_CENTRE
from haihe.data.exchange.delivery.models import DataDelivery, DeliveryState
from haihe.data.exchange.delivery.testing import planned
from haihe.data.exchange.demo import RELIEF
from haihe.data.exchange.models import FeedRun
from haihe.data.exchange.nodes import operations
from haihe.data.exchange.nodes.models import Dispatch, Node, Transfer
from haihe.data.exchange.nodes.testing import joined
from haihe.data.exchange.tests.conftest import actor

SOURCE, TARGET = "bench-source", "bench-target"
CONNECTION = "bench"
_LOOK_EVERY_S = 0.05


@dataclass(frozen=True, slots=True)
class Stages:
    """Seconds from the order to fetch until each stage was over; `delivered` is the signed receipt at the centre."""

    arrived: float
    published: float
    sent: float
    delivered: float
    rows: int


def plant(folder: Path, *, hub_address: str, target: dict[str, Any], password: str) -> None:
    """Let both nodes join, with homes below `folder`, and plan the delivery of what the first one fetches."""
    settings.HAIHE = replace(settings.HAIHE, hub_address=hub_address)
    operator, now = actor("operator"), datetime.now(UTC)
    for name, organisation in ((SOURCE, CIVIL_AFFAIRS), (TARGET, HOUSING_FUND_CENTRE)):
        home = joined(operator, folder / name, now=now, name=name, organisation=organisation)
        (home.path / "connections.toml").write_text(f'[connection.{CONNECTION}]\npassword = "{password}"\n')
    planned("node_table", target | {"node": TARGET, "connection": CONNECTION}, now=now)


def are_connected() -> bool:
    return Node.objects.filter(seen_at__isnull=False).count() == len((SOURCE, TARGET))


def order(table: dict[str, Any]) -> None:
    """Have the first node fetch the table, once."""
    operations.order_feed(
        actor=actor("operator"),
        node=SOURCE,
        resource=RELIEF,
        connector="database",
        settings=table,
        every_s=24 * 3600,
        connection=CONNECTION,
        now=datetime.now(UTC),
    )


def watch(*, within_s: float) -> Stages:
    """Return how long each stage took since now. Raises: RuntimeError, where it came to nothing."""
    started = time.perf_counter()
    seen: dict[str, float] = {}
    while "delivered" not in seen:
        if (took := time.perf_counter() - started) > within_s:
            raise RuntimeError(f"not delivered after {took:.0f} s; reached: {sorted(seen)} {_where()}")
        for stage in _over():
            seen.setdefault(stage, took)
        time.sleep(_LOOK_EVERY_S)
    row = DataDelivery.objects.get()
    return Stages(seen["arrived"], seen["published"], seen["sent"], seen["delivered"], row.rows or 0)


def _over() -> list[str]:
    return [
        name
        for name, is_over in (
            ("arrived", Transfer.objects.filter(state__in=("ARRIVED", "TAKEN")).exists()),
            ("published", FeedRun.objects.filter(state="PUBLISHED").exists()),
            ("sent", Dispatch.objects.filter(state__in=("SENT", "DELIVERED")).exists()),
            ("delivered", DataDelivery.objects.filter(state=DeliveryState.DONE).exists()),
        )
        if is_over
    ]


def _where() -> list[object]:
    return [
        *Transfer.objects.values_list("state", "reason"),
        *FeedRun.objects.values_list("state", "outcome"),
        *Dispatch.objects.values_list("state", "reason", "trouble"),
        *DataDelivery.objects.values_list("state", "fault"),
    ]
