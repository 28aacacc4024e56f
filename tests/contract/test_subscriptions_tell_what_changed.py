"""The exchange writes what changed, the gateway tells it: what changed of what was granted, whatever the history."""

import itertools
import json
import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from haihe.data.exchange.changes import write_changes
from haihe.gateway import batch as batches
from haihe.gateway.testing import SUBSCRIBE_PATH, Door
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
from haihe.kernel import subject_changes
from haihe.kernel.identifiers import id_number_check_character
from haihe.kernel.keyring import Keyring
from haihe.kernel.mask_rules import compile_mask

PEOPLE = [first + id_number_check_character(first) for first in (f"12010119900101{n:03}" for n in range(200, 206))]
ANN, BOB, CAT = PEOPLE[:3]


def write(path: Path, meta: Any, previous: Path | None) -> object:
    """Write as the worker does. It reads a copy: here the gateway has the running index open in this same process."""
    with tempfile.TemporaryDirectory() as folder:
        if previous is not None:
            shutil.copytree(previous, Path(folder) / previous.name)
            previous = Path(folder) / previous.name
        return write_changes(path, meta=meta, previous=previous)


@pytest.fixture
def register(tmp_path: Path, keyring: Keyring) -> Iterator[Register]:
    door = Door(tmp_path, keyring=keyring)
    subscribe(door, *FIELDS)
    yield Register(door, write)
    door.close()


def test_only_granted_fields_that_changed_are_told_and_then_no_more(register: Register) -> None:
    door = register.door
    register.publish({ANN: Row(), BOB: Row(), CAT: Row()})
    since = cursor_of_now(door, "kind", "amount")
    register.publish({ANN: Row(kind="特困"), BOB: Row(since="2020-01-01"), CAT: Row()})
    told = changes_since(door, since, [ANN, BOB, CAT], "kind", "amount")
    assert lines_of(told) == [{"n": 0, "answer": "FOUND", "values": {"kind": "特困"}}]
    again = changes_since(door, next_cursor(told), [ANN, BOB, CAT], "kind", "amount")
    assert lines_of(again) == []


def test_who_comes_leaves_or_is_in_doubt_is_told(register: Register) -> None:
    door = register.door
    register.publish({ANN: Row(), BOB: Row()})
    since = cursor_of_now(door, "kind")
    register.publish({BOB: Row(in_doubt=True), CAT: Row()})
    assert lines_of(changes_since(door, since, [ANN, BOB, CAT, PEOPLE[3]], "kind")) == [
        {"n": 0, "answer": "NOT_FOUND"},
        {"n": 1, "answer": "UNKNOWN", "reason": "RECORD_IN_DOUBT"},
        {"n": 2, "answer": "FOUND", "values": {"kind": "低保"}},
    ]


def test_each_person_finds_the_use_and_no_value_is_in_the_record(register: Register) -> None:
    door = register.door
    register.publish({ANN: Row(), BOB: Row()})
    since = cursor_of_now(door, "kind")
    register.publish({ANN: Row(kind="特困"), BOB: Row()})
    changes_since(door, since, [ANN, BOB], "kind")
    (packed,) = door.packed()
    record = json.loads(packed.record)
    assert (record["kind"], record["fields"]) == ("SUBSCRIBE", ["kind"])
    assert record["uses"]["answers"] == {"FOUND": 1, "NOT_FOUND": 0, "UNCHANGED": 1, "UNKNOWN": 0}
    assert packed.uses[:16] == door.keyring.subject_key(ANN)
    assert "特困" not in packed.record.decode()
    (of_a_cursor,) = door.records()
    assert (of_a_cursor["kind"], of_a_cursor["answer"], of_a_cursor["subject"]) == ("SUBSCRIBE", None, None)


def test_a_cursor_of_another_line_or_too_old_is_told_so(register: Register, monkeypatch: pytest.MonkeyPatch) -> None:
    door = register.door
    monkeypatch.setattr(subject_changes, "MOST_KEPT", 3)
    register.publish({ANN: Row()})
    since = cursor_of_now(door, "kind")
    for n in range(3):
        assert lines_of(changes_since(door, since, [ANN], "kind")) == (
            [] if n == 0 else [{"n": 0, "answer": "FOUND", "values": {"kind": f"第{n - 1}"}}]
        )
        register.publish({ANN: Row(kind=f"第{n}")})
    (refused,) = changes_since(door, since, [ANN], "kind").replies
    assert (refused.status, json.loads(refused.body)["type"]) == (410, "urn:haihe:problem:cursor-too-old")
    since = cursor_of_now(door, "kind")
    register.running = None
    register.publish({ANN: Row(kind="别的")})
    assert changes_since(door, since, [ANN], "kind").replies[0].status == 410


