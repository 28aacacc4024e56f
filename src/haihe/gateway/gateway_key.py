"""The gateway's own Ed25519 key: it signs replies to whoever shares no secret with us, and the tokens that we give.

It comes from the keyring, so that every gateway of an installation has the same, and its public half is published.
"""

from base64 import urlsafe_b64encode
from dataclasses import dataclass, field
from hashlib import sha256

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from haihe.kernel.keyring import Keyring


@dataclass(frozen=True, slots=True)
class GatewayKey:
    """`id` is the key's thumbprint (RFC 7638) and the keyid of what is signed with it."""

    private: Ed25519PrivateKey = field(repr=False)
    id: str

    @classmethod
    def of(cls, keyring: Keyring) -> "GatewayKey":
        private = keyring.gateway_private_key
        member = {"crv": "Ed25519", "kty": "OKP", "x": _x(private)}
        return cls(private, _text(sha256(msgspec.json.encode(member)).digest()))

    def jwks(self) -> bytes:
        """Return the published key as a JWK set (RFC 7517, 8037)."""
        key = {"kty": "OKP", "crv": "Ed25519", "x": _x(self.private), "kid": self.id, "use": "sig", "alg": "EdDSA"}
        return msgspec.json.encode({"keys": [key]})


def _x(private: Ed25519PrivateKey) -> str:
    return _text(private.public_key().public_bytes_raw())


def _text(data: bytes) -> str:
    return urlsafe_b64encode(data).rstrip(b"=").decode()
