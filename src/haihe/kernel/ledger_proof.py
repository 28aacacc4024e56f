"""The ledger's seal and the proof file of one record: what they consist of, and how anybody checks them offline.

A batch header is canonical JSON, signed with Ed25519; it holds the Merkle root over the batch's records and the hash
of the header before it. A proof file holds one record, its Merkle path, the header, the signature and the public key.
The file itself must be canonical JSON, so that no byte of it can change and still pass.
"""

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from hashlib import sha256

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from haihe.kernel import canonical, packed_uses
from haihe.kernel.merkle import leaf_hash, verify_inclusion
from haihe.kernel.packed_uses import CODES, OUTCOMES, ShownUse

PROOF_FORMAT = "haihe-ledger-proof/1"
USE_PROOF_FORMAT = "haihe-ledger-proof/2"
"""The proof of one person's use in a record of many."""
HEADER_FORMAT = "haihe-ledger-batch/1"
FIRST_PREVIOUS = "0" * 64
"""What stands for the header before the first."""
MAX_PROOF_BYTES = 1 << 20
_HASH = re.compile(r"[0-9a-f]{64}")
_KEY = re.compile(r"[0-9a-f]{32}")
_USE = frozenset({"answer", "index", "path", "reason", "salt", "subject"})
_SIGNATURE = re.compile(r"[0-9a-f]{128}")


class BadProof(ValueError):
    """Why a proof or header is not good; the message is a short English sentence."""


@dataclass(frozen=True, slots=True)
class BatchHeader:
    """What is signed. `index_hash` covers which records (number and evidence) are in it, `counts` their kinds."""

    number: int
    first_seq: int
    last_seq: int
    size: int
    root: str
    index_hash: str
    previous: str
    sealed_at: str
    counts: Mapping[str, int]

    def text(self) -> str:
        """Return the header's canonical JSON: what is stored, hashed and signed."""
        return canonical.dumps({"format": HEADER_FORMAT, **asdict(self)}).decode()


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a proof file is good. `key_is_trusted` is false where only the key in the file itself was at hand."""

    valid: bool
    reason: str
    key_is_trusted: bool = False
    record: Mapping[str, object] | None = None
    header: BatchHeader | None = None
    public_key: str | None = None


def header_hash(text: str) -> str:
    """Return the hash by which the next header points to this one."""
    return sha256(text.encode()).hexdigest()


def sign_header(text: str, key: Ed25519PrivateKey) -> str:
    return key.sign(text.encode()).hex()


def public_key_hex(key: Ed25519PrivateKey) -> str:
    return key.public_key().public_bytes_raw().hex()


def read_header(text: str) -> BatchHeader:
    """Raises: BadProof."""
    fields = _object(text.encode(), "the batch header")
    if fields.pop("format", None) != HEADER_FORMAT:
        raise BadProof("the batch header is of another format")
    if fields.keys() != BatchHeader.__dataclass_fields__.keys():
        raise BadProof("the batch header lacks a field or has one too many")
    header = BatchHeader(**fields)  # type: ignore[arg-type]  # each is checked next
    _check_header(header)
    return header


def check_signature(text: str, *, signature: str, public_key: str) -> None:
    """Raises: BadProof."""
    if not _matches(_SIGNATURE, signature) or not _matches(_HASH, public_key):
        raise BadProof("the signature or the public key is malformed")
    try:
        key = Ed25519PublicKey.from_public_bytes(bytes.fromhex(public_key))
        key.verify(bytes.fromhex(signature), text.encode())
    except (InvalidSignature, ValueError):
        raise BadProof("the signature does not fit the batch header") from None


@dataclass(frozen=True, slots=True)
class Proof:
    """What a proof file says, of the right shape, not yet checked. `use` is one person's, in a record of many."""

    record: str
    index: int
    path: tuple[str, ...]
    header: str
    signature: str
    public_key: str
    use: ShownUse | None = None


_PARTS = ("header", "index", "path", "public_key", "record", "signature")


def write_proof(proof: Proof) -> bytes:
    """Return the proof file of one record, or of one person's use in it."""
    told = {name: getattr(proof, name) for name in _PARTS}
    if proof.use is None:
        return canonical.dumps({"format": PROOF_FORMAT, **told})
    answer, reason = OUTCOMES[proof.use.code]
    use = {
        "answer": answer.value,
        "index": proof.use.index,
        "path": [part.hex() for part in proof.use.path],
        "reason": reason.value if reason else None,
        "salt": proof.use.salt.hex(),
        "subject": proof.use.subject.hex(),
    }
    return canonical.dumps({"format": USE_PROOF_FORMAT, **told, "use": use})


