"""A plan of changes alone: after the first time only what changed leaves; the target holds what a whole one brings."""

import csv
import io
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from haihe.base.accounts.api import Actor
from haihe.base.keys.api import keyring
from haihe.base.ledger import api as ledger
from haihe.data.exchange import api as exchange
from haihe.data.exchange.delivery.models import DataDelivery, DeliveryPlan, DeliveryState
from haihe.data.exchange.delivery.operations.delivering import deliver_due
from haihe.data.exchange.delivery.operations.planning import end_plans, plan_for_snapshot
from haihe.data.exchange.delivery.receipts import read
from haihe.data.exchange.delivery.targets.reaching import drop_root
from haihe.data.exchange.delivery.testing import FIELDS, feed, planned
from haihe.data.exchange.delivery.tests.test_tables_of_consumers import Consumer
from haihe.data.exchange.testing import HEADER, RELIEF, id_number, row
from haihe.data.sharing import api as sharing
from haihe.data.sharing.testing import cast_actor

pytestmark = pytest.mark.django_db(transaction=True)
HOUR = timedelta(hours=1)


def change(operation: str, serial: int, **cells: str) -> str:
    return ",".join([*row(id_number(serial), **cells), operation])


def changed(steward: Actor, *lines: str, now: datetime) -> None:
    """Feed changes, and deliver what follows from them."""
    content = io.BytesIO("\n".join([f"{HEADER},_op", *lines]).encode())
    run = exchange.receive_file(steward, RELIEF, "a.csv", content, now=now, mode="delta", inline=True)
    assert run.state == "PUBLISHED", run.outcome
    plan_for_snapshot(RELIEF, now=now)
    deliver_due(now=now)


def last(plan: DeliveryPlan) -> DataDelivery:
    found = plan.deliveries.first()
    assert found is not None
    return found


def uses_of(serial: int, number: str) -> int:
    uses = ledger.uses_of_subject(keyring().subject_key(id_number(serial)))
    return len([use for use in uses if use.case == number])


def ended(plan: DeliveryPlan, *, now: datetime) -> None:
    sharing.terminate_grant(actor=cast_actor("approver_mzj"), grant_id=plan.grant, reason="目的已实现", now=now)
    end_plans(plan.grant, now=now)


SIZES = "SELECT household_size, count(*) FROM relief GROUP BY household_size ORDER BY household_size"


@pytest.mark.parametrize("how", ["swap", "upsert"])
def test_a_table_is_changed_where_the_register_was(
    how: str, table: dict[str, Any], secret: dict[str, Any], now: datetime, steward: Actor
) -> None:
    feed(40, now)
    plan = planned("database", table | {"how": how}, secret=secret, now=now, changes=True)
    deliver_due(now=now)
    first, database = last(plan), Consumer(table, secret)
    assert (first.state, first.rows, first.changes) == (DeliveryState.DONE, 40, {})

    later = now + HOUR
    changed(
        steward,
        change("upsert", 1, size="5"),
        change("upsert", 2, certificate_no="津低保9999"),
        change("delete", 3),
        change("upsert", 50),
        now=later,
    )
    second = last(plan)
    assert (second.state, second.rows) == (DeliveryState.DONE, 40)
    assert second.changes == {"base": first.snapshot, "sequence": 1, "upserts": 2, "deletes": 1}
    assert database.rows(SIZES) == [("3", 39), ("5", 1)]
    assert database.rows(f"SELECT count(*) FROM relief WHERE haihe_delivery = '{second.number}'") == [(2,)]
    # What was not granted changed in one row; nothing of it leaves, and nobody is told that it did.
    assert [uses_of(serial, second.number) for serial in (1, 2, 3, 4, 50)] == [1, 0, 1, 0, 1]
    told = read(second.receipt)
    assert told["changes"] == second.changes
    assert told["found"] == {"rows": 40, "digest": second.digest}

    changed(steward, change("delete", 1), now=later + HOUR)
    assert last(plan).changes["sequence"] == 2
    assert database.rows(SIZES) == [("3", 39)]


def test_what_a_table_holds_is_what_a_whole_delivery_would_have_brought(
    table: dict[str, Any], secret: dict[str, Any], now: datetime, steward: Actor
) -> None:
    feed(20, now)
    plan = planned("database", table, secret=secret, now=now, changes=True)
    deliver_due(now=now)
    changed(steward, change("upsert", 1, size="5"), change("delete", 3), now=now + HOUR)
    by_changes = last(plan)
    DeliveryPlan.objects.update(changes=False)
    changed(steward, change("delete", 99), now=now + 2 * HOUR)
    whole = last(plan)
    assert (by_changes.rows, by_changes.digest) == (whole.rows, whole.digest)
    assert whole.changes == {}


