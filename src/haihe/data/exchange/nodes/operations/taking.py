"""A transfer from a node becomes a received file: once, whatever broke on the way."""

import io
from datetime import datetime
from hashlib import sha256
from uuid import UUID, uuid5

import msgspec
from django.db import transaction
from django.utils.translation import gettext as _

from haihe.data.exchange import api as exchange
from haihe.data.exchange.formats import FORMATS
from haihe.data.exchange.models import NODE
from haihe.data.exchange.nodes import places
from haihe.data.exchange.nodes.issuing import hub_keys
from haihe.data.exchange.nodes.models import NodeFeed, Transfer, TransferState
from haihe.data.exchange.nodes.operations.following import DELTA, OutOfLine, Waits, follow, order_all
from haihe.data.exchange.nodes.spool import Spool
from haihe.data.exchange.nodes.wire import Frame, Header, Trailer
from haihe.data.exchange.nodes.workflow import TRANSFER
from haihe.data.exchange.received import PIECE_BYTES, Received
from haihe.kernel.sealed_pieces import NotOpened, Opener


class Damaged(Exception):
    """What arrived isn't what was sent."""


@transaction.atomic
def begin(node: str, transfer: UUID, *, now: datetime) -> str:
    """Note that a transfer has begun, where that isn't known; return its state, as one of `TransferState`."""
    row, _made = Transfer.objects.get_or_create(pk=transfer, defaults={"node_id": node, "begun_at": now})
    if row.node_id != node:
        raise Damaged("a transfer of another node")
    return row.state


@transaction.atomic
def arrive(transfer: UUID, *, now: datetime) -> bool:
    """Note that all of a transfer is here, and have it taken in; False where that was known."""
    from haihe.data.exchange.nodes.tasks import offer

    row = Transfer.objects.select_for_update().get(pk=transfer)
    if row.state != TransferState.ARRIVING:
        return False
    row.state = TRANSFER.move(row.state, "arrive").target
    row.save(update_fields=["state"])
    offer(transfer)
    return True


@transaction.atomic
def abandon(transfer: UUID, *, now: datetime) -> None:
    """Note that a node was stopped half-way and will begin again."""
    row = Transfer.objects.select_for_update().filter(pk=transfer, state=TransferState.ARRIVING).first()
    if row is not None:
        _end(row, "abandon", now)


@transaction.atomic
def refuse_too_large(transfer: UUID, *, now: datetime) -> None:
    """Stop a transfer that is larger than any file may be."""
    row = Transfer.objects.select_for_update().filter(pk=transfer, state=TransferState.ARRIVING).first()
    if row is not None:
        _end(row, "refuse", now, reason=_("文件过大；请分年度或分区采集。"))


def take_in(transfer: UUID, *, now: datetime) -> None:
    """Make a received file of a transfer that has arrived. Harmless to do twice."""
    with transaction.atomic():
        row = Transfer.objects.select_for_update().get(pk=transfer)
        if row.state != TransferState.ARRIVED:
            return
        spool = Spool(places.spool_file(row.node_id, transfer))
        try:
            with transaction.atomic():
                row.run = _receive(row, spool, now)
        except Waits:
            return
        except OutOfLine as out:
            order_all(out)
            _end(row, "refuse", now, reason=_("与上次采用的内容衔接不上，已要求前置机重新采集全部数据。"))
        except (Damaged, NotOpened, msgspec.DecodeError):
            _end(row, "refuse", now, reason=_("到达的内容不完整或被改动。"))
        except exchange.FileRefused as refused:
            _end(row, "refuse", now, reason=refused.sentence)
        except exchange.NoRules:
            _end(row, "refuse", now, reason=_("该资源没有报送规则。"))
        else:
            _end(row, "take", now)
    spool.remove()


def _receive(row: Transfer, spool: Spool, now: datetime) -> UUID:
    content = _Content(spool)
    told = content.trailer
    feed = NodeFeed.objects.select_related("node").filter(pk=content.header.feed, node=row.node_id).first()
    if feed is None:
        raise Damaged("of no feed of this node")
    row.feed, row.filename, row.format, row.size_bytes = feed, told.filename[-255:], told.format[:32], told.size_bytes
    row.watermark = told.watermark
    if told.mode == DELTA:
        follow(row, feed, told)
    run_id = uuid5(row.id, f"run of {row.node_id}")
    try:
        run = exchange.receive_fetched(run_id, _arrival(feed, told, _copied(content, run_id), now), now=now)
    except exchange.FileRefused as refused:
        exchange.drop_arrival(run_id)
        if refused.code == exchange.Refusal.DELTA_WAITS:
            raise Waits from None
        raise
    return run.id


def _copied(content: "_Content", run_id: UUID) -> Received:
    """Write the file where its run will read it. Raises: FileRefused, Damaged."""
    writer = exchange.begin_arrival(run_id)
    try:
        for piece in iter(lambda: content.read(PIECE_BYTES), b""):
            writer.write(piece)
        return writer.finish()
    except BaseException:
        writer.drop()
        raise


def _arrival(feed: NodeFeed, told: Trailer, received: Received, now: datetime) -> exchange.Arrival:
    return exchange.Arrival(
        source=feed.id,
        title=feed.node.title,
        connector=NODE,
        owner=feed.node.organisation,
        resource=feed.resource,
        filename=told.filename,
        format=told.format if told.format in FORMATS else "",
        mode=DELTA if told.mode == DELTA else "full",
        as_of=min(told.as_of, now),
        received=received,
    )


def _end(row: Transfer, move: str, now: datetime, *, reason: str = "") -> None:
    row.state = TRANSFER.move(row.state, move).target
    row.ended_at, row.reason = now, reason[:200]
    row.save()


class _Content(io.RawIOBase):
    """The opened pieces as a file to read once. Its end is only told when everything was there and proved.

    Raises: Damaged, NotOpened, msgspec.DecodeError; while it is read, too.
    """

    def __init__(self, spool: Spool) -> None:
        if not spool.is_complete:
            raise Damaged("not all of it is here")
        self._frames = spool.read()
        first = next(self._frames)
        self._opener = Opener.of(hub_keys().sealing, first.key)
        self.header = msgspec.msgpack.decode(self._open(first), type=Header)
        self.trailer = msgspec.msgpack.decode(self._open(spool.last()), type=Trailer)
        self._digest, self._size_bytes, self._pieces = sha256(), 0, 0
        self._rest = memoryview(b"")
        self._ended = False

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: "bytearray | memoryview") -> int:  # type: ignore[override]  # only what BufferedReader passes
        while not self._rest and not self._ended:
            self._rest = memoryview(self._next())
        size = min(len(buffer), len(self._rest))
        buffer[:size] = self._rest[:size]
        self._rest = self._rest[size:]
        return size

    def _next(self) -> bytes:
        frame = next(self._frames)
        if frame.kind == "end":
            self._check()
            self._ended = True
            return b""
        opened = self._open(frame)
        self._digest.update(opened)
        self._size_bytes += len(opened)
        self._pieces += 1
        return opened

    def _check(self) -> None:
        told = self.trailer
        if (self._pieces, self._size_bytes, self._digest.hexdigest()) != (told.pieces, told.size_bytes, told.sha256):
            raise Damaged("not what was sent")

    def _open(self, frame: Frame) -> bytes:
        return self._opener.open(frame.body, number=frame.number, context=frame.context)
