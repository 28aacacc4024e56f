"""Heads of other chains of this installation, kept under the ledger's seals.

Whoever holds the keys could make a chain of signed files anew from its first link. Not once its heads are records of
the ledger: those are sealed, chained, witnessed and shown to auditors.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final
from uuid import UUID, uuid5

from haihe.base.ledger.models import Record
from haihe.base.ledger.operations import append
from haihe.base.ledger.queries import sealed_until
from haihe.kernel import canonical

KIND: Final = "HEAD"
_NAMES: Final = UUID("4d1f7a52-9f0e-5c1b-8a36-3f2f6f0c7e10")


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """One link of a chain: its name there, and the digest (hex) that the next link holds on to."""

    name: str
    digest: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordedHead(Head):
    """A head that is in the ledger; `sealed` once its batch is."""

    evidence: str
    sealed: bool


def append_heads(chain: str, heads: Iterable[Head]) -> int:
    """Record heads within the caller's transaction; return how many were new.

    Raises: IntegrityError where the ledger holds another digest under that name: a head is said once.
    """
    return append([_body(chain, head) for head in heads])


def recorded_heads(chain: str) -> dict[str, RecordedHead]:
    """Return all heads of a chain by name, in the order in which they were recorded."""
    sealed = sealed_until()
    rows = Record.objects.filter(kind=KIND, service=chain).order_by("seq").values_list("seq", "body")
    return {head.name: head for head in (_read(body, sealed=seq <= sealed) for seq, body in rows)}


def _body(chain: str, head: Head) -> bytes:
    return canonical.dumps(
        {
            "v": 1,
            # Made of the name, so that the ledger itself refuses to say another digest under it.
            "evidence": str(uuid5(_NAMES, f"{chain}/{head.name}")),
            "at": head.at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
            "kind": KIND,
            "service": chain,
            "resource": head.name,
            "digest": head.digest,
        }
    )


def _read(body: str, *, sealed: bool) -> RecordedHead:
    told = canonical.loads(body.encode())
    if not isinstance(told, dict):
        raise TypeError("a record is an object")
    return RecordedHead(
        name=str(told["resource"]),
        digest=str(told["digest"]),
        at=datetime.fromisoformat(str(told["at"])),
        evidence=str(told["evidence"]),
        sealed=sealed,
    )
