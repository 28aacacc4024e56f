"""A file dropped at a node becomes a published snapshot at the centre, once, with real servers and a real node."""

import time
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.db.models import F

from haihe.base.accounts.api import Actor
from haihe.data.exchange import api as exchange
from haihe.data.exchange.models import FeedRun, RunState
from haihe.data.exchange.nodes import operations
from haihe.data.exchange.nodes.models import Node, NodeFeed, Transfer, TransferState
from haihe.data.exchange.nodes.testing import RunningNode, bridge_running, joined, wait_until
from haihe.data.exchange.operations.process import process_run
from haihe.data.exchange.testing import RELIEF, small_dirty_file

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_dropped_file_is_published(hub: str, operator: Actor, now: datetime, tmp_path: Path) -> None:
    home = joined(operator, tmp_path / "node", now=now)
    drop = home.path / "files" / "out"
    drop.mkdir(parents=True)
    operations.order_feed(
        actor=operator,
        node="mzj-1",
        resource=RELIEF,
        connector="folder",
        settings={"path": "out", "quiet_s": 1},
        every_s=1,
        now=now,
    )
    (drop / "救助对象.csv").write_bytes(small_dirty_file())
    with bridge_running(hub), RunningNode(home):
        transfer = wait_until(
            lambda: Transfer.objects.filter(state=TransferState.ARRIVED).first(), what="nothing arrives"
        )
        # The file may be here before the node's next beat tells which orders it follows.
        follows = Node.objects.filter(seen_at__isnull=False, orders_in_force=F("orders"))
        wait_until(follows.exists, what="the node doesn't tell that it follows its orders")
        wait_until(lambda: Node.objects.get().up_messages == 0, what="the backlog doesn't go")
    operations.take_in(transfer.pk, now=now)
    operations.take_in(transfer.pk, now=now)
    transfer.refresh_from_db()
    run = FeedRun.objects.get()
    assert (transfer.state, transfer.run, run.filename) == (TransferState.TAKEN, run.pk, "救助对象.csv")
    process_run(run.pk, now=now)
    assert FeedRun.objects.get().state == RunState.PUBLISHED
    assert exchange.latest_snapshot(RELIEF) is not None
    assert [file.name for file in (drop / "done").iterdir()] == ["救助对象.csv"]


def test_what_was_taken_is_fetched_once_more_when_asked(
    hub: str, operator: Actor, now: datetime, tmp_path: Path
) -> None:
    home = joined(operator, tmp_path / "node", now=now)
    drop = home.path / "files" / "out"
    drop.mkdir(parents=True)
    feed = operations.order_feed(
        actor=operator, node="mzj-1", resource=RELIEF, connector="folder", settings={"path": "out", "quiet_s": 1},
        every_s=3600, now=now,
    )  # fmt: skip
    content = small_dirty_file()
    (drop / "a.csv").write_bytes(content)
    (drop / "a.csv").touch()
    time.sleep(1.2)  # a file is taken once it has been quiet for a second
    with bridge_running(hub), RunningNode(home):
        wait_until(lambda: Transfer.objects.filter(state=TransferState.ARRIVED).count() == 1, what="nothing arrives")
        operations.fetch_anew(actor=operator, feed_id=feed, now=now)
        wait_until(lambda: Transfer.objects.filter(state=TransferState.ARRIVED).count() == 2, what="nothing once more")
        for transfer in Transfer.objects.all():
            operations.take_in(transfer.pk, now=datetime.now(UTC))
        first, second = FeedRun.objects.order_by("received_at")
        assert (first.source_sha256, first.filename) == (second.source_sha256, second.filename)
        # What is sent once more is as old as it was.
        assert first.as_of == second.as_of
        (drop / "done" / "a.csv").unlink()
        operations.fetch_anew(actor=operator, feed_id=feed, now=now)
        trouble = wait_until(lambda: NodeFeed.objects.get().trouble, what="nothing is said")
    assert trouble == "NO_SUCH_PLACE: done/a.csv"
    assert Transfer.objects.count() == 2
