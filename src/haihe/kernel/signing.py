"""Signed HTTP messages: a strict profile of RFC 9421 with `hmac-sha256` or `ed25519`, over an RFC 9530 Content-Digest.

Request: one signature labelled `haihe` over ("@method" "@path" "content-digest") with exactly the parameters
created, nonce, keyid and alg, in any order. Who wants to name the host too may cover "@authority" or "@target-uri"
besides, or the latter in place of "@path", and with it the header that holds the question of a request without a body.
Whatever the RFC allows beyond that is refused: fewer forms, fewer tricks.
The keyid is the client's id, or names one of its keys too: `client-id:key-id`.
Response: covers "@status", "content-digest" and the request's own signature, so an answer can't be passed off as the
answer to another question.
"""

import hashlib
import re
from binascii import a2b_base64, b2a_base64
from collections.abc import Sequence
from hmac import compare_digest
from typing import NamedTuple, Protocol

import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from haihe.kernel.mac import Mac

LABEL = "haihe"
ALGORITHM = "hmac-sha256"
ED25519 = "ed25519"
SECRET_BYTES = 32

type SigningKey = Mac | Ed25519PrivateKey
type CheckingKey = Mac | Ed25519PublicKey

_REQUEST_COVERED = '("@method" "@path" "content-digest")'
_RESPONSE_COVERED = '("@status" "content-digest" "signature";req;key="haihe")'
_NONCE = r"[A-Za-z0-9_-]{16,64}"
_KEY_ID = r"[A-Za-z0-9._:-]{1,64}"
_CREATED = r"[1-9][0-9]{0,11}"
_ALG = rf"{ALGORITHM}|{ED25519}"
_USUAL_INPUT = re.compile(
    rf'haihe=({re.escape(_REQUEST_COVERED)};created=({_CREATED});nonce="({_NONCE})";keyid="({_KEY_ID})";alg="({_ALG})")'
)
_ANY_INPUT = re.compile(rf'haihe=({re.escape(_REQUEST_COVERED)}(?P<told>(?:;[a-z]+=(?:[0-9]+|"[^"\\]*")){{4}}))')
_WIDE_INPUT = re.compile(
    r'haihe=((?P<names>\("[a-z@-]+"(?: "[a-z@-]+"){2,5}\))(?P<told>(?:;[a-z]+=(?:[0-9]+|"[^"\\]*")){4}))'
)
QUESTION = "haihe-question"
_COVERABLE = frozenset({"@method", "@path", "@authority", "@target-uri", "content-digest", QUESTION})
_NAME = re.compile(r'"([a-z@-]+)"')
_PARAMETER = re.compile(rf';(?:(created)=({_CREATED})|(nonce)="({_NONCE})"|(keyid)="({_KEY_ID})"|(alg)="({_ALG})")')
_RESPONSE_INPUT = re.compile(
    rf'haihe=({re.escape(_RESPONSE_COVERED)};created=({_CREATED});keyid="({_KEY_ID})";alg="({_ALG})")'
)
_SIGNATURE = re.compile(r"haihe=(:(?:[A-Za-z0-9+/]{43}=|[A-Za-z0-9+/]{86}==):)")


class Headers(Protocol):
    """Header fields under lower-case names, as granian and httpx give them."""

    def get(self, key: str, /) -> str | None: ...


class Where(NamedTuple):
    """Where a request was sent to, as its sender wrote it; `authority` in lower case, without a usual port."""

    scheme: str
    authority: str
    question: str | None = None
    """What the header holds that may be covered too."""


class SignatureError(ValueError):
    """The message isn't signed as the profile demands. `slug` names the problem; the text is for the signer's eyes."""

    def __init__(self, slug: str, why: str) -> None:
        super().__init__(why)
        self.slug = slug


class SignatureInput(msgspec.Struct, frozen=True, gc=False):
    """What a request claims about itself; nothing of it is true before `check_signature` says so.

    `key_id` is as the request has it: `client_id`, or `client_id:key`. `covered` names what it is over, where that
    isn't the usual.
    """

    key_id: str
    created: int
    nonce: str
    parameters: str
    signature: str
    algorithm: str = ALGORITHM
    covered: tuple[str, ...] = ()

    @property
    def client_id(self) -> str:
        return self.key_id.partition(":")[0]

    @property
    def key(self) -> str | None:
        """Which of the client's keys it says it is; None if it leaves that open."""
        return self.key_id.partition(":")[2] or None


def content_digest(body: bytes) -> str:
    return f"sha-256=:{b2a_base64(hashlib.sha256(body).digest(), newline=False).decode()}:"


