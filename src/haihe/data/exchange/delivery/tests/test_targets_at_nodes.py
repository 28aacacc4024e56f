"""Rows go to a table beside a node, or a folder there: once, in order, read back and signed by the node."""

import csv
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest
from tests.plugins.departments import PASSWORD

from haihe.base.accounts.api import Actor
from haihe.base.outbox.operations import deliver_next
from haihe.city.cast import HOUSING_FUND_CENTRE
from haihe.data.exchange.delivery.models import DataDelivery, DeliveryKind, DeliveryState
from haihe.data.exchange.delivery.operations.delivering import deliver_due
from haihe.data.exchange.delivery.operations.planning import end_plans, plan_for_snapshot
from haihe.data.exchange.delivery.receipts import read
from haihe.data.exchange.delivery.secrets import SettingsRefused
from haihe.data.exchange.delivery.testing import FIELDS, SHOWN, feed, only, planned, target_of
from haihe.data.exchange.delivery.tests.test_tables_of_consumers import Consumer
from haihe.data.exchange.delivery.tests.test_under_a_grant import terminated
from haihe.data.exchange.nodes import operations
from haihe.data.exchange.nodes.agent.home import Home, Keys
from haihe.data.exchange.nodes.models import Dispatch, DispatchState, Node
from haihe.data.exchange.nodes.testing import RunningNode, bridge_running, joined, wait_until
from haihe.data.exchange.nodes.wire import ReadBack
from haihe.data.exchange.testing import RELIEF
from haihe.kernel.nkeys import is_signed_by

pytestmark = pytest.mark.django_db(transaction=True)
ON_POSTGRES = pytest.mark.parametrize("consumer", ["postgresql"], indirect=True)
ALL = f"SELECT {', '.join(FIELDS)} FROM relief"


@pytest.fixture
def home(hub: str, operator: Actor, now: datetime, tmp_path: Path) -> Home:
    """The housing-fund centre's own node, with a password for its database."""
    home = joined(operator, tmp_path / "node", now=now, organisation=HOUSING_FUND_CENTRE)
    (home.path / "connections.toml").write_text(f'[connection.fund]\npassword = "{PASSWORD}"\n')
    return home


@pytest.fixture
def running(hub: str, home: Home) -> Iterator[RunningNode]:
    with bridge_running(hub), RunningNode(home) as node:
        yield node


def at_node(table: dict[str, Any], **told: Any) -> dict[str, Any]:
    return table | {"node": "mzj-1", "connection": "fund"} | told


def heard() -> None:
    """Let the centre hear what nodes said, as the worker does."""
    while deliver_next(now=datetime.now(UTC)):
        continue


def done(row: DataDelivery) -> DataDelivery:
    """Return a delivery once it is at its end."""

    def ended() -> bool:
        heard()
        deliver_due(now=datetime.now(UTC))
        row.refresh_from_db()
        return not row.is_open

    wait_until(ended, what=f"no end of {row}")
    return row


@pytest.mark.parametrize("how", ["swap", "upsert"])
def test_a_table_beside_a_node_follows_the_register(
    how: str, running: RunningNode, table: dict[str, Any], secret: dict[str, Any], now: datetime
) -> None:
    feed(40, now)
    plan = planned("node_table", at_node(table, how=how), now=now)
    row = done(only(plan))
    assert (row.state, row.rows) == (DeliveryState.DONE, 40)
    consumer = Consumer(table, secret)
    assert consumer.rows(ALL) == [SHOWN] * 40
    assert consumer.rows("SELECT number, rows_delivered FROM haihe_deliveries") == [(row.number, 40)]

    later = now + timedelta(days=1)
    feed(30, later, status="停保", size="5")
    plan_for_snapshot(RELIEF, now=later)
    newer = done(plan.deliveries.exclude(pk=row.pk).get())
    assert newer.state == DeliveryState.DONE
    assert {found[2] for found in consumer.rows(ALL)} == {"5"}
    assert len(consumer.rows(ALL)) == 30

    terminated(plan.grant, now=later)
    end_plans(plan.grant, now=later)
    removed = done(only(plan, kind=DeliveryKind.REMOVE))
    assert removed.state == DeliveryState.DONE
    assert consumer.rows(ALL) == []
    assert read(removed.receipt)["found"]["rows"] == 0


@ON_POSTGRES
def test_the_receipt_holds_what_the_node_signed(
    running: RunningNode, home: Home, table: dict[str, Any], now: datetime
) -> None:
    feed(7, now)
    row = done(only(planned("node_table", at_node(table), now=now)))
    said = read(row.receipt)
    proof = said["proof"]
    document, signature = bytes.fromhex(proof["signed"]), bytes.fromhex(proof["signature"])
    assert proof["key"] == home.user.public
    assert is_signed_by(proof["key"], document, signature)
    assert not is_signed_by(proof["key"], document + b" ", signature)
    found = msgspec.msgpack.decode(document, type=ReadBack)
    assert (found.delivery, found.rows, found.digest) == (row.number, 7, row.digest)
    assert said["target"]["where"].startswith("mzj-1/")


