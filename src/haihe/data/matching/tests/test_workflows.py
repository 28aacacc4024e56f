"""Any sequence of moves keeps to the tables; no table lets the program itself decide about a person."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from haihe.data.matching import wording
from haihe.data.matching.workflow import CHECK_LEAD, LEAD, RUN, VERSION, VISIT_LEAD, LeadState, Part
from haihe.kernel.workflow import ForbiddenMove, Workflow

TABLES = (VERSION, RUN, VISIT_LEAD, CHECK_LEAD)


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
@given(names=st.lists(st.sampled_from(sorted({move.name for one in TABLES for move in one.moves})), max_size=12))
def test_a_walk_never_leaves_the_table_nor_an_end(table: Workflow, names: list[str]) -> None:
    state = table.initial
    for name in names:
        try:
            move = table.move(state, name)
        except ForbiddenMove:
            continue
        assert state not in table.terminal
        state = move.target
        assert state in table.states


@given(names=st.lists(st.sampled_from(sorted({move.name for move in CHECK_LEAD.moves})), max_size=12))
def test_a_decision_follows_only_after_the_person_was_told(names: list[str]) -> None:
    state, done = CHECK_LEAD.initial, []
    for name in names:
        try:
            state = CHECK_LEAD.move(state, name).target
        except ForbiddenMove:
            continue
        done.append(name)
        if state == LeadState.DECIDED:
            assert "tell" in done
            assert done[-1] == "decide"


def test_the_program_only_lets_leads_lapse_and_brings_the_sources_answers() -> None:
    brought = {"source_corrected", "source_rejected", "source_withdrawn"}
    for table in LEAD.values():
        assert {move.name for move in table.moves if Part.SYSTEM in move.roles} == {"lapse", *brought}


def test_every_move_has_its_words() -> None:
    for table in LEAD.values():
        assert {move.name for move in table.moves} <= set(wording.LEAD_EVENTS)
        by_people = {move.name for move in table.moves if Part.SYSTEM not in move.roles}
        assert by_people <= set(wording.LEAD_MOVES)
    for move in (*VERSION.moves, *RUN.moves):
        assert move.name in wording.EVENTS
