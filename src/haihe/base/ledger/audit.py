"""Recompute every seal from the records themselves, and name what does not fit.

It trusts nothing in the database but what the installation's own key signed. Memory: one batch's member list.
"""

import json
import struct
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field
from datetime import datetime
from hashlib import sha256
from itertools import pairwise
from uuid import UUID

from django.conf import settings
from django.db import connection
from django.db.models import Max

from haihe.base.keys.api import keyring
from haihe.base.ledger import witness
from haihe.base.ledger.members import Member, unpack
from haihe.base.ledger.models import AuditRun, Batch, Record
from haihe.base.ledger.packed import OF_MANY
from haihe.base.ledger.packed_audit import fault_of
from haihe.base.ledger.queries import STREAM_ROWS
from haihe.kernel import ledger_proof
from haihe.kernel.ledger_proof import BadProof, BatchHeader
from haihe.kernel.merkle import RunningRoot, leaf_hash

MOST_FINDINGS = 1000

ALTERED = "ALTERED"
MISSING = "MISSING"
FORGED = "FORGED"
COLUMNS_DIFFER = "COLUMNS_DIFFER"
USES_DIFFER = "USES_DIFFER"
BATCH_BROKEN = "BATCH_BROKEN"
CHAIN_BROKEN = "CHAIN_BROKEN"

