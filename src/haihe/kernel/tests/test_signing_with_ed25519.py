"""Ed25519 in the same strict profile: another implementation verifies what we sign, and we verify what it signs."""

import string
from datetime import UTC, datetime, timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from http_message_signatures import (
    HTTPMessageSigner,
    HTTPMessageVerifier,
    InvalidSignature,
    MappingKeyResolver,
    algorithms,
)

from haihe.kernel.mac import Mac
from haihe.kernel.signing import (
    ALGORITHM,
    SignatureError,
    check_response,
    check_signature,
    parse_signature,
    sign_request,
    sign_response,
)
from haihe.kernel.tests.test_signing_against_an_oracle import BODY, COVERED, PATH, RESPONSE_COVERED, Request, Response

THEIRS, OURS = Ed25519PrivateKey.generate(), Ed25519PrivateKey.generate()
KEY_ID = "gjj-1:k2"
KEYS = MappingKeyResolver(
    public_keys={KEY_ID: THEIRS.public_key(), "gateway": OURS.public_key()}, private_keys={KEY_ID: THEIRS}
)


def created() -> int:
    return int(datetime.now(UTC).timestamp())


def asked() -> dict[str, str]:
    return sign_request(
        method="POST", path=PATH, body=BODY, client_id=KEY_ID, secret=THEIRS, created=created(), nonce="n" * 22
    )


def oracle_verdict(message: Request | Response, covered: tuple[str, ...], body: bytes = BODY) -> None:
    verifier = HTTPMessageVerifier(signature_algorithm=algorithms.ED25519, key_resolver=KEYS)
    verifier.verify(message, body=body, require_components=covered, max_age=timedelta(minutes=5))


def test_the_oracle_accepts_our_requests() -> None:
    oracle_verdict(Request(asked()), COVERED)


def test_we_accept_the_oracles_requests_and_no_altered_ones() -> None:
    request = Request({})
    signer = HTTPMessageSigner(signature_algorithm=algorithms.ED25519, key_resolver=KEYS)
    signer.sign(request, key_id=KEY_ID, nonce="n" * 22, label="haihe", covered_component_ids=COVERED, body=BODY)
    headers = {name.lower(): value for name, value in request.headers.items()}
    given, digest = parse_signature(headers), headers["content-digest"]
    assert (given.client_id, given.key) == ("gjj-1", "k2")
    told = {"method": "POST", "path": PATH, "content_digest": digest, "body": BODY, "secret": THEIRS.public_key()}
    assert check_signature(given, **told)  # type: ignore[arg-type]  # a table of arguments
    for change in ({"path": PATH + "x"}, {"method": "GET"}, {"body": b"{}"}, {"secret": OURS.public_key()}):
        assert not check_signature(given, **told | change)  # type: ignore[arg-type]  # a table of arguments


def test_the_oracle_accepts_the_gateways_answers_and_so_do_we() -> None:
    request = asked()
    headers = sign_response(
        status=200,
        body=b"answer",
        client_id="gateway",
        secret=OURS,
        created=created(),
        request_signature=parse_signature(request).signature,
    )
    oracle_verdict(Response(headers, Request(request)), RESPONSE_COVERED, body=b"answer")
    told = {"status": 200, "body": b"answer", "client_id": "gateway", "secret": OURS.public_key()}
    assert check_response(headers, request_headers=request, **told)  # type: ignore[arg-type]  # a table of arguments
    for change in ({"status": 403}, {"body": b"other"}, {"client_id": "gjj-1"}, {"secret": THEIRS.public_key()}):
        assert not check_response(headers, request_headers=request, **told | change)  # type: ignore[arg-type]  # ditto
    assert not check_response(headers, request_headers=asked() | {"signature": "haihe=:x:"}, **told)  # type: ignore[arg-type]  # ditto


def test_the_oracle_refuses_another_body() -> None:
    with pytest.raises(InvalidSignature):
        oracle_verdict(Request(asked()), COVERED, body=b"{}")


def test_no_key_passes_for_one_of_the_other_kind() -> None:
    """The public key is public: whoever takes it for a secret must get nowhere."""
    public = THEIRS.public_key().public_bytes_raw()
    forged = sign_request(
        method="POST", path=PATH, body=BODY, client_id=KEY_ID, secret=public, created=created(), nonce="n" * 22
    )
    given = parse_signature(forged)
    assert given.algorithm == ALGORITHM
    told = {"method": "POST", "path": PATH, "content_digest": forged["content-digest"], "body": BODY}
    assert not check_signature(given, secret=THEIRS.public_key(), **told)  # type: ignore[arg-type]  # ditto
    assert not check_signature(parse_signature(asked()), secret=Mac(public), **told)  # type: ignore[arg-type]  # ditto


@pytest.mark.parametrize("alg", ["none", "rsa-pss-sha512", "ED25519", "hmac-sha512", ""])
def test_other_algorithms_are_no_form_of_ours(alg: str) -> None:
    headers = asked()
    headers["signature-input"] = headers["signature-input"].replace("ed25519", alg)
    with pytest.raises(SignatureError):
        parse_signature(headers)


def test_a_signature_has_one_spelling() -> None:
    headers = asked()
    text = headers["signature"]
    spelled = [f"{text[:-4]}{other}==:" for other in string.ascii_letters + string.digits + "+/"]
    good = [
        each
        for each in spelled
        if check_signature(
            parse_signature(headers | {"signature": each}),
            method="POST",
            path=PATH,
            content_digest=headers["content-digest"],
            body=BODY,
            secret=THEIRS.public_key(),
        )
    ]
    assert good == [text]
