"""A cursor is nobody else's and for nothing else; what isn't granted is refused before anybody is looked up."""

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import lmdb
import pytest

from haihe.gateway.messages import Request
from haihe.gateway.room import Lease
from haihe.gateway.testing import CLIENT, GRANT, SECRET, SUBSCRIBE_PATH, Door, Letterbox, signed_headers
from haihe.gateway.testing_changes import (
    FIELDS,
    Register,
    Row,
    asking,
    changes_since,
    cursor_of_now,
    lines_of,
    next_cursor,
    subscribe,
)
from haihe.gateway.tests.conftest import ENDED, LIU
from haihe.gateway.tests.test_descriptions import WHOLE, fits
from haihe.kernel.city_day import day_of
from haihe.kernel.keyring import Keyring
from haihe.kernel.signing import check_response
from haihe.kernel.subject_changes import FILE, Changed, ChangesMeta, encode_changed, encode_changes_meta
from haihe.kernel.subject_index import META_KEY, IndexMeta


@pytest.fixture
def register(tmp_path: Path, keyring: Keyring) -> Iterator[Register]:
    """Liu's kind and ungranted things change at every snapshot."""
    door = Door(tmp_path, keyring=keyring)

    def write(path: Path, meta: IndexMeta, previous: Path | None) -> None:
        number = int(meta.snapshot[1:])
        lineage = tuple((n, f"r{n}") for n in range(1, number + 1))
        with lmdb.open(str(path / FILE), subdir=False, lock=False) as env, env.begin(write=True) as put:
            told = ChangesMeta(resource=meta.resource, fields=meta.fields, lineage=lineage)
            put.put(META_KEY, encode_changes_meta(told))
            put.put(keyring.subject_key(LIU.id_number), encode_changed(Changed(0, (number, 0, number))))

    subscribe(door, *FIELDS)
    register = Register(door, write)
    register.publish({LIU.id_number: Row()})
    yield register
    door.close()


def problem(letterbox: Letterbox) -> str:
    (reply,) = letterbox.replies
    return str(json.loads(reply.body)["type"]).rsplit(":", 1)[1]


def test_each_part_is_signed_and_ends_with_the_next_cursor(register: Register) -> None:
    door = register.door
    since = cursor_of_now(door, "kind")
    register.publish({LIU.id_number: Row(kind="特困")})
    body = asking("kind", since=since, subjects=[LIU.id_number])
    headers = signed_headers(body, path=SUBSCRIBE_PATH, created=int(door.now))
    (part,) = door.batch(body, path=SUBSCRIBE_PATH, headers=headers).parts
    *lines, signature = part.splitlines(keepends=True)
    told = {name.replace("_", "-"): value for name, value in json.loads(signature).items()}
    assert check_response(
        told, status=200, body=b"".join(lines), client_id=CLIENT, secret=SECRET, request_headers=headers
    )
    head, line, cursor = (json.loads(each) for each in lines)
    assert (head["part"], head["parts"], head["service"]) == (1, 1, "relief-changes")
    assert line == {"n": 0, "answer": "FOUND", "values": {"kind": "特困"}}
    assert set(cursor) == {"cursor"}


def test_a_change_of_what_is_not_granted_is_no_change(register: Register) -> None:
    door = register.door
    subscribe(door, "amount")
    since = cursor_of_now(door, "amount")
    register.publish({LIU.id_number: Row(kind="特困", since="2020-01-01")})
    told = changes_since(door, since, [LIU.id_number], "amount")
    assert lines_of(told) == []
    (packed,) = door.packed()
    assert json.loads(packed.record)["uses"]["answers"]["UNCHANGED"] == 1


def test_a_cursor_is_for_its_asker_its_service_and_its_fields(register: Register) -> None:
    door = register.door
    since = cursor_of_now(door, "kind")
    assert problem(changes_since(door, since, [LIU.id_number], "amount")) == "malformed-request"
    assert problem(changes_since(door, since, [LIU.id_number], "kind", "amount")) == "malformed-request"
    assert problem(changes_since(door, since[:-2] + "AA", [LIU.id_number], "kind")) == "malformed-request"
    assert problem(changes_since(door, "x", [LIU.id_number], "kind")) == "malformed-request"
    assert lines_of(changes_since(door, since, [LIU.id_number], "kind")) == []
    door.client = replace(door.client, organisation="120030")
    door.grant = replace(door.grant, organisation="120030")
    door.apply()
    assert problem(changes_since(door, since, [LIU.id_number], "kind")) == "malformed-request"


def test_the_order_of_the_fields_makes_no_difference_to_a_cursor(register: Register) -> None:
    door = register.door
    since = cursor_of_now(door, "kind", "amount")
    assert lines_of(changes_since(door, since, [LIU.id_number], "amount", "kind")) == []


