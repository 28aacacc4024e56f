"""A query returns the fields that were granted, each as far as its mask lets see, and the ledger keeps no value."""

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from haihe.gateway.policy import QUERY, Service
from haihe.gateway.testing import (
    ASKER,
    PURPOSE,
    QUERY_PATH,
    RESOURCE,
    SECRET,
    SERVICE,
    Door,
    Person,
    question,
    signed_headers,
)
from haihe.gateway.testing import query as body_of
from haihe.gateway.tests.conftest import WANG, ZHANG
from haihe.kernel.keyring import Keyring
from haihe.kernel.mask_rules import compile_mask
from haihe.kernel.signing import check_response

DETAILS = "relief-details"
MASKS = {
    "relief_type": {"mask": "none"},
    "amount": {"mask": "bucket", "step": 500},
    "valid_from": {"mask": "year"},
    "phone": {"mask": "phone"},
    "new_field": {"mask": "none"},
}
LIU = Person(
    "120103197905121012",
    "刘志远",
    {"relief_type": "最低生活保障", "amount": "1010.00", "valid_from": "2026-03-01", "phone": "13820001234"},
)
EMPTY = Person("120103197905121004", "孙无", {"relief_type": None, "amount": "一千", "valid_from": "", "phone": None})


@pytest.fixture
def door(tmp_path: Path, keyring: Keyring) -> Iterator[Door]:
    door = Door(tmp_path, keyring=keyring, people=[LIU, EMPTY, WANG])
    masks = {name: compile_mask(rule) for name, rule in MASKS.items()}
    door.service = Service(DETAILS, RESOURCE, "120012", "", {}, 86_400, QUERY, masks)
    door.grant = replace(door.grant, service=DETAILS, claims=frozenset(), fields=frozenset(MASKS))
    door.apply()
    yield door
    door.close()


def ask(door: Door, id_number: str, *fields: str, **more: object) -> dict[str, Any]:
    reply = door.post(body_of(id_number, *fields, **more), path=QUERY_PATH)
    return {"status": reply.status, **json.loads(reply.body)}


def test_values_come_through_their_masks(door: Door) -> None:
    told = ask(door, LIU.id_number, "relief_type", "amount", "valid_from", "phone", name="刘志远")
    assert told["answer"] == "FOUND"
    assert told["values"] == {
        "relief_type": "最低生活保障", "amount": "1000..1500", "valid_from": "2026", "phone": "138****1234"
    }  # fmt: skip
    assert set(told) == {"status", "answer", "service", "values", "as_of", "evidence", "reason"}


def test_only_what_was_asked_comes(door: Door) -> None:
    assert ask(door, LIU.id_number, "relief_type")["values"] == {"relief_type": "最低生活保障"}


def test_an_empty_field_is_told_as_empty(door: Door) -> None:
    assert ask(door, EMPTY.id_number, "relief_type", "phone")["values"] == {"relief_type": None, "phone": None}


@pytest.mark.parametrize("field", ["amount", "valid_from"])
def test_a_value_that_its_mask_does_not_fit_is_in_doubt_and_not_shown(door: Door, field: str) -> None:
    told = ask(door, EMPTY.id_number, "relief_type", field)
    assert (told["answer"], told["values"], told["reason"]) == ("UNKNOWN", None, "RECORD_IN_DOUBT")


def test_a_field_that_the_index_does_not_hold_yet_is_unknown(door: Door) -> None:
    told = ask(door, LIU.id_number, "relief_type", "new_field")
    assert (told["answer"], told["values"], told["reason"]) == ("UNKNOWN", None, "SOURCE_UNREACHABLE")


def test_a_stranger_is_not_found(door: Door) -> None:
    told = ask(door, ZHANG, "relief_type")
    assert (told["answer"], told["values"], told["reason"]) == ("NOT_FOUND", None, None)


