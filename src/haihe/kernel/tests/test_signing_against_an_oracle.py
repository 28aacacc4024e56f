"""Another implementation of RFC 9421 verifies what we sign, and we verify what it signs."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
from http_message_signatures import (
    HTTPMessageSigner,
    HTTPMessageVerifier,
    InvalidSignature,
    MappingKeyResolver,
    algorithms,
)

from haihe.kernel.mac import Mac
from haihe.kernel.signing import (
    Where,
    check_response,
    check_signature,
    is_signed,
    parse_signature,
    sign_request,
    sign_response,
    signature_base,
)

SECRET = b"s" * 32
PATH = "/v1/verify/relief-status"
BODY = '{"subject":{"name":"刘志远"}}'.encode()
COVERED = ("@method", "@path", "content-digest")
KEYS = MappingKeyResolver(public_keys={"gjj-1": SECRET}, private_keys={"gjj-1": SECRET})


@dataclass
class Request:
    headers: dict[str, str]
    method: str = "POST"
    url: str = f"http://gateway.example{PATH}"


@dataclass
class Response:
    headers: dict[str, str]
    request: Request
    status_code: int = 200
    url: str = f"http://gateway.example{PATH}"


def ours() -> dict[str, str]:
    created = int(datetime.now(UTC).timestamp())
    return sign_request(
        method="POST", path=PATH, body=BODY, client_id="gjj-1", secret=SECRET, created=created, nonce="n" * 22
    )


def oracle_verdict(message: Request | Response, covered: tuple[str, ...], body: bytes = BODY) -> None:
    verifier = HTTPMessageVerifier(signature_algorithm=algorithms.HMAC_SHA256, key_resolver=KEYS)
    verifier.verify(message, body=body, require_components=covered, max_age=timedelta(minutes=5))


def test_the_oracle_accepts_our_requests() -> None:
    oracle_verdict(Request(ours()), COVERED)


@pytest.mark.parametrize(
    "covered",
    [
        ("@method", "@authority", "@path", "content-digest"),
        ("@method", "@target-uri", "content-digest"),
        ("content-digest", "@target-uri", "@path", "@authority", "@method"),
    ],
)
def test_the_oracle_and_we_agree_on_hosts_and_target_uris(covered: tuple[str, ...]) -> None:
    where = Where("http", "gateway.example")
    created = int(datetime.now(UTC).timestamp())
    signed = sign_request(
        method="POST", path=PATH, body=BODY, client_id="gjj-1", secret=SECRET, created=created, nonce="n" * 22,
        covered=covered, where=where,
    )  # fmt: skip
    oracle_verdict(Request(signed), covered)
    theirs = Request({})
    signer = HTTPMessageSigner(signature_algorithm=algorithms.HMAC_SHA256, key_resolver=KEYS)
    signer.sign(theirs, key_id="gjj-1", nonce="n" * 22, label="haihe", covered_component_ids=covered, body=BODY)
    headers = {name.lower(): value for name, value in theirs.headers.items()}
    given = parse_signature(headers)
    call = {"method": "POST", "path": PATH, "content_digest": headers["content-digest"]}
    for place, holds in ((where, True), (Where("https", "other.example"), False), (None, False)):
        base = signature_base(given, where=place, **call)
        assert (base is not None and is_signed(given, base, Mac(SECRET))) is holds


def test_the_oracle_refuses_our_request_over_another_body() -> None:
    with pytest.raises(InvalidSignature):
        oracle_verdict(Request(ours()), COVERED, body=b"{}")


def test_we_accept_the_oracle_s_requests() -> None:
    request = Request({})
    signer = HTTPMessageSigner(signature_algorithm=algorithms.HMAC_SHA256, key_resolver=KEYS)
    signer.sign(request, key_id="gjj-1", nonce="n" * 22, label="haihe", covered_component_ids=COVERED, body=BODY)
    headers = {name.lower(): value for name, value in request.headers.items()}
    given = parse_signature(headers)
    digest = headers["content-digest"]
    assert check_signature(given, method="POST", path=PATH, content_digest=digest, body=BODY, secret=Mac(SECRET))
    assert not check_signature(
        given, method="POST", path=PATH + "x", content_digest=digest, body=BODY, secret=Mac(SECRET)
    )


RESPONSE_COVERED = ("@status", "content-digest", '"signature";req;key="haihe"')


def test_the_oracle_accepts_our_answers() -> None:
    asked = ours()
    headers = sign_response(
        status=200,
        body=b"answer",
        client_id="gjj-1",
        secret=Mac(SECRET),
        created=int(datetime.now(UTC).timestamp()),
        request_signature=parse_signature(asked).signature,
    )
    oracle_verdict(Response(headers, Request(asked)), RESPONSE_COVERED, body=b"answer")
    assert check_response(headers, status=200, body=b"answer", client_id="gjj-1", secret=SECRET, request_headers=asked)
