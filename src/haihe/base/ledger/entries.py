"""A record as neighbours see it."""

import json
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class LedgerEntry:
    """One use of personal data, read from the record's body; `subject` is a keyed hash in hex, never a number.

    `told` holds (answer, reason) for each of `fields` where several were asked at once; `answer` then sums them up.
    """

    seq: int
    evidence: str
    at: datetime
    kind: str
    consumer: str | None
    client: str | None
    owner: str | None
    service: str | None
    resource: str | None
    grant: str | None
    purpose: str | None
    case: str | None
    legal_basis: str | None
    subject: str | None
    fields: tuple[str, ...]
    answer: str | None
    reason: str | None
    as_of: datetime | None
    snapshot: str | None
    problem: str | None
    sealed: bool
    told: tuple[tuple[str, str | None], ...] = ()

    @property
    def told_by_field(self) -> list[tuple[str, str, str | None]]:
        """Return (field, answer, reason) for each of several; empty where one was asked."""
        return [(name, *told) for name, told in zip(self.fields, self.told, strict=True)] if self.told else []


_TEXTS = (
    *("evidence", "kind", "consumer", "client", "owner", "service", "resource", "grant", "purpose", "case"),
    *("legal_basis", "subject", "answer", "reason", "snapshot", "problem"),
)


def read_entry(seq: int, body: str, *, sealed: bool) -> LedgerEntry:
    """Return the entry of a record. The body was checked when it was appended."""
    told = json.loads(body)
    as_of = told.get("as_of")
    return LedgerEntry(
        seq=seq,
        at=datetime.fromisoformat(told["at"]),
        fields=tuple(told.get("fields") or ()),
        as_of=datetime.fromisoformat(as_of) if as_of else None,
        sealed=sealed,
        told=tuple(zip(told.get("answers") or (), told.get("reasons") or (), strict=True)),
        **{name: told.get(name) for name in _TEXTS},
    )
