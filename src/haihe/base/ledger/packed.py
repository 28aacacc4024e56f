"""Uses in records of many: found by person, proved one by one."""

from dataclasses import replace
from uuid import UUID

from django.db import connection

from haihe.base.ledger.entries import LedgerEntry, read_use
from haihe.kernel import ledger_proof, packed_uses

OF_MANY = frozenset({"BATCH_VERIFY", "SUBSCRIBE", "COMPARE", "DELIVER"})
"""The kinds of records that are about many persons."""
OF_MANY_SQL = "(" + ", ".join(f"'{kind}'" for kind in sorted(OF_MANY)) + ")"
"""The same for a query's text, so that the index on just these kinds serves it."""
_OF_SUBJECT = """
SELECT use.seq, record.body, get_byte(packed.uses, 17 * use.place + 16)
FROM ledger_use AS use JOIN ledger_record AS record USING (seq) JOIN ledger_packed AS packed USING (seq)
WHERE use.subject = %(subject)s AND use.seq < %(before)s AND (%(evidence)s::uuid IS NULL OR evidence = %(evidence)s)
ORDER BY use.seq DESC LIMIT %(limit)s
"""
_LAST = 2**63 - 1


def uses_of(
    subject_key: bytes, *, before: int | None = None, limit: int, sealed_until: int, evidence: UUID | None = None
) -> list[LedgerEntry]:
    """Return one person's uses in records of many, the newest first; `evidence` narrows them to one record."""
    with connection.cursor() as cursor:
        cursor.execute(
            _OF_SUBJECT,
            {
                "subject": UUID(bytes=subject_key),
                "before": _LAST if before is None else before,
                "evidence": evidence,
                "limit": limit,
            },
        )
        rows = cursor.fetchall()
    return [read_use(seq, body, subject_key, code, sealed=seq <= sealed_until) for seq, body, code in rows]


def with_use(proof: bytes, *, seq: int, subject_key: bytes) -> bytes:
    """Return the proof file of the record made one of a single person's use in it. Raises: LookupError."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT seed, uses, place FROM ledger_use JOIN ledger_packed USING (seq) WHERE subject = %s AND seq = %s",
            [UUID(bytes=subject_key), seq],
        )
        row = cursor.fetchone()
    if row is None:
        raise LookupError(seq)
    seed, uses, place = row
    use = packed_uses.show(bytes(seed), bytes(uses), place)
    return ledger_proof.write_proof(replace(ledger_proof.read_proof(proof), use=use))