def sign_request(
    *,
    method: str,
    path: str,
    body: bytes,
    client_id: str,
    secret: bytes | SigningKey,
    created: int,
    nonce: str,
    covered: Sequence[str] = (),
    where: Where | None = None,
) -> dict[str, str]:
    """Return the three headers to send. `created` is Unix time in seconds; a nonce is used once.

    `secret` may be an Ed25519 key; `client_id` may name a key too, as `client-id:key-id`. `covered` are components
    other than the usual, of which some need `where`.
    Raises: ValueError if the client id, nonce or path can't stand in a signature.
    """
    key = Mac(secret) if isinstance(secret, bytes) else secret
    alg = algorithm_of(key)
    told = f';created={created};nonce="{nonce}";keyid="{client_id}";alg="{alg}"'
    names = " ".join(f'"{name}"' for name in covered)
    parameters, digest = f"({names}){told}" if covered else f"{_REQUEST_COVERED}{told}", content_digest(body)
    given = SignatureInput(client_id, created, nonce, parameters, "", alg, tuple(covered))
    base = signature_base(given, method=method, path=path, content_digest=digest, where=where)
    if not _USUAL_INPUT.fullmatch(f"haihe={_REQUEST_COVERED}{told}") or base is None:
        raise ValueError("client id, nonce, time or path doesn't fit the signature profile")
    signature = sign_base(key, base)
    return {"content-digest": digest, "signature-input": f"haihe={parameters}", "signature": f"haihe={signature}"}


def parse_signature(headers: Headers) -> SignatureInput:
    """Read a request's signature. Raises: SignatureError."""
    given_input, given_signature = headers.get("signature-input"), headers.get("signature")
    if not given_input or not given_signature:
        raise SignatureError("credentials-missing", "Signature-Input and Signature are both needed")
    signature = _SIGNATURE.fullmatch(given_signature)
    if signature is None:
        raise SignatureError("credentials-invalid", "Signature is not haihe=:<base64>:")
    usual = _USUAL_INPUT.fullmatch(given_input)
    if usual is not None:
        parameters, created, nonce, key_id, algorithm = usual.groups()
        return SignatureInput(key_id, int(created), nonce, parameters, signature[1], algorithm)
    return _parse_unusual(given_input, signature[1])


def check_signature(
    given: SignatureInput, *, method: str, path: str, content_digest: str | None, body: bytes, secret: CheckingKey
) -> bool:
    """True if the signature is the key holder's, over this method, path and body. Constant time in the secret."""
    base = signature_base(given, method=method, path=path, content_digest=content_digest)
    return base is not None and is_signed(given, base, secret) and content_digest == _digest(body)


def signature_base(
    given: SignatureInput, *, method: str, path: str, content_digest: str | None, where: Where | None = None
) -> str | None:
    """Return the text that the signature must be over; None if none can be. The body's digest is the caller's to check,
    when the body is there. A query at the end of the path is part of a target URI, and of nothing else.
    """
    if content_digest is None or not _printable(path) or ("?" in path and not given.covered):
        return None
    if given.covered:
        return _wide_base(given, method, path, content_digest, where)
    return _request_base(method, path, content_digest, given.parameters)


def is_signed(given: SignatureInput, base: str, key: CheckingKey) -> bool:
    """True if the signature over the base is the key holder's, by the algorithm that goes with the key."""
    if isinstance(key, Mac):
        return given.algorithm == ALGORITHM and compare_digest(sign_base(key, base), given.signature)
    return given.algorithm == ED25519 and _is_ed25519(given.signature, base, key)


def sign_response(
    *, status: int, body: bytes, client_id: str, secret: SigningKey, created: int, request_signature: str
) -> dict[str, str]:
    """Return the three headers of an answer. `request_signature` is the request's `SignatureInput.signature`,
    `client_id` the keyid under which the key is known to the asker.
    """
    digest, given_input, signature = signed_response(status, body, client_id, secret, created, request_signature)
    return {"content-digest": digest, "signature-input": given_input, "signature": signature}


def signed_response(
    status: int, body: bytes, client_id: str, secret: SigningKey, created: int, request_signature: str
) -> tuple[str, str, str]:
    """Return Content-Digest, Signature-Input and Signature of an answer, as `sign_response`."""
    digest = content_digest(body)
    alg = ALGORITHM if isinstance(secret, Mac) else ED25519
    parameters = f'{_RESPONSE_COVERED};created={created};keyid="{client_id}";alg="{alg}"'
    signature = sign_base(secret, _response_base(status, digest, request_signature, parameters))
    return digest, f"haihe={parameters}", f"haihe={signature}"


def sign_bearer_response(
    *,
    status: int,
    body: bytes,
    key_id: str,
    key: SigningKey,
    created: int,
    method: str,
    path: str,
    request_digest: str | None,
) -> dict[str, str]:
    """Return the three headers of an answer to a request that bore a token instead of a signature.

    It covers the request's method and path, and its Content-Digest where there was one.
    """
    digest, asked = content_digest(body), f'"@method";req: {method}\n"@path";req: {path}\n'
    names = '"@status" "content-digest" "@method";req "@path";req'
    if request_digest is not None:
        names, asked = f'{names} "content-digest";req', f'{asked}"content-digest";req: {request_digest}\n'
    parameters = f'({names});created={created};keyid="{key_id}";alg="{algorithm_of(key)}"'
    base = f'"@status": {status}\n"content-digest": {digest}\n{asked}"@signature-params": {parameters}'
    signature = sign_base(key, base)
    return {"content-digest": digest, "signature-input": f"haihe={parameters}", "signature": f"haihe={signature}"}


