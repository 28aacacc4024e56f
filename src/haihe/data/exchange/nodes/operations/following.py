"""Changes alone from a node are taken in their order: each goes on where what was published last had ended.

A node fetches on while the centre checks, or the line is cut. So changes wait for what came before them; where that
wasn't published, or something else is in use now, they fit nothing: they are refused, and the node sends all rows.
"""

from datetime import datetime
from typing import Final

from haihe.data.exchange import api as exchange
from haihe.data.exchange.models import TERMINAL_STATES, FeedRun, RunState
from haihe.data.exchange.nodes.models import NodeFeed, Transfer, TransferState
from haihe.data.exchange.nodes.operations.feeding import change_orders
from haihe.data.exchange.nodes.wire import Trailer

DELTA: Final = "delta"


class Waits(Exception):
    """What the changes follow hasn't come to its end."""


class OutOfLine(Exception):
    """The changes don't follow what was published last."""

    def __init__(self, feed: NodeFeed, told: Trailer) -> None:
        super().__init__(feed.pk)
        self.feed = feed
        self.told = told


def follow(row: Transfer, feed: NodeFeed, told: Trailer) -> None:
    """See that changes follow what is in use. Raises: Waits, OutOfLine."""
    if told.since is None or told.since != feed.watermark:
        if _has_unended_before(row):
            raise Waits
        raise OutOfLine(feed, told)
    if not exchange.takes_deltas(feed.resource, source=feed.pk):
        raise OutOfLine(feed, told)


def order_all(out: OutOfLine) -> None:
    """Have the node send all rows, unless it was told so since it fetched these."""
    feed = NodeFeed.objects.select_for_update(of=("self",)).select_related("node").get(pk=out.feed.pk)
    if out.told.anew < feed.anew:
        return
    feed.anew += 1
    feed.save(update_fields=["anew"])
    change_orders(feed.node)


def feed_run_ended(run: FeedRun, now: datetime) -> None:
    """Called inside the transaction that ends any run of the exchange: remember how far its feed is read."""
    from haihe.data.exchange.nodes.tasks import offer

    if run.source is None:
        return
    transfer = Transfer.objects.filter(run=run.pk, feed=run.source).first()
    if transfer is None:
        return
    if run.state == RunState.PUBLISHED:
        NodeFeed.objects.filter(pk=run.source).update(watermark=transfer.watermark)
    for waiting in Transfer.objects.filter(node=transfer.node_id, state=TransferState.ARRIVED):
        offer(waiting.pk)


def _has_unended_before(row: Transfer) -> bool:
    """Whether anything that the node sent earlier waits to be taken in, or of this feed is being checked.

    What is still on its way can't be of this feed: a node sends one file of a feed after the other.
    """
    same = Transfer.objects.filter(node=row.node_id)
    before = same.filter(begun_at__lt=row.begun_at) | same.filter(begun_at=row.begun_at, pk__lt=row.pk)
    if before.filter(state=TransferState.ARRIVED).exists():
        return True
    runs = same.filter(feed=row.feed, state=TransferState.TAKEN).values("run")
    return FeedRun.objects.filter(pk__in=runs).exclude(state__in=TERMINAL_STATES).exists()
