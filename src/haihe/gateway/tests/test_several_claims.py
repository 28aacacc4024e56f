"""Several claims in one call: one look, one record, an answer to each; and nothing but what is defined and granted."""

import json
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from haihe.gateway.answer import IN_DOUBT, MATCH, NO_MATCH, STALE, Finding, summary
from haihe.gateway.claims import compile_claim
from haihe.gateway.testing import Door, Person, question
from haihe.gateway.tests.conftest import LIU, WANG, ZHANG
from haihe.kernel.keyring import Keyring

INCOME = {f"income_below_{n}": {"field": "income", "op": "lt", "value": n} for n in (1000, 2000, 3000)}
RICH = Person("120103197905121004", "孙有", {"income": "2500.00"})


def offer(door: Door, claims: dict[str, Any], granted: set[str]) -> None:
    compiled = {name: compile_claim(claim) for name, claim in claims.items()}
    door.service = replace(door.service, claims={**door.service.claims, **compiled})
    door.grant = replace(door.grant, claims=frozenset(granted))
    door.apply()


def ask(door: Door, id_number: str, *claims: str) -> dict[str, Any]:
    reply = door.post(question(id_number, claims=list(claims)))
    return {"status": reply.status, **json.loads(reply.body)}


def test_each_claim_gets_its_own_answer(door: Door) -> None:
    offer(door, {}, {"on_relief", "extreme_hardship"})
    told = ask(door, LIU.id_number, "extreme_hardship", "on_relief")
    assert told["answers"] == [
        {"claim": "extreme_hardship", "answer": "NO_MATCH", "reason": None},
        {"claim": "on_relief", "answer": "MATCH", "reason": None},
    ]
    assert set(told) == {"status", "answers", "service", "as_of", "evidence"}


def test_one_record_holds_all_fields_and_answers(door: Door) -> None:
    offer(door, {}, {"on_relief", "extreme_hardship"})
    told = ask(door, LIU.id_number, "on_relief", "extreme_hardship")
    (record,) = door.records()
    assert record["evidence"] == told["evidence"]
    assert record["fields"] == ["on_relief", "extreme_hardship"]
    assert (record["answers"], record["reasons"]) == (["MATCH", "NO_MATCH"], [None, None])
    assert record["answer"] == "NO_MATCH"


def test_one_claim_in_a_list_is_answered_as_a_list_and_recorded_as_one(door: Door) -> None:
    assert ask(door, LIU.id_number, "on_relief")["answers"][0]["answer"] == "MATCH"
    (record,) = door.records()
    assert record["answer"] == "MATCH"
    assert "answers" not in record


def test_several_claims_use_up_one_of_the_quota(door: Door) -> None:
    offer(door, {}, {"on_relief", "extreme_hardship"})
    door.grant = replace(door.grant, quota_per_day=1)
    door.apply()
    assert [ask(door, LIU.id_number, "on_relief", "extreme_hardship")["status"] for _ in range(2)] == [200, 429]


def test_one_claim_outside_the_grant_refuses_all(door: Door) -> None:
    refused = ask(door, LIU.id_number, "on_relief", "extreme_hardship")
    assert refused["type"].endswith("field-out-of-scope")
    (record,) = door.records()
    assert (record["kind"], record["fields"]) == ("REFUSED", ["on_relief", "extreme_hardship"])


def test_doubt_and_age_are_told_for_each_claim(door: Door) -> None:
    offer(door, {}, {"on_relief", "extreme_hardship"})
    both = ("on_relief", "extreme_hardship")
    assert {a["reason"] for a in ask(door, WANG.id_number, *both)["answers"]} == {"RECORD_IN_DOUBT"}
    door.now += door.service.max_age_s + 60
    door.grant = replace(door.grant, valid_until=door.now + 60)
    door.apply()
    for person in (LIU.id_number, ZHANG):
        assert {(a["answer"], a["reason"]) for a in ask(door, person, *both)["answers"]} == {
            ("UNKNOWN", "SOURCE_STALE")
        }


def test_a_missing_value_leaves_its_own_claim_unknown_and_no_other(door: Door) -> None:
    offer(door, INCOME, {"on_relief", "income_below_1000"})
    told = ask(door, LIU.id_number, "on_relief", "income_below_1000")["answers"]
    assert [(a["answer"], a["reason"]) for a in told] == [("MATCH", None), ("UNKNOWN", "RECORD_IN_DOUBT")]


@pytest.mark.parametrize(
    "more",
    [
        {"claim": "on_relief", "claims": ["on_relief"]},
        {"claims": ["on_relief", "on_relief"]},
        {"claims": []},
        {"claims": "on_relief"},
        {"claims": [None]},
        {"claims": [f"c{n}" for n in range(21)]},
    ],
)
def test_claim_or_claims_and_each_once(door: Door, more: dict[str, Any]) -> None:
    assert json.loads(door.post(question(LIU.id_number, **more)).body)["type"].endswith("malformed-request")


@given(st.lists(st.sampled_from([MATCH, NO_MATCH, STALE, IN_DOUBT]), min_size=1, max_size=6))
def test_the_sum_is_no_only_by_a_clear_no_and_yes_only_by_all(findings: list[Finding]) -> None:
    told = summary(tuple(findings))
    assert (told == NO_MATCH) == (NO_MATCH in findings)
    assert (told == MATCH) == (set(findings) == {MATCH})
    assert told in findings


@pytest.fixture(scope="module")
def income_door(keyring: Keyring) -> Iterator[Door]:
    with tempfile.TemporaryDirectory() as folder:
        door = Door(Path(folder), keyring=keyring, people=[RICH])
        offer(door, INCOME, {"income_below_1000", "income_below_3000"})
        yield door
        door.close()


names = st.sampled_from([*INCOME, "income", "income_below_2500"]) | st.from_regex(
    r"[a-z][a-z0-9_]{0,20}", fullmatch=True
)
anything = st.none() | st.integers() | st.text(max_size=8) | st.lists(st.integers(), max_size=2)
extras = st.dictionaries(
    st.sampled_from(["threshold", "value", "op", "field", "below", "predicate"]), anything, max_size=2
)


@settings(deadline=None)
@given(claims=st.lists(names, min_size=1, max_size=4, unique=True), more=extras)
def test_nothing_but_the_granted_thresholds_can_be_asked(
    income_door: Door, claims: list[str], more: dict[str, object]
) -> None:
    """Whatever else a request says is refused, and no answer says more than the two granted thresholds."""
    reply = income_door.post(question(RICH.id_number, claims=claims, **more))
    if reply.status != 200:
        assert reply.status in (400, 403)
        return
    assert not more
    truth = {"income_below_1000": "NO_MATCH", "income_below_3000": "MATCH"}
    assert json.loads(reply.body)["answers"] == [
        {"claim": claim, "answer": truth[claim], "reason": None} for claim in claims
    ]
    assert b"2500" not in reply.body
