"""Evidence of one exchange for those it concerns: both departments, the person, the auditor."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from haihe.base.accounts.api import Actor, Role
from haihe.base.keys.api import keyring
from haihe.base.ledger import api as ledger
from haihe.data.sharing.errors import NotFound
from haihe.data.sharing.models import Grant
from haihe.kernel.evidence import BadEvidence, GrantTerms, write_evidence
from haihe.kernel.suites import SUITES

_OFFICE = (Role.STEWARD, Role.APPROVER)


@dataclass(frozen=True, slots=True)
class EvidencedUse:
    """An exchange that was answered, with the grant it was under. `own` where the reader is the person."""

    entry: ledger.LedgerEntry
    grant: Grant
    own: bool


def evidenced_use(actor: Actor, number: str) -> EvidencedUse:
    """Return the exchange, if it concerns the actor. Raises: NotFound, also for what was refused."""
    entry = ledger.entry(number)
    if entry is None or entry.grant is None or entry.kind == "REFUSED":
        raise NotFound
    own = ledger.use_of_subject(number, actor.subject_key) if actor.subject_key and actor.has(Role.CITIZEN) else None
    mine = actor.organisations(*_OFFICE)
    if own is None and not actor.has(Role.AUDITOR) and mine.isdisjoint({entry.consumer or "", entry.owner or ""}):
        raise NotFound
    grant = Grant.objects.select_related("service", "request").filter(pk=UUID(entry.grant)).first()
    if grant is None:
        raise NotFound
    return EvidencedUse(own or entry, grant, own is not None)


def evidence_file(actor: Actor, number: str, *, suite: str, now: datetime) -> bytes:
    """Return the signed file. Raises: NotFound, ledger.NotSealedYet, ledger.SealBroken."""
    use = evidenced_use(actor, number)
    if suite not in SUITES:
        raise NotFound
    # Of a record of many the person gets the own line proved, and the department the part as a whole.
    in_person = use.own and actor.subject_key is not None
    proof = ledger.export_use(number, actor.subject_key or b"") if in_person else ledger.export(number)
    try:
        return write_evidence(
            proof,
            terms(use.grant),
            suite=SUITES[suite],
            seed=keyring().evidence_seed(suite),
            issued_at=now.isoformat(timespec="seconds"),
        )
    except BadEvidence as reason:
        # The record was written under this grant: if they differ now, one of the two was altered.
        raise ledger.SealBroken(number) from reason


def terms(row: Grant) -> GrantTerms:
    """Return a grant's terms as evidence states them."""
    asked = row.request
    return GrantTerms(
        id=str(row.id),
        request=asked.number,
        consumer=row.organisation,
        owner=row.owner,
        resource=row.service.resource,
        service=row.service.slug,
        scope={name: row.service.title_of(name) for name in row.scope},
        purposes=tuple(row.purposes),
        item=row.item,
        legal_basis=row.legal_basis,
        scenario=asked.scenario,
        valid_from=row.valid_from.isoformat(),
        valid_until=row.valid_until.isoformat(),
        quota_per_day=row.quota_per_day,
        requested_at=asked.created_at.isoformat(),
        office_approved_at=asked.office_approved_at.isoformat() if asked.office_approved_at else None,
        decided_at=asked.decided_at.isoformat() if asked.decided_at else None,
        decided_by_rule=asked.decided_by_rule,
    )


def public_keys() -> dict[str, str]:
    """Return the public key (hex) by suite."""
    return {name: suite.public_key(keyring().evidence_seed(name)).hex() for name, suite in SUITES.items()}
