"""POST /oauth2/token: OAuth 2 client credentials (RFC 6749 §4.4), by secret or by a signed assertion (RFC 7523).

Its errors have OAuth's form (§5.2), whose words are ASCII; refused credentials are recorded like all others.
"""

import re
from base64 import b64decode
from binascii import Error as Base64Error
from collections.abc import Mapping
from hmac import compare_digest
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, unquote_plus

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from haihe.gateway.dossier import Dossier, Refused
from haihe.gateway.messages import Reply, Request
from haihe.gateway.oauth_metadata import TOKEN_ROUTE
from haihe.gateway.policy import Client, ClientKey, Policy
from haihe.gateway.replay import CLOCK_WINDOW_S, fingerprint
from haihe.gateway.replies import Outcome
from haihe.gateway.tokens import LIFE_S
from haihe.kernel.compact_jws import JwsError, read_jws
from haihe.kernel.mac import Mac

if TYPE_CHECKING:
    from haihe.gateway.desk import Desk

__all__ = ["TOKEN_ROUTE", "TokenDesk"]

ASSERTION = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
MOST_PER_S = 5
_FORM = "application/x-www-form-urlencoded"
_SLUG = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?")
_MOST_SERVICES = 50
_DUMMY = Mac(bytes(32))
_ERRORS = {
    "invalid_request": 400,
    "invalid_client": 401,
    "invalid_scope": 400,
    "unsupported_grant_type": 400,
    "temporarily_unavailable": 503,
}


class _Error(Exception):
    """`slug` is how the ledger calls it, where it is a refusal of credentials."""

    def __init__(self, code: str, why: str, *, slug: str = "") -> None:
        super().__init__(code)
        self.code, self.why, self.slug = code, why, slug


class TokenDesk:
    """Gives tokens to systems that prove themselves."""

    def __init__(self, desk: "Desk") -> None:
        self._desk = desk

    def outcome(self, dossier: Dossier, request: Request) -> Outcome:
        """Raises: Refused, where the message itself is wrong."""
        if request.fault is not None:
            raise Refused(request.fault)
        if request.method != "POST":
            raise Refused("method-not-allowed")
        try:
            return self._give(dossier, request)
        except _Error as error:
            return self._refuse(dossier, error)

    def _give(self, dossier: Dossier, request: Request) -> Outcome:
        if not dossier.is_private:
            raise _Error("invalid_request", "TLS is required", slug="tls-required")
        told = _form(request)
        if "grant_type" not in told:
            raise _Error("invalid_request", "grant_type is missing")
        if told["grant_type"] != "client_credentials":
            raise _Error("unsupported_grant_type", "only client_credentials")
        policy = self._desk.policy.current(now=self._desk.monotonic())
        if policy is None:
            raise _Error("temporarily_unavailable", "the policy is not loaded yet, or too old")
        key, waits = self._proved(dossier, request, told, policy)
        services = _services(told.get("scope", ""))
        if self._desk.rates.take(f"token:{key.name[0]}", MOST_PER_S, dossier.at):
            raise _Error("temporarily_unavailable", "too many tokens; each serves for ten minutes")
        self._desk.shared_counts.see(key.name, dossier.at)
        token = self._desk.tokens.issue(client_id=key.name[0], key_id=key.name[1], services=services, now=dossier.at)
        body = {"access_token": token, "token_type": "Bearer", "expires_in": LIFE_S, "scope": " ".join(services)}
        return Outcome(Reply(200, "application/json", msgspec.json.encode(body)), waits=waits)

    def _proved(
        self, dossier: Dossier, request: Request, told: Mapping[str, str], policy: Policy
    ) -> tuple[ClientKey, bool]:
        """Return the key, and whether something must be durable before the answer. Raises: _Error."""
        header, assertion = request.headers.get("authorization"), told.get("client_assertion")
        if (header is None) == (assertion is None) or "client_secret" in told:
            raise _Error("invalid_client", "client_secret_basic or private_key_jwt", slug="credentials-missing")
        key = _by_secret(dossier, header, policy) if header else self._by_assertion(dossier, told, policy)
        if key is None:
            raise _Error("invalid_client", "unknown client or wrong key", slug="credentials-invalid")
        if not key.in_force(dossier.at):
            raise _Error("invalid_client", "the key has expired", slug="key-expired")
        return key, assertion is not None

    def _by_assertion(self, dossier: Dossier, told: Mapping[str, str], policy: Policy) -> ClientKey | None:
        if told.get("client_assertion_type") != ASSERTION:
            raise _Error("invalid_client", "another client_assertion_type", slug="credentials-missing")
        try:
            assertion = read_jws(told["client_assertion"])
        except JwsError:
            return None
        claims = assertion.claims
        client = _client(dossier, str(claims.get("sub")), policy)
        if (
            client is None
            or claims.get("iss") != client.client_id
            or told.get("client_id", client.client_id) != client.client_id
        ):
            return None
        keys = [key for key in client.keys if isinstance(key.key, Ed25519PublicKey) and assertion.is_by(key.key)]
        if not keys:
            return None
        self._check_claims(dossier, claims, client.client_id)
        return keys[0]

    def _check_claims(self, dossier: Dossier, claims: Mapping[str, Any], client_id: str) -> None:
        """Raises: _Error, if it is for somebody else, out of its time, or was used before."""
        aud = claims.get("aud")
        ours = {self._desk.tokens.issuer, self._desk.tokens.issuer + TOKEN_ROUTE}
        if not ours & set(aud if isinstance(aud, list) else [str(aud)]):
            raise _Error("invalid_client", "the assertion is for another audience", slug="credentials-invalid")
        exp, jti, nbf = claims.get("exp"), claims.get("jti"), claims.get("nbf", 0)
        if not isinstance(exp, int) or not isinstance(nbf, int) or not isinstance(jti, str) or not jti:
            raise _Error("invalid_client", "the assertion needs exp and jti", slug="credentials-invalid")
        if not dossier.at < exp <= dossier.at + CLOCK_WINDOW_S or nbf > dossier.at + CLOCK_WINDOW_S:
            raise _Error("invalid_client", "the assertion is out of its time", slug="clock-skew")
        minute, print_ = exp // 60, fingerprint(client_id, f"jti {jti}")
        if not self._desk.replay.first_sight(minute, print_):
            raise _Error("invalid_client", "the assertion was used before", slug="replayed-request")
        batch = self._desk.commits.join()
        batch.nonces.setdefault(minute, []).append(print_)

    def _refuse(self, dossier: Dossier, error: _Error) -> Outcome:
        recorded = False
        if error.slug:
            dossier.fail(error.slug)
            recorded = self._desk.refusals.admit(dossier.claimed, error.slug, now=dossier.at)
            if recorded:
                self._desk.commits.join().keep(dossier.refused(error.slug), reserved=False)
        status = _ERRORS[error.code]
        more = 'www-authenticate: Basic realm="haihe"\r\n' if status == 401 else ""
        if status == 503:
            more = "retry-after: 1\r\n"
        body = msgspec.json.encode({"error": error.code, "error_description": error.why})
        return Outcome(Reply(status, "application/json", body, more), waits=recorded)


