"""A stranger learns whether a certificate holds and what is masked; who guesses, forges or replays learns nothing."""

import re
from datetime import timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from haihe.base.keys import api as keys
from haihe.city import cast
from haihe.kernel.certificate_document import TYPE
from haihe.kernel.compact_jws import read_jws, write_jws
from haihe.platforms.services.certificates import codes, operations, queries, sealing
from haihe.platforms.services.certificates.errors import CertificateNotFound, TooManyGuesses
from haihe.platforms.services.certificates.guarding import (
    PER_ADDRESS,
    PER_NUMBER_AND_ADDRESS,
    WINDOW,
    forget_old_tries,
)
from haihe.platforms.services.certificates.models import Certificate, WrongCode
from haihe.platforms.services.certificates.operations.checking import what
from haihe.platforms.services.certificates.testing import NOW, citizen, issued, licence, taken_away
from haihe.platforms.services.certificates.workflow import CertificateState

pytestmark = pytest.mark.django_db
HERE = "192.0.2.7"
VERIFY = "/services/certificates/verify/"


def _address(row: Certificate) -> str:
    return f"{VERIFY}{row.number}/{codes.token_of(what(row))}/"


def _typed(row: Certificate, code: str = "", *, address: str = HERE, minutes: int = 0) -> Certificate:
    return operations.check_by_code(
        number=row.number,
        code=code or codes.code_of(what(row)),
        address=address,
        now=NOW + timedelta(minutes=minutes),
    )


def _file(data: bytes) -> dict[str, SimpleUploadedFile]:
    return {"document": SimpleUploadedFile("c.jws", data)}


def test_a_stranger_sees_that_it_holds_and_what_is_masked(client: Client) -> None:
    row = issued()
    page = client.get(_address(row))
    told = page.content.decode()
    assert page.status_code == 200
    assert "现在有效" in told
    assert "刘*远" in told
    assert "C1" in told
    assert cast.LIU.name not in told
    assert str(cast.LIU.id_number) not in told
    assert "某路" not in told
    assert page["X-Robots-Tag"] == "noindex"
    assert page["Referrer-Policy"] == "no-referrer"


@pytest.mark.parametrize(("name", "says"), [("suspend", "正在暂扣"), ("revoke", "已被撤销")])
def test_what_was_taken_away_says_so(client: Client, name: str, says: str) -> None:
    row = taken_away(licence(), name)
    assert says in client.get(_address(row)).content.decode()


def test_what_is_over_says_so_before_the_sweep_came(client: Client) -> None:
    row = issued(valid_until=NOW.date())
    Certificate.objects.update(issued_on="2020-01-01", valid_until="2020-01-01")
    assert "有效期已过" in client.get(_address(row)).content.decode()
    assert Certificate.objects.get().state == CertificateState.VALID


def test_number_and_code_lead_to_what_the_picture_leads_to(client: Client) -> None:
    row = issued()
    answer = client.post(VERIFY, {"number": f" {row.number.lower()} ", "code": codes.code_of(what(row)).lower()})
    assert answer["Location"] == _address(row)


def test_looks_are_counted_for_the_holder(client: Client) -> None:
    row = issued()
    client.get(_address(row))
    client.get(_address(row))
    _typed(row)
    assert queries.times_checked(row) == 3


@pytest.mark.parametrize("token", ["0" * 26, "x", "00000000"])
def test_a_token_that_isnt_its_own_opens_nothing(client: Client, token: str) -> None:
    row = issued()
    answer = client.get(f"{VERIFY}{row.number}/{token}/")
    assert answer.status_code == 404
    assert "刘*远" not in answer.content.decode()


def test_each_certificate_has_codes_of_its_own() -> None:
    first, second = issued(), issued("zhang")
    with pytest.raises(CertificateNotFound):
        operations.check_by_token(number=first.number, token=codes.token_of(what(second)), address=HERE, now=NOW)
    with pytest.raises(CertificateNotFound):
        _typed(first, codes.code_of(what(second)))


def test_a_number_that_isnt_there_looks_like_a_wrong_code(client: Client) -> None:
    row = issued()
    wrong = client.post(VERIFY, {"number": row.number, "code": "AAAA-AAAA"})
    nobody = client.post(VERIFY, {"number": "JSZ-20261123-9999", "code": "AAAA-AAAA"})
    assert (wrong.status_code, nobody.status_code) == (422, 422)
    vary = re.compile(r'name="csrfmiddlewaretoken" value="[^"]*"|JSZ-[0-9-]*')
    assert vary.sub("", wrong.content.decode()) == vary.sub("", nobody.content.decode())


