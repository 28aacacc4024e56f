"""Carry the journal to the ledger: append first, delete after, so nothing is lost; `evidence` makes it exactly once.

A kill between the two leaves batches that were appended already; `ledger_append` passes over what it knows.
"""

import json
import logging
import time
from collections.abc import Callable
from dataclasses import dataclass

import psycopg

from haihe.gateway.journal import Journal
from haihe.gateway.packed import unpack
from haihe.telemetry import tracing

BATCH_RECORDS = 2000
_APPEND = "SELECT ledger_append(%s::text[])"
_APPEND_PACKED = "SELECT ledger_append_packed(%s::text[], %s::bytea[], %s::bytea[])"
_log = logging.getLogger("haihe.gateway.shipper")


@dataclass(frozen=True, slots=True)
class Shipped:
    """`left` counts what still waits; `oldest_at` is the time (RFC 3339) of the oldest of them."""

    records: int
    left: int
    oldest_at: str | None


def ship(journal: Journal, connection: psycopg.Connection[tuple[object, ...]], *, batch: int = BATCH_RECORDS) -> int:
    """Ship the oldest batches, in a transaction of their own. Return how many records; 0 when nothing waits.

    Raises: psycopg.Error, with nothing deleted; JournalError.
    """
    shipment = journal.oldest(at_most=batch)
    if shipment.empty:
        return 0
    packed = [unpack(one) for one in shipment.packed]
    started = time.time_ns()
    with connection.transaction():
        if shipment.records:
            connection.execute(_APPEND, ([record.decode() for record in shipment.records],))
        if packed:
            bodies, seeds, uses = zip(*packed, strict=True)
            connection.execute(_APPEND_PACKED, ([body.decode() for body in bodies], list(seeds), list(uses)))
    for parent in shipment.traces:
        tracing.note("ledger append", {}, parent=parent, started_ns=started, ended_ns=time.time_ns())
    # Only now: the transaction is committed and the records are the ledger's.
    journal.remove(shipment.keys, shipment.packed_keys)
    return len(shipment.records) + len(packed)


def ship_all(
    journal: Journal,
    connection: psycopg.Connection[tuple[object, ...]],
    *,
    stop: Callable[[], bool] = lambda: False,
    batch: int = BATCH_RECORDS,
) -> Shipped:
    """Ship until nothing waits or `stop` says so."""
    journal.free_dead_readers()
    shipped = 0
    while not stop() and (count := ship(journal, connection, batch=batch)):
        shipped += count
    left = journal.backlog()
    oldest_at = json.loads(left.oldest)["at"] if left.oldest else None
    return Shipped(shipped, left.records, oldest_at)
