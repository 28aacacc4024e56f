"""Both suites sign and check alike, whatever bytes come; OpenSSL's SM2 agrees with ours in both directions."""

import subprocess
from base64 import b64encode
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature
from hypothesis import given, settings
from hypothesis import strategies as st

from haihe.kernel.suites import ED25519, SIGNER, SM2, SUITES, Suite

SEED = bytes(range(32))
# SubjectPublicKeyInfo of an SM2 key (curve 1.2.156.10197.1.301), up to the point.
SM2_KEY_PREFIX = bytes.fromhex("3059301306072a8648ce3d020106082a811ccf5501822d034200")
each_suite = pytest.mark.parametrize("suite", SUITES.values(), ids=list(SUITES))


@each_suite
def test_what_is_signed_is_signed_and_nothing_else_is(suite: Suite) -> None:
    key, signature = suite.public_key(SEED), suite.sign(SEED, b"one")
    assert suite.is_signed(key, b"one", signature)
    assert not suite.is_signed(key, b"two", signature)
    assert not suite.is_signed(suite.public_key(bytes(32)), b"one", signature)
    assert not suite.is_signed(key, b"one", bytes([signature[0] ^ 1]) + signature[1:])


@each_suite
@settings(max_examples=30, deadline=None)
@given(key=st.binary(max_size=70), signature=st.binary(max_size=70), message=st.binary(max_size=40))
def test_rubbish_is_refused_and_never_raises(suite: Suite, key: bytes, signature: bytes, message: bytes) -> None:
    assert not suite.is_signed(key, message, signature)
    assert not suite.is_signed(suite.public_key(SEED), message, signature)
    assert not suite.is_signed(key, message, suite.sign(SEED, message))


def test_numbers_out_of_range_are_no_sm2_signature() -> None:
    key, nothing, too_large = SM2.public_key(SEED), bytes(32), b"\xff" * 32
    good = SM2.sign(SEED, b"one")
    for r, s in ((nothing, good[32:]), (good[:32], nothing), (too_large, good[32:]), (good[:32], too_large)):
        assert not SM2.is_signed(key, b"one", r + s)
    off_the_curve = key[:-1] + bytes([key[-1] ^ 1])
    assert not SM2.is_signed(off_the_curve, b"one", good)


def test_hashes_are_those_of_the_standards() -> None:
    # GB/T 32905-2016 annex A.1, FIPS 180-4.
    assert SM2.digest(b"abc").hex() == "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"
    assert ED25519.digest(b"abc").hex() == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"


@pytest.mark.engine("openssl")
def test_openssl_accepts_our_sm2_signature(tmp_path: Path) -> None:
    message, signature = tmp_path / "message", tmp_path / "signature"
    message.write_bytes("一次数据使用的证据".encode() * 100)
    ours = SM2.sign(SEED, message.read_bytes())
    signature.write_bytes(encode_dss_signature(int.from_bytes(ours[:32]), int.from_bytes(ours[32:])))
    key = tmp_path / "key.pem"
    key.write_text(_pem("PUBLIC KEY", SM2_KEY_PREFIX + SM2.public_key(SEED)))
    verified = _openssl("-verify", "-pubin", "-inkey", key, "-in", message, "-sigfile", signature)
    assert b"Signature Verified Successfully" in verified


@pytest.mark.engine("openssl")
def test_we_accept_openssls_sm2_signature(tmp_path: Path) -> None:
    message, signature, key = tmp_path / "message", tmp_path / "signature", tmp_path / "key.pem"
    message.write_bytes(b"one exchange")
    subprocess.run(["openssl", "genpkey", "-algorithm", "SM2", "-out", key], check=True, capture_output=True)
    _openssl("-sign", "-inkey", key, "-in", message, "-out", signature)
    told = ["openssl", "pkey", "-in", str(key), "-pubout", "-outform", "DER"]
    public = subprocess.run(told, check=True, capture_output=True).stdout
    assert public.startswith(SM2_KEY_PREFIX)
    r, s = decode_dss_signature(signature.read_bytes())
    theirs = r.to_bytes(32) + s.to_bytes(32)
    assert SM2.is_signed(public[len(SM2_KEY_PREFIX) :], message.read_bytes(), theirs)
    assert not SM2.is_signed(public[len(SM2_KEY_PREFIX) :], b"another", theirs)


def _openssl(*words: object) -> bytes:
    command = [
        "openssl",
        "pkeyutl",
        *map(str, words),
        "-rawin",
        "-digest",
        "sm3",
        "-pkeyopt",
        f"distid:{SIGNER.decode()}",
    ]
    return subprocess.run(command, check=True, capture_output=True).stdout


def _pem(label: str, der: bytes) -> str:
    return f"-----BEGIN {label}-----\n{b64encode(der).decode()}\n-----END {label}-----\n"
