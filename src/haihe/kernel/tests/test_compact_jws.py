"""Another implementation reads our tokens and we read its; forged, altered and odd ones are no tokens."""

import json
from base64 import urlsafe_b64encode

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
from joserfc import jws, jwt
from joserfc.jwk import OctKey, OKPKey

from haihe.kernel.compact_jws import JwsError, read_jws, write_jws

PRIVATE, OTHER = Ed25519PrivateKey.generate(), Ed25519PrivateKey.generate()
PUBLIC = PRIVATE.public_key()
CLAIMS: dict[str, object] = {"sub": "gjj-core", "exp": 4_102_444_800, "名": "值"}
THEIRS = OKPKey.import_key(PRIVATE.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))


def part(content: object) -> str:
    return urlsafe_b64encode(json.dumps(content).encode()).rstrip(b"=").decode()


def text() -> str:
    return write_jws(CLAIMS, key=PRIVATE, typ="at+jwt", kid="k1")


def test_the_oracle_reads_ours() -> None:
    public = OKPKey.import_key(PUBLIC.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo))
    token = jwt.decode(text(), public, algorithms=["Ed25519"])
    assert token.claims == CLAIMS
    assert token.header == {"alg": "Ed25519", "typ": "at+jwt", "kid": "k1"}


def test_we_read_the_oracles() -> None:
    read = read_jws(jwt.encode({"alg": "Ed25519", "kid": "k1"}, CLAIMS, THEIRS, algorithms=["Ed25519"]))
    assert read.claims == CLAIMS
    assert read.is_by(PUBLIC)
    assert not read.is_by(OTHER.public_key())


def test_an_altered_one_is_by_nobody() -> None:
    header, _, signature = text().split(".")
    assert not read_jws(f"{header}.{part({'sub': 'other'})}.{signature}").is_by(PUBLIC)
    assert not read_jws(f"{part({'alg': 'EdDSA'})}.{text().split('.')[1]}.{signature}").is_by(PUBLIC)


@pytest.mark.parametrize(
    "header",
    [
        {"alg": "none"},
        {"alg": "HS256"},
        {"alg": "ES256"},
        {},
        {"alg": ["Ed25519"]},
        {"alg": "Ed25519", "crit": ["exp"], "exp": 1},
        {"alg": "Ed25519", "jwk": {"kty": "OKP"}},
        {"alg": "Ed25519", "b64": False},
        ["Ed25519"],
        "Ed25519",
    ],
)
def test_headers_of_other_forms_are_refused(header: object) -> None:
    signed = f"{part(header)}.{part(CLAIMS)}"
    signature = urlsafe_b64encode(PRIVATE.sign(signed.encode())).rstrip(b"=").decode()
    with pytest.raises(JwsError):
        read_jws(f"{signed}.{signature}")


def test_a_public_key_taken_for_a_secret_signs_nothing() -> None:
    forged = jws.serialize_compact({"alg": "HS256"}, b"{}", OctKey.import_key(PUBLIC.public_bytes_raw()))
    with pytest.raises(JwsError):
        read_jws(forged)


@pytest.mark.parametrize(
    "odd",
    [
        "",
        "..",
        "a.b",
        "a.b.c.d",
        text() + ".",
        text() + "=",
        text().replace(".", ".."),
        " " + text(),
        text() + "\n",
        f"{part({'alg': 'Ed25519'})}.{part([1])}.{'A' * 86}",
        f"{urlsafe_b64encode(b'{"alg":"none","alg":"Ed25519"}').rstrip(b'=').decode()}.{part({})}.{'A' * 86}",
        f"{part({'alg': 'Ed25519'})}.{urlsafe_b64encode(b'[' * 2000).rstrip(b'=').decode()}.{'A' * 86}",
        f"{part({'alg': 'Ed25519'})}.{part({})}.{'_' * 86}",
    ],
)
def test_odd_texts_are_refused(odd: str) -> None:
    with pytest.raises(JwsError):
        read_jws(odd)
