"""Records for tests, and a way to empty the ledger that only a superuser has."""

from collections.abc import Mapping
from datetime import UTC, datetime
from uuid import UUID

import uuid_utils
from django.db import connection

from haihe.base.ledger import witness
from haihe.base.ledger.operations import append
from haihe.kernel import canonical, packed_uses
from haihe.kernel.answers import Answer

AT = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)


def make_body(**changes: object) -> bytes:
    """Return a canonical body: the housing-fund centre asked about a synthetic person and got MATCH."""
    body: dict[str, object] = {
        "v": 1,
        "evidence": str(UUID(bytes=uuid_utils.uuid7().bytes)),
        "at": AT.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "kind": "VERIFY",
        "consumer": "120040",
        "client": "gjj-core",
        "owner": "120012",
        "service": "relief-status",
        "resource": "120012/000001",
        "grant": "01900000-0000-7000-8000-000000000001",
        "purpose": "HOUSING_FUND_WITHDRAWAL",
        "case": "2026112300001",
        "legal_basis": "住房公积金管理条例第二十四条",
        "subject": "0123456789abcdef0123456789abcdef",
        "fields": ["on_relief"],
        "answer": "MATCH",
        "reason": None,
        "as_of": "2026-11-23T01:00:00.000Z",
        "snapshot": "s1",
        "problem": None,
    }
    return canonical.dumps(body | changes)


def make_refusal(**changes: object) -> bytes:
    """Return the body of a refusal."""
    return make_body(**({"kind": "REFUSED", "answer": None, "subject": None, "problem": "no-grant"} | changes))


def append_records(count: int, **changes: object) -> list[str]:
    """Append that many records; return their evidence numbers."""
    bodies = [make_body(**changes) for _ in range(count)]
    append(bodies)
    return [str(canonical.loads(body)["evidence"]) for body in bodies]  # type: ignore[index]  # an object, made above


def append_many(uses: Mapping[bytes, Answer], **changes: object) -> str:
    """Append one record of many, as the gateway would; return its evidence number."""
    seed = bytes(packed_uses.SEED_BYTES)
    packed = packed_uses.pack(list(uses), bytes(_code(answer) for answer in uses.values()))
    told = {
        "answers": {answer.value: list(uses.values()).count(answer) for answer in Answer},
        "refused": 0,
        "root": packed_uses.root(seed, packed).hex(),
        "size": len(uses),
    }
    body = make_body(**({"kind": "BATCH_VERIFY", "answer": None, "subject": None, "uses": told} | changes))
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT ledger_append_packed(%s::text[], %s::bytea[], %s::bytea[])", [[body.decode()], [seed], [packed]]
        )
    return str(canonical.loads(body)["evidence"])  # type: ignore[index]  # an object, made above


def _code(answer: Answer) -> int:
    return next(code for code, (known, _) in enumerate(packed_uses.OUTCOMES) if known is answer)


def tamper(statement: str, *values: str | int | bytes) -> None:
    """Run SQL as an intruder with a superuser's rights, triggers off."""
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        try:
            cursor.execute(statement, values)
        finally:
            cursor.execute("SET session_replication_role = DEFAULT")


def empty_ledger() -> None:
    """Forget every record and batch, for tests that commit."""
    from django.conf import settings

    tamper("DELETE FROM ledger_use")
    tamper("DELETE FROM ledger_packed")
    tamper("DELETE FROM ledger_record")
    tamper("DELETE FROM ledger_batch")
    (settings.HAIHE.data_dir / witness.FILE_NAME).unlink(missing_ok=True)
