"""Who asks: signs what is sent, and checks that what comes back is the answer to it."""

import secrets
from base64 import b64decode
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from haihe.kernel.signing import SECRET_BYTES, Headers, check_response, sign_request


@dataclass(frozen=True, slots=True)
class Credentials:
    """A system's number and secret; `clock` gives Unix time."""

    client_id: str
    secret: bytes = field(repr=False)
    clock: Callable[[], float]

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
        return check_response(
            headers, status=status, body=body, client_id=self.client_id, secret=self.secret, request_headers=asked
        )


def secret_of(given: bytes | str) -> bytes:
    """Return the secret from how the console showed it (Base64), or as it is. Raises: ValueError."""
    secret = b64decode(given, validate=True) if isinstance(given, str) else given
    if len(secret) != SECRET_BYTES:
        raise ValueError(f"a secret has {SECRET_BYTES} bytes")
    return secret
