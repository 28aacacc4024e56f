"""Evidence of one exchange: a file that says who asked what of whom, under which grant, and proves it offline.

The file holds the grant's terms, the ledger's own proof of the record (`ledger_proof`), and the installation's
signature over both, in a suite of `suites`. It is canonical JSON: no byte can change and still pass. The record holds
digests of request and reply; whoever kept those can show that these very bytes were asked and told.
"""

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from hashlib import sha256
from typing import Final

from haihe.kernel import canonical
from haihe.kernel.ledger_proof import MAX_PROOF_BYTES, Verdict, verify_proof
from haihe.kernel.signing import content_digest
from haihe.kernel.suites import SUITES, Suite

FORMAT: Final = "haihe-evidence/1"
MAX_EVIDENCE_BYTES: Final = MAX_PROOF_BYTES + (64 << 10)
_PARTS = frozenset({"format", "grant", "issued_at", "ledger_key", "proof", "suite", "public_key"})
_HEX = re.compile(r"(?:[0-9a-f]{2})+")


@dataclass(frozen=True, slots=True)
class GrantTerms:
    """A grant as it was given. Times are RFC 3339; `scope` holds claims or fields by name, each with its title."""

    id: str
    request: str
    consumer: str
    owner: str
    resource: str
    service: str
    scope: Mapping[str, str]
    purposes: tuple[str, ...]
    item: str
    legal_basis: str
    scenario: str
    valid_from: str
    valid_until: str
    quota_per_day: int
    requested_at: str
    office_approved_at: str | None
    decided_at: str | None
    decided_by_rule: bool


@dataclass(frozen=True, slots=True)
class Exchange:
    """What somebody kept of an exchange: the request's Signature (`:…:`) and the bodies; None where they kept none."""

    credential: str
    request: bytes | None = None
    reply: bytes | None = None


@dataclass(frozen=True, slots=True)
class EvidenceVerdict:
    """Whether the file is good. `reason` is a short English sentence; the parts are there only if it is.

    `key_is_trusted` is false where only the key in the file itself was at hand. `matched` names what was held against
    the record's digests and fits.
    """

    valid: bool
    reason: str
    key_is_trusted: bool = False
    suite: str = ""
    public_key: str = ""
    grant: Mapping[str, object] | None = None
    proof: Verdict | None = None
    matched: tuple[str, ...] = ()


class BadEvidence(ValueError):
    """Why a file is no good evidence."""


def blinded_digest(credential: str, digest: str) -> str:
    """Bind a Content-Digest (RFC 9530) to a request, so that the ledger shows nothing of what was asked or told.

    A bare hash of a short answer, or of an identity number, is found by trying all. `credential` is the request's own
    signature, which the ledger doesn't hold and nobody but asker and gateway can make.
    """
    return sha256(f"{credential}\n{digest}".encode()).hexdigest()


def write_evidence(proof: bytes, terms: GrantTerms, *, suite: Suite, seed: bytes, issued_at: str) -> bytes:
    """Return the signed file. `proof` is the ledger's proof file of the record.

    Raises: BadEvidence, if proof and grant are not of one exchange: nothing that doesn't verify is ever signed.
    """
    verdict = verify_proof(proof)
    if not verdict.valid or verdict.public_key is None:
        raise BadEvidence(verdict.reason)
    told = {
        "format": FORMAT,
        "grant": {**asdict(terms), "purposes": list(terms.purposes), "scope": dict(terms.scope)},
        "issued_at": issued_at,
        "ledger_key": verdict.public_key,
        "proof": proof.decode(),
        "public_key": suite.public_key(seed).hex(),
        "suite": suite.name,
    }
    _check_of_one_exchange(told["grant"], verdict)
    signature = suite.sign(seed, canonical.dumps(told)).hex()
    return canonical.dumps({**told, "signature": signature})


def verify_evidence(
    data: bytes,
    *,
    public_key: str | None = None,
    ledger_key: str | None = None,
    kept: Exchange | None = None,
) -> EvidenceVerdict:
    """Check a file offline. Never raises; the keys (hex) are those you trust, from elsewhere than this file."""
    try:
        return _verify(data, public_key, ledger_key, kept)
    except BadEvidence as reason:
        return EvidenceVerdict(valid=False, reason=str(reason))


