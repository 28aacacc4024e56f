"""Each day's digest stands in the city's ledger too: the files can't be made anew there, whoever holds the keys.

A file is witnessed if the ledger says its digest; `check_days` looks at everything, `differing` at digests alone.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from typing import Final

from haihe.base.keys import api as keys
from haihe.base.ledger import api as ledger
from haihe.base.ledger.api import Head, NotSealedYet, RecordedHead, SealBroken
from haihe.data.open.statistics.models import DailyFigures
from haihe.kernel import canonical, ledger_proof
from haihe.kernel.ledger_proof import BadProof

CHAIN: Final = "open-statistics"
FIRST_PREVIOUS: Final = "0" * 64


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with the file of a day."""

    day: str
    detail: str


@dataclass(frozen=True, slots=True)
class Checked:
    """What a check saw: files, how many heads of them are in the ledger and under its seals, and what is wrong."""

    days: int
    recorded: int
    sealed: int
    faults: tuple[Fault, ...]


def recorded_heads() -> dict[str, RecordedHead]:
    """Return what the ledger says of each day."""
    return ledger.recorded_heads(CHAIN)


def witness() -> int:
    """Record the digests that aren't in the ledger yet, within the caller's transaction; return how many."""
    known = recorded_heads()
    rows = DailyFigures.objects.order_by("day").values_list("day", "digest", "at")
    missing = [Head(name=str(day), digest=digest, at=at) for day, digest, at in rows if str(day) not in known]
    return ledger.append_heads(CHAIN, missing) if missing else 0


def proof_of(day: date) -> bytes:
    """Return the ledger's proof file of a day's digest. Raises: NotRecorded, NotSealedYet, SealBroken."""
    head = recorded_heads().get(str(day))
    if head is None:
        raise ledger.NotRecorded(str(day))
    return ledger.export(head.evidence)


def differing(heads: Mapping[str, RecordedHead]) -> list[str]:
    """Return the days whose file isn't what the ledger says, or isn't there any more."""
    files = {str(day): digest for day, digest in DailyFigures.objects.values_list("day", "digest")}
    return sorted(day for day, head in heads.items() if files.get(day) != head.digest)


def check_days() -> Checked:
    """Check each file: bytes, chain, signature, and what the ledger says of it under its own seal.

    Reads only. Whether the ledger itself is whole is for its audit.
    """
    heads, days, faults = recorded_heads(), 0, list[Fault]()
    previous, public_key = FIRST_PREVIOUS, ledger_proof.public_key_hex(keys.keyring().ledger_private_key)
    for one in DailyFigures.objects.order_by("day").iterator(chunk_size=50):
        days += 1
        head = heads.get(str(one.day))
        faults += [Fault(str(one.day), said) for said in (*_of_file(one, previous, public_key), *_of_head(one, head))]
        previous = one.digest
    gone = [day for day in differing(heads) if not DailyFigures.objects.filter(day=day).exists()]
    faults += [Fault(day, "the ledger has its digest, and there is no such file any more") for day in gone]
    return Checked(days, len(heads), sum(head.sealed for head in heads.values()), tuple(faults))


def _of_file(one: DailyFigures, previous: str, public_key: str) -> Iterator[str]:
    if sha256(one.text.encode()).hexdigest() != one.digest:
        yield "the file isn't the one that was sealed"
        return
    told = canonical.loads(one.text.encode())
    named = (told["day"], told["previous"]) if isinstance(told, dict) else ()
    if named != (str(one.day), previous):
        yield "the chain is broken here"
    if one.public_key != public_key:
        yield "it is signed with a key that is not this installation's"
    try:
        ledger_proof.check_signature(one.text, signature=one.signature, public_key=one.public_key)
    except BadProof:
        yield "the signature does not fit"


def _of_head(one: DailyFigures, head: RecordedHead | None) -> Iterator[str]:
    if head is None:
        yield "its digest is not in the ledger"
        return
    if head.digest != one.digest:
        yield f"the ledger says another digest: {head.digest}"
    try:
        ledger.export(head.evidence)
    except NotSealedYet:
        return
    except SealBroken:
        yield "its record in the ledger no longer fits its seal"
