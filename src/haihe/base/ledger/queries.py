"""Reads of the ledger."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import connection
from django.db.models import Max, QuerySet

from haihe.base.ledger import members, packed
from haihe.base.ledger.entries import LedgerEntry, read_entry
from haihe.base.ledger.models import Batch, Record
from haihe.kernel import ledger_proof, merkle

STREAM_ROWS = 5000


class NotRecorded(LookupError):
    """There is no record with this evidence."""


class NotSealedYet(LookupError):
    """The record is there and waits for the next seal, a minute at most."""


class SealBroken(RuntimeError):
    """The record no longer fits its seal: it or the seal was altered. `haihe ledger audit` names what."""


@dataclass(frozen=True, slots=True)
class Filters:
    """What a list of entries is narrowed to; None narrows nothing. `until` is exclusive."""

    consumer: str | None = None
    service: str | None = None
    answer: str | None = None
    kind: str | None = None
    since: datetime | None = None
    until: datetime | None = None


def uses_of_subject(subject_key: bytes, *, before: int | None = None, limit: int = 50) -> list[LedgerEntry]:
    """Return the newest uses of one person's data, those in records of many among them.

    `before` is the seq of the last entry already seen.
    """
    alone = _newest(Record.objects.filter(subject=subject_key.hex()), before, limit)
    among = packed.uses_of(subject_key, before=before, limit=limit, sealed_until=sealed_until())
    return sorted([*alone, *among], key=lambda entry: entry.seq, reverse=True)[:limit]


def use_of_subject(evidence: str, subject_key: bytes) -> LedgerEntry | None:
    """Return what the record of this evidence says of one person; None if it says nothing of them, or isn't there."""
    record = _record(evidence)
    if record is None:
        return None
    if record.kind in packed.OF_MANY:
        sealed = sealed_until()
        return next(iter(packed.uses_of(subject_key, limit=1, sealed_until=sealed, evidence=record.evidence)), None)
    return (
        read_entry(record.seq, record.body, sealed=record.seq <= sealed_until())
        if record.subject == subject_key.hex()
        else None
    )


def entries(filters: Filters = Filters(), *, before: int | None = None, limit: int = 50) -> list[LedgerEntry]:
    """Return the newest entries that pass the filters. Who may see them is the caller's to check."""
    found = Record.objects.all()
    exact = {name: getattr(filters, name) for name in ("consumer", "service", "answer", "kind")}
    found = found.filter(**{name: value for name, value in exact.items() if value is not None})
    if filters.since:
        found = found.filter(at__gte=filters.since)
    if filters.until:
        found = found.filter(at__lt=filters.until)
    return _newest(found, before, limit)


def entry(evidence: str) -> LedgerEntry | None:
    """Return the record with this evidence, or None, also for what is no evidence at all."""
    record = _record(evidence)
    return read_entry(record.seq, record.body, sealed=record.seq <= sealed_until()) if record else None


def sealed_until() -> int:
    """Return the highest seq under a seal, 0 where nothing is sealed."""
    return Batch.objects.aggregate(last=Max("last_seq"))["last"] or 0


def consumers() -> list[str]:
    """Return the codes of all organisations that ever asked, by jumping through the index from one to the next."""
    with connection.cursor() as cursor:
        cursor.execute(
            "WITH RECURSIVE known AS ("
            " (SELECT consumer FROM ledger_record WHERE consumer IS NOT NULL ORDER BY consumer LIMIT 1) UNION ALL"
            " SELECT (SELECT r.consumer FROM ledger_record r WHERE r.consumer > known.consumer"
            "         ORDER BY r.consumer LIMIT 1)"
            " FROM known WHERE known.consumer IS NOT NULL"
            ") SELECT consumer FROM known WHERE consumer IS NOT NULL"
        )
        return [code for (code,) in cursor.fetchall()]


def export(evidence: str) -> bytes:
    """Return the proof file of a record. Raises: NotRecorded, NotSealedYet, SealBroken."""
    record = _record(evidence)
    if record is None:
        raise NotRecorded(evidence)
    batch = Batch.objects.filter(first_seq__lte=record.seq, last_seq__gte=record.seq).first()
    if batch is None:
        raise NotSealedYet(evidence)
    data = _prove(record, batch)
    if not ledger_proof.verify_proof(data).valid:
        raise SealBroken(evidence)
    return data


def export_use(evidence: str, subject_key: bytes) -> bytes:
    """Return the proof file of what the record says of one person, and of nobody else. Raises: as `export`."""
    record = _record(evidence)
    if record is None or use_of_subject(evidence, subject_key) is None:
        raise NotRecorded(evidence)
    data = export(evidence)
    if record.kind not in packed.OF_MANY:
        return data
    try:
        data = packed.with_use(data, seq=record.seq, subject_key=subject_key)
    except (LookupError, ValueError):
        raise SealBroken(evidence) from None
    if not ledger_proof.verify_proof(data).valid:
        raise SealBroken(evidence)
    return data


def stream(*, after: int, upto: int) -> Iterator[tuple[int, UUID, str, str, str | None]]:
    """Yield (seq, evidence, body, kind, answer) in order of seq, some thousand rows in memory at a time."""
    while after < upto:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT seq, evidence, body, kind, answer FROM ledger_record"
                " WHERE seq > %s AND seq <= %s ORDER BY seq LIMIT %s",
                [after, upto, STREAM_ROWS],
            )
            rows = cursor.fetchall()
        yield from rows
        if len(rows) < STREAM_ROWS:
            return
        after = rows[-1][0]


def _prove(record: Record, batch: Batch) -> bytes:
    listed = bytes(batch.members)
    index = members.place_of(listed, record.seq)
    if index is None:
        raise SealBroken(f"record {record.seq} was slipped into a sealed batch")
    path = merkle.inclusion_proof(members.leaves(listed), index)
    return ledger_proof.write_proof(
        ledger_proof.Proof(
            record=record.body,
            index=index,
            path=tuple(part.hex() for part in path),
            header=batch.header,
            signature=batch.signature,
            public_key=batch.public_key,
        )
    )


def _record(evidence: str) -> Record | None:
    try:
        return Record.objects.filter(evidence=UUID(evidence)).first()
    except ValueError:
        return None


def _newest(found: "QuerySet[Record]", before: int | None, limit: int) -> list[LedgerEntry]:
    if before is not None:
        found = found.filter(seq__lt=before)
    sealed = sealed_until()
    rows = found.order_by("-seq").values_list("seq", "body")[:limit]
    return [read_entry(seq, body, sealed=seq <= sealed) for seq, body in rows]
