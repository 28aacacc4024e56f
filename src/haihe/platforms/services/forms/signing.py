"""What an application said, as one number, signed by this installation: the receipt that anybody can check.

The digest is SHA-256 over the canonical JSON (RFC 8785) of item, parties, values and the files' own digests. The key is
derived for receipts alone; its public half is on the receipt.
"""

import hashlib
from base64 import b64decode, b64encode
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from haihe.base.keys import api as keys
from haihe.kernel import canonical

_PURPOSE: Final = "form receipts 1"
ALGORITHM: Final = "ed25519"


def digest_of(said: Mapping[str, Any]) -> str:
    """Return the digest of what was said. Raises: ValueError for what JSON can't carry."""
    return hashlib.sha256(canonical.dumps(dict(said))).hexdigest()


def receipt(*, token: str, item: str, version: int, digest: str, number: str, at: datetime) -> dict[str, Any]:
    """Return the signed receipt. It names nobody: who knows the content can show that it is this one's."""
    key = Ed25519PrivateKey.from_private_bytes(keys.keyring().derived(_PURPOSE))
    told = {
        "application": token,
        "case": number,
        "digest": digest,
        "item": item,
        "received_at": at.isoformat(timespec="seconds"),
        "version": version,
    }
    return told | {
        "algorithm": ALGORITHM,
        "key": b64encode(key.public_key().public_bytes_raw()).decode(),
        "signature": b64encode(key.sign(canonical.dumps(told))).decode(),
    }


def is_ours(receipt: Mapping[str, Any]) -> bool:
    """True if the receipt was signed by this installation and says what was signed."""
    told = {name: value for name, value in receipt.items() if name not in ("algorithm", "key", "signature")}
    ours = Ed25519PrivateKey.from_private_bytes(keys.keyring().derived(_PURPOSE)).public_key()
    return receipt.get("key") == b64encode(ours.public_bytes_raw()).decode() and _is_signed(ours, receipt, told)


def _is_signed(key: Ed25519PublicKey, receipt: Mapping[str, Any], told: Mapping[str, Any]) -> bool:
    try:
        key.verify(b64decode(str(receipt.get("signature", "")), validate=True), canonical.dumps(dict(told)))
    except (InvalidSignature, ValueError):
        return False
    return True