def read_proof(data: bytes) -> Proof:
    """Read a proof file without checking what it proves. Raises: BadProof."""
    if len(data) > MAX_PROOF_BYTES:
        raise BadProof("the file is too large for a proof")
    told = _object(data, "the file")
    form = told.pop("format", None)
    use = _read_use(told.pop("use", None)) if form == USE_PROOF_FORMAT else None
    if form not in (PROOF_FORMAT, USE_PROOF_FORMAT) or told.keys() != set(_PARTS):
        raise BadProof("the file is no proof of a ledger record, or of a later format")
    texts = all(isinstance(told[name], str) for name in ("header", "public_key", "record", "signature"))
    path = told.pop("path")
    if not texts or type(told["index"]) is not int or not isinstance(path, list):
        raise BadProof("a field of the file has the wrong type")
    if not all(_matches(_HASH, part) for part in path):
        raise BadProof("a hash in the path is malformed")
    return Proof(path=tuple(path), use=use, **told)  # type: ignore[arg-type]  # each was checked above


def _read_use(told: object) -> ShownUse:
    if not isinstance(told, dict) or told.keys() != _USE or not isinstance(told["path"], list):
        raise BadProof("the use lacks a field or has one too many")
    shaped = _matches(_KEY, told["salt"]) and _matches(_KEY, told["subject"])
    if not shaped or type(told["index"]) is not int or not all(_matches(_HASH, part) for part in told["path"]):
        raise BadProof("a field of the use is malformed")
    code = CODES.get((told["answer"], told["reason"])) if isinstance(told["answer"], str) else None
    if code is None or not isinstance(told["reason"], str | None):
        raise BadProof("the use has an answer that is none")
    path = tuple(bytes.fromhex(part) for part in told["path"])
    return ShownUse(bytes.fromhex(told["salt"]), bytes.fromhex(told["subject"]), code, told["index"], path)


def verify_proof(data: bytes, *, public_key: str | None = None) -> Verdict:
    """Check a proof file. Never raises; `public_key` (hex) is the one you trust, from elsewhere than this file."""
    try:
        return _verify(read_proof(data), public_key)
    except BadProof as reason:
        return Verdict(valid=False, reason=str(reason))


def _verify(proof: Proof, trusted: str | None) -> Verdict:
    if trusted is not None and proof.public_key != trusted:
        raise BadProof("the file was signed with another key than the one you trust")
    check_signature(proof.header, signature=proof.signature, public_key=proof.public_key)
    header = read_header(proof.header)
    body = _object(proof.record.encode(), "the record")
    in_batch = verify_inclusion(
        leaf=leaf_hash(proof.record.encode()),
        index=proof.index,
        size=header.size,
        proof=[bytes.fromhex(part) for part in proof.path],
        root=bytes.fromhex(header.root),
    )
    if not in_batch:
        raise BadProof("the record is not in the sealed batch: it, its place or its path was altered")
    if proof.use is not None:
        body = _with_use(body, proof.use)
    reason = "the record is unaltered and was sealed in this batch"
    return Verdict(True, reason, trusted is not None, body, header, proof.public_key)


def _with_use(body: dict[str, object], use: ShownUse) -> dict[str, object]:
    """Return the record as the one person's, once their use is seen to be under the record's own root."""
    uses = body.get("uses")
    told = uses if isinstance(uses, dict) else {}
    root, size = told.get("root"), told.get("size")
    if not isinstance(root, str) or not _matches(_HASH, root) or type(size) is not int:
        raise BadProof("the record is none of many uses")
    if not packed_uses.verify(use, root=bytes.fromhex(root), size=size):
        raise BadProof("the use is not in the record: it, its place or its path was altered")
    answer, reason = OUTCOMES[use.code]
    return {**body, "answer": answer.value, "reason": reason and reason.value, "subject": use.subject.hex()}


def _check_header(header: BatchHeader) -> None:
    numbers = (header.number, header.first_seq, header.last_seq, header.size)
    hashes = (header.root, header.index_hash, header.previous)
    if not all(type(number) is int and number > 0 for number in numbers) or header.first_seq > header.last_seq:
        raise BadProof("a number in the batch header is impossible")
    if not all(_matches(_HASH, text) for text in hashes):
        raise BadProof("a hash in the batch header is malformed")
    if not isinstance(header.counts, dict) or not isinstance(header.sealed_at, str):
        raise BadProof("a field of the batch header has the wrong type")


def _object(data: bytes, what: str) -> dict[str, object]:
    try:
        value = canonical.loads(data)
    except canonical.NotCanonical as reason:
        raise BadProof(f"{what} is {reason}") from None
    if not isinstance(value, dict):
        raise BadProof(f"{what} is no JSON object")
    return value


def _matches(pattern: re.Pattern[str], text: object) -> bool:
    return isinstance(text, str) and pattern.fullmatch(text) is not None
