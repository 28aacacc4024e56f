"""Who sends this request, and by which of its keys?"""

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from haihe.gateway.dossier import Dossier, Refused
from haihe.gateway.origin import where_of
from haihe.gateway.policy import Client, ClientKey, Policy
from haihe.gateway.replay import CLOCK_WINDOW_S
from haihe.gateway.signers import AnswerSigner, BearerSigner
from haihe.gateway.tokens import Token, Tokens
from haihe.kernel.mac import Mac
from haihe.kernel.signing import (
    ALGORITHM,
    Headers,
    SignatureError,
    SignatureInput,
    Where,
    algorithm_of,
    content_digest,
    is_signed,
    parse_signature,
    sign_base,
    signature_base,
)

MOST_TRIED = 3
"""Of a client's keys, newest first, where a request doesn't say by which it is signed."""
_DUMMY = Mac(bytes(32))
_NOBODY = Client("", "", (ClientKey(("", ""), Ed25519PrivateKey.generate().public_key()),))
"""Stands in for an unknown client, so that its requests take as long to refuse as a known one's."""


def authenticate(
    dossier: Dossier,
    headers: Headers,
    *,
    method: str = "POST",
    path: str,
    body: bytes,
    policy: Policy,
    tokens: Tokens,
) -> Client:
    """Note in the dossier who asks, by which key, and how to sign what goes back. Raises: Refused."""
    if headers.get("authorization") is not None:
        return _by_token(dossier, headers, method=method, path=path, body=body, policy=policy, tokens=tokens)
    signature = _parsed(headers)
    client = policy.clients.get(signature.client_id, _NOBODY)
    if client is not _NOBODY:
        dossier.claimed = client.client_id
    digest = headers.get("content-digest")
    where = where_of(headers) if signature.covered else None
    key = _proved(client, signature, method=method, path=path, digest=digest, where=where)
    if key is None or digest != content_digest(body):
        raise Refused("credentials-invalid")
    dossier.client, dossier.signature, dossier.key = client, signature, key
    dossier.credential, dossier.request_digest = signature.signature, digest
    if isinstance(key.key, Mac):
        dossier.signer = AnswerSigner(signature.key_id, key.key, signature.signature)
    else:
        dossier.signer = AnswerSigner(tokens.own.id, tokens.own.private, signature.signature)
    _check_times(signature, key, dossier.at)
    return client


def authenticate_head(
    headers: Headers, *, path: str, policy: Policy, tokens: Tokens, now: float, is_private: bool
) -> None:
    """Check all that can be checked before the body is there. What comes of it is checked again. Raises: Refused."""
    if headers.get("authorization") is not None:
        _read_token(headers, policy=policy, tokens=tokens, now=now, is_private=is_private)
        return
    signature = _parsed(headers)
    client = policy.clients.get(signature.client_id, _NOBODY)
    where = where_of(headers) if signature.covered else None
    key = _proved(client, signature, path=path, digest=headers.get("content-digest"), where=where)
    if key is None:
        raise Refused("credentials-invalid")
    _check_times(signature, key, now)


def check_still_known(dossier: Dossier, policy: Policy) -> None:
    """Raises: Refused, if the client was disabled meanwhile, or the key that it proved itself with ended."""
    client, key = policy.clients.get(dossier.claimed or ""), dossier.key
    if client is None or key is None or key.name not in {each.name for each in client.keys}:
        raise Refused("credentials-invalid")
    if not key.in_force(dossier.at):
        raise Refused("key-expired")


def _by_token(
    dossier: Dossier, headers: Headers, *, method: str, path: str, body: bytes, policy: Policy, tokens: Tokens
) -> Client:
    token, client, key = _read_token(
        headers, policy=policy, tokens=tokens, now=dossier.at, is_private=dossier.is_private
    )
    dossier.claimed, told, digest = client.client_id, headers.get("content-digest"), content_digest(body)
    if told not in (None, digest):
        raise Refused("malformed-request", "Content-Digest 与请求内容不符。")
    dossier.client, dossier.key = client, key
    # Nobody but asker and gateway knows the token: it blinds the digests in the ledger, as a signature does.
    dossier.credential, dossier.request_digest = headers.get("authorization"), digest
    dossier.signer = BearerSigner(tokens.own, method, path.partition("?")[0], told)
    if token.services and dossier.slug is not None and dossier.slug not in token.services:
        raise Refused("insufficient-scope")
    return client


def _read_token(
    headers: Headers, *, policy: Policy, tokens: Tokens, now: float, is_private: bool
) -> tuple[Token, Client, ClientKey]:
    """Return the token and whose it is. The policy of now decides, not that of when it was given. Raises: Refused."""
    if not is_private:
        raise Refused("tls-required")
    if headers.get("signature-input") is not None:
        raise Refused("malformed-request", "签名和令牌只能用一种。")
    scheme, _, text = (headers.get("authorization") or "").partition(" ")
    if scheme.lower() != "bearer":
        raise Refused("credentials-missing")
    token = tokens.read(text, now=now)
    client = policy.clients.get(token.client_id) if token else None
    if token is None or client is None:
        raise Refused("credentials-invalid", "令牌无效或已过期，请重新申请令牌。")
    for key in client.keys:
        if key.name[1] == token.key_id:
            if not key.in_force(now):
                raise Refused("key-expired")
            return token, client, key
    raise Refused("credentials-invalid", "令牌所用的密钥已停用，请用新密钥申请令牌。")


def _parsed(headers: Headers) -> SignatureInput:
    try:
        return parse_signature(headers)
    except SignatureError as fault:
        raise Refused(fault.slug) from None


def _proved(
    client: Client,
    signature: SignatureInput,
    *,
    method: str = "POST",
    path: str,
    digest: str | None,
    where: Where | None = None,
) -> ClientKey | None:
    """Return the key that the signature is by, whether it is in force or not; None if it is by none of them."""
    base = signature_base(signature, method=method, path=path, content_digest=digest, where=where)
    if base is None:
        return None
    wanted, tried = signature.key, 0
    for key in client.keys[:MOST_TRIED]:
        if wanted is None or key.name[1] == wanted:
            if is_signed(signature, base, key.key):
                return None if client is _NOBODY else key
            tried += algorithm_of(key.key) == signature.algorithm
    # However many keys the client has, and if there is no such client: the same time.
    if signature.algorithm == ALGORITHM:
        for _ in range(MOST_TRIED - tried):
            sign_base(_DUMMY, base)
    elif tried == 0:
        is_signed(signature, base, _NOBODY.keys[0].key)
    return None


def _check_times(signature: SignatureInput, key: ClientKey, now: float) -> None:
    if abs(now - signature.created) > CLOCK_WINDOW_S:
        raise Refused("clock-skew")
    if not key.in_force(now):
        raise Refused("key-expired")
