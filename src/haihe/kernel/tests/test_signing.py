"""Signed requests and answers: what we sign verifies, and nothing else does."""

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from haihe.kernel import signing
from haihe.kernel.mac import Mac
from haihe.kernel.signing import SignatureError, check_response, check_signature, parse_signature, sign_request

SECRET = b"s" * 32
PATH = "/v1/verify/relief-status"
NONCE = "0123456789abcdefABCD"

bodies = st.binary(max_size=300)
tokens = st.text(string.ascii_letters + string.digits + "_-", min_size=16, max_size=64)


def signed(**changes: object) -> dict[str, str]:
    call: dict[str, object] = {"method": "POST", "path": PATH, "body": b"{}", "client_id": "gjj-1", "secret": SECRET}
    call |= {"created": 1_700_000_000, "nonce": NONCE} | changes
    return sign_request(**call)  # type: ignore[arg-type]  # the table of defaults is untyped on purpose


def verdict(headers: dict[str, str], **changes: object) -> bool:
    call: dict[str, object] = {"method": "POST", "path": PATH, "body": b"{}", "secret": Mac(SECRET)}
    call |= {"content_digest": headers.get("content-digest")} | changes
    return check_signature(parse_signature(headers), **call)  # type: ignore[arg-type]  # as above


@given(bodies, tokens, st.integers(1, 10**11))
def test_what_is_signed_verifies(body: bytes, nonce: str, created: int) -> None:
    headers = signed(body=body, nonce=nonce, created=created)
    given_signature = parse_signature(headers)
    assert (given_signature.client_id, given_signature.created, given_signature.nonce) == ("gjj-1", created, nonce)
    assert verdict(headers, body=body)


@pytest.mark.parametrize(
    "change",
    [
        {"method": "PUT"},
        {"path": "/v1/verify/other"},
        {"body": b"{ }"},
        {"secret": Mac(b"t" * 32)},
        {"content_digest": None},
    ],
    ids=lambda change: next(iter(change)),
)
def test_another_method_path_body_or_secret_fails(change: dict[str, object]) -> None:
    assert verdict(signed())
    assert not verdict(signed(), **change)


def test_a_digest_of_another_body_fails_though_it_is_signed() -> None:
    assert not verdict(signed(body=b"other"), body=b"{}")


@given(st.data())
def test_a_flipped_character_fails(data: st.DataObject) -> None:
    headers = signed()
    name = data.draw(st.sampled_from(["signature", "signature-input", "content-digest"]))
    place = data.draw(st.integers(0, len(headers[name]) - 1))
    other = data.draw(st.sampled_from(string.printable).filter(lambda c: c != headers[name][place]))
    headers[name] = headers[name][:place] + other + headers[name][place + 1 :]
    try:
        passed = verdict(headers)
    except SignatureError:
        passed = False
    assert not passed


@pytest.mark.parametrize("missing", ["signature", "signature-input"])
def test_missing_credentials_are_called_missing(missing: str) -> None:
    headers = signed()
    del headers[missing]
    with pytest.raises(SignatureError) as refused:
        parse_signature(headers)
    assert refused.value.slug == "credentials-missing"


COVERED = '("@method" "@path" "content-digest")'
GOOD = f'{COVERED};created=1700000000;nonce="{NONCE}";keyid="gjj-1";alg="hmac-sha256"'