def test_who_guesses_is_locked_out_and_even_a_right_code_isnt_looked_at() -> None:
    row = issued()
    for _try in range(PER_NUMBER_AND_ADDRESS):
        with pytest.raises(CertificateNotFound):
            _typed(row, "AAAA-AAAA")
    with pytest.raises(TooManyGuesses):
        _typed(row)
    assert _typed(row, address="192.0.2.8") == row
    assert _typed(row, minutes=16) == row


def test_who_runs_through_the_numbers_is_locked_out_too(client: Client) -> None:
    issued()
    for serial in range(PER_ADDRESS):
        with pytest.raises(CertificateNotFound):
            operations.check_by_token(number=f"JSZ-20261123-{serial:04}", token="0" * 26, address=HERE, now=NOW)
    with pytest.raises(TooManyGuesses):
        operations.check_by_token(number="JSZ-20261123-0001", token="0" * 26, address=HERE, now=NOW)


def test_right_codes_never_lock_anybody_out() -> None:
    row = issued()
    for _look in range(PER_NUMBER_AND_ADDRESS + 1):
        assert _typed(row) == row
    assert WrongCode.objects.count() == 0


def test_what_was_tried_is_forgotten_and_names_no_address() -> None:
    row = issued()
    with pytest.raises(CertificateNotFound):
        _typed(row, "AAAA-AAAA")
    kept = WrongCode.objects.get()
    assert HERE not in kept.address_key
    assert row.number not in kept.number_key
    assert forget_old_tries(now=NOW + WINDOW + timedelta(seconds=1)) == 1


def test_a_new_code_makes_the_old_picture_worthless() -> None:
    row = issued()
    old = codes.token_of(what(row))
    operations.renew_code(actor=citizen(), number=row.number, now=NOW)
    with pytest.raises(CertificateNotFound):
        operations.check_by_token(number=row.number, token=old, address=HERE, now=NOW)
    row.refresh_from_db()
    assert operations.check_by_token(number=row.number, token=codes.token_of(what(row)), address=HERE, now=NOW) == row


def test_a_genuine_document_leads_to_how_it_stands_now(client: Client) -> None:
    row = taken_away(licence())
    answer = client.post(VERIFY, _file(sealing.text_of(row).encode()))
    assert answer["Location"] == _address(row)
    assert "已被撤销" in client.get(answer["Location"]).content.decode()


def _forgeries(row: Certificate) -> dict[str, bytes]:
    text = sealing.text_of(row)
    jws = read_jws(text, longest=1 << 20)
    strange = Ed25519PrivateKey.generate()
    head, _body, signature = text.split(".")
    other = sealing.text_of(issued("zhang")).split(".")
    altered = write_jws({**jws.claims, "hol": "张三"}, key=strange, typ=TYPE, kid=str(jws.header["kid"])).split(".")[1]
    return {
        "signed by a stranger": write_jws(jws.claims, key=strange, typ=TYPE, kid=str(jws.header["kid"])).encode(),
        "another body": f"{head}.{altered}.{signature}".encode(),
        "another's body": f"{head}.{other[1]}.{signature}".encode(),
        "cut off": text[:-8].encode(),
        "nothing": b"",
        "no text": b"\xff\xfe\x00",
        "too long": b"a" * (64 << 10),
    }


def test_forged_documents_are_told_so(client: Client) -> None:
    for name, data in _forgeries(issued()).items():
        answer = client.post(VERIFY, _file(data))
        assert answer.status_code == 422, name
        assert "不能采信" in answer.content.decode() or not data, name


def test_what_the_key_signed_for_something_else_is_no_certificate() -> None:
    row = issued()
    claims = read_jws(sealing.text_of(row), longest=1 << 20).claims
    key = keys.keyring().certificate_private_key
    assert operations.check_document(write_jws(claims, key=key, typ="at+jwt", kid="k").encode(), now=NOW).reason


def test_the_published_key_is_the_one_that_signs(client: Client) -> None:
    (told,) = client.get("/services/certificates/key.json").json()["keys"]
    assert read_jws(sealing.text_of(issued()), longest=1 << 20).header["kid"] == told["kid"]
    assert told["crv"] == "Ed25519"