def test_two_snapshots_built_on_the_same_one_are_not_taken_for_each_other(register: Register) -> None:
    door = register.door
    register.publish({ANN: Row()})
    base = register.running
    register.publish({ANN: Row(kind="甲")})
    since = cursor_of_now(door, "kind")
    register.running = base
    register.publish({ANN: Row()})
    assert changes_since(door, since, [ANN], "kind").replies[0].status == 410


def test_without_history_there_is_no_cursor_and_verification_goes_on(register: Register) -> None:
    register.publish({ANN: Row()}, keeps_history=False)
    (reply,) = register.door.batch(asking("kind"), path=SUBSCRIBE_PATH).replies
    assert reply.status == 503
    register.publish({ANN: Row()})
    assert cursor_of_now(register.door, "kind")


def test_what_is_stale_is_unknown_and_asked_for_again_from_the_same_cursor(register: Register) -> None:
    door = register.door
    register.publish({ANN: Row()})
    since = cursor_of_now(door, "kind")
    register.publish({ANN: Row(kind="特困")}, as_of=door.now - 100_000)
    told = changes_since(door, since, [ANN], "kind")
    assert lines_of(told) == [{"n": 0, "answer": "UNKNOWN", "reason": "SOURCE_STALE"}]
    register.publish({ANN: Row(kind="特困")})
    later = changes_since(door, next_cursor(told), [ANN], "kind")
    assert lines_of(later) == [{"n": 0, "answer": "FOUND", "values": {"kind": "特困"}}]


def test_a_snapshot_that_comes_between_two_parts_is_told_the_next_time(
    register: Register, monkeypatch: pytest.MonkeyPatch
) -> None:
    door = register.door
    monkeypatch.setattr(batches, "PART", 2)
    register.publish({number: Row() for number in PEOPLE})
    since = cursor_of_now(door, "kind")
    seen: list[int] = []

    def between() -> None:
        if not seen:
            register.publish({number: Row(kind="特困") for number in PEOPLE})
        seen.append(1)

    told = changes_since(door, since, PEOPLE, "kind", between=between)
    assert [line["n"] for line in lines_of(told)] == [2, 3, 4, 5]
    again = changes_since(door, next_cursor(told), PEOPLE, "kind")
    assert [line["n"] for line in lines_of(again)] == list(range(6))


rows = st.builds(
    Row,
    st.sampled_from(["低保", "特困", None]),
    st.sampled_from(["1010.00", "1510.00", None]),
    st.sampled_from(["2026-03-01", "2020-01-01"]),
    st.booleans(),
)
registers = st.lists(st.dictionaries(st.sampled_from(PEOPLE), rows), min_size=2, max_size=6)


def expected(past: list[Mapping[str, Row]], person: str, fields: list[str]) -> dict[str, Any] | None:
    """What happened to a person from the first of these states to the last, told without the program's words."""
    known = [state.get(person) for state in past]

    def standing(row: Row | None) -> int:
        return 0 if row is None else 1 + row.in_doubt

    steps = list(itertools.pairwise(known))
    moved = any(standing(a) != standing(b) for a, b in steps)
    names = [
        name
        for name in fields
        if moved or any(a and b and not a.in_doubt and getattr(a, name) != getattr(b, name) for a, b in steps)
    ]
    if not names:
        return None
    now = known[-1]
    if now is None:
        return {"answer": "NOT_FOUND"}
    if now.in_doubt:
        return {"answer": "UNKNOWN", "reason": "RECORD_IN_DOUBT"}
    masks: dict[str, Callable[[Any], Any]] = {
        "kind": str,
        "amount": compile_mask({"mask": "bucket", "step": 500}),
        "since": lambda day: str(day)[:4],
    }
    shown = {name: None if (value := getattr(now, name)) is None else masks[name](value) for name in names}
    return {"answer": "FOUND", "values": shown}


@settings(
    deadline=None, max_examples=80, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture]
)
@given(registers, st.sets(st.sampled_from(FIELDS), min_size=1), st.data())
def test_whatever_happens_to_a_register_the_difference_is_told(
    keyring: Keyring, history: list[Mapping[str, Row]], chosen: set[str], data: st.DataObject
) -> None:
    fields = sorted(chosen)
    with tempfile.TemporaryDirectory() as folder:
        door = Door(Path(folder), keyring=keyring)
        subscribe(door, *FIELDS)
        register, cursors = Register(door, write), []
        for state in history:
            register.publish(state)
            cursors.append(cursor_of_now(door, *fields))
        begin = data.draw(st.integers(0, len(history) - 1))
        told = {line.pop("n"): line for line in lines_of(changes_since(door, cursors[begin], PEOPLE, *fields))}
        for n, person in enumerate(PEOPLE):
            assert told.get(n) == expected(history[begin:], person, fields)
        door.close()
