"""Who sends this request, and is it the first time?"""

from haihe.gateway.dossier import Dossier, Refused
from haihe.gateway.policy import Client, Policy
from haihe.gateway.replay import CLOCK_WINDOW_S
from haihe.kernel.mac import Mac
from haihe.kernel.signing import Headers, SignatureError, SignatureInput, check_head, check_signature, parse_signature

_NOBODY = Client("", "", secret=Mac(bytes(32)))
"""Stands in for an unknown client, so that its requests take as long to refuse as a known one's."""


def authenticate(
    dossier: Dossier, headers: Headers, *, method: str = "POST", path: str, body: bytes, policy: Policy
) -> tuple[Client, SignatureInput]:
    """Note in the dossier who asks, and as whom. Raises: Refused."""
    try:
        signature = parse_signature(headers)
    except SignatureError as fault:
        raise Refused(fault.slug) from None
    client = policy.clients.get(signature.client_id, _NOBODY)
    if client is not _NOBODY:
        dossier.claimed = client.client_id
    signed = check_signature(
        signature,
        method=method,
        path=path,
        content_digest=headers.get("content-digest"),
        body=body,
        secret=client.secret,
    )
    if not signed or client is _NOBODY:
        raise Refused("credentials-invalid")
    dossier.client, dossier.signature = client, signature
    dossier.credential, dossier.request_digest = signature.signature, headers.get("content-digest")
    if abs(dossier.at - signature.created) > CLOCK_WINDOW_S:
        raise Refused("clock-skew")
    return client, signature


def authenticate_head(headers: Headers, *, path: str, policy: Policy, now: float) -> None:
    """Check all that can be checked before the body is there. What comes of it is checked again. Raises: Refused."""
    try:
        signature = parse_signature(headers)
    except SignatureError as fault:
        raise Refused(fault.slug) from None
    client = policy.clients.get(signature.client_id, _NOBODY)
    digest = headers.get("content-digest")
    signed = check_head(signature, method="POST", path=path, content_digest=digest, secret=client.secret)
    if not signed or client is _NOBODY:
        raise Refused("credentials-invalid")
    if abs(now - signature.created) > CLOCK_WINDOW_S:
        raise Refused("clock-skew")
