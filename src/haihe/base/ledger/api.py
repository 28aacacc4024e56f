"""What neighbours may use of the ledger."""

from haihe.base.ledger.audit import AuditReport, Finding, audit
from haihe.base.ledger.daily import DayCounts, counts_by_day
from haihe.base.ledger.entries import LedgerEntry
from haihe.base.ledger.figures import Counts, Unsealed, counts, unsealed
from haihe.base.ledger.further import offer_beside_records
from haihe.base.ledger.heads import Head, RecordedHead, append_heads, recorded_heads
from haihe.base.ledger.models import Batch
from haihe.base.ledger.operations import WritersBusy, append, seal_pending
from haihe.base.ledger.queries import (
    Filters,
    NotRecorded,
    NotSealedYet,
    SealBroken,
    entries,
    entry,
    export,
    export_use,
    sealed_until,
    use_of_subject,
    uses_of_subject,
)
from haihe.base.ledger.uses_by_case import CaseUses, uses_by_case
from haihe.base.ledger.uses_of_many import UseOfMany, append_uses
from haihe.base.ledger.uses_of_subjects import uses_of_subjects
from haihe.kernel.ledger_proof import Verdict
from haihe.kernel.ledger_proof import verify_proof as verify_export

__all__ = [
    "AuditReport",
    "Batch",
    "CaseUses",
    "Counts",
    "DayCounts",
    "Filters",
    "Finding",
    "Head",
    "LedgerEntry",
    "NotRecorded",
    "NotSealedYet",
    "RecordedHead",
    "SealBroken",
    "Unsealed",
    "UseOfMany",
    "Verdict",
    "WritersBusy",
    "append",
    "append_heads",
    "append_uses",
    "audit",
    "counts",
    "counts_by_day",
    "entries",
    "entry",
    "export",
    "export_use",
    "offer_beside_records",
    "recorded_heads",
    "seal_pending",
    "sealed_until",
    "unsealed",
    "use_of_subject",
    "uses_by_case",
    "uses_of_subject",
    "uses_of_subjects",
    "verify_export",
]