@ON_POSTGRES
def test_no_password_is_known_at_the_centre(home: Home, table: dict[str, Any], now: datetime) -> None:
    target = target_of("node_table", at_node(table), now=now)
    assert PASSWORD not in str(target.settings)
    with pytest.raises(SettingsRefused):
        target_of("node_table", at_node(table), secret={"password": PASSWORD}, now=now)


@ON_POSTGRES
def test_rows_wait_for_the_line_and_lie_sealed(
    hub: str, home: Home, table: dict[str, Any], secret: dict[str, Any], now: datetime
) -> None:
    feed(20, now)
    plan = planned("node_table", at_node(table), now=now)
    for _ in range(3):
        deliver_due(now=now)
        now += timedelta(hours=1)
    row = only(plan)
    assert (row.state, row.tries, Dispatch.objects.count()) == (DeliveryState.RECORDED, 0, 1)
    assert [move.name for move in row.moves.all()] == ["plan", "record", "send"]
    with bridge_running(hub), RunningNode(home):
        assert done(row).state == DeliveryState.DONE
    assert len(Consumer(table, secret).rows(ALL)) == 20


@ON_POSTGRES
def test_what_has_not_left_when_the_grant_ends_never_does(
    hub: str, home: Home, table: dict[str, Any], secret: dict[str, Any], now: datetime
) -> None:
    feed(20, now)
    plan = planned("node_table", at_node(table), now=now)
    deliver_due(now=now)
    terminated(plan.grant, now=now)
    end_plans(plan.grant, now=now)
    assert only(plan, kind=DeliveryKind.PUT).state == DeliveryState.CANCELLED
    assert Dispatch.objects.get().state == DispatchState.FAILED
    with bridge_running(hub), RunningNode(home):
        assert done(only(plan, kind=DeliveryKind.REMOVE)).state == DeliveryState.DONE
    assert not list((home.path / "down").glob("*.pieces"))
    found = "SELECT count(*) FROM information_schema.tables WHERE table_name = 'relief'"
    assert Consumer(table, secret).rows(found) == [(0,)]


@ON_POSTGRES
def test_a_node_that_may_not_write_says_so_and_can_be_asked_again(
    running: RunningNode, home: Home, table: dict[str, Any], secret: dict[str, Any], now: datetime
) -> None:
    feed(5, now)
    plan = planned("node_table", at_node(table, connection="other"), now=now)
    row = done(only(plan))
    assert (row.state, row.fault) == (DeliveryState.GIVEN_UP, "SETTINGS_WRONG")
    with (home.path / "connections.toml").open("a") as file:
        file.write(f'[connection.other]\npassword = "{PASSWORD}"\n')
    DataDelivery.objects.filter(pk=row.pk).update(state=DeliveryState.WAITING, finished_at=None, next_try_at=now)
    assert done(row).state == DeliveryState.DONE
    assert Consumer(table, secret).rows("SELECT count(*) FROM haihe_deliveries") == [(1,)]


@ON_POSTGRES
def test_a_database_that_is_away_is_waited_for_and_the_page_says_so(
    running: RunningNode, table: dict[str, Any], now: datetime
) -> None:
    feed(5, now)
    plan = planned("node_table", at_node(table, port=1), now=now)
    deliver_due(now=now)
    assert wait_until(lambda: Dispatch.objects.get().trouble, what="nothing is said") == "NO_CONNECTION"
    assert only(plan).is_open


def test_a_folder_at_a_node_gets_files_of_one_plan_in_turn(running: RunningNode, home: Home, now: datetime) -> None:
    feed(6, now)
    plan = planned("node_folder", {"node": "mzj-1", "path": "in/relief"}, now=now)
    first = done(only(plan))
    folder = home.path / "files" / "in" / "relief"
    with (folder / f"{first.number}.csv").open(encoding="utf-8-sig") as file:
        rows = list(csv.reader(file))
    assert len(rows) == 7
    assert [tuple(row[1:]) for row in rows[1:]] == [SHOWN] * 6
    later = now + timedelta(days=1)
    feed(4, later)
    plan_for_snapshot(RELIEF, now=later)
    second = done(plan.deliveries.exclude(pk=first.pk).get())
    assert [file.name for file in folder.iterdir()] == [f"{second.number}.csv"]


def test_only_own_nodes_are_delivered_to(hub: str, operator: Actor, now: datetime, tmp_path: Path) -> None:
    joined(operator, tmp_path / "node", now=now)
    with pytest.raises(SettingsRefused) as refused:
        target_of("node_folder", {"node": "mzj-1", "path": "in"}, now=now)
    assert refused.value.field == "node"


@ON_POSTGRES
def test_what_another_machine_had_goes_out_again(
    home: Home, operator: Actor, table: dict[str, Any], now: datetime
) -> None:
    feed(5, now)
    planned("node_table", at_node(table), now=now)
    deliver_due(now=now)
    Dispatch.objects.update(state=DispatchState.SENT, sent_at=now)
    code = operations.invite(actor=operator, name="mzj-1", now=now).code
    operations.join(home.join_request(code, version="", keys=Keys.fresh()), now=now)
    assert (Dispatch.objects.get().state, Node.objects.get().state) == (DispatchState.WAITING, "JOINED")
