"""What the gateway answers, and what it writes down before it answers."""

import json
from dataclasses import replace

import pytest

from haihe.gateway.testing import (
    ASKER,
    CLIENT,
    GRANT,
    PURPOSE,
    RESOURCE,
    SECRET,
    SERVICE,
    Door,
    question,
    signed_headers,
)
from haihe.gateway.tests.conftest import ENDED, LIU, OPEN_END, WANG, ZHANG
from haihe.kernel.signing import check_response


def ask(door: Door, id_number: str, **more: object) -> tuple[str, str | None]:
    reply = door.post(question(id_number, **more))
    assert reply.status == 200, reply.body
    body = json.loads(reply.body)
    return body["answer"], body["reason"]


def test_a_person_on_the_register_matches(door: Door) -> None:
    assert ask(door, LIU.id_number) == ("MATCH", None)


def test_the_name_may_go_along(door: Door) -> None:
    assert ask(door, LIU.id_number, name=" 刘 志远") == ("MATCH", None)


def test_a_person_not_on_the_register_does_not_match(door: Door) -> None:
    assert ask(door, ZHANG) == ("NO_MATCH", None)


def test_a_person_whose_relief_ended_does_not_match(door: Door) -> None:
    assert ask(door, ENDED.id_number) == ("NO_MATCH", None)


def test_a_rejected_row_is_in_doubt_and_never_a_no(door: Door) -> None:
    assert ask(door, WANG.id_number) == ("UNKNOWN", "RECORD_IN_DOUBT")


def test_another_name_than_the_registers_is_in_doubt(door: Door) -> None:
    assert ask(door, LIU.id_number, name="刘志达") == ("UNKNOWN", "RECORD_IN_DOUBT")


def test_a_field_that_is_empty_is_in_doubt(door: Door) -> None:
    assert ask(door, OPEN_END.id_number) == ("UNKNOWN", "RECORD_IN_DOUBT")


@pytest.mark.parametrize("id_number", [LIU.id_number, ZHANG, WANG.id_number])
def test_a_stale_register_proves_nothing(door: Door, id_number: str) -> None:
    door.now += door.service.max_age_s + 60
    door.grant = replace(door.grant, valid_until=door.now + 60)
    door.apply()
    assert ask(door, id_number) == ("UNKNOWN", "SOURCE_STALE")


@pytest.mark.parametrize("id_number", [LIU.id_number, ZHANG])
def test_without_an_index_the_source_is_unreachable(door: Door, id_number: str) -> None:
    door.indexes = []
    door.apply()
    assert ask(door, id_number) == ("UNKNOWN", "SOURCE_UNREACHABLE")
    assert door.records()[0]["as_of"] is None


def test_full_width_digits_and_spaces_are_read(door: Door) -> None:
    full_width = "".join(chr(ord(digit) + 0xFEE0) for digit in LIU.id_number)
    assert ask(door, f" {full_width} ") == ("MATCH", None)


def test_the_record_says_who_asked_what_about_whom_and_why(door: Door) -> None:
    reply = json.loads(door.post(question(LIU.id_number, name="刘志远", case="GJJ-7", claim="on_relief")).body)
    (record,) = door.records()
    assert {len(record.pop("request_digest")), len(record.pop("reply_digest"))} == {64}
    assert record == {
        "v": 1,
        "evidence": reply["evidence"],
        "at": record["at"],
        "kind": "VERIFY",
        "consumer": ASKER,
        "client": CLIENT,
        "owner": "120012",
        "service": SERVICE,
        "resource": RESOURCE,
        "grant": GRANT,
        "purpose": PURPOSE,
        "case": "GJJ-7",
        "legal_basis": "条例第二十条",
        "subject": door.keyring.subject_key(LIU.id_number).hex(),
        "fields": ["on_relief"],
        "answer": "MATCH",
        "reason": None,
        "as_of": reply["as_of"],
        "snapshot": "s1",
        "problem": None,
    }
    assert set(reply) == {"answer", "service", "claim", "as_of", "evidence", "reason"}
    assert (reply["service"], reply["claim"]) == (SERVICE, "on_relief")


def test_neither_number_nor_name_reaches_the_journal(door: Door) -> None:
    door.post(question(LIU.id_number, name="刘志远"))
    door.post(question(LIU.id_number, name="刘志远", purpose="OTHER"))
    journal = (door.folder / "journal" / "data.mdb").read_bytes()
    assert b"on_relief" in journal
    assert LIU.id_number.encode() not in journal
    assert "刘志远".encode() not in journal


@pytest.mark.parametrize("purpose", [PURPOSE, "OTHER"])
def test_answers_and_refusals_to_a_known_client_are_signed(door: Door, purpose: str) -> None:
    body = question(LIU.id_number, purpose=purpose)
    asked = signed_headers(body, created=int(door.now))
    reply = door.post(body, headers=asked)
    headers = dict(line.split(": ", 1) for line in reply.headers.splitlines())
    assert check_response(
        headers, status=reply.status, body=reply.body, client_id=CLIENT, secret=SECRET, request_headers=asked
    )
