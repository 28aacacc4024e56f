"""NATS keys and claims (nkeys, JWT of version 2): Ed25519 keys in base 32, and claims signed with them.

Written out here because it is little: a prefix says what kind of key it is, a CRC-16 catches typing errors, and a
JWT is signed under the algorithm's name `ed25519-nkey`. The forms are those of nats-io/nkeys and nats-io/jwt.
"""

import json
import os
from base64 import b32decode, b32encode, urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as Base64Error
from binascii import crc_hqx
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import IntEnum
from hashlib import sha256
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

RAW_BYTES = 32
_SEED = 18 << 3
_HEADER = {"typ": "JWT", "alg": "ed25519-nkey"}
_NO_LIMIT = -1


class Kind(IntEnum):
    """What a key speaks for; the value is the prefix of its public form (O…, A…, U…)."""

    OPERATOR = 14 << 3
    ACCOUNT = 0
    USER = 20 << 3


class BadNkey(ValueError):
    """Not a key of the kind that is wanted, mistyped, or claims that its issuer didn't sign."""


@dataclass(frozen=True, slots=True)
class KeyPair:
    kind: Kind
    raw: bytes = field(repr=False)

    @classmethod
    def generate(cls, kind: Kind) -> "KeyPair":
        return cls(kind, os.urandom(RAW_BYTES))

    @classmethod
    def from_seed(cls, text: str) -> "KeyPair":
        """Raises: BadNkey."""
        data = _decode(text)
        if len(data) != RAW_BYTES + 2 or data[0] & 0xF8 != _SEED:
            raise BadNkey("not a seed")
        return cls(_kind((data[0] & 7) << 5 | data[1] >> 3), data[2:])

    @property
    def public(self) -> str:
        return _encode(bytes([self.kind]) + self._private.public_key().public_bytes_raw())

    @property
    def seed(self) -> str:
        """The private half as text: a secret."""
        return _encode(bytes([_SEED | self.kind >> 5, (self.kind & 31) << 3]) + self.raw)

    def sign(self, data: bytes) -> bytes:
        return self._private.sign(data)

    @property
    def _private(self) -> Ed25519PrivateKey:
        return Ed25519PrivateKey.from_private_bytes(self.raw)


def check_public(text: str, kind: Kind) -> str:
    """Return the text if it is a public key of this kind. Raises: BadNkey."""
    data = _decode(text)
    if len(data) != RAW_BYTES + 1 or data[0] != kind:
        raise BadNkey(f"not the public key of a {kind.name.lower()}")
    return text


def is_signed_by(public: str, data: bytes, signature: bytes) -> bool:
    """Tell whether the holder of a user's key signed the data. Raises: BadNkey."""
    raw = _decode(check_public(public, Kind.USER))[1:]
    try:
        Ed25519PublicKey.from_public_bytes(raw).verify(signature, data)
    except InvalidSignature:
        return False
    return True


@dataclass(frozen=True, slots=True)
class Permissions:
    """Subjects; nothing beyond them may be published or heard. Empty lists allow everything, as in NATS."""

    publish: Sequence[str] = ()
    subscribe: Sequence[str] = ()


def operator_claims(operator: KeyPair, name: str, *, system_account: str, issued_at: int) -> str:
    nats = {"type": "operator", "version": 2, "system_account": system_account}
    return _signed(operator, operator.public, name, nats, issued_at=issued_at)


def account_claims(
    operator: KeyPair, account: str, name: str, *, issued_at: int, revoked: Mapping[str, int] | None = None
) -> str:
    """`revoked`: for users' public keys, the second up to which what was issued to them is void."""
    limits = dict.fromkeys(("subs", "data", "payload", "imports", "exports", "conn", "leaf"), _NO_LIMIT)
    nats = {
        "type": "account",
        "version": 2,
        "limits": limits | {"wildcards": True},
        "default_permissions": {"pub": {}, "sub": {}},
        "revocations": dict(revoked or {}),
    }
    return _signed(operator, account, name, nats, issued_at=issued_at)


def user_claims(
    account: KeyPair,
    user: str,
    name: str,
    *,
    permissions: Permissions,
    issued_at: int,
    expires_at: int | None = None,
) -> str:
    nats = {
        "type": "user",
        "version": 2,
        "subs": _NO_LIMIT,
        "data": _NO_LIMIT,
        "payload": _NO_LIMIT,
        "pub": {"allow": list(permissions.publish)} if permissions.publish else {},
        "sub": {"allow": list(permissions.subscribe)} if permissions.subscribe else {},
    }
    return _signed(account, user, name, nats, issued_at=issued_at, expires_at=expires_at)


def read_claims(token: str) -> dict[str, Any]:
    """Return claims, checked against the key that they name as their issuer. Raises: BadNkey."""
    try:
        signed, _, signature = token.rpartition(".")
        claims: dict[str, Any] = json.loads(_from_base64(signed.split(".")[1]))
        issuer = _decode(claims["iss"])
        Ed25519PublicKey.from_public_bytes(issuer[1:]).verify(_from_base64(signature), signed.encode())
    except (ValueError, KeyError, IndexError, TypeError, Base64Error, InvalidSignature):
        raise BadNkey("not claims that their issuer signed") from None
    return claims


def credentials(claims: str, user: KeyPair) -> str:
    """Return the text of a `.creds` file: what a server or client needs to come as this user. A secret."""
    return (
        f"-----BEGIN NATS USER JWT-----\n{claims}\n------END NATS USER JWT------\n\n"
        f"-----BEGIN USER NKEY SEED-----\n{user.seed}\n------END USER NKEY SEED------\n"
    )


def _signed(
    issuer: KeyPair, subject: str, name: str, nats: Mapping[str, Any], *, issued_at: int, expires_at: int | None = None
) -> str:
    claims: dict[str, Any] = {"iat": issued_at, "iss": issuer.public, "name": name, "sub": subject, "nats": nats}
    if expires_at is not None:
        claims["exp"] = expires_at
    claims["jti"] = b32encode(sha256(_json(claims)).digest()).rstrip(b"=").decode()
    signed = f"{_base64(_json(_HEADER))}.{_base64(_json(claims))}"
    return f"{signed}.{_base64(issuer.sign(signed.encode()))}"


def _json(value: Mapping[str, Any]) -> bytes:
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False).encode()


def _base64(data: bytes) -> str:
    return urlsafe_b64encode(data).rstrip(b"=").decode()


def _from_base64(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))


def _encode(data: bytes) -> str:
    return b32encode(data + crc_hqx(data, 0).to_bytes(2, "little")).rstrip(b"=").decode()


def _decode(text: str) -> bytes:
    try:
        data = b32decode(text + "=" * (-len(text) % 8))
    except (Base64Error, ValueError):
        raise BadNkey("not a key") from None
    body, checksum = data[:-2], data[-2:]
    if len(body) < RAW_BYTES or crc_hqx(body, 0).to_bytes(2, "little") != checksum:
        raise BadNkey("mistyped")
    return body


def _kind(prefix: int) -> Kind:
    try:
        return Kind(prefix)
    except ValueError:
        raise BadNkey("a key of a kind that isn't used here") from None
