"""Rubbish is refused one by one but recorded in bulk; nobody's flood hides or delays another's refusals."""

import json

from haihe.gateway.messages import Request
from haihe.gateway.refusals import BURST, RATE_PER_S
from haihe.gateway.testing import CLIENT, Door, question
from haihe.gateway.tests.conftest import LIU

MANY = int(BURST) + 50


def stranger(door: Door) -> int:
    return door.send(Request("GET", "/admin", None, {}, b"", keep_alive=True)).status


def test_beyond_the_rate_refusals_are_counted(door: Door) -> None:
    assert {stranger(door) for _ in range(MANY)} == {404}
    assert len(door.records()) == BURST
    door.desk.record_counted_refusals()
    door.commits.commit()
    counted = door.records()[-1]
    assert (counted["kind"], counted["problem"], counted["reason"]) == ("REFUSED", "not-found", "COUNTED 50")
    assert counted["client"] is None


def test_the_count_is_recorded_once(door: Door) -> None:
    for _ in range(MANY):
        stranger(door)
    door.desk.record_counted_refusals()
    door.desk.record_counted_refusals()
    door.commits.commit()
    assert len(door.records()) == BURST + 1


def test_time_lets_refusals_be_recorded_again(door: Door) -> None:
    for _ in range(MANY):
        stranger(door)
    door.now += 1
    for _ in range(MANY):
        stranger(door)
    assert len(door.records()) == BURST + RATE_PER_S


def test_strangers_do_not_use_up_a_clients_records(door: Door) -> None:
    for _ in range(MANY):
        stranger(door)
    door.post(question(LIU.id_number, purpose="CURIOSITY"))
    assert door.records()[-1]["client"] == CLIENT


def test_answers_are_never_merely_counted(door: Door) -> None:
    for _ in range(MANY):
        assert door.post(question(LIU.id_number)).status == 200
    evidence = {record["evidence"] for record in door.records()}
    assert len(evidence) == MANY


def test_a_counted_refusal_still_tells_its_problem(door: Door) -> None:
    for _ in range(MANY):
        reply = door.post(question(LIU.id_number, purpose="CURIOSITY"))
    assert json.loads(reply.body)["type"].endswith("purpose-not-granted")