@pytest.mark.parametrize(
    ("changes", "slug"),
    [
        ({"fields": ["kind", "secret"]}, "field-out-of-scope"),
        ({"purpose": "ANOTHER"}, "purpose-not-granted"),
        ({"subjects": None}, "malformed-request"),
        ({"subjects": []}, "malformed-request"),
        ({"fields": ["kind", "kind"]}, "malformed-request"),
        ({"since": "!"}, "malformed-request"),
        ({"since": None}, "malformed-request"),
        ({"everybody": True}, "malformed-request"),
    ],
)
def test_what_is_refused_is_refused_before_anybody_is_looked_up(
    register: Register, changes: dict[str, Any], slug: str
) -> None:
    since = cursor_of_now(register.door, "kind")
    told = json.loads(asking("kind", since=since, subjects=[LIU.id_number])) | changes
    assert problem(register.door.batch(json.dumps(told).encode(), path=SUBSCRIBE_PATH)) == slug
    assert register.door.packed() == []


def test_each_person_counts_against_the_quota_and_the_cursor_alone_does_not(register: Register) -> None:
    door = register.door
    subscribe(door, *FIELDS, quota_per_day=2)
    since = cursor_of_now(door, "kind")
    changes_since(door, since, [LIU.id_number, ENDED.id_number], "kind")
    assert door.desk.quotas.used(GRANT, day=day_of(door.now)) == 2
    assert problem(changes_since(door, since, [LIU.id_number], "kind")) == "quota-exceeded"


def test_a_wrong_number_is_told_in_its_own_line_and_so_is_one_named_twice(register: Register) -> None:
    door = register.door
    since = cursor_of_now(door, "kind")
    register.publish({LIU.id_number: Row(kind="特困")})
    told = lines_of(changes_since(door, since, ["12010319790512101X", LIU.id_number, LIU.id_number], "kind"))
    assert [(line["n"], line.get("problem"), line.get("answer")) for line in told] == [
        (0, "invalid-identifier", None),
        (1, None, "FOUND"),
        (2, "duplicate-subject", None),
    ]


def test_damaged_changes_take_only_the_subscription_away(register: Register, caplog: pytest.LogCaptureFixture) -> None:
    door = register.door
    since = cursor_of_now(door, "kind")

    def damage(path: Path, *_: object) -> None:
        (path / FILE).write_bytes(b"no database")

    register.write_changes = damage
    register.publish({LIU.id_number: Row(kind="特困")})
    told = changes_since(door, since, [LIU.id_number], "kind")
    assert lines_of(told) == [{"n": 0, "answer": "UNKNOWN", "reason": "SOURCE_UNREACHABLE"}]
    assert next_cursor(told)
    assert "can't be used" in caplog.text
    assert door.desk.indexes.unusable == {}


def test_it_needs_a_protocol_that_streams_and_takes_a_large_body(register: Register) -> None:
    door = register.door
    body = asking("kind", since=cursor_of_now(door, "kind"), subjects=[LIU.id_number] * 500)
    headers = signed_headers(body, path=SUBSCRIBE_PATH, created=int(door.now))
    request = Request("POST", SUBSCRIBE_PATH, None, dict(headers), body, True, True)
    lease = door.gateway.room_for(request, len(body))
    assert isinstance(lease, Lease)
    lease.give_back()
    old = Request("POST", SUBSCRIBE_PATH, None, dict(headers), body, False, False)
    assert door.send(old).status == 400


def test_what_is_said_has_the_form_that_is_promised(register: Register) -> None:
    door = register.door
    operation = WHOLE["paths"]["/v1/subscribe/{service}"]["post"]
    content = operation["responses"]["200"]["content"]
    asked = operation["requestBody"]["content"]["application/json"]
    first = asking("kind", "since")
    assert fits(asked["schema"], WHOLE, json.loads(first))
    (reply,) = door.batch(first, path=SUBSCRIBE_PATH).replies
    assert fits(content["application/json"]["schema"], WHOLE, json.loads(reply.body))
    register.publish({LIU.id_number: Row(kind="特困")})
    then = asking("kind", "since", since=json.loads(reply.body)["cursor"], subjects=[LIU.id_number, "1201031979"])
    assert fits(asked["schema"], WHOLE, json.loads(then))
    (part,) = door.batch(then, path=SUBSCRIBE_PATH).parts
    lines = [json.loads(line) for line in part.splitlines()]
    assert len(lines) == 5
    assert [line for line in lines if not fits(content["application/x-ndjson"]["x-haihe-lines"], WHOLE, line)] == []


def test_a_service_describes_its_own_fields(register: Register) -> None:
    path = "/v1/services/relief-changes/openapi.json"
    described = json.loads(register.door.send(Request("GET", path, None, {}, b"", True)).body)
    assert list(described["paths"]) == [SUBSCRIBE_PATH]
    schemas = described["components"]["schemas"]
    assert set(schemas["SubscribeRequest"]["properties"]["fields"]["items"]["enum"]) == set(FIELDS)
    assert set(schemas["ChangeLine"]["properties"]["values"]["properties"]) == set(FIELDS)
