"""What is asked and answered is counted: by who asked whom, by answer, by why not, by how long it took."""

from dataclasses import replace
from pathlib import Path

from haihe.gateway.journal import Journal
from haihe.gateway.messages import Request
from haihe.gateway.tally import REFUSED, UNSERVED, Key, answers_of
from haihe.gateway.testing import (
    ASKER,
    CLIENT,
    SERVICE,
    Door,
    batch,
    question,
    signed_headers,
)
from haihe.gateway.tests.conftest import LIU, WANG, ZHANG
from haihe.kernel.identifiers import id_number_check_character
from haihe.telemetry.latency import BUCKETS

OWNER = "120012"


def strangers(count: int) -> list[str]:
    firsts = [f"1201011990{month:02}{day:02}{n:03}" for month in (1, 2, 3) for day in (10, 11) for n in range(900)]
    return [first + id_number_check_character(first) for first in firsts[:count]]


def counted(door: Door, *, consumer: str = ASKER, service: str = SERVICE, kind: str = "VERIFY") -> list[float]:
    owner = OWNER if service else ""
    return door.commits.tally.copy()[Key(consumer, owner, service, kind)][0]


def told(door: Door, *, consumer: str = ASKER, kind: str = "VERIFY") -> dict[str, int]:
    return door.commits.tally.copy()[Key(consumer, OWNER, SERVICE, kind)][1]


def test_each_answer_is_counted_once(door: Door) -> None:
    for id_number in (LIU.id_number, LIU.id_number, WANG.id_number, ZHANG):
        door.post(question(id_number))
    numbers = counted(door)
    assert {name: n for name, n in answers_of(numbers).items() if n} == {"MATCH": 2, "NO_MATCH": 1, "UNKNOWN": 1}
    assert sum(numbers[:BUCKETS]) == 4
    assert numbers[REFUSED:] == [0, 0, 0]
    assert told(door) == {"RECORD_IN_DOUBT": 1}


def test_a_register_too_old_is_a_fault_of_its_source(door: Door) -> None:
    door.now += 2 * 86_400
    door.grant = replace(door.grant, valid_until=1e12)
    door.apply()
    door.post(question(LIU.id_number))
    assert counted(door)[UNSERVED] == 1
    assert told(door) == {"SOURCE_STALE": 1}


def test_a_refusal_is_counted_with_its_reason_and_is_no_fault(door: Door) -> None:
    door.post(question(LIU.id_number, purpose="SOMETHING_ELSE"))
    numbers = counted(door)
    assert (numbers[REFUSED:], sum(numbers[:BUCKETS])) == ([1, 0, 0], 1)
    assert told(door) == {"purpose-not-granted": 1}


def test_a_journal_that_cannot_be_written_is_a_fault_and_no_answer(tmp_path: Path, door: Door) -> None:
    with Journal(tmp_path / "small", map_size=64 << 10) as full:
        door.commits.journal = full
        replies = [door.post(question(LIU.id_number)).status for _ in range(40)]
    refused = replies.count(503)
    assert refused
    numbers = counted(door)
    assert (numbers[REFUSED:], answers_of(numbers)["MATCH"]) == ([0, refused, 0], 40 - refused)
    assert door.commits.tally.failed_commits == refused


def test_strangers_cannot_make_the_tally_grow(door: Door) -> None:
    for n in range(300):
        body = question(LIU.id_number)
        path = f"/v1/verify/no-such-service-{n}"
        door.post(body, path=path, headers=signed_headers(body, path=path, client_id=f"nobody-{n}", secret=b"x" * 32))
        door.send(Request("GET", f"/{n}", None, {}, b"", True))
    assert set(door.commits.tally.copy()) == {Key("", "", "", "VERIFY"), Key("", "", "", "")}
    assert sum(counted(door, consumer="", service="")[:BUCKETS]) == 300


def test_whom_a_signature_only_claims_is_not_charged(door: Door) -> None:
    body = question(LIU.id_number)
    door.post(body, headers=signed_headers(body, client_id=CLIENT, secret=b"y" * 32))
    assert set(door.commits.tally.copy()) == {Key("", OWNER, SERVICE, "VERIFY")}


def test_a_batch_is_one_call_with_an_answer_for_each(door: Door) -> None:
    door.batch(batch([LIU.id_number, *strangers(4500)]))
    numbers = counted(door, kind="BATCH_VERIFY")
    assert sum(numbers[:BUCKETS]) == 1
    assert {name: n for name, n in answers_of(numbers).items() if n} == {"MATCH": 1, "NO_MATCH": 4500}


def test_a_batch_to_a_source_that_is_too_old_is_one_fault(door: Door) -> None:
    door.now += 2 * 86_400
    door.grant = replace(door.grant, valid_until=1e12)
    door.apply()
    door.batch(batch([LIU.id_number, *strangers(4500)]))
    numbers = counted(door, kind="BATCH_VERIFY")
    assert (answers_of(numbers)["UNKNOWN"], numbers[UNSERVED]) == (4501, 1)
    assert told(door, kind="BATCH_VERIFY") == {"SOURCE_STALE": 1}


def test_a_batch_that_is_stopped_counts_what_was_told_before(door: Door) -> None:
    def suspend() -> None:
        door.grant = replace(door.grant, status="SUSPENDED")
        door.apply()

    door.batch(batch([LIU.id_number, *strangers(4500)]), between=suspend)
    numbers = counted(door, kind="BATCH_VERIFY")
    assert sum(answers_of(numbers).values()) == 2000
    assert (sum(numbers[:BUCKETS]), numbers[REFUSED]) == (1, 1)


def test_time_is_from_the_request_to_the_disk(door: Door) -> None:
    body = question(LIU.id_number)
    began = door.now
    door.commits.clock = lambda: began + 0.02  # what the commit took
    door.post(body)
    assert counted(door)[:BUCKETS].index(1) == 6  # up to 25 ms


def test_commits_are_counted_with_their_size(door: Door) -> None:
    for id_number in (LIU.id_number, WANG.id_number, ZHANG):
        door.post(question(id_number))
    tally = door.commits.tally
    assert tally.batch_sizes[0] == 3  # each alone
    assert sum(tally.commit_times[:BUCKETS]) == 3
