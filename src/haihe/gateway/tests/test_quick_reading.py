"""The quick way of reading a request takes what the strict one takes, as it takes it, and refuses in its words."""

import json
from collections.abc import Callable
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from haihe.gateway.quick_reading import decode_query, decode_request
from haihe.gateway.requests import QueryRequest, VerifyRequest, strict_query, strict_verify

SUBJECT = {"id_number": "120103197905121013"}
VERIFY = {"subject": SUBJECT, "purpose": "RENT_SUBSIDY", "case": "GJJ-2026-1"}
QUERY = VERIFY | {"fields": ["relief_type", "valid_from"]}
TOO_LONG = "好" * 101
ODD_TEXTS = st.sampled_from(
    ["", "A", "a", "a_1", "A_1", "a\n", "A\n", "1a", "好", "\u3000", "\x85", "\x00", " ", "a" * 64, "A" * 65, TOO_LONG]
)
ODD = st.one_of(
    ODD_TEXTS, st.none(), st.integers(), st.lists(ODD_TEXTS, max_size=3), st.dictionaries(ODD_TEXTS, ODD_TEXTS)
)
CHANGES = st.dictionaries(
    st.sampled_from(["subject", "purpose", "case", "claim", "claims", "fields", "kind", "more"]), ODD, max_size=2
)
SUBJECTS = st.fixed_dictionaries({"id_number": ODD_TEXTS}, optional={"name": ODD_TEXTS, "age": st.integers()})


def outcome(read: Callable[[bytes], VerifyRequest | QueryRequest], body: bytes) -> dict[str, Any] | str:
    try:
        return msgspec.structs.asdict(read(body)) | {"subject": msgspec.structs.asdict(read(body).subject)}
    except (msgspec.DecodeError, UnicodeDecodeError) as fault:
        return str(fault)


@given(CHANGES)
def test_whatever_stands_in_a_question_is_taken_or_refused_alike(changes: dict[str, Any]) -> None:
    body = json.dumps(VERIFY | changes).encode()
    assert outcome(decode_request, body) == outcome(strict_verify, body)


@given(CHANGES)
def test_whatever_stands_in_a_query_is_taken_or_refused_alike(changes: dict[str, Any]) -> None:
    body = json.dumps(QUERY | changes).encode()
    assert outcome(decode_query, body) == outcome(strict_query, body)


@given(SUBJECTS)
def test_whoever_is_asked_about_is_taken_or_refused_alike(subject: dict[str, Any]) -> None:
    body = json.dumps(VERIFY | {"subject": subject}).encode()
    assert outcome(decode_request, body) == outcome(strict_verify, body)


@given(st.binary(max_size=40))
def test_what_is_no_json_is_refused_alike(body: bytes) -> None:
    assert outcome(decode_request, body) == outcome(strict_verify, body)
    assert outcome(decode_query, body) == outcome(strict_query, body)


def test_the_usual_is_read_the_quick_way() -> None:
    assert type(decode_request(json.dumps(VERIFY).encode())) is not VerifyRequest
    assert type(decode_request(json.dumps(VERIFY | {"claims": ["a", "b"]}).encode())) is not VerifyRequest
    assert type(decode_query(json.dumps(QUERY).encode())) is not QueryRequest


@pytest.mark.parametrize("claims", [[], ["a", "a"], ["A"], ["a"] * 21])
def test_no_claim_too_few_and_none_too_many(claims: list[str]) -> None:
    body = json.dumps(VERIFY | {"claims": claims}).encode()
    with pytest.raises(msgspec.ValidationError):
        decode_request(body)
