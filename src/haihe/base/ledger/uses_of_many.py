"""Records about many persons whom one act touches alike: a comparison of registers, a table handed over."""

import os
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import batched
from typing import Final
from uuid import UUID

import uuid_utils
from django.db import connection

from haihe.kernel import canonical, packed_uses
from haihe.kernel.answers import Answer, QueryAnswer

MOST_IN_A_RECORD: Final = 10_000
_TOLD: Final = {"COMPARE": Answer.MATCH, "DELIVER": QueryAnswer.FOUND}


@dataclass(frozen=True, slots=True, kw_only=True)
class UseOfMany:
    """What was done with many persons' data, by whom, under which grant. `kind` is COMPARE or DELIVER.

    `case` is the number of the run or delivery, `fields` what was compared or handed over, `client` the part of
    Haihe or the system that did it.
    """

    kind: str
    consumer: str
    client: str
    owner: str
    service: str
    resource: str
    grant: UUID
    purpose: str
    legal_basis: str
    case: str
    fields: tuple[str, ...]
    snapshot: str
    as_of: datetime


def append_uses(use: UseOfMany, subjects: Iterable[bytes], *, now: datetime) -> list[str]:
    """Append records naming every subject key once, 10,000 in each, within the caller's transaction.

    Return their evidence numbers; none where there are no subjects. What is handed out must wait for the commit.
    """
    unique = dict.fromkeys(subjects)
    return [_append(use, part, now) for part in batched(unique, MOST_IN_A_RECORD, strict=False)]


def _append(use: UseOfMany, subjects: tuple[bytes, ...], now: datetime) -> str:
    told = _TOLD[use.kind]
    seed = os.urandom(packed_uses.SEED_BYTES)
    packed = packed_uses.pack(subjects, bytes([packed_uses.CODES[told.value, None]]) * len(subjects))
    evidence = str(UUID(bytes=uuid_utils.uuid7().bytes))
    body = canonical.dumps(
        {
            "v": 1,
            "evidence": evidence,
            "at": _written(now),
            "kind": use.kind,
            "consumer": use.consumer,
            "client": use.client,
            "owner": use.owner,
            "service": use.service,
            "resource": use.resource,
            "grant": str(use.grant),
            "purpose": use.purpose,
            "case": use.case,
            "legal_basis": use.legal_basis,
            "subject": None,
            "fields": list(use.fields),
            "answer": None,
            "reason": None,
            "as_of": _written(use.as_of),
            "snapshot": use.snapshot,
            "problem": None,
            "uses": {
                "answers": {told.value: len(subjects)},
                "refused": 0,
                "root": packed_uses.root(seed, packed).hex(),
                "size": len(subjects),
            },
        }
    )
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT ledger_append_packed(%s::text[], %s::bytea[], %s::bytea[])", [[body.decode()], [seed], [packed]]
        )
    return evidence


def _written(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