def _verify(data: bytes, public_key: str | None, ledger_key: str | None, kept: Exchange | None) -> EvidenceVerdict:
    told = _read(data)
    suite = SUITES.get(str(told["suite"]))
    if suite is None:
        raise BadEvidence("the file is signed with a suite that this program doesn't know")
    if public_key is not None and told["public_key"] != public_key:
        raise BadEvidence("the file was signed with another key than the one you trust")
    signature, key = _bytes(told.pop("signature")), _bytes(told["public_key"])
    if not suite.is_signed(key, canonical.dumps(told), signature):
        raise BadEvidence("the signature does not fit the file: something in it was altered")
    proof = verify_proof(str(told["proof"]).encode(), public_key=ledger_key or str(told["ledger_key"]))
    if not proof.valid or proof.record is None:
        raise BadEvidence(proof.reason)
    grant = told["grant"]
    _check_of_one_exchange(grant, proof)
    matched = _matched(proof.record, kept) if kept is not None else ()
    return EvidenceVerdict(
        True,
        "the exchange was under this grant, and its record is unaltered and sealed",
        key_is_trusted=public_key is not None and ledger_key is not None,
        suite=suite.name,
        public_key=str(told["public_key"]),
        grant=grant if isinstance(grant, dict) else None,
        proof=proof,
        matched=matched,
    )


def _read(data: bytes) -> dict[str, object]:
    if len(data) > MAX_EVIDENCE_BYTES:
        raise BadEvidence("the file is too large for evidence")
    try:
        told = canonical.loads(data)
    except canonical.NotCanonical as reason:
        raise BadEvidence(f"the file is {reason}") from None
    if not isinstance(told, dict) or told.get("format") != FORMAT or told.keys() != _PARTS | {"signature"}:
        raise BadEvidence("the file is no evidence of an exchange, or of a later format")
    if not all(isinstance(told[name], str) for name in (_PARTS | {"signature"}) - {"grant"}):
        raise BadEvidence("a field of the file has the wrong type")
    return told


def _check_of_one_exchange(grant: object, verdict: Verdict) -> None:
    """Raises: BadEvidence, unless the grant covers what the record says was asked, when, by whom and why."""
    record = verdict.record or {}
    if not isinstance(grant, dict) or grant.keys() != GrantTerms.__dataclass_fields__.keys():
        raise BadEvidence("the grant lacks a field or has one too many")
    same = {"id": "grant", "consumer": "consumer", "owner": "owner", "resource": "resource", "service": "service"}
    for ours, theirs in {**same, "legal_basis": "legal_basis"}.items():
        if not record.get(theirs) or grant[ours] != record[theirs]:
            raise BadEvidence(f"the grant and the record differ in their {theirs.replace('_', ' ')}")
    asked, scope, purposes = record.get("fields"), grant["scope"], grant["purposes"]
    if not isinstance(asked, list) or not asked or not isinstance(scope, dict) or not set(asked) <= scope.keys():
        raise BadEvidence("what was asked is not what the grant gives")
    if not isinstance(purposes, list) or record.get("purpose") not in purposes:
        raise BadEvidence("the purpose is not one that the grant gives")
    if not _moment(grant["valid_from"]) <= _moment(record.get("at")) < _moment(grant["valid_until"]):
        raise BadEvidence("the exchange was outside the grant's time")


def _matched(record: Mapping[str, object], kept: Exchange) -> tuple[str, ...]:
    matched = []
    for name, body in (("request", kept.request), ("reply", kept.reply)):
        if body is None:
            continue
        digest = record.get(f"{name}_digest")
        if digest is None:
            raise BadEvidence(f"the record holds no digest of the {name}")
        if blinded_digest(kept.credential, content_digest(body)) != digest:
            raise BadEvidence(f"the {name} at hand is not the one of this exchange")
        matched.append(name)
    return tuple(matched)


def _moment(text: object) -> datetime:
    try:
        moment = datetime.fromisoformat(str(text))
    except ValueError:
        raise BadEvidence("a time is malformed") from None
    if moment.tzinfo is None:
        raise BadEvidence("a time is malformed")
    return moment


def _bytes(text: object) -> bytes:
    if not isinstance(text, str) or not _HEX.fullmatch(text):
        raise BadEvidence("a key or signature is malformed")
    return bytes.fromhex(text)