@pytest.mark.parametrize(
    "value",
    [
        "haihe=()" + GOOD.removeprefix(COVERED),
        "sig1=" + GOOD,
        f"haihe={GOOD}, sig1={GOOD}",
        f"haihe={GOOD};expires=1700000300",
        f'haihe={GOOD};tag="x"',
        f"haihe={GOOD}".replace('"hmac-sha256"', '"none"'),
        f"haihe={GOOD}".replace(NONCE, "short"),
        f"haihe={GOOD}".replace("created=1700000000", "created=-1"),
        f"haihe={GOOD}".replace("created=1700000000", "created=1700000000.5"),
        f"haihe={GOOD}".replace("created=1700000000", "created=01700000000"),
        f"haihe={GOOD}".replace(';keyid="gjj-1"', ""),
        f"haihe={GOOD}".replace(';keyid="gjj-1"', ';keyid="gjj-1";keyid="gjj-2"'),
        f"haihe={GOOD}".replace(';alg="hmac-sha256"', ';keyid="gjj-2"'),
        f"haihe={GOOD}".replace("gjj-1", "gjj 1"),
        f"haihe={GOOD}".replace("gjj-1", "gjj-1\n"),
        f"haihe={GOOD}\n",
        f"haihe={GOOD}".replace(" ", "  "),
        f"haihe={GOOD}".replace('"@path"', '"@path";req'),
        f"haihe={GOOD}".replace('"@method" "@path"', '"@path" "@method"'),
        f"haihe={GOOD}".replace('"@path"', '"@authority"'),
        f"haihe={GOOD}".replace('"@method" ', '"@target-uri" '),
        f"haihe={GOOD}".replace('"content-digest"', '"@authority"'),
        f"haihe={GOOD}".replace('"@path"', '"@path" "@path" "@authority"'),
        f"haihe={GOOD}".replace('"@path"', '"@path" "@authority" "x-road-client"'),
        f"haihe={GOOD}".replace('"@path"', '"@target-uri";req'),
    ],
)
def test_what_the_profile_does_not_know_is_refused(value: str) -> None:
    with pytest.raises(SignatureError) as refused:
        parse_signature(signed() | {"signature-input": value})
    assert refused.value.slug == "credentials-invalid"


def test_parameters_may_come_in_any_order() -> None:
    unusual = f'{COVERED};keyid="gjj-1";alg="hmac-sha256";created=1700000000;nonce="{NONCE}"'
    given_signature = parse_signature(signed() | {"signature-input": f"haihe={unusual}"})
    assert given_signature == signing.SignatureInput(
        "gjj-1", 1_700_000_000, NONCE, unusual, parse_signature(signed()).signature
    )


@given(st.text(), st.text())
def test_rubbish_is_refused_as_credentials(given_input: str, signature: str) -> None:
    with pytest.raises(SignatureError):
        parse_signature({"signature-input": given_input, "signature": signature})


@pytest.mark.parametrize(
    "changes",
    [
        {"nonce": "short"},
        {"nonce": 'x" ;alg="none"' + "x" * 16},
        {"client_id": "a b"},
        {"path": "/河"},
        {"path": "/\n"},
    ],
)
def test_we_do_not_sign_what_nobody_could_verify(changes: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="profile"):
        signed(**changes)


def answered(asked: dict[str, str], **changes: object) -> dict[str, str]:
    call: dict[str, object] = {"status": 200, "body": b"answer", "client_id": "gjj-1", "secret": Mac(SECRET)}
    call |= {"created": 1, "request_signature": parse_signature(asked).signature} | changes
    return signing.sign_response(**call)  # type: ignore[arg-type]  # as above


def accepted(headers: dict[str, str], asked: dict[str, str], **changes: object) -> bool:
    call: dict[str, object] = {"status": 200, "body": b"answer", "client_id": "gjj-1", "secret": SECRET}
    return check_response(headers, request_headers=asked, **(call | changes))  # type: ignore[arg-type]  # as above


def test_an_answer_verifies_only_as_the_answer_to_its_question() -> None:
    asked, other = signed(), signed(nonce="another-nonce-0001")
    headers = answered(asked)
    assert accepted(headers, asked)
    assert not accepted(headers, other)
    for change in ({"status": 403}, {"body": b"Answer"}, {"secret": b"t" * 32}, {"client_id": "gjj-2"}):
        assert not accepted(headers, asked, **change)
    for name in headers:
        assert not accepted(headers | {name: ""}, asked)
