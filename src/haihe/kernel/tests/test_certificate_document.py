"""A certificate's document says what was signed, and nothing that was altered, cut, or signed for something else."""

from datetime import date

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from haihe.kernel.certificate_document import BadDocument, Document, verify_document, write_document

KEY = Ed25519PrivateKey.from_private_bytes(b"k" * 32)
TEXTS = st.text(max_size=40)


def document(**changes: object) -> Document:
    told: dict[str, object] = {
        "number": "DBZ-20261123-0001",
        "kind": "relief-certificate",
        "code": "120012-ZZ-0001",
        "name": "最低生活保障证",
        "issuer": "120012",
        "issuer_name": "天津市民政局",
        "holder": "刘志远",
        "holder_number": "",
        "issued_on": date(2026, 11, 23),
        "valid_until": date(2027, 11, 22),
        "fields": {},
    }
    return Document(**(told | changes))  # type: ignore[arg-type]  # a table of arguments


@given(TEXTS, st.dictionaries(TEXTS, TEXTS, max_size=5), st.none() | st.dates())
def test_what_was_written_is_read(holder: str, fields: dict[str, str], until: date | None) -> None:
    told = document(holder=holder, fields=fields, valid_until=until)
    assert verify_document(write_document(told, key=KEY).encode(), key=KEY.public_key()).document == told


@given(st.binary(max_size=300))
def test_nothing_else_is_a_document(data: bytes) -> None:
    assert not verify_document(data, key=KEY.public_key()).valid


@given(st.data())
def test_no_letter_can_change(data: st.DataObject) -> None:
    text = write_document(document(), key=KEY)
    place = data.draw(st.integers(0, len(text) - 1))
    letter = data.draw(st.sampled_from("ABCDabcd0189-_.").filter(lambda one: one != text[place]))
    altered = text[:place] + letter + text[place + 1 :]
    assert not verify_document(altered.encode(), key=KEY.public_key()).valid


def test_the_last_day_still_counts() -> None:
    verdict = verify_document(write_document(document(), key=KEY).encode(), key=KEY.public_key())
    assert not verdict.is_over(date(2027, 11, 22))
    assert verdict.is_over(date(2027, 11, 23))


def test_what_is_too_long_is_never_signed() -> None:
    with pytest.raises(BadDocument, match="too much"):
        write_document(document(fields={"all": "长" * 5000}), key=KEY)
