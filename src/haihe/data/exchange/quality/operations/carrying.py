"""A return's rejects go back as a file to the source or node that sent the rows: whole, once, and to nobody else."""

import hashlib
import io
from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import partial
from itertools import batched
from typing import Any, Final
from uuid import UUID

from django.db import transaction

from haihe.base.accounts.api import Actor, NotPermitted
from haihe.data.exchange import api as exchange
from haihe.data.exchange.connectors.drop import RETURNED, rejects_name
from haihe.data.exchange.connectors.faults import Fault, FetchFailed
from haihe.data.exchange.connectors.kinds import CONNECTORS, read_as
from haihe.data.exchange.connectors.ports import GivenBack, GivesBack
from haihe.data.exchange.models import FeedRun, FeedRunMove
from haihe.data.exchange.nodes import api as nodes
from haihe.data.exchange.nodes.models import NodeFeed, NodeState, Transfer
from haihe.data.exchange.quality import rulebook
from haihe.data.exchange.quality.models import CarriageState, RejectCarriage, RejectReturn
from haihe.data.exchange.quality.queries import may_keep
from haihe.data.exchange.quality.workflow import CARRIAGE
from haihe.data.exchange.rejects import rejects_csv, rejects_of
from haihe.data.exchange.sources.models import Source
from haihe.data.exchange.sources.operations.moving import wait_after
from haihe.data.exchange.sources.secrets import secret_of
from haihe.data.exchange.sources.sites import site_of

MOST_TRIES: Final = 14
SENDER_GONE, NODE_REFUSED, DAMAGED = "SENDER_GONE", "NODE_REFUSED", "DAMAGED"
_ASK_AGAIN: Final = timedelta(minutes=1)
_LINES: Final = 500
_LIVE: Final = (CarriageState.WAITING, CarriageState.SENT)


def plan_carriage(returned: RejectReturn, *, now: datetime) -> RejectCarriage | None:
    """Plan to carry a return's rejects to where its rows came from; None where nothing there takes files.

    Within the caller's transaction.
    """
    run = returned.run
    to = _sender(run)
    if to is None:
        return None
    return RejectCarriage.objects.create(
        returned=returned, filename=rejects_name(run.filename), planned_at=now, next_try_at=now, **to
    )


def _sender(run: FeedRun) -> dict[str, Any] | None:
    if run.source is not None:
        source = Source.objects.filter(pk=run.source).first()
        takes = source is not None and isinstance(CONNECTORS[source.connector], GivesBack)
        return {"source": run.source} if takes else None
    transfer = Transfer.objects.select_related("feed").filter(run=run.pk).first()
    if transfer is None or transfer.feed is None:
        return None
    path = str(transfer.feed.settings.get("path", "")) if transfer.feed.connector == "folder" else ""
    return {"node": transfer.node_id, "folder": "/".join(part for part in (path.strip("/"), RETURNED) if part)}


def carry_due(*, now: datetime) -> int:
    """Carry what waits, and ask after what was sent to nodes; return how many were looked at."""
    due = RejectCarriage.objects.filter(state__in=_LIVE, next_try_at__lte=now).order_by("next_try_at")
    numbers = list(due.values_list("pk", flat=True))
    for number in numbers:
        carry(number, now=now)
    return len(numbers)


def carry(number: int, *, now: datetime) -> None:
    """Make one try. Does nothing where another process is at it; harmless to repeat."""
    row = RejectCarriage.objects.select_related("returned__run").get(pk=number)
    with exchange.alive(row.returned.run_id) as mine:
        if not mine:
            return
        row.refresh_from_db()
        if row.state not in _LIVE:
            return
        try:
            _TRIES[CarriageState(row.state)](row, now)
        except FetchFailed as failed:
            _go_wrong(row, failed, now)
        except exchange.SnapshotDamaged:
            _end(row, "give_up", now, fault=DAMAGED)


@transaction.atomic
def try_again(actor: Actor, run_id: UUID, *, now: datetime) -> RejectCarriage:
    """Begin anew what was given up. Raises: NotPermitted, ForbiddenMove."""
    row = RejectCarriage.objects.select_for_update(of=("self",)).select_related("returned")
    found = row.filter(returned__run_id=run_id).first()
    if found is None or not may_keep(actor, found.returned.resource):
        raise NotPermitted("the owner's stewards carry rejects")
    found.state = CARRIAGE.move(found.state, "try_again").target
    found.tries, found.next_try_at, found.finished_at, found.dispatch = 0, now, None, None
    found.save()
    return found


