"""Who asks: signs what is sent, and checks that what comes back is the answer to it."""

import hashlib
import json
import secrets
from base64 import b64decode, urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from haihe.kernel.signing import SECRET_BYTES, CheckingKey, Headers, check_response, sign_request


@dataclass(frozen=True, slots=True)
class Credentials:
    """A system's number and its secret or private key; `clock` gives Unix time.

    `client_id` may name the key too (`gjj-core:key-id`). Answers to who signs with a private key are signed with the
    gateway's own, whose public half `gateway` is.
    """

    client_id: str
    secret: bytes | Ed25519PrivateKey = field(repr=False)
    clock: Callable[[], float]
    gateway: "GatewayKey | None" = None

    def __post_init__(self) -> None:
        if isinstance(self.secret, Ed25519PrivateKey) and self.gateway is None:
            raise ValueError("who signs with a private key needs the gateway's public key, which /v1/keys gives")

    def sign(self, *, method: str, path: str, body: bytes) -> dict[str, str]:
        """Return the headers to send. Each call has its own nonce, so a question that is sent again is a new one."""
        return sign_request(
            method=method,
            path=path,
            body=body,
            client_id=self.client_id,
            secret=self.secret,
            created=int(self.clock()),
            nonce=secrets.token_urlsafe(24),
        )

    def confirm(self, headers: Headers, *, status: int, body: bytes, asked: Mapping[str, str]) -> bool:
        """True if this is the gateway's reply to the request with the headers `asked`."""
        key_id, key = self._answering
        return check_response(headers, status=status, body=body, client_id=key_id, secret=key, request_headers=asked)

    @property
    def _answering(self) -> tuple[str, bytes | CheckingKey]:
        if isinstance(self.secret, bytes):
            return self.client_id, self.secret
        if self.gateway is None:
            raise ValueError("without the gateway's public key no answer can be believed")
        return self.gateway.id, self.gateway.public


@dataclass(frozen=True, slots=True)
class GatewayKey:
    """The key with which the gateway signs; `id` is its thumbprint (RFC 7638), as /v1/keys has it in `kid`."""

    public: Ed25519PublicKey = field(repr=False)
    id: str

    @classmethod
    def of(cls, x: str) -> "GatewayKey":
        """Make it of the `x` that /v1/keys gives. Raises: ValueError."""
        raw = urlsafe_b64decode(x + "=" * (-len(x) % 4))
        member = json.dumps({"crv": "Ed25519", "kty": "OKP", "x": x}, separators=(",", ":"))
        thumbprint = urlsafe_b64encode(hashlib.sha256(member.encode()).digest()).rstrip(b"=").decode()
        return cls(Ed25519PublicKey.from_public_bytes(raw), thumbprint)


type Secret = bytes | str | Ed25519PrivateKey


def credentials_of(
    client_id: str, secret: Secret, *, clock: Callable[[], float], gateway_key: str | None
) -> Credentials:
    """Make credentials of a secret as the console showed it (Base64), as its bytes, or of a private key.

    Raises: ValueError.
    """
    gateway = GatewayKey.of(gateway_key) if gateway_key is not None else None
    if isinstance(secret, Ed25519PrivateKey):
        return Credentials(client_id, secret, clock, gateway)
    raw = b64decode(secret, validate=True) if isinstance(secret, str) else secret
    if len(raw) != SECRET_BYTES:
        raise ValueError(f"a secret has {SECRET_BYTES} bytes")
    return Credentials(client_id, raw, clock)
