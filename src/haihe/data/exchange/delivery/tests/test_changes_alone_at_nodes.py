"""Changes alone at a node: merged into a table there or kept as files, once, in order; what was missed is caught up."""

import contextlib
import csv
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import msgspec
import pytest
import sqlalchemy as sa

from haihe.base.accounts.api import Actor
from haihe.data.exchange.delivery.models import DeliveryPlan, DeliveryState
from haihe.data.exchange.delivery.operations.delivering import deliver_due
from haihe.data.exchange.delivery.operations.planning import plan_for_snapshot
from haihe.data.exchange.delivery.receipts import read
from haihe.data.exchange.delivery.testing import FIELDS, feed, planned
from haihe.data.exchange.delivery.tests.test_changes_alone_at_targets import SIZES, change, changed, last, uses_of
from haihe.data.exchange.delivery.tests.test_tables_of_consumers import Consumer
from haihe.data.exchange.delivery.tests.test_targets_at_nodes import (
    ON_POSTGRES,
    at_node,
    done,
    home,
    running,
)
from haihe.data.exchange.nodes import api as nodes
from haihe.data.exchange.nodes.agent.home import Home
from haihe.data.exchange.nodes.models import Dispatch, DispatchState, Node
from haihe.data.exchange.nodes.testing import RunningNode, bridge_running, wait_until
from haihe.data.exchange.nodes.wire import ReadBack
from haihe.data.exchange.testing import RELIEF

__all__ = ["home", "running"]
pytestmark = pytest.mark.django_db(transaction=True)
HOUR = timedelta(hours=1)


def delivered_whole(
    settings: dict[str, Any], now: datetime, *, kind: str = "node_table", rows: int = 20
) -> DeliveryPlan:
    """Return a plan of changes alone whose first delivery, all rows, is at its target."""
    feed(rows, now)
    plan = planned(kind, settings, now=now, changes=True)
    first = done(last(plan))
    assert (first.state, first.rows, first.changes) == (DeliveryState.DONE, rows, {})
    wait_until(lambda: nodes.takes_changes("mzj-1"), what="the node doesn't say what it can")
    return plan


@contextlib.contextmanager
def locked(table: dict[str, Any], secret: dict[str, Any]) -> Iterator[None]:
    """Keep the consumer's table from being written or read."""
    engine = sa.create_engine(Consumer(table, secret).url)
    try:
        with engine.begin() as connection:
            connection.execute(sa.text("LOCK TABLE relief IN ACCESS EXCLUSIVE MODE"))
            yield
    finally:
        engine.dispose()


def is_written_to(table: dict[str, Any], secret: dict[str, Any]) -> bool:
    waiting = "SELECT count(*) FROM pg_locks WHERE relation = 'relief'::regclass AND NOT granted"
    return Consumer(table, secret).rows(waiting) == [(1,)]


def test_a_table_beside_a_node_is_changed_where_the_register_was(
    running: RunningNode, table: dict[str, Any], secret: dict[str, Any], now: datetime, steward: Actor
) -> None:
    plan = delivered_whole(at_node(table), now)
    changed(steward, change("upsert", 1, size="5"), change("delete", 3), change("upsert", 50), now=now + HOUR)
    row = done(last(plan))
    assert (row.state, row.rows) == (DeliveryState.DONE, 20)
    assert {name: row.changes[name] for name in ("sequence", "upserts", "deletes")} == {
        "sequence": 1,
        "upserts": 2,
        "deletes": 1,
    }
    consumer = Consumer(table, secret)
    assert consumer.rows(SIZES) == [("3", 19), ("5", 1)]
    assert consumer.rows(f"SELECT count(*) FROM relief WHERE haihe_delivery = '{row.number}'") == [(2,)]
    assert [uses_of(serial, row.number) for serial in (1, 2, 3)] == [1, 0, 1]
    said = read(row.receipt)
    found = msgspec.msgpack.decode(bytes.fromhex(said["proof"]["signed"]), type=ReadBack)
    assert (found.rows, found.digest) == (20, row.digest)


def test_a_folder_at_a_node_gets_a_file_for_each_step(
    running: RunningNode, home: Home, now: datetime, steward: Actor
) -> None:
    plan = delivered_whole({"node": "mzj-1", "path": "in/steps"}, now, kind="node_folder", rows=5)
    whole = last(plan)
    changed(steward, change("upsert", 1, size="5"), change("delete", 3), now=now + HOUR)
    step = done(last(plan))
    folder = home.path / "files" / "in" / "steps"
    name = f"{step.number}.000001.changes.csv"
    assert {file.name for file in folder.iterdir()} == {f"{whole.number}.csv", name}
    with (folder / name).open(encoding="utf-8-sig") as file:
        rows = list(csv.reader(file))
    assert rows[0] == ["haihe_op", "haihe_key", *FIELDS]
    assert [row[0] for row in rows[1:]] == ["delete", "upsert"]
    assert (step.rows, read(step.receipt)["found"]["rows"]) == (2, 2)


