"""Signed HTTP messages: a strict profile of RFC 9421 with `hmac-sha256`, over an RFC 9530 Content-Digest.

Request: one signature labelled `haihe` over ("@method" "@path" "content-digest") with exactly the parameters
created, nonce, keyid and alg, in any order. Whatever the RFC allows beyond that is refused: fewer forms, fewer tricks.
Response: covers "@status", "content-digest" and the request's own signature, so an answer can't be passed off as the
answer to another question.
"""

import hashlib
import hmac
import re
from binascii import b2a_base64
from typing import Protocol

import msgspec

from haihe.kernel.mac import Mac

LABEL = "haihe"
ALGORITHM = "hmac-sha256"
SECRET_BYTES = 32

_REQUEST_COVERED = '("@method" "@path" "content-digest")'
_RESPONSE_COVERED = '("@status" "content-digest" "signature";req;key="haihe")'
_NONCE = r"[A-Za-z0-9_-]{16,64}"
_KEY_ID = r"[A-Za-z0-9._:-]{1,64}"
_CREATED = r"[1-9][0-9]{0,11}"
_USUAL_INPUT = re.compile(
    rf'haihe=({re.escape(_REQUEST_COVERED)};created=({_CREATED});nonce="({_NONCE})";keyid="({_KEY_ID})";alg="{ALGORITHM}")'
)
_ANY_INPUT = re.compile(rf'haihe=({re.escape(_REQUEST_COVERED)}((?:;[a-z]+=(?:[0-9]+|"[^"\\]*")){{4}}))')
_PARAMETER = re.compile(
    rf';(?:(created)=({_CREATED})|(nonce)="({_NONCE})"|(keyid)="({_KEY_ID})"|(alg)="({ALGORITHM})")'
)
_RESPONSE_INPUT = re.compile(
    rf'haihe=({re.escape(_RESPONSE_COVERED)};created=({_CREATED});keyid="({_KEY_ID})";alg="{ALGORITHM}")'
)
_SIGNATURE = re.compile(r"haihe=(:[A-Za-z0-9+/]{43}=:)")


class Headers(Protocol):
    """Header fields under lower-case names, as granian and httpx give them."""

    def get(self, key: str, /) -> str | None: ...


class SignatureError(ValueError):
    """The message isn't signed as the profile demands. `slug` names the problem; the text is for the signer's eyes."""

    def __init__(self, slug: str, why: str) -> None:
        super().__init__(why)
        self.slug = slug


class SignatureInput(msgspec.Struct, frozen=True, gc=False):
    """What a request claims about itself; nothing of it is true before `check_signature` says so."""

    client_id: str
    created: int
    nonce: str
    parameters: str
    signature: str


def content_digest(body: bytes) -> str:
    return f"sha-256=:{_base64(hashlib.sha256(body).digest())}:"


def sign_request(
    *, method: str, path: str, body: bytes, client_id: str, secret: bytes, created: int, nonce: str
) -> dict[str, str]:
    """Return the three headers to send. `created` is Unix time in seconds; a nonce is used once.

    Raises: ValueError if the client id, nonce or path can't stand in a signature.
    """
    parameters = f'{_REQUEST_COVERED};created={created};nonce="{nonce}";keyid="{client_id}";alg="{ALGORITHM}"'
    if not _USUAL_INPUT.fullmatch(f"haihe={parameters}") or not _printable(path):
        raise ValueError("client id, nonce, time or path doesn't fit the signature profile")
    digest = content_digest(body)
    signature = _sign(Mac(secret), _request_base(method, path, digest, parameters))
    return {"content-digest": digest, "signature-input": f"haihe={parameters}", "signature": f"haihe={signature}"}


