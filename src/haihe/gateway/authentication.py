"""Who sends this request, and by which of its keys?"""

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from haihe.gateway.dossier import Dossier, Refused
from haihe.gateway.gateway_key import GatewayKey
from haihe.gateway.policy import Client, ClientKey, Policy
from haihe.gateway.replay import CLOCK_WINDOW_S
from haihe.gateway.signers import AnswerSigner
from haihe.kernel.mac import Mac
from haihe.kernel.signing import (
    ALGORITHM,
    Headers,
    SignatureError,
    SignatureInput,
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
    own: GatewayKey,
) -> Client:
    """Note in the dossier who asks, by which key, and how to sign what goes back. Raises: Refused."""
    signature = _parsed(headers)
    client = policy.clients.get(signature.client_id, _NOBODY)
    if client is not _NOBODY:
        dossier.claimed = client.client_id
    digest = headers.get("content-digest")
    key = _proved(client, signature, method=method, path=path, digest=digest)
    if key is None or digest != content_digest(body):
        raise Refused("credentials-invalid")
    dossier.client, dossier.signature, dossier.key = client, signature, key
    dossier.credential, dossier.request_digest = signature.signature, digest
    if isinstance(key.key, Mac):
        dossier.signer = AnswerSigner(signature.key_id, key.key, signature.signature)
    else:
        dossier.signer = AnswerSigner(own.id, own.private, signature.signature)
    _check_times(signature, key, dossier.at)
    return client


def authenticate_head(headers: Headers, *, path: str, policy: Policy, now: float) -> None:
    """Check all that can be checked before the body is there. What comes of it is checked again. Raises: Refused."""
    signature = _parsed(headers)
    client = policy.clients.get(signature.client_id, _NOBODY)
    key = _proved(client, signature, path=path, digest=headers.get("content-digest"))
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


def _parsed(headers: Headers) -> SignatureInput:
    try:
        return parse_signature(headers)
    except SignatureError as fault:
        raise Refused(fault.slug) from None


def _proved(
    client: Client, signature: SignatureInput, *, method: str = "POST", path: str, digest: str | None
) -> ClientKey | None:
    """Return the key that the signature is by, whether it is in force or not; None if it is by none of them."""
    base = signature_base(signature, method=method, path=path, content_digest=digest)
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
