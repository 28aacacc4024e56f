"""Signature suites behind one interface: Ed25519 with SHA-256 by default, SM2 with SM3 where China's own is asked for.

Ed25519 is RFC 8032; SM2 is GB/T 32918.2 over SM3 (GB/T 32905) with the usual signer's name of GM/T 0009. SM2 is written
in pure Python (gmalg): neither is a certified module, and SM2's arithmetic is not constant in time, so it signs files
that somebody asks for now and then, and no replies under load.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Final, Protocol

import gmalg
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

SEED_BYTES = 32
SIGNER: Final = b"1234567812345678"
"""The signer's distinguishing name where parties agreed on none (GM/T 0009-2012 §10)."""
_SM2_ORDER = 0xFFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFF7203DF6B21C6052B53BBF40939D54123
_SM2_NUMBER_BYTES = 32
_SM2_POINT = 65


class Suite(Protocol):
    """A hash and a signature that belong together. Keys and signatures are bytes; private keys are 32-byte seeds."""

    @property
    def name(self) -> str: ...

    def digest(self, data: bytes) -> bytes: ...

    def public_key(self, seed: bytes) -> bytes: ...

    def sign(self, seed: bytes, message: bytes) -> bytes: ...

    def is_signed(self, public_key: bytes, message: bytes, signature: bytes) -> bool:
        """Never raises, whatever the bytes."""
        ...


@dataclass(frozen=True, slots=True)
class _Ed25519:
    name: str = "ed25519-sha256"

    def digest(self, data: bytes) -> bytes:
        return sha256(data).digest()

    def public_key(self, seed: bytes) -> bytes:
        return Ed25519PrivateKey.from_private_bytes(seed).public_key().public_bytes_raw()

    def sign(self, seed: bytes, message: bytes) -> bytes:
        return Ed25519PrivateKey.from_private_bytes(seed).sign(message)

    def is_signed(self, public_key: bytes, message: bytes, signature: bytes) -> bool:
        try:
            Ed25519PublicKey.from_public_bytes(public_key).verify(signature, message)
        except (InvalidSignature, ValueError):
            return False
        return True


@dataclass(frozen=True, slots=True)
class _Sm2:
    """A public key is 04 and the point's two numbers, a signature r and s, each number in 32 bytes."""

    name: str = "sm2-sm3"

    def digest(self, data: bytes) -> bytes:
        hasher = hashes.Hash(hashes.SM3())
        hasher.update(data)
        return hasher.finalize()

    def public_key(self, seed: bytes) -> bytes:
        return bytes(gmalg.SM2().generate_pk(_sm2_private(seed)))

    def sign(self, seed: bytes, message: bytes) -> bytes:
        private = _sm2_private(seed)
        signer = gmalg.SM2(private, SIGNER, self.public_key(seed))
        return b"".join(bytes(number).rjust(_SM2_NUMBER_BYTES, b"\0") for number in signer.sign(message))

    def is_signed(self, public_key: bytes, message: bytes, signature: bytes) -> bool:
        if len(public_key) != _SM2_POINT or public_key[0] != 4 or len(signature) != 2 * _SM2_NUMBER_BYTES:
            return False
        r, s = signature[:_SM2_NUMBER_BYTES], signature[_SM2_NUMBER_BYTES:]
        try:
            checker = gmalg.SM2(uid=SIGNER, pk=public_key)
            return bool(checker.verify_pk(public_key)) and bool(checker.verify(message, r, s))
        except (ValueError, ArithmeticError, gmalg.errors.GMError):
            return False


def _sm2_private(seed: bytes) -> bytes:
    """Return a private key in 1 … n-2, as the standard wants it, from any 32 bytes."""
    return (int.from_bytes(seed) % (_SM2_ORDER - 2) + 1).to_bytes(_SM2_NUMBER_BYTES)


ED25519: Final[Suite] = _Ed25519()
SM2: Final[Suite] = _Sm2()
SUITES: Final[Mapping[str, Suite]] = {suite.name: suite for suite in (ED25519, SM2)}
