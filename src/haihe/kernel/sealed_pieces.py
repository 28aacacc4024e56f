"""Pieces sealed to somebody's public key: whoever carries or stores them on the way can't read them.

One key agreement (X25519, RFC 7748) for a whole sequence, then AES-256-GCM for each piece, whose number is the nonce
and whose context is authenticated. The key is made anew for each sequence, so no nonce comes twice as long as the
sender never seals two things under one number.
"""

from dataclasses import dataclass, field

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

_NONCE_BYTES = 12


class NotOpened(ValueError):
    """Altered, out of its place, or sealed to somebody else."""


@dataclass(frozen=True, slots=True)
class Sealer:
    """`key` must reach the recipient with the pieces; it is no secret."""

    key: bytes
    _cipher: AESGCM = field(repr=False)

    @classmethod
    def to(cls, recipient: bytes, *, own: bytes | None = None) -> "Sealer":
        """`recipient` is a raw X25519 public key. Raises: ValueError if it is none.

        `own` is a private key of this one sequence, for who may have to seal the very same pieces once more.
        """
        once = X25519PrivateKey.from_private_bytes(own) if own else X25519PrivateKey.generate()
        key = once.public_key().public_bytes_raw()
        shared = once.exchange(X25519PublicKey.from_public_bytes(recipient))
        return cls(key, _cipher(shared, key, recipient))

    def seal(self, piece: bytes, *, number: int, context: str) -> bytes:
        return self._cipher.encrypt(_nonce(number), piece, context.encode())


@dataclass(frozen=True, slots=True)
class Opener:
    _cipher: AESGCM = field(repr=False)

    @classmethod
    def of(cls, private: bytes, key: bytes) -> "Opener":
        """`private` is the recipient's raw key, `key` what came with the pieces. Raises: NotOpened."""
        own = X25519PrivateKey.from_private_bytes(private)
        try:
            shared = own.exchange(X25519PublicKey.from_public_bytes(key))
        except ValueError:
            raise NotOpened("no key came with the pieces") from None
        return cls(_cipher(shared, key, own.public_key().public_bytes_raw()))

    def open(self, sealed: bytes, *, number: int, context: str) -> bytes:
        """Raises: NotOpened."""
        try:
            return self._cipher.decrypt(_nonce(number), sealed, context.encode())
        except (InvalidTag, ValueError):
            raise NotOpened("altered, out of its place, or sealed to another key") from None


def public_key(private: bytes) -> bytes:
    """Return the raw public half of a raw private key."""
    return X25519PrivateKey.from_private_bytes(private).public_key().public_bytes_raw()


def _cipher(shared: bytes, key: bytes, recipient: bytes) -> AESGCM:
    derive = HKDF(SHA256(), length=32, salt=None, info=b"haihe sealed pieces 1" + key + recipient)
    return AESGCM(derive.derive(shared))


def _nonce(number: int) -> bytes:
    return number.to_bytes(_NONCE_BYTES, "big")
