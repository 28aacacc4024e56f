"""Signed messages to programs, as Standard Webhooks has them: HMAC-SHA256 over id, second and body.

`webhook-id` is the same at each try, `webhook-timestamp` of this one; `webhook-signature` is `v1,` and base64.
"""

import hashlib
import hmac
import secrets
from base64 import b64decode, b64encode
from typing import Final

PREFIX: Final = "whsec_"
_BYTES: Final = 32


def new_secret() -> str:
    """Return a secret as it is shown to its owner, once."""
    return PREFIX + b64encode(secrets.token_bytes(_BYTES)).decode()


def signed_headers(secret: str, *, message_id: str, second: int, body: bytes) -> dict[str, str]:
    """Return the headers that go with this body."""
    key = b64decode(secret.removeprefix(PREFIX))
    told = f"{message_id}.{second}.".encode() + body
    signature = b64encode(hmac.new(key, told, hashlib.sha256).digest()).decode()
    return {
        "Content-Type": "application/json",
        "webhook-id": message_id,
        "webhook-timestamp": str(second),
        "webhook-signature": f"v1,{signature}",
    }
