"""Writes: append records, seal batches. Nothing else changes the ledger."""

from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime
from functools import partial
from hashlib import sha256

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Max
from django.db.utils import OperationalError

from haihe.base.keys.api import keyring
from haihe.base.ledger import witness
from haihe.base.ledger.members import Member
from haihe.base.ledger.models import Batch, Record
from haihe.base.ledger.queries import stream
from haihe.kernel import canonical, ledger_proof
from haihe.kernel.ledger_proof import BatchHeader
from haihe.kernel.merkle import RunningRoot, leaf_hash

BATCH_RECORDS = 65_536
_LOCKS = 7010001
_WRITERS, _SEALER = 1, 2
_WAIT_FOR_WRITERS_MS = 5000


class WritersBusy(RuntimeError):
    """A transaction that appends has been open for seconds; the next minute's seal takes its records too."""


def append(bodies: Sequence[bytes]) -> int:
    """Append canonical bodies within the caller's transaction; return how many were new.

    The caller should commit soon: an open append holds up the next seal.

    Raises: NotCanonical; IntegrityError or DataError for a body that the ledger's own rules refuse.
    """
    for body in bodies:
        canonical.loads(body)
    with connection.cursor() as cursor:
        cursor.execute("SELECT ledger_append(%s::text[])", [[body.decode() for body in bodies]])
        return int(cursor.fetchone()[0])


def seal_pending(*, now: datetime) -> Batch | None:
    """Seal the oldest unsealed records, 65,536 at most, as one batch. Call again until it returns None.

    Raises: WritersBusy.
    """
    settled = _settled_seq()
    with transaction.atomic():
        # One sealer at a time: two would fork the chain (the table's constraints would stop the second).
        _lock("pg_advisory_xact_lock", _SEALER)
        last = Batch.objects.order_by("-number").defer("members").first()
        batch = _gather(last, settled, now)
        if batch is None:
            return None
        _insert(batch)
        write = partial(witness.write, settings.HAIHE.data_dir, header=batch.header, signature=batch.signature)
        transaction.on_commit(write)
    return batch


def _settled_seq() -> int:
    """Return a seq up to which no record can appear any more."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"SET LOCAL lock_timeout = {_WAIT_FOR_WRITERS_MS}")
            _lock("pg_advisory_xact_lock", _WRITERS)
            cursor.execute("SET LOCAL lock_timeout = 0")
            return Record.objects.aggregate(last=Max("seq"))["last"] or 0
    except OperationalError as reason:
        if getattr(reason.__cause__, "sqlstate", None) == "55P03":
            raise WritersBusy from reason
        raise


def _lock(function: str, key: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {function}(%s, %s)", [_LOCKS, key])


def _gather(last: Batch | None, settled: int, now: datetime) -> Batch | None:
    running, members, counts = RunningRoot(), bytearray(), Counter[str]()
    first_seq = seq = 0
    for seq, evidence, body, kind, answer in stream(after=last.last_seq if last else 0, upto=settled):
        first_seq = first_seq or seq
        member = Member(seq, evidence, leaf_hash(body.encode()))
        running.add(member.leaf)
        members += member.pack()
        counts[answer or kind] += 1
        if running.size == BATCH_RECORDS:
            break
    if not running.size:
        return None
    header = BatchHeader(
        number=last.number + 1 if last else 1,
        first_seq=first_seq,
        last_seq=seq,
        size=running.size,
        root=running.value().hex(),
        index_hash=sha256(members).hexdigest(),
        previous=ledger_proof.header_hash(last.header) if last else ledger_proof.FIRST_PREVIOUS,
        sealed_at=now.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        counts=dict(counts),
    )
    return _sign(header, bytes(members))


def _sign(header: BatchHeader, members: bytes) -> Batch:
    key, text = keyring().ledger_private_key, header.text()
    return Batch(
        number=header.number,
        header=text,
        signature=ledger_proof.sign_header(text, key),
        public_key=ledger_proof.public_key_hex(key),
        members=members,
        first_seq=header.first_seq,
        last_seq=header.last_seq,
        size=header.size,
        previous=header.previous,
    )


def _insert(batch: Batch) -> None:
    # By hand: the other columns are generated, and Django would write them.
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO ledger_batch (header, signature, public_key, members) VALUES (%s, %s, %s, %s)",
            [batch.header, batch.signature, batch.public_key, bytes(batch.members)],
        )