def _try(row: RejectCarriage, now: datetime) -> None:
    given = _file_of(row)
    if row.source is None:
        _send(row, given, now)
        return
    source = Source.objects.filter(pk=row.source).first()
    run = row.returned.run
    if source is None or (source.owner, source.resource) != (run.owner, run.resource):
        _end(row, "give_up", now, fault=SENDER_GONE)
        return
    connector = CONNECTORS[source.connector]
    if not isinstance(connector, GivesBack):
        _end(row, "give_up", now, fault=SENDER_GONE)
        return
    settings = read_as(source.settings, connector.settings)
    placed = connector.give_back(settings, secret_of(source), given, site_of(source.owner, now=now))
    _end(row, "finish", now, placed=placed, sha256=given.sha256, size_bytes=given.size)


@transaction.atomic
def _send(row: RejectCarriage, given: GivenBack, now: datetime) -> None:
    """Hand the file to the node's downward store; its receipt is asked for later."""
    run = row.returned.run
    feeds = NodeFeed.objects.filter(node=row.node, resource=run.resource, node__organisation=run.owner)
    if not feeds.filter(node__state=NodeState.JOINED).exists():
        _end(row, "give_up", now, fault=SENDER_GONE)
        return
    content = io.BufferedReader(_Stream(given.pieces()))
    row.dispatch = nodes.send(row.node, filename=row.filename, content=content, folder=row.folder, now=now)
    row.state = CARRIAGE.move(row.state, "send").target
    row.sha256, row.size_bytes, row.next_try_at = given.sha256, given.size, now + _ASK_AGAIN
    row.save()


def _ask(row: RejectCarriage, now: datetime) -> None:
    """Look whether the node's receipt has come: it holds the hash of what lies there."""
    assert row.dispatch is not None  # noqa: S101 - sent with a number
    receipt = nodes.receipt_of(row.dispatch)
    if receipt.state == "DELIVERED":
        _end(row, "finish", now, placed=f"{row.folder}/{row.filename}")
    elif receipt.state == "FAILED":
        _end(row, "give_up", now, fault=NODE_REFUSED, outcome=receipt.reason)
    else:
        RejectCarriage.objects.filter(pk=row.pk).update(next_try_at=now + _ASK_AGAIN)


_TRIES: Final = {CarriageState.WAITING: _try, CarriageState.SENT: _ask}


def _file_of(row: RejectCarriage) -> GivenBack:
    """Return the file, its content made anew each time: it is never laid down plain. Raises: SnapshotDamaged."""
    run = row.returned.run
    pieces = partial(_pieces, run)
    digest, size = hashlib.sha256(), 0
    for piece in pieces():
        digest.update(piece)
        size += len(piece)
    return GivenBack(row.filename, size, digest.hexdigest(), pieces)


def _pieces(run: FeedRun) -> Iterator[bytes]:
    yield b"\xef\xbb\xbf"
    for lines in batched(rejects_csv(rejects_of(run), rulebook.rules_of_run(run)), _LINES, strict=False):
        yield "".join(lines).encode()


def _go_wrong(row: RejectCarriage, failed: FetchFailed, now: datetime) -> None:
    tries = row.tries + 1
    if (not failed.is_transient and failed.fault is not Fault.NOT_PERMITTED) or tries >= MOST_TRIES:
        _end(row, "give_up", now, tries=tries, fault=str(failed.fault), outcome=failed.detail)
        return
    row.state = CARRIAGE.move(row.state, "retry").target
    row.tries, row.fault, row.outcome = tries, str(failed.fault), failed.detail[:300]
    row.next_try_at = now + wait_after(tries, failed)
    row.save()


@transaction.atomic
def _end(row: RejectCarriage, move: str, now: datetime, **told: Any) -> None:
    row.state = CARRIAGE.move(row.state, move).target
    row.fault, row.outcome = "", ""
    for name, value in told.items():
        setattr(row, name, value)
    row.outcome = row.outcome[:300]
    row.finished_at, row.next_try_at = now, None
    row.save()
    if row.state == CarriageState.DONE:
        run = row.returned.run
        FeedRunMove.objects.create(run=run, name="carry_rejects", target=run.state, at=now)


class _Stream(io.RawIOBase):
    """Pieces as a file to read once."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        self._pieces = pieces
        self._rest = b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: "bytearray | memoryview") -> int:  # type: ignore[override]  # only what BufferedReader passes
        self._rest = self._rest or next(self._pieces, b"")
        size = min(len(buffer), len(self._rest))
        buffer[:size] = self._rest[:size]
        self._rest = self._rest[size:]
        return size