_ROWS = """
SELECT seq, evidence, body, kind, consumer, service, answer, subject, at
FROM ledger_record WHERE seq > %s AND seq <= %s ORDER BY seq LIMIT %s
"""
_TEXTS = ("kind", "consumer", "service", "answer", "subject")


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is not as it was sealed: a record (by seq and evidence) or a batch (by number)."""

    kind: str
    batch: int | None
    seq: int | None
    evidence: str | None
    detail: str


@dataclass(frozen=True, slots=True)
class AuditReport:
    """What an audit saw. `findings` holds the first thousand; `more` counts the rest."""

    batches: int
    sealed: int
    unsealed: int
    last_sealed_at: str | None
    findings: tuple[Finding, ...]
    more: int

    @property
    def clean(self) -> bool:
        return not self.findings


@dataclass(slots=True)
class _Audit:
    public_key: str
    findings: list[Finding] = field(default_factory=list)
    more: int = 0
    records: int = 0

    def find(self, kind: str, detail: str, *, batch: int | None = None, member: Member | None = None) -> None:
        if len(self.findings) == MOST_FINDINGS:
            self.more += 1
            return
        seq, evidence = (member.seq, str(member.evidence)) if member else (None, None)
        self.findings.append(Finding(kind, batch, seq, evidence, detail))


@dataclass(frozen=True, slots=True)
class _Row:
    member: Member
    body: str
    texts: tuple[str | None, ...]
    at: datetime

    def columns_fit(self) -> bool:
        """Tell whether the generated columns still say what the body says."""
        try:
            # As ledger_told reads it.
            told = json.loads(self.body.replace(r"\u0000", r"\ufffd"))
            same = UUID(told["evidence"]) == self.member.evidence and datetime.fromisoformat(told["at"]) == self.at
            return same and tuple(told.get(name) for name in _TEXTS) == self.texts
        except (ValueError, TypeError, KeyError, AttributeError):
            return False


def audit() -> AuditReport:
    """Check every batch and every record under it against the signatures. Reads only; takes minutes for millions."""
    state = _Audit(public_key=ledger_proof.public_key_hex(keyring().ledger_private_key))
    numbers = list(Batch.objects.order_by("number").values_list("number", flat=True))
    before: Batch | None = None
    for number in numbers:
        batch = Batch.objects.get(number=number)
        _check_batch(state, batch, before)
        before = batch
    _check_witness(state)
    last_seq = before.last_seq if before else 0
    return AuditReport(
        batches=len(numbers),
        sealed=state.records,
        unsealed=Record.objects.filter(seq__gt=last_seq).count(),
        last_sealed_at=_sealed_at(before),
        findings=tuple(state.findings),
        more=state.more,
    )


def record_audit(*, clock: Callable[[], datetime]) -> AuditRun:
    """Audit and keep the result."""
    started_at = clock()
    report = audit()
    return AuditRun.objects.create(
        started_at=started_at, finished_at=clock(), is_clean=report.clean, report=asdict(report)
    )


def _check_batch(state: _Audit, batch: Batch, before: Batch | None) -> None:
    try:
        header = _signed_header(state, batch)
    except BadProof as reason:
        state.find(BATCH_BROKEN, f"records {batch.first_seq} to {batch.last_seq}: {reason}", batch=batch.number)
        return
    _check_chain(state, header, before)
    start = _start(header, before)
    packed = bytes(batch.members)
    if sha256(packed).hexdigest() == header.index_hash:
        _compare(state, header, list(unpack(packed)), start)
    else:
        _check_without_members(state, header, packed, start)


def _signed_header(state: _Audit, batch: Batch) -> BatchHeader:
    if batch.public_key != state.public_key:
        raise BadProof("the batch is signed with a key that is not this installation's")
    ledger_proof.check_signature(batch.header, signature=batch.signature, public_key=state.public_key)
    header = ledger_proof.read_header(batch.header)
    if (header.number, header.first_seq, header.last_seq) != (batch.number, batch.first_seq, batch.last_seq):
        raise BadProof("the columns of the batch differ from its signed header")
    return header


def _check_chain(state: _Audit, header: BatchHeader, before: Batch | None) -> None:
    expected = ledger_proof.header_hash(before.header) if before else ledger_proof.FIRST_PREVIOUS
    number, last_seq = (before.number, before.last_seq) if before else (0, 0)
    if header.number != number + 1:
        gone = f"{number + 1}" if header.number == number + 2 else f"{number + 1} to {header.number - 1}"
        state.find(CHAIN_BROKEN, f"batch {gone} is missing", batch=header.number)
    elif header.previous != expected or header.first_seq <= last_seq:
        state.find(CHAIN_BROKEN, "the batch does not follow the one before it", batch=header.number)


def _start(header: BatchHeader, before: Batch | None) -> int:
    """Return the seq after which this batch begins: nothing may hide between two batches or before the first."""
    if header.number == 1:
        return -(2**63)
    # Where the batch before is gone its records are nobody's: the missing batch is the finding, not each of them.
    return before.last_seq if before and before.number == header.number - 1 else header.first_seq - 1


def _compare(state: _Audit, header: BatchHeader, members: list[Member], start: int) -> None:
    """Walk the sealed list and the table side by side, both in order of seq."""
    sealed = iter(members)
    expected = next(sealed, None)
    for row in _rows(after=start, upto=header.last_seq):
        state.records += 1
        while expected is not None and expected.seq < row.member.seq:
            state.find(MISSING, "sealed, and no longer in the table", batch=header.number, member=expected)
            expected = next(sealed, None)
        if expected is None or expected.seq > row.member.seq:
            state.find(FORGED, "put into a batch that was sealed without it", batch=header.number, member=row.member)
            continue
        _check_row(state, header, expected, row)
        expected = next(sealed, None)
    for missing in filter(None, (expected, *sealed)):
        state.find(MISSING, "sealed, and no longer in the table", batch=header.number, member=missing)


def _check_row(state: _Audit, header: BatchHeader, sealed: Member, row: _Row) -> None:
    if row.member.leaf != sealed.leaf:
        state.find(ALTERED, "its text is not what was sealed", batch=header.number, member=sealed)
    elif not row.columns_fit():
        state.find(COLUMNS_DIFFER, "its columns say something else than its text", batch=header.number, member=sealed)
    elif row.texts[0] in OF_MANY and (fault := fault_of(row.member.seq, row.body)) is not None:
        state.find(USES_DIFFER, fault, batch=header.number, member=sealed)


def _check_without_members(state: _Audit, header: BatchHeader, packed: bytes, start: int) -> None:
    """The member list itself was altered: the signed root still tells whether all records together are intact."""
    running = RunningRoot()
    for row in _rows(after=start, upto=header.last_seq):
        state.records += 1
        running.add(row.member.leaf)
    intact = running.value().hex() == header.root
    told = "its records are intact" if intact else _suspects(header, packed)
    state.find(BATCH_BROKEN, f"the list of its records was altered; {told}", batch=header.number)


def _suspects(header: BatchHeader, packed: bytes) -> str:
    try:
        ordered = all(a.seq < b.seq for a, b in pairwise(unpack(packed)))
    except struct.error:
        ordered = False
    shape = "" if ordered else " (the list is not even in order)"
    return f"one or more of records {header.first_seq} to {header.last_seq} were altered too{shape}"


def _check_witness(state: _Audit) -> None:
    try:
        head = witness.read(settings.HAIHE.data_dir)
        if head is None:
            return
        ledger_proof.check_signature(head.header, signature=head.signature, public_key=state.public_key)
        number = ledger_proof.read_header(head.header).number
    except ValueError as reason:
        state.find(CHAIN_BROKEN, f"the witness {witness.FILE_NAME} is not good: {reason}")
        return
    known = Batch.objects.filter(number=number).values_list("header", flat=True).first()
    if known != head.header:
        last = Batch.objects.aggregate(last=Max("number"))["last"] or 0
        told = f"the ledger now ends at batch {last}" if last < number else "the ledger's is another"
        state.find(CHAIN_BROKEN, f"the witness saw batch {number}; {told}", batch=number)


def _rows(*, after: int, upto: int) -> Iterator[_Row]:
    while after < upto:
        with connection.cursor() as cursor:
            cursor.execute(_ROWS, [after, upto, STREAM_ROWS])
            rows = cursor.fetchall()
        for seq, evidence, body, *texts, at in rows:
            yield _Row(Member(seq, evidence, leaf_hash(body.encode())), body, tuple(texts), at)
        if len(rows) < STREAM_ROWS:
            return
        after = rows[-1][0]


def _sealed_at(batch: Batch | None) -> str | None:
    try:
        return ledger_proof.read_header(batch.header).sealed_at if batch else None
    except BadProof:
        return None
