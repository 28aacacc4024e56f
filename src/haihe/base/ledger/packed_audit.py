"""Recompute the roots of records of many from what stands beside them, and hold the finding list to it."""

import json
from collections import Counter
from uuid import UUID

from django.db import connection

from haihe.kernel import packed_uses
from haihe.kernel.packed_uses import OUTCOMES, SUBJECT_BYTES, USE_BYTES

_PACKED = "SELECT seed, uses FROM ledger_packed WHERE seq = %s"
_LISTED = "SELECT subject FROM ledger_use WHERE seq = %s ORDER BY place"


def fault_of(seq: int, body: str) -> str | None:
    """Return what is wrong with the uses of a record of many, or None. The body itself was found unaltered."""
    with connection.cursor() as cursor:
        cursor.execute(_PACKED, [seq])
        row = cursor.fetchone()
        cursor.execute(_LISTED, [seq])
        listed = [subject for (subject,) in cursor.fetchall()]
    told = json.loads(body).get("uses")
    if told is None:
        # Of a cursor alone: about nobody.
        return None if row is None else "it has uses, and says nothing of them"
    if row is None:
        return "its uses are no longer in the table"
    seed, uses = bytes(row[0]), bytes(row[1])
    try:
        same = packed_uses.root(seed, uses).hex() == told["root"] and len(uses) == USE_BYTES * told["size"]
    except ValueError:
        same = False
    if not same:
        return "its uses are not those that were sealed"
    if _answers(uses) != +Counter(told["answers"]):
        return "its counts say something else than its uses"
    subjects = [UUID(bytes=uses[start : start + SUBJECT_BYTES]) for start in range(0, len(uses), USE_BYTES)]
    return None if subjects == listed else "not everybody in it is found by it"


def _answers(uses: bytes) -> Counter[str]:
    codes = Counter(uses[SUBJECT_BYTES::USE_BYTES])
    counted: Counter[str] = Counter()
    for code, count in codes.items():
        counted[OUTCOMES[code][0].value] += count
    return counted