def parse_signature(headers: Headers) -> SignatureInput:
    """Read a request's signature. Raises: SignatureError."""
    given_input, given_signature = headers.get("signature-input"), headers.get("signature")
    if not given_input or not given_signature:
        raise SignatureError("credentials-missing", "Signature-Input and Signature are both needed")
    signature = _SIGNATURE.fullmatch(given_signature)
    if signature is None:
        raise SignatureError("credentials-invalid", "Signature is not haihe=:<32 bytes in base64>:")
    usual = _USUAL_INPUT.fullmatch(given_input)
    if usual is not None:
        parameters, created, nonce, client_id = usual.groups()
        return SignatureInput(client_id, int(created), nonce, parameters, signature[1])
    return _parse_unusual(given_input, signature[1])


def check_signature(
    given: SignatureInput, *, method: str, path: str, content_digest: str | None, body: bytes, secret: Mac
) -> bool:
    """True if the signature is the secret holder's, over this method, path and body. Constant time in the secret."""
    if content_digest is None or not _printable(path):
        return False
    expected = _sign(secret, _request_base(method, path, content_digest, given.parameters))
    signed = hmac.compare_digest(expected, given.signature)
    return signed and content_digest == _digest(body)


def check_head(given: SignatureInput, *, method: str, path: str, content_digest: str | None, secret: Mac) -> bool:
    """True if the signature is the secret holder's over this method, path and digest: before the body has come."""
    if content_digest is None or not _printable(path):
        return False
    expected = _sign(secret, _request_base(method, path, content_digest, given.parameters))
    return hmac.compare_digest(expected, given.signature)


def sign_response(
    *, status: int, body: bytes, client_id: str, secret: Mac, created: int, request_signature: str
) -> dict[str, str]:
    """Return the three headers of an answer. `request_signature` is the request's `SignatureInput.signature`."""
    digest = content_digest(body)
    parameters = f'{_RESPONSE_COVERED};created={created};keyid="{client_id}";alg="{ALGORITHM}"'
    signature = _sign(secret, _response_base(status, digest, request_signature, parameters))
    return {"content-digest": digest, "signature-input": f"haihe={parameters}", "signature": f"haihe={signature}"}


def check_response(
    headers: Headers, *, status: int, body: bytes, client_id: str, secret: bytes, request_headers: Headers
) -> bool:
    """True if the response was signed with our secret, over this body, as the answer to this very request."""
    given_input = _RESPONSE_INPUT.fullmatch(headers.get("signature-input") or "")
    given = _SIGNATURE.fullmatch(headers.get("signature") or "")
    asked = _SIGNATURE.fullmatch(request_headers.get("signature") or "")
    if given_input is None or given is None or asked is None or given_input[3] != client_id:
        return False
    digest = headers.get("content-digest")
    expected = _sign(Mac(secret), _response_base(status, _digest(body), asked[1], given_input[1]))
    return digest == _digest(body) and hmac.compare_digest(expected, given[1])


def _parse_unusual(given_input: str, signature: str) -> SignatureInput:
    outline = _ANY_INPUT.fullmatch(given_input)
    found = dict(_named(match) for match in _PARAMETER.finditer(outline[2])) if outline else {}
    if outline is None or len(found) != 4:
        raise SignatureError("credentials-invalid", "Signature-Input doesn't follow the profile")
    return SignatureInput(found["keyid"], int(found["created"]), found["nonce"], outline[1], signature)


def _named(match: re.Match[str]) -> tuple[str, str]:
    name, value = (group for group in match.groups() if group is not None)
    return name, value


def _request_base(method: str, path: str, digest: str, parameters: str) -> str:
    return f'"@method": {method}\n"@path": {path}\n"content-digest": {digest}\n"@signature-params": {parameters}'


def _response_base(status: int, digest: str, request_signature: str, parameters: str) -> str:
    covered = f'"@status": {status}\n"content-digest": {digest}\n"signature";req;key="haihe": {request_signature}'
    return f'{covered}\n"@signature-params": {parameters}'


def _sign(secret: Mac, base: str) -> str:
    return f":{_base64(secret.digest(base.encode()))}:"


def _base64(data: bytes) -> str:
    return b2a_base64(data, newline=False).decode()


def _printable(path: str) -> bool:
    return path.isascii() and path.isprintable()


_digest = content_digest
"""The same function, for where a parameter bears its name."""