@ON_POSTGRES
def test_a_node_that_missed_versions_gets_all_changes_since_as_one(
    hub: str, home: Home, table: dict[str, Any], secret: dict[str, Any], now: datetime, steward: Actor
) -> None:
    with bridge_running(hub), RunningNode(home):
        plan = delivered_whole(at_node(table), now)
    for hour, serial in enumerate((1, 2, 3), start=1):
        changed(steward, change("upsert", serial, size=str(4 + hour)), now=now + hour * HOUR)
    on_the_way, overtaken, newest = plan.deliveries.order_by("created_at")[1:]
    assert (on_the_way.state, overtaken.state, newest.state) == ("RECORDED", "CANCELLED", "WAITING")
    assert newest.rows is None, "nothing of it is on record before it can leave"
    with bridge_running(hub), RunningNode(home):
        assert done(newest).state == DeliveryState.DONE
    on_the_way.refresh_from_db()
    assert (on_the_way.state, on_the_way.changes["sequence"]) == (DeliveryState.DONE, 1)
    assert newest.changes == {"base": on_the_way.snapshot, "sequence": 2, "upserts": 2, "deletes": 0}
    consumer = Consumer(table, secret)
    assert consumer.rows(SIZES) == [("3", 17), ("5", 1), ("6", 1), ("7", 1)]
    assert consumer.rows("SELECT count(*) FROM haihe_deliveries") == [(3,)]


@ON_POSTGRES
def test_a_node_killed_while_it_brings_changes_brings_them_once(
    hub: str, home: Home, table: dict[str, Any], secret: dict[str, Any], now: datetime, steward: Actor
) -> None:
    with bridge_running(hub), RunningNode(home) as node:
        plan = delivered_whole(at_node(table), now)
        with locked(table, secret):
            changed(steward, change("upsert", 1, size="5"), change("delete", 3), now=now + HOUR)
            wait_until(lambda: is_written_to(table, secret), what="the node doesn't begin")
            node.kill()
        node.start()
        row = done(last(plan))
    assert (row.state, [move.name for move in row.moves.all()]) == ("DONE", ["plan", "record", "send", "finish"])
    consumer = Consumer(table, secret)
    assert consumer.rows(SIZES) == [("3", 18), ("5", 1)]
    assert consumer.rows("SELECT count(*) FROM haihe_deliveries") == [(2,)]


@ON_POSTGRES
def test_a_line_that_breaks_before_the_receipt_changes_nothing_twice(
    hub: str, home: Home, table: dict[str, Any], secret: dict[str, Any], now: datetime, steward: Actor
) -> None:
    consumer = Consumer(table, secret)
    with RunningNode(home) as node:
        with bridge_running(hub):
            plan = delivered_whole(at_node(table), now)
            with locked(table, secret):
                changed(steward, change("upsert", 1, size="5"), now=now + HOUR)
                wait_until(lambda: is_written_to(table, secret), what="the node doesn't begin")
                sent = Dispatch.objects.filter(ended_at=None, state=DispatchState.SENT)
                wait_until(sent.exists, what="not all of it was sent")
        wait_until(lambda: ("5", 1) in consumer.rows(SIZES), what="the node doesn't bring the changes")
        node.kill()
        assert last(plan).state == DeliveryState.RECORDED
        with bridge_running(hub):
            node.start()
            assert done(last(plan)).state == DeliveryState.DONE
    assert consumer.rows(SIZES) == [("3", 19), ("5", 1)]
    assert consumer.rows("SELECT count(*) FROM haihe_deliveries") == [(2,)]


@ON_POSTGRES
def test_a_table_at_a_node_that_somebody_changed_gets_all_rows_on_record_anew(
    running: RunningNode, table: dict[str, Any], secret: dict[str, Any], now: datetime, steward: Actor
) -> None:
    plan = delivered_whole(at_node(table), now)
    consumer = Consumer(table, secret)
    consumer.rows("DELETE FROM relief WHERE haihe_delivery IS NOT NULL")
    changed(steward, change("upsert", 1, size="5"), now=now + HOUR)
    row = done(last(plan))
    assert (row.state, row.rows, row.changes) == (DeliveryState.DONE, 20, {})
    names = ["plan", "record", "send", "widen", "record", "send", "finish"]
    assert [move.name for move in row.moves.all()] == names
    assert consumer.rows(SIZES) == [("3", 19), ("5", 1)]
    assert [uses_of(serial, row.number) for serial in (1, 2)] == [2, 1]


@ON_POSTGRES
def test_a_node_of_an_older_version_gets_all_rows(
    hub: str, home: Home, table: dict[str, Any], now: datetime, steward: Actor
) -> None:
    with bridge_running(hub), RunningNode(home):
        plan = delivered_whole(at_node(table), now)
    Node.objects.update(takes_changes=False)
    changed(steward, change("delete", 1), now=now + HOUR)
    assert (last(plan).rows, last(plan).changes) == (19, {})


@ON_POSTGRES
def test_what_was_planned_whole_does_not_wait(home: Home, table: dict[str, Any], now: datetime) -> None:
    feed(5, now)
    plan = planned("node_table", at_node(table), now=now)
    deliver_due(now=now)
    feed(6, now + HOUR)
    plan_for_snapshot(RELIEF, now=now + HOUR)
    deliver_due(now=now + HOUR)
    assert [row.state for row in plan.deliveries.all()] == ["RECORDED", "RECORDED"]
