"""Uses of many persons' data at once, for those who follow up on what was told about them."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from django.db import connection

from haihe.base.ledger.entries import LedgerEntry, read_entry, read_use
from haihe.base.ledger.queries import sealed_until

_ALONE = """
SELECT seq, body FROM ledger_record WHERE subject = ANY(%(subjects)s) AND at >= %(since)s ORDER BY seq
"""
_AMONG_MANY = """
SELECT use.seq, record.body, use.subject, get_byte(packed.uses, 17 * use.place + 16)
FROM ledger_use AS use JOIN ledger_record AS record USING (seq) JOIN ledger_packed AS packed USING (seq)
WHERE use.subject = ANY(%(subjects)s) AND record.at >= %(since)s ORDER BY use.seq
"""


def uses_of_subjects(subject_keys: Collection[bytes], *, since: datetime) -> list[LedgerEntry]:
    """Return all uses of these persons' data at or after the moment, the oldest first.

    Each entry is one person's (`subject`), of a record of many too.
    """
    if not subject_keys:
        return []
    sealed = sealed_until()
    with connection.cursor() as cursor:
        cursor.execute(_ALONE, {"subjects": [key.hex() for key in subject_keys], "since": since})
        alone = [read_entry(seq, body, sealed=seq <= sealed) for seq, body in cursor.fetchall()]
        cursor.execute(_AMONG_MANY, {"subjects": [UUID(bytes=key) for key in subject_keys], "since": since})
        among = [
            read_use(seq, body, subject.bytes, code, sealed=seq <= sealed)
            for seq, body, subject, code in cursor.fetchall()
        ]
    return sorted([*alone, *among], key=lambda entry: entry.seq)