def _form(request: Request) -> dict[str, str]:
    if (request.headers.get("content-type") or "").partition(";")[
        0
    ].strip().lower() != _FORM or request.query is not None:
        raise _Error("invalid_request", f"send {_FORM}, and no query")
    try:
        pairs = parse_qsl(request.body.decode("ascii"), keep_blank_values=True, strict_parsing=True, max_num_fields=12)
    except ValueError:
        raise _Error("invalid_request", "the form can't be read") from None
    told = dict(pairs)
    if len(told) < len(pairs):
        raise _Error("invalid_request", "a parameter stands twice")
    return told


def _services(scope: str) -> tuple[str, ...]:
    services = tuple(dict.fromkeys(scope.split(" "))) if scope else ()
    if len(services) > _MOST_SERVICES or not all(_SLUG.fullmatch(each) for each in services):
        raise _Error("invalid_scope", "names of services, with a space between")
    return services


def _client(dossier: Dossier, client_id: str, policy: Policy) -> Client | None:
    client = policy.clients.get(client_id)
    if client is not None:
        dossier.claimed = client_id
    return client


def _by_secret(dossier: Dossier, header: str, policy: Policy) -> ClientKey | None:
    """Compare without holding any secret in the clear: who has the same key makes the same codes."""
    scheme, _, encoded = header.partition(" ")
    try:
        name, colon, secret = b64decode(encoded, validate=True).decode().partition(":")
        presented = Mac(b64decode(unquote_plus(secret), validate=True))
    except (Base64Error, ValueError):
        return None
    if scheme.lower() != "basic" or not colon:
        return None
    client = _client(dossier, unquote_plus(name), policy)
    code = presented.digest(b"haihe token")
    for key in client.keys if client else ():
        if isinstance(key.key, Mac) and compare_digest(key.key.digest(b"haihe token"), code):
            return key
    _DUMMY.digest(b"haihe token")
    return None
