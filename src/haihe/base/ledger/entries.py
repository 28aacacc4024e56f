"""A record as neighbours see it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from haihe.kernel.packed_uses import OUTCOMES


@dataclass(frozen=True, slots=True)
class LedgerEntry:
    """One use of personal data, read from the record's body; `subject` is a keyed hash in hex, never a number.

    In a record of many persons `uses` counts their answers; read for one of them (`use_of_subject`), subject, answer
    and reason are that person's. `told` holds (answer, reason) for each of `fields` where several were asked at once;
    `answer` then sums them up. `digest` is the head of another chain (`heads.py`).
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
    uses: Mapping[str, int] | None = None
    digest: str | None = None

    @property
    def told_by_field(self) -> list[tuple[str, str, str | None]]:
        """Return (field, answer, reason) for each of several; empty where one was asked."""
        return [(name, *told) for name, told in zip(self.fields, self.told, strict=True)] if self.told else []


_TEXTS = (
    *("evidence", "kind", "consumer", "client", "owner", "service", "resource", "grant", "purpose", "case"),
    *("legal_basis", "subject", "answer", "reason", "snapshot", "problem", "digest"),
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
        uses=told["uses"]["answers"] if "uses" in told else None,
        told=tuple(zip(told.get("answers") or (), told.get("reasons") or (), strict=True)),
        **{name: told.get(name) for name in _TEXTS},
    )


def read_use(seq: int, body: str, subject: bytes, code: int, *, sealed: bool) -> LedgerEntry:
    """Return the entry of one person's use in a record of many."""
    answer, reason = OUTCOMES[code]
    entry = read_entry(seq, body, sealed=sealed)
    return replace(entry, subject=subject.hex(), answer=answer.value, reason=reason and reason.value)
