"""A record is bound to the very bytes asked and told, and shows nothing of them to whoever has only the record."""

import json
from hashlib import sha256

import pytest

from haihe.gateway import batch as batches
from haihe.gateway.testing import BATCH_PATH, Door, batch, question, signed_headers
from haihe.gateway.tests.conftest import LIU, WANG
from haihe.kernel.evidence import blinded_digest
from haihe.kernel.signing import content_digest


def _credential(headers: dict[str, str]) -> str:
    return headers["signature"].removeprefix("haihe=")


def test_request_and_reply_can_be_shown_to_be_those_of_the_record(door: Door) -> None:
    body = question(LIU.id_number)
    headers = signed_headers(body, created=int(door.now))
    reply = door.post(body, headers=headers)
    (record,) = door.records()
    assert record["request_digest"] == blinded_digest(_credential(headers), content_digest(body))
    assert record["reply_digest"] == blinded_digest(_credential(headers), content_digest(reply.body))
    assert record["reply_digest"] != blinded_digest(_credential(headers), content_digest(reply.body + b" "))


def test_the_same_question_twice_leaves_no_trace_of_being_the_same(door: Door) -> None:
    door.post(question(LIU.id_number))
    door.post(question(LIU.id_number))
    first, second = door.records()
    assert first["request_digest"] != second["request_digest"]


def test_whoever_guesses_the_answer_cannot_check_the_guess(door: Door) -> None:
    body = question(LIU.id_number)
    reply = door.post(body)
    (record,) = door.records()
    bare = {sha256(body).hexdigest(), sha256(reply.body).hexdigest()}
    assert bare.isdisjoint({record["request_digest"], record["reply_digest"]})


def test_each_part_of_a_batch_is_bound_too(door: Door, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batches, "PART", 1)
    body = batch([LIU.id_number, WANG.id_number])
    headers = signed_headers(body, path=BATCH_PATH, created=int(door.now))
    letterbox = door.batch(body, headers=headers)
    records = [json.loads(packed.record) for packed in door.packed()]
    assert len(records) == 2
    for record, part in zip(records, letterbox.parts, strict=True):
        told = part[: part.rindex(b"\n", 0, -1) + 1]
        assert record["request_digest"] == blinded_digest(_credential(headers), content_digest(body))
        assert record["reply_digest"] == blinded_digest(_credential(headers), content_digest(told))


def test_a_refusal_has_no_digests(door: Door) -> None:
    door.post(question(LIU.id_number, purpose="SOMETHING_ELSE"))
    (record,) = door.records()
    assert record["kind"] == "REFUSED"
    assert "request_digest" not in record