def check_response(
    headers: Headers,
    *,
    status: int,
    body: bytes,
    client_id: str,
    secret: bytes | CheckingKey,
    request_headers: Headers,
) -> bool:
    """True if the response was signed with our secret, over this body, as the answer to this very request.

    Who signed with Ed25519 gives the gateway's published key and its keyid instead of an own secret.
    """
    given_input = _RESPONSE_INPUT.fullmatch(headers.get("signature-input") or "")
    given = _SIGNATURE.fullmatch(headers.get("signature") or "")
    asked = _SIGNATURE.fullmatch(request_headers.get("signature") or "")
    if given_input is None or given is None or asked is None or given_input[3] != client_id:
        return False
    digest = headers.get("content-digest")
    key = Mac(secret) if isinstance(secret, bytes) else secret
    signature = SignatureInput(client_id, int(given_input[2]), "", given_input[1], given[1], given_input[4])
    base = _response_base(status, _digest(body), asked[1], given_input[1])
    return digest == _digest(body) and is_signed(signature, base, key)


def algorithm_of(key: SigningKey | CheckingKey) -> str:
    return ALGORITHM if isinstance(key, Mac) else ED25519


def sign_base(key: SigningKey, base: str) -> str:
    """Return the signature over a base as a structured field's byte sequence."""
    signature = key.digest(base.encode()) if isinstance(key, Mac) else key.sign(base.encode())
    return f":{b2a_base64(signature, newline=False).decode()}:"


def _parse_unusual(given_input: str, signature: str) -> SignatureInput:
    outline, covered = _ANY_INPUT.fullmatch(given_input), tuple[str, ...]()
    if outline is None and (outline := _WIDE_INPUT.fullmatch(given_input)):
        covered = tuple(_NAME.findall(outline["names"]))
    found = dict(_named(match) for match in _PARAMETER.finditer(outline["told"])) if outline else {}
    if outline is None or len(found) != 4 or (covered and not _is_enough(covered)):
        raise SignatureError("credentials-invalid", "Signature-Input doesn't follow the profile")
    return SignatureInput(
        found["keyid"], int(found["created"]), found["nonce"], outline[1], signature, found["alg"], covered
    )


def _is_enough(covered: Sequence[str]) -> bool:
    """True for method, body and the whole place, nothing else and nothing twice; the usual has a form of its own."""
    names = set(covered)
    is_known = len(names) == len(covered) and names <= _COVERABLE and names >= {"@method", "content-digest"}
    if "@target-uri" in names:
        return is_known
    return is_known and QUESTION not in names and names >= {"@authority", "@path"}


def _wide_base(given: SignatureInput, method: str, path: str, digest: str, where: Where | None) -> str | None:
    """Return the base over more than the usual; None where nobody can say what the sender wrote."""
    bare, mark, _query = path.partition("?")
    values = {"@method": method, "@path": bare, "content-digest": digest}
    if mark and "@target-uri" not in given.covered:
        return None
    if where is not None and where.authority:
        values |= {"@authority": where.authority, "@target-uri": f"{where.scheme}://{where.authority}{path}"}
        if where.question is not None:
            values[QUESTION] = where.question
    if not _is_enough(given.covered) or not values.keys() >= set(given.covered):
        return None
    lines = [f'"{name}": {values[name]}' for name in given.covered]
    return "\n".join([*lines, f'"@signature-params": {given.parameters}'])


def _named(match: re.Match[str]) -> tuple[str, str]:
    name, value = (group for group in match.groups() if group is not None)
    return name, value


def _request_base(method: str, path: str, digest: str, parameters: str) -> str:
    return f'"@method": {method}\n"@path": {path}\n"content-digest": {digest}\n"@signature-params": {parameters}'


def _response_base(status: int, digest: str, request_signature: str, parameters: str) -> str:
    covered = f'"@status": {status}\n"content-digest": {digest}\n"signature";req;key="haihe": {request_signature}'
    return f'{covered}\n"@signature-params": {parameters}'


def _is_ed25519(text: str, base: str, key: Ed25519PublicKey) -> bool:
    signature = a2b_base64(text[1:-1])
    if f":{_base64(signature)}:" != text:
        # One signature, one text: the answer is signed over the text.
        return False
    try:
        key.verify(signature, base.encode())
    except InvalidSignature:
        return False
    return True


def _base64(data: bytes) -> str:
    return b2a_base64(data, newline=False).decode()


def _printable(path: str) -> bool:
    return path.isascii() and path.isprintable()


_digest = content_digest
"""The same function, for where a parameter bears its name."""
