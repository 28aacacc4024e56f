"""What tests of delivery use: a register fed, a grant of it, plans and targets."""

import io
from datetime import datetime
from typing import Any
from uuid import UUID

from haihe.base.accounts.api import Actor
from haihe.city.cast import HOUSING_FUND_CENTRE
from haihe.data.exchange import api as exchange
from haihe.data.exchange.delivery.models import DataDelivery, DeliveryPlan, DeliveryTarget
from haihe.data.exchange.delivery.operations.planning import add_plan, add_target
from haihe.data.exchange.testing import HEADER, RELIEF, id_number, row
from haihe.data.sharing.testing import cast_actor, to_be_handed_over

FIELDS = ("relief_type", "division", "household_size", "monthly_amount_yuan", "valid_from")
SHOWN = ("最低生活保障", "120103", "3", "1000..1500", "2026")
"""What these fields show of a good row, through the demo's masks."""


def feed(rows: int, now: datetime, **cells: str) -> None:
    """Feed the relief register with that many good rows."""
    lines = [HEADER, *(",".join(row(id_number(serial), **cells)) for serial in range(rows))]
    steward = Actor(user_id=None, name="孙丽华", roles=frozenset({("STEWARD", "120012")}))
    content = io.BytesIO("\n".join(lines).encode())
    run = exchange.receive_file(steward, RELIEF, "a.csv", content, now=now, inline=True)
    assert run.state == "PUBLISHED", run.outcome  # noqa: S101 - this is for tests


def file_grant(now: datetime) -> UUID:
    """Return the housing-fund centre's grant of fields in a file, agreed and not yet delivered."""
    return to_be_handed_over(now=now, fields=FIELDS)


def target_of(
    kind: str, settings: dict[str, Any], *, now: datetime, secret: dict[str, Any] | None = None
) -> DeliveryTarget:
    return add_target(
        cast_actor("steward_gjj"),
        HOUSING_FUND_CENTRE,
        title="业务库",
        kind=kind,
        settings=settings,
        secret=secret or {},
        now=now,
    )


def planned(
    kind: str,
    settings: dict[str, Any],
    *,
    now: datetime,
    grant: UUID | None = None,
    secret: dict[str, Any] | None = None,
    changes: bool = False,
) -> DeliveryPlan:
    """Return a plan of the relief register into a new target, with its first delivery waiting."""
    target = target_of(kind, settings, now=now, secret=secret)
    return add_plan(
        cast_actor("steward_gjj"), grant_id=grant or file_grant(now), target_id=target.pk, changes=changes, now=now
    )


def only(plan: DeliveryPlan, **chosen: Any) -> DataDelivery:
    return plan.deliveries.get(**chosen)
