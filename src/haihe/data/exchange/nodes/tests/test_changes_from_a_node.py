"""A node sends what changed in its department's table; the centre merges it in its order, or has all rows sent."""

import io
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
from tests.plugins.departments import PASSWORD, DepartmentDatabase

from haihe.base.accounts.api import Actor
from haihe.data.exchange import api as exchange
from haihe.data.exchange.models import FeedRun
from haihe.data.exchange.nodes import operations
from haihe.data.exchange.nodes.models import NodeFeed, Transfer, TransferState
from haihe.data.exchange.nodes.testing import RunningNode, bridge_running, joined, wait_until
from haihe.data.exchange.operations.moving import move_run
from haihe.data.exchange.operations.process import process_run
from haihe.data.exchange.sources.testing import relief_table
from haihe.data.exchange.testing import RELIEF, relief_lines

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(params=["postgresql", pytest.param("mysql", marks=pytest.mark.engine("mariadb"))])
def department(request: pytest.FixtureRequest) -> DepartmentDatabase:
    """A database of the kind that departments have."""
    name = {"postgresql": "department_postgres", "mysql": "department_mariadb"}[request.param]
    found: DepartmentDatabase = request.getfixturevalue(name)
    return found


@contextmanager
def fetching(hub: str, operator: Actor, folder: Path, department: DepartmentDatabase) -> Iterator[None]:
    """A node that fetches the department's table every second by what differs."""
    department.execute(*relief_table(50))
    home = joined(operator, folder / "node", now=datetime.now(UTC))
    (home.path / "connections.toml").write_text(f'[connection.hr]\npassword = "{PASSWORD}"\n')
    settings = department.settings | {"table": "relief_source", "key": ["证件号码"], "how": "difference"}
    operations.order_feed(
        actor=operator, node="mzj-1", resource=RELIEF, connector="database", settings=settings, every_s=1,
        connection="hr", now=datetime.now(UTC),
    )  # fmt: skip
    with bridge_running(hub), RunningNode(home):
        yield


def arrived() -> Transfer:
    """Return the next transfer that is all there."""
    waiting = Transfer.objects.filter(state=TransferState.ARRIVED)
    transfer = wait_until(waiting.first, what="nothing arrives")
    assert isinstance(transfer, Transfer)
    return transfer


def taken(transfer: Transfer) -> Transfer:
    operations.take_in(transfer.pk, now=datetime.now(UTC))
    transfer.refresh_from_db()
    return transfer


def run_of(transfer: Transfer) -> FeedRun:
    return FeedRun.objects.get(pk=str(transfer.run))


def published(transfer: Transfer) -> FeedRun:
    run = run_of(taken(transfer))
    process_run(run.pk, now=datetime.now(UTC))
    run.refresh_from_db()
    assert run.state == "PUBLISHED", run.outcome
    return run


def sizes() -> Counter[int]:
    current = exchange.latest_snapshot(RELIEF)
    assert current is not None
    return Counter(
        row["household_size"] for batch in exchange.read_rows(current, ["household_size"]) for row in batch.to_pylist()
    )


def test_changes_are_merged_where_they_follow_what_was_published(
    hub: str, operator: Actor, tmp_path: Path, department: DepartmentDatabase
) -> None:
    with fetching(hub, operator, tmp_path, department):
        whole = published(arrived())
        feed = NodeFeed.objects.get()
        assert (whole.mode, whole.source, whole.connector, whole.rows_in) == ("full", feed.pk, "node", 50)
        assert feed.watermark is not None
        department.execute(
            "UPDATE relief_source SET 家庭人口 = '5' WHERE xh < 4", "DELETE FROM relief_source WHERE xh > 40"
        )
        changes = published(arrived())
    assert (changes.mode, changes.rows_in) == ("delta", 13)
    assert sizes() == {3: 37, 5: 4}
    assert NodeFeed.objects.get().watermark not in (None, feed.watermark)


def test_changes_wait_for_those_before_them_and_all_rows_come_where_these_were_not_used(
    hub: str, operator: Actor, tmp_path: Path, department_postgres: DepartmentDatabase
) -> None:
    with fetching(hub, operator, tmp_path, department_postgres):
        published(arrived())
        department_postgres.execute("UPDATE relief_source SET 家庭人口 = '5' WHERE xh < 4")
        first = taken(arrived())
        department_postgres.execute("UPDATE relief_source SET 家庭人口 = '6' WHERE xh = 10")
        second = taken(arrived())
        assert second.state == TransferState.ARRIVED
        move_run(run_of(first).pk, "fail", now=datetime.now(UTC), outcome_code="INTERNAL_ERROR")
        assert taken(second).state == TransferState.REFUSED
        assert second.reason.startswith("与上次采用的内容衔接不上")
        assert NodeFeed.objects.get().anew == 1
        whole = published(arrived())
    assert whole.mode == "full"
    assert sizes() == {3: 45, 5: 4, 6: 1}


def test_changes_are_not_merged_over_somebody_elses_file(
    hub: str, operator: Actor, steward: Actor, tmp_path: Path, department_postgres: DepartmentDatabase
) -> None:
    with fetching(hub, operator, tmp_path, department_postgres):
        published(arrived())
        content = io.BytesIO("\n".join(relief_lines(3)).encode())
        exchange.receive_file(steward, RELIEF, "a.csv", content, now=datetime.now(UTC), inline=True)
        department_postgres.execute("DELETE FROM relief_source WHERE xh > 40")
        assert taken(arrived()).state == TransferState.REFUSED
        assert published(arrived()).mode == "full"
    assert sizes() == {3: 41}
