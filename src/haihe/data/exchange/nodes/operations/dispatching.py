"""A file goes to a node, and its receipt comes back."""

from datetime import datetime
from typing import IO
from uuid import UUID, uuid4

from django.db import transaction
from django.utils.translation import gettext as _

from haihe.base.keys.api import keyring
from haihe.base.outbox import api as outbox
from haihe.data.exchange.nodes import places
from haihe.data.exchange.nodes.errors import NotFound
from haihe.data.exchange.nodes.events import DELIVERY_TOLD
from haihe.data.exchange.nodes.models import Dispatch, DispatchState, Node, NodeState
from haihe.data.exchange.nodes.proving import read_back_of
from haihe.data.exchange.nodes.wire import Receipt, encode
from haihe.data.exchange.nodes.workflow import DISPATCH
from haihe.data.exchange.received import write_sealed

MOST_BYTES = 2 * 1024**3
_REASON_LENGTH = 200


def send(node: str, *, filename: str, content: IO[bytes], folder: str, now: datetime) -> UUID:
    """Send a file into a folder below a node's `files`; return the number under which `receipt_of` tells of it.

    It lies sealed until the node has it, however long the line is cut. Who may send is the caller's to judge.

    Raises: NotFound, where there is no such node that is let in; received.TooLarge.
    """
    row = Node.objects.filter(pk=node, state=NodeState.JOINED).first()
    if row is None:
        raise NotFound(node)
    number = uuid4()
    file = places.dispatch_file(number)
    kept = write_sealed(content, file, keyring=keyring(), context=context_of(number), most_bytes=MOST_BYTES)
    Dispatch.objects.create(
        id=number,
        node=row,
        filename=filename[-_REASON_LENGTH:],
        target=folder,
        sha256=kept.sha256,
        size_bytes=kept.size_bytes,
        created_at=now,
    )
    return number


def is_waiting(dispatch: UUID) -> bool:
    """Whether it is still to be sent: it may have been withdrawn meanwhile."""
    return Dispatch.objects.filter(pk=dispatch, state=DispatchState.WAITING).exists()


@transaction.atomic
def note_sent(dispatch: UUID, *, now: datetime) -> None:
    """Note that all of it is in the node's own store."""
    row = Dispatch.objects.select_for_update().get(pk=dispatch)
    if row.state == DispatchState.WAITING:
        row.state = DISPATCH.move(row.state, "send").target
        row.sent_at = now
        row.save(update_fields=["state", "sent_at"])


@transaction.atomic
def note_receipt(node: str, dispatch: UUID, receipt: Receipt, *, now: datetime) -> None:
    """Note what the node says of it. The same again, or of another node's file, changes nothing."""
    row = Dispatch.objects.select_for_update().filter(pk=dispatch, node=node).first()
    if row is None or row.state in DISPATCH.terminal:
        return
    is_whole = receipt.delivered and receipt.sha256 == row.sha256
    if row.delivery and is_whole and read_back_of(receipt.read_back, row) is None:
        is_whole = False
    row.state = DISPATCH.move(row.state, "deliver" if is_whole else "fail").target
    row.ended_at = now
    row.reason = "" if is_whole else (receipt.reason or _("回执与下发的内容不一致。"))[:_REASON_LENGTH]
    row.trouble, row.receipt = "", encode(receipt.read_back) if is_whole and receipt.read_back else None
    row.save(update_fields=["state", "ended_at", "reason", "trouble", "receipt"])
    if row.delivery:
        outbox.announce(DELIVERY_TOLD, {"delivery": row.delivery})
    transaction.on_commit(lambda: places.dispatch_file(dispatch).unlink(missing_ok=True))


def context_of(dispatch: UUID) -> str:
    """Return what the file's seal is bound to."""
    return f"dispatch:{dispatch}"