def test_a_table_that_somebody_changed_gets_all_rows_on_record_anew(
    table: dict[str, Any], secret: dict[str, Any], now: datetime, steward: Actor
) -> None:
    feed(20, now)
    plan = planned("database", table, secret=secret, now=now, changes=True)
    deliver_due(now=now)
    database = Consumer(table, secret)
    database.rows("DELETE FROM relief WHERE haihe_delivery IS NOT NULL")
    changed(steward, change("upsert", 1, size="5"), now=now + HOUR)
    row = last(plan)
    assert (row.state, row.rows, row.changes) == (DeliveryState.DONE, 20, {})
    assert [move.name for move in row.moves.all()] == ["plan", "record", "widen", "record", "finish"]
    assert database.rows(SIZES) == [("3", 19), ("5", 1)]
    assert [uses_of(serial, row.number) for serial in (1, 2)] == [2, 1]
    changed(steward, change("delete", 1), now=now + 2 * HOUR)
    assert last(plan).changes["sequence"] == 1


def test_after_a_delivery_that_is_not_sure_all_rows_come(
    table: dict[str, Any], secret: dict[str, Any], now: datetime, steward: Actor
) -> None:
    feed(20, now)
    plan = planned("database", table, secret=secret, now=now, changes=True)
    deliver_due(now=now)
    DataDelivery.objects.update(shape="let out in another way")
    changed(steward, change("delete", 1), now=now + HOUR)
    assert (last(plan).rows, last(plan).changes) == (19, {})


def test_a_whole_file_comes_as_what_differs_from_the_one_before(
    table: dict[str, Any], secret: dict[str, Any], now: datetime
) -> None:
    feed(20, now)
    plan = planned("database", table, secret=secret, now=now, changes=True)
    deliver_due(now=now)
    feed(18, now + HOUR)
    plan_for_snapshot(RELIEF, now=now + HOUR)
    deliver_due(now=now + HOUR)
    assert {name: last(plan).changes[name] for name in ("upserts", "deletes")} == {"upserts": 0, "deletes": 2}
    assert Consumer(table, secret).rows(SIZES) == [("3", 18)]


def test_what_has_ended_is_taken_away_whoever_wrote_it_last(
    table: dict[str, Any], secret: dict[str, Any], now: datetime, steward: Actor
) -> None:
    feed(20, now)
    plan = planned("database", table, secret=secret, now=now, changes=True)
    deliver_due(now=now)
    changed(steward, change("upsert", 1, size="5"), now=now + HOUR)
    ended(plan, now=now + 2 * HOUR)
    deliver_due(now=now + 2 * HOUR)
    assert (last(plan).kind, last(plan).state) == ("REMOVE", DeliveryState.DONE)
    assert Consumer(table, secret).rows("SELECT count(*) FROM relief") == [(0,)]


def files_of(folder: Path) -> dict[str, list[list[str]]]:
    return {
        file.name: list(csv.reader(io.StringIO(file.read_text(encoding="utf-8-sig"), newline="")))
        for file in folder.iterdir()
    }


def test_a_folder_gets_a_file_for_each_step(now: datetime, steward: Actor) -> None:
    feed(5, now)
    plan = planned("folder", {"path": "gjj/steps"}, now=now, changes=True)
    deliver_due(now=now)
    folder = drop_root() / "gjj" / "steps"
    whole = last(plan)
    changed(steward, change("upsert", 1, size="5"), change("delete", 3), now=now + HOUR)
    one = last(plan)
    changed(steward, change("delete", 1), now=now + 2 * HOUR)
    two = last(plan)
    names = [f"{whole.number}.csv", f"{one.number}.000001.changes.csv", f"{two.number}.000002.changes.csv"]
    found = files_of(folder)
    assert set(found) == set(names)
    assert found[names[1]][0] == ["haihe_op", "haihe_key", *FIELDS]
    assert [line[0] for line in found[names[1]][1:]] == ["delete", "upsert"]
    keys = {line[0] for line in found[names[0]][1:]}
    assert {line[1] for line in found[names[1]][1:]} < keys
    assert (one.rows, read(one.receipt)["found"]["rows"]) == (2, 2)

    DeliveryPlan.objects.update(changes=False)
    feed(4, now + 3 * HOUR)
    plan_for_snapshot(RELIEF, now=now + 3 * HOUR)
    deliver_due(now=now + 3 * HOUR)
    assert set(files_of(folder)) == {f"{last(plan).number}.csv"}


def test_files_of_changes_are_taken_away_when_the_grant_ends(now: datetime, steward: Actor) -> None:
    feed(5, now)
    plan = planned("folder", {"path": "gjj/ending"}, now=now, changes=True)
    deliver_due(now=now)
    changed(steward, change("delete", 3), now=now + HOUR)
    ended(plan, now=now + HOUR)
    deliver_due(now=now + HOUR)
    assert last(plan).state == DeliveryState.DONE
    assert files_of(drop_root() / "gjj" / "ending") == {}