def test_doubt_another_name_age_and_absence_are_unknown(door: Door) -> None:
    assert ask(door, WANG.id_number, "relief_type")["reason"] == "RECORD_IN_DOUBT"
    assert ask(door, LIU.id_number, "relief_type", name="刘志达")["reason"] == "RECORD_IN_DOUBT"
    door.now += door.service.max_age_s + 60
    door.grant = replace(door.grant, valid_until=door.now + 60)
    door.apply()
    for person in (LIU.id_number, ZHANG):
        told = ask(door, person, "relief_type")
        assert (told["answer"], told["values"], told["reason"]) == ("UNKNOWN", None, "SOURCE_STALE")
    door.indexes = []
    door.apply()
    assert ask(door, LIU.id_number, "relief_type")["reason"] == "SOURCE_UNREACHABLE"


def test_the_record_says_which_fields_and_never_the_values(door: Door) -> None:
    told = ask(door, LIU.id_number, "relief_type", "amount", name="刘志远")
    (record,) = door.records()
    assert (record["kind"], record["answer"], record["evidence"]) == ("QUERY", "FOUND", told["evidence"])
    assert (record["fields"], record["service"], record["consumer"]) == (["relief_type", "amount"], DETAILS, ASKER)
    journal = (door.folder / "journal" / "data.mdb").read_bytes()
    for value in ("最低生活保障", "1010.00", "1000..1500", "刘志远", LIU.id_number):
        assert value.encode() not in journal


@pytest.mark.parametrize(
    ("fields", "more", "slug"),
    [
        ((), {}, "malformed-request"),
        (("amount", "amount"), {}, "malformed-request"),
        (("amount",), {"claim": "on_relief"}, "malformed-request"),
        (("amount",), {"mask": "none"}, "malformed-request"),
        (tuple(f"f{n}" for n in range(41)), {}, "malformed-request"),
        (("*",), {}, "malformed-request"),
        (("name",), {}, "field-out-of-scope"),
        (("amount", "name"), {}, "field-out-of-scope"),
        (("amount",), {"purpose": "OTHER"}, "purpose-not-granted"),
    ],
)
def test_what_may_not_be_asked(door: Door, fields: tuple[str, ...], more: dict[str, object], slug: str) -> None:
    assert ask(door, LIU.id_number, *fields, **more)["type"].endswith(slug)


def test_a_claim_opens_no_query_and_a_field_no_verification(door: Door) -> None:
    door.grant = replace(door.grant, claims=frozenset(MASKS), fields=frozenset())
    door.apply()
    assert ask(door, LIU.id_number, "amount")["type"].endswith("field-out-of-scope")
    door.grant = replace(door.grant, claims=frozenset(), fields=frozenset(MASKS))
    door.apply()
    reply = door.post(question(LIU.id_number, claim="amount"), path=f"/v1/verify/{DETAILS}")
    assert json.loads(reply.body)["type"].endswith("unknown-service")
    assert door.post(body_of(LIU.id_number, "status"), path=f"/v1/query/{SERVICE}").status == 404


def test_quota_replay_and_signature_are_the_same_as_for_verification(door: Door) -> None:
    door.grant = replace(door.grant, quota_per_day=1)
    door.apply()
    body = body_of(LIU.id_number, "amount")
    asked = signed_headers(body, path=QUERY_PATH, created=int(door.now))
    first = door.post(body, path=QUERY_PATH, headers=asked)
    headers = dict(line.split(": ", 1) for line in first.headers.splitlines())
    assert check_response(
        headers, status=200, body=first.body, client_id="gjj-core", secret=SECRET, request_headers=asked
    )
    assert door.post(body, path=QUERY_PATH, headers=asked).status == 409
    assert ask(door, LIU.id_number, "amount")["status"] == 429
    assert door.post(body, path=QUERY_PATH, secret=b"another secret of thirty-two b..").status == 401


def test_a_mask_that_could_not_be_read_is_never_passed_by(door: Door) -> None:
    door.service = replace(door.service, masks={"amount": None})
    door.apply()
    assert ask(door, LIU.id_number, "amount")["type"].endswith("unavailable")
    assert PURPOSE in str(door.records()[-1])
