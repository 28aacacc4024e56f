"""Access tokens: short-lived, signed with the gateways' common key, so that every gateway takes them without asking.

A token says only who came, and by which key. What it may be used for is asked of the policy at each call: a system that
is disabled, or a key that is ended, ends its tokens too.
"""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from haihe.gateway.gateway_key import GatewayKey
from haihe.kernel.compact_jws import JwsError, read_jws, write_jws

LIFE_S = 600
_SKEW_S = 60
_MOST_REMEMBERED = 4096
_TYPE = "at+jwt"


@dataclass(frozen=True, slots=True)
class Token:
    """`services` are those that it is confined to; empty for all that the system holds grants of."""

    client_id: str
    key_id: str
    issued_at: int
    expires_at: int
    services: frozenset[str]


@dataclass(slots=True)
class Tokens:
    """`issuer` is the public address of the gateways."""

    own: GatewayKey
    issuer: str
    _checked: dict[str, Token] = field(default_factory=dict)

    def issue(self, *, client_id: str, key_id: str, services: tuple[str, ...], now: float) -> str:
        """Return a token for ten minutes."""
        claims: dict[str, object] = {
            "iss": self.issuer,
            "aud": self.issuer,
            "sub": client_id,
            "client_id": client_id,
            "key": key_id,
            "iat": int(now),
            "exp": int(now) + LIFE_S,
            "jti": secrets.token_urlsafe(12),
        }
        scope = {"scope": " ".join(services)} if services else {}
        return write_jws(claims | scope, key=self.own.private, typ=_TYPE, kid=self.own.id)

    def read(self, text: str, *, now: float) -> Token | None:
        """Return a token of ours that is in its time; None for anything else."""
        token = self._checked.get(text)
        if token is None:
            token = self._read(text)
            if token is None:
                return None
            if len(self._checked) >= _MOST_REMEMBERED:
                # The oldest: a signature takes longer to check than all the rest of a call.
                del self._checked[next(iter(self._checked))]
            self._checked[text] = token
        return token if token.issued_at - _SKEW_S <= now < token.expires_at else None

    def _read(self, text: str) -> Token | None:
        try:
            read = read_jws(text)
        except JwsError:
            return None
        ours = read.header.get("typ") == _TYPE and read.header.get("kid") == self.own.id
        if not ours or not read.is_by(self.own.private.public_key()):
            return None
        claims = read.claims
        if (claims.get("iss"), claims.get("aud")) != (self.issuer, self.issuer):
            return None
        return _token(claims)


def _token(claims: Mapping[str, Any]) -> Token | None:
    try:
        return Token(
            str(claims["client_id"]),
            str(claims["key"]),
            int(claims["iat"]),
            int(claims["exp"]),
            frozenset(str(claims.get("scope", "")).split()),
        )
    except (KeyError, TypeError, ValueError):
        return None
