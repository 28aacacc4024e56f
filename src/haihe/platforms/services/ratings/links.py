"""Links that work without signing in. A link's secret is derived from this installation's keys; only its hash is kept.

Two kinds: one to rate, good for one time; and one to follow what is done about a low rating, shown to whoever gave it.
"""

import hashlib
import hmac
import secrets
from base64 import urlsafe_b64encode
from uuid import UUID

from django.urls import reverse

from haihe.base.keys import api as keys

_TOKEN_BYTES = 16
"""128 bits: nobody guesses one, and it still fits into a short message."""
_RATE, _FOLLOW = "rating link", "rating follow link"


def token_of(invitation: UUID) -> str:
    """Return the secret of the link to rate."""
    return _derived(_RATE, invitation)


def follow_token_of(invitation: UUID) -> str:
    """Return the secret of the link to follow a low rating."""
    return _derived(_FOLLOW, invitation)


def is_follow_token(token: str, invitation: UUID) -> bool:
    return hmac.compare_digest(token.encode(), follow_token_of(invitation).encode())


def hash_of(token: str) -> bytes:
    """Return what is kept of a secret."""
    return hashlib.sha256(token.encode()).digest()


def new_token() -> str:
    """Return a secret that nothing can be derived to: for terminals, told once."""
    return secrets.token_urlsafe(_TOKEN_BYTES)


def rate_path(invitation: UUID) -> str:
    return reverse("ratings:by-link", args=[token_of(invitation)])


def follow_path(invitation: UUID) -> str:
    return reverse("ratings:follow", args=[invitation, follow_token_of(invitation)])


def _derived(purpose: str, invitation: UUID) -> str:
    digest = hmac.new(keys.keyring().derived(purpose), invitation.bytes, hashlib.sha256).digest()
    return urlsafe_b64encode(digest[:_TOKEN_BYTES]).decode().rstrip("=")
