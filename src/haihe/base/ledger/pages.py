"""What the auditor's pages show, and to whom. Every function here checks its actor; the queries below do not."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from haihe.base.accounts.api import Actor, Role, require
from haihe.base.ledger.audit import Finding
from haihe.base.ledger.entries import LedgerEntry
from haihe.base.ledger.figures import Counts, counts
from haihe.base.ledger.further import Offer, offers
from haihe.base.ledger.models import AuditRun
from haihe.base.ledger.queries import Filters, NotRecorded, NotSealedYet, SealBroken, consumers, entries, entry, export
from haihe.kernel.ledger_proof import BatchHeader, read_proof, verify_proof
from haihe.kernel.merkle import path_sides

PAGE_ROWS = 50


@dataclass(frozen=True, slots=True)
class AuditResult:
    """The last audit that ended."""

    finished_at: datetime
    clean: bool
    records: int
    batches: int
    findings: tuple[Finding, ...]
    more: int


@dataclass(frozen=True, slots=True)
class AuditorPage:
    """The list with its figures. `older` is the cursor of the next page, None on the last."""

    counts: Counts
    audit: AuditResult | None
    rows: list[LedgerEntry]
    consumers: list[str]
    older: int | None
    may_audit: bool


@dataclass(frozen=True, slots=True)
class PathStep:
    """One hash on the way from the record to the batch's root; `side` is where it stands, LEFT or RIGHT."""

    number: int
    side: str
    digest: str


@dataclass(frozen=True, slots=True)
class Seal:
    """The seal of one record, checked anew when the page was asked for."""

    header: BatchHeader
    sealed_at: datetime
    place: int
    path: list[PathStep]
    signature: str
    public_key: str


@dataclass(frozen=True, slots=True)
class RecordPage:
    """One record. `seal` is None where it waits for the next seal or, `broken`, no longer fits its seal."""

    entry: LedgerEntry
    seal: Seal | None
    broken: bool
    may_export: bool
    sees_subject: bool
    offers: tuple[Offer, ...]


def auditor_page(actor: Actor, filters: Filters, *, before: int | None) -> AuditorPage:
    """Raises: NotPermitted, unless the actor is an auditor or operator."""
    require(actor, Role.AUDITOR, Role.OPERATOR)
    rows = entries(filters, before=before, limit=PAGE_ROWS + 1)
    shown = rows[:PAGE_ROWS]
    return AuditorPage(
        counts=counts(),
        audit=_last_audit(),
        rows=_fit_to_see(actor, shown),
        consumers=consumers(),
        older=shown[-1].seq if len(rows) > PAGE_ROWS else None,
        may_audit=actor.has(Role.AUDITOR),
    )


def record_page(actor: Actor, evidence: str) -> RecordPage:
    """Raises: NotPermitted, unless the actor is an auditor or operator; NotRecorded."""
    require(actor, Role.AUDITOR, Role.OPERATOR)
    found = entry(evidence)
    if found is None:
        raise NotRecorded(evidence)
    seal, broken = None, False
    try:
        seal = _seal(export(found.evidence))
    except NotSealedYet:
        pass
    except SealBroken:
        broken = True
    is_auditor = actor.has(Role.AUDITOR)
    [shown] = _fit_to_see(actor, [found])
    return RecordPage(
        shown,
        seal,
        broken,
        may_export=is_auditor and seal is not None,
        sees_subject=is_auditor,
        offers=offers() if is_auditor and found.grant and found.problem is None else (),
    )


def proof_file(actor: Actor, evidence: str) -> bytes:
    """Raises: NotPermitted, unless the actor is an auditor (the file names the subject's key); those of `export`."""
    require(actor, Role.AUDITOR)
    return export(evidence)


def request_audit(actor: Actor) -> bool:
    """Ask the worker to audit the whole ledger now. Return False where that was asked already.

    Raises: NotPermitted, unless the actor is an auditor.
    """
    from django.db import transaction
    from procrastinate.exceptions import AlreadyEnqueued

    from haihe.base.ledger import tasks

    require(actor, Role.AUDITOR)
    try:
        with transaction.atomic():
            tasks.audit.configure().defer(timestamp=0)
    except AlreadyEnqueued:
        return False
    return True


def _fit_to_see(actor: Actor, found: Iterable[LedgerEntry]) -> list[LedgerEntry]:
    """Subject keys tell two records of one person apart from others': for auditors only."""
    return list(found) if actor.has(Role.AUDITOR) else [replace(one, subject=None) for one in found]


def _last_audit() -> AuditResult | None:
    run = AuditRun.objects.first()
    if run is None:
        return None
    told = run.report
    findings = tuple(Finding(**finding) for finding in told["findings"])
    return AuditResult(run.finished_at, run.is_clean, told["sealed"], told["batches"], findings, told["more"])


def _seal(data: bytes) -> Seal:
    header = verify_proof(data).header
    if header is None:
        raise TypeError("export gives good proofs only")
    proof = read_proof(data)
    sides = path_sides(index=proof.index, size=header.size)
    path = [PathStep(n, side, digest) for n, (side, digest) in enumerate(zip(sides, proof.path, strict=True), 1)]
    return Seal(
        header, datetime.fromisoformat(header.sealed_at), proof.index + 1, path, proof.signature, proof.public_key
    )
