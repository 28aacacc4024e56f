"""The tables of moves, written out by hand, so that a change there shows here."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from haihe.data.participation.workflow import (
    ANSWER,
    BUNDLE,
    MODERATION,
    NEEDS_WORDS,
    PLAN,
    REQUEST,
    REUSE,
    WORKFLOWS,
    Part,
)
from haihe.kernel.workflow import ForbiddenMove, Workflow

OWNERS = {"OWNER_STEWARD", "OWNER_APPROVER"}
TABLE: dict[str, dict[tuple[str, str, str], set[str]]] = {
    "request": {
        ("SUBMITTED", "forward", "FORWARDED"): {"AUTHORITY"},
        ("SUBMITTED", "reject", "REJECTED"): {"AUTHORITY"},
        ("SUBMITTED", "point", "ALREADY_OPEN"): {"AUTHORITY"},
        ("SUBMITTED", "withdraw", "WITHDRAWN"): {"REQUESTER"},
        ("SUBMITTED", "overdue", "SUBMITTED"): {"SYSTEM"},
        ("HANDED_BACK", "forward", "FORWARDED"): {"AUTHORITY"},
        ("HANDED_BACK", "reject", "REJECTED"): {"AUTHORITY"},
        ("HANDED_BACK", "point", "ALREADY_OPEN"): {"AUTHORITY"},
        ("HANDED_BACK", "withdraw", "WITHDRAWN"): {"REQUESTER"},
        ("HANDED_BACK", "overdue", "HANDED_BACK"): {"SYSTEM"},
        ("FORWARDED", "hand_back", "HANDED_BACK"): OWNERS,
        ("FORWARDED", "accept", "ACCEPTED"): OWNERS,
        ("FORWARDED", "refuse", "REFUSED"): {"OWNER_APPROVER"},
        ("FORWARDED", "point", "ALREADY_OPEN"): OWNERS,
        ("FORWARDED", "withdraw", "WITHDRAWN"): {"REQUESTER"},
        ("FORWARDED", "overdue", "FORWARDED"): {"SYSTEM"},
        ("ACCEPTED", "fulfil", "FULFILLED"): {*OWNERS, "SYSTEM"},
        ("ACCEPTED", "drop", "REFUSED"): {"SYSTEM"},
        ("FULFILLED", "reopen", "FORWARDED"): {"AUTHORITY"},
        ("ALREADY_OPEN", "reopen", "FORWARDED"): {"AUTHORITY"},
        ("REFUSED", "reopen", "FORWARDED"): {"AUTHORITY"},
    },
    "plan": {
        ("PLANNED", "prepare", "PREPARING"): {"OWNER_STEWARD"},
        ("POSTPONED", "prepare", "PREPARING"): {"OWNER_STEWARD"},
        ("PLANNED", "publish", "PUBLISHED"): {"OWNER_STEWARD", "SYSTEM"},
        ("PREPARING", "publish", "PUBLISHED"): {"OWNER_STEWARD", "SYSTEM"},
        ("POSTPONED", "publish", "PUBLISHED"): {"OWNER_STEWARD", "SYSTEM"},
        ("PLANNED", "postpone", "POSTPONED"): {"OWNER_APPROVER"},
        ("PREPARING", "postpone", "POSTPONED"): {"OWNER_APPROVER"},
        ("PLANNED", "drop", "DROPPED"): {"OWNER_APPROVER"},
        ("PREPARING", "drop", "DROPPED"): {"OWNER_APPROVER"},
        ("POSTPONED", "drop", "DROPPED"): {"OWNER_APPROVER"},
    },
    "reuse": {
        ("SUBMITTED", "publish", "PUBLISHED"): {"AUTHORITY"},
        ("HIDDEN", "publish", "PUBLISHED"): {"AUTHORITY"},
        ("BROKEN", "publish", "PUBLISHED"): {"AUTHORITY"},
        ("SUBMITTED", "reject", "REJECTED"): {"AUTHORITY"},
        ("PUBLISHED", "hide", "HIDDEN"): {"AUTHORITY"},
        ("BROKEN", "hide", "HIDDEN"): {"AUTHORITY"},
        ("PUBLISHED", "mark_broken", "BROKEN"): {"AUTHORITY"},
        **{
            (state, "revise", "SUBMITTED"): {"AUTHOR"}
            for state in ("SUBMITTED", "PUBLISHED", "BROKEN", "REJECTED", "HIDDEN")
        },
        **{(state, "withdraw", "WITHDRAWN"): {"AUTHOR"} for state in ("SUBMITTED", "PUBLISHED", "BROKEN", "REJECTED")},
    },
    "bundle": {
        ("FOLLOWING", "add", "FOLLOWING"): {"ASSOCIATION"},
        ("FOLLOWING", "answered", "ANSWERED"): {"SYSTEM"},
        ("ANSWERED", "reopen", "FOLLOWING"): {"SYSTEM"},
        ("CONFIRMED", "reopen", "FOLLOWING"): {"SYSTEM"},
        ("ANSWERED", "confirm", "CONFIRMED"): {"ASSOCIATION"},
    },
}


@pytest.mark.parametrize("name", sorted(WORKFLOWS))
def test_each_move_stands_where_it_is_written_and_nowhere_else(name: str) -> None:
    moves = WORKFLOWS[name].moves
    told = {(source, move.name, move.target): set(move.roles) for move in moves for source in move.sources}
    assert told == TABLE[name]


@given(st.sampled_from([REQUEST, PLAN, REUSE, BUNDLE]), st.data())
def test_whatever_isnt_listed_is_refused(workflow: Workflow, data: st.DataObject) -> None:
    state = data.draw(st.sampled_from(workflow.states))
    name = data.draw(st.sampled_from(sorted({move.name for one in WORKFLOWS.values() for move in one.moves})))
    if any(move.name == name and state in move.sources for move in workflow.moves):
        assert workflow.move(state, name).target in workflow.states
    else:
        with pytest.raises(ForbiddenMove):
            workflow.move(state, name)


def test_every_refusal_says_why_and_every_part_has_something_to_do() -> None:
    known = {(name, move.name) for name, workflow in WORKFLOWS.items() for move in workflow.moves}
    assert known >= NEEDS_WORDS
    assert {part for one in WORKFLOWS.values() for move in one.moves for part in move.roles} == set(Part)


def test_the_promise_is_no_slower_than_the_law() -> None:
    assert (MODERATION.working_days, ANSWER.working_days) == (2, 10)
    assert max(MODERATION.working_days, ANSWER.working_days) <= 20
