"""A delivery's rows go to a node under a signed order, and what the node found comes back."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import uuid4

import pyarrow as pa
from django.db import transaction

from haihe.base.keys.api import keyring
from haihe.data.exchange.delivery.ports import OPERATION
from haihe.data.exchange.nodes import places
from haihe.data.exchange.nodes.errors import NotFound
from haihe.data.exchange.nodes.issuing import signed_slip
from haihe.data.exchange.nodes.models import Dispatch, DispatchState, Node, NodeState
from haihe.data.exchange.nodes.operations.dispatching import MOST_BYTES, context_of
from haihe.data.exchange.nodes.proving import proof_of
from haihe.data.exchange.nodes.wire import DeliveryOrder, DeliverySlip, encode
from haihe.data.exchange.nodes.workflow import DISPATCH
from haihe.data.exchange.received import SealedWriter

WITHDRAWN = "WITHDRAWN"
_NO_FOLDER = ".."
"""A node that knows no slips must not lay the rows down as a file: it refuses to leave its folder."""

type Batches = Callable[[], Iterator[pa.RecordBatch]]


@dataclass(frozen=True, slots=True)
class Told:
    """How a delivery stands that a node was given: open, failed with a code of ours, or what was read back."""

    is_open: bool = False
    fault: str = ""
    rows: int = 0
    digest: str = ""
    where: str = ""
    proof: dict[str, str] | None = None


def order_delivery(node: str, order: DeliveryOrder, batches: Batches, *, now: datetime) -> None:
    """Have a node deliver these rows; they lie sealed until its receipt has come.

    Whether they may leave is the caller's to judge. Raises: NotFound, where no such node is let in; received.TooLarge.
    """
    row = Node.objects.filter(pk=node, state=NodeState.JOINED).first()
    if row is None:
        raise NotFound(node)
    number = uuid4()
    file = places.dispatch_file(number)
    writer = SealedWriter(file, keyring=keyring(), context=context_of(number), most_bytes=MOST_BYTES)
    try:
        _write(writer, (OPERATION, *order.columns) if order.sequence else order.columns, batches)
        kept = writer.finish()
    except BaseException:
        writer.drop()
        raise
    slip = signed_slip(DeliverySlip(node=node, given_at=now, sha256=kept.sha256, order=order))
    Dispatch.objects.create(
        id=number,
        node=row,
        filename=f"{order.delivery}.arrow",
        target=_NO_FOLDER,
        sha256=kept.sha256,
        size_bytes=kept.size_bytes,
        created_at=now,
        delivery=order.delivery,
        slip=encode(slip),
    )


@transaction.atomic
def taken_receipt(delivery: str, *, now: datetime) -> Told | None:
    """Return how a delivery stands; None where no node has it. A failure is told once: then it may be ordered anew."""
    row = Dispatch.objects.select_for_update().filter(delivery=delivery, heard_at=None).first()
    if row is None:
        return None
    if row.ended_at is None:
        return Told(is_open=True)
    proved = proof_of(row) if row.state == DispatchState.DELIVERED else None
    if proved is None:
        row.heard_at = now
        row.save(update_fields=["heard_at"])
        return Told(fault=row.reason or "INTERNAL")
    found, proof = proved
    return Told(rows=found.rows, digest=found.digest, where=found.where, proof=proof)


@transaction.atomic
def withdraw(delivery: str, *, now: datetime) -> None:
    """Take back what hasn't left; what is on its way or delivered stays."""
    row = Dispatch.objects.select_for_update().filter(delivery=delivery, state=DispatchState.WAITING).first()
    if row is None:
        return
    row.state = DISPATCH.move(row.state, "withdraw").target
    row.ended_at, row.heard_at, row.reason = now, now, WITHDRAWN
    row.save(update_fields=["state", "ended_at", "heard_at", "reason"])
    transaction.on_commit(lambda: places.dispatch_file(row.pk).unlink(missing_ok=True))


def send_again(node: str) -> None:
    """Have everything sent once more that a node had and hasn't told of; what it knows it passes over."""
    for row in Dispatch.objects.select_for_update().filter(node=node, state=DispatchState.SENT):
        row.state = DISPATCH.move(row.state, "send_again").target
        row.sent_at = None
        row.save(update_fields=["state", "sent_at"])


def _write(writer: SealedWriter, columns: Sequence[str], batches: Batches) -> None:
    schema = pa.schema([pa.field(name, pa.string()) for name in columns])
    options = pa.ipc.IpcWriteOptions(compression="zstd")
    with pa.PythonFile(_Into(writer), mode="w") as sink, pa.ipc.new_stream(sink, schema, options=options) as stream:
        for batch in batches():
            stream.write_batch(pa.RecordBatch.from_arrays(batch.columns, schema=schema))


class _Into:
    """A sealed file as Arrow writes to one."""

    closed = False

    def __init__(self, writer: SealedWriter) -> None:
        self._writer = writer

    def write(self, piece: bytes) -> int:
        content = bytes(piece)
        self._writer.write(content)
        return len(content)

    def flush(self) -> None:
        """What is written counts once the writer finishes."""

    def close(self) -> None:
        self.closed = True
