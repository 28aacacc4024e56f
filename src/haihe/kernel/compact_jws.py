"""Compact JWS (RFC 7515) with Ed25519 (RFC 8037, 9864), as little of it as tokens need: no other algorithm is a form.

So there is no "none", no key that a token brings along, no extension that must be understood and isn't.
"""

import json
import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

ALGORITHMS = ("Ed25519", "EdDSA")
"""The name of RFC 9864, and the one before it that most libraries still write."""
LONGEST = 4088
"""Characters of a token, unless more is expected."""
_COMPACT = re.compile(r"([A-Za-z0-9_-]{2,1000})\.([A-Za-z0-9_-]{2,})\.([A-Za-z0-9_-]{86})")
_HEADERS = frozenset({"alg", "typ", "kid"})


class JwsError(ValueError):
    """The text is no JWS of this form."""


@dataclass(frozen=True, slots=True)
class Jws:
    """What a text says; nothing of it is true before `is_by` says so."""

    header: Mapping[str, Any]
    claims: Mapping[str, Any]
    signed: bytes
    signature: bytes

    def is_by(self, key: Ed25519PublicKey) -> bool:
        try:
            key.verify(self.signature, self.signed)
        except InvalidSignature:
            return False
        return True


def write_jws(claims: Mapping[str, object], *, key: Ed25519PrivateKey, typ: str, kid: str) -> str:
    """Return the signed text."""
    signed = f"{_part({'alg': ALGORITHMS[0], 'typ': typ, 'kid': kid})}.{_part(claims)}"
    return f"{signed}.{_text(key.sign(signed.encode()))}"


def read_jws(text: str, *, longest: int = LONGEST) -> Jws:
    """Raises: JwsError."""
    found = _COMPACT.fullmatch(text) if len(text) <= longest else None
    if found is None:
        raise JwsError("not three parts of base64url")
    header, claims = _object(found[1]), _object(found[2])
    if header.get("alg") not in ALGORITHMS or not header.keys() <= _HEADERS:
        raise JwsError("another algorithm, or headers that this form doesn't have")
    return Jws(header, claims, f"{found[1]}.{found[2]}".encode(), _bytes(found[3]))


def _part(content: Mapping[str, object]) -> str:
    return _text(json.dumps(content, separators=(",", ":")).encode())


def _object(text: str) -> Mapping[str, Any]:
    try:
        found = json.loads(_bytes(text), object_pairs_hook=_once)
    except (ValueError, RecursionError):
        raise JwsError("a part is no JSON") from None
    if not isinstance(found, dict):
        raise JwsError("a part is no object")
    return found


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a name stands twice")
    return found


def _text(data: bytes) -> str:
    return urlsafe_b64encode(data).rstrip(b"=").decode()


def _bytes(text: str) -> bytes:
    data = urlsafe_b64decode(text + "=" * (-len(text) % 4))
    if _text(data) != text:
        # One content, one spelling.
        raise JwsError("base64url with stray bits")
    return data
