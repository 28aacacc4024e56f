"""A workflow is data: it says what may happen, to whom, and refuses the rest."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from haihe.kernel.workflow import ForbiddenMove, Move, Workflow

DOOR = Workflow(
    name="door",
    initial="OPEN",
    states=("OPEN", "SHUT", "LOCKED", "BURNT"),
    moves=(
        Move("shut", ("OPEN",), "SHUT", ("GUEST", "OWNER"), "rule 1"),
        Move("lock", ("SHUT",), "LOCKED", ("OWNER",), "rule 2", clock_working_days=3),
        Move("open", ("SHUT", "LOCKED"), "OPEN", ("OWNER",), "rule 3"),
        Move("burn", ("OPEN", "SHUT", "LOCKED"), "BURNT", ("FIRE",), "rule 4"),
    ),
)


def test_a_move_is_found_by_state_and_name() -> None:
    assert DOOR.move("SHUT", "lock").target == "LOCKED"
    assert DOOR.move("SHUT", "lock").clock_working_days == 3


@given(state=st.sampled_from(DOOR.states), name=st.sampled_from(["shut", "lock", "open", "burn", "paint"]))
def test_whatever_the_table_does_not_list_is_forbidden(state: str, name: str) -> None:
    listed = any(move.name == name and state in move.sources for move in DOOR.moves)
    if listed:
        assert DOOR.move(state, name).name == name
    else:
        with pytest.raises(ForbiddenMove) as refusal:
            DOOR.move(state, name)
        assert (refusal.value.state, refusal.value.name) == (state, name)


def test_only_the_listed_roles_may_move() -> None:
    assert [move.name for move in DOOR.allowed("SHUT", {"GUEST"})] == []
    assert [move.name for move in DOOR.allowed("SHUT", {"OWNER", "FIRE"})] == ["lock", "open", "burn"]


def test_a_state_without_moves_is_terminal() -> None:
    assert DOOR.terminal == {"BURNT"}


@pytest.mark.parametrize(
    "moves",
    [
        (Move("shut", ("OPEN",), "AJAR", ("OWNER",), "rule"),),
        (Move("shut", ("OPEN",), "SHUT", (), "rule"),),
        (Move("shut", ("OPEN",), "SHUT", ("OWNER",), ""),),
        (Move("shut", ("OPEN",), "SHUT", ("OWNER",), "a"), Move("shut", ("OPEN",), "OPEN", ("OWNER",), "b")),
        (Move("stay", ("OPEN",), "OPEN", ("OWNER",), "nothing reaches SHUT"),),
    ],
)
def test_a_table_that_contradicts_itself_is_refused(moves: tuple[Move, ...]) -> None:
    with pytest.raises(ValueError, match="bad"):
        Workflow(name="bad", initial="OPEN", states=("OPEN", "SHUT"), moves=moves)


def test_a_state_that_only_its_own_neighbour_reaches_is_refused() -> None:
    islands = (Move("shut", ("OPEN",), "SHUT", ("OWNER",), "a"), Move("sway", ("AJAR",), "AJAR", ("WIND",), "b"))
    with pytest.raises(ValueError, match="no move reaches"):
        Workflow(name="bad", initial="OPEN", states=("OPEN", "SHUT", "AJAR"), moves=islands)


def test_an_end_that_was_not_meant_is_refused() -> None:
    shut = (Move("shut", ("OPEN",), "SHUT", ("OWNER",), "a"),)
    assert Workflow(name="good", initial="OPEN", states=("OPEN", "SHUT"), moves=shut, final=("SHUT",)).final
    with pytest.raises(ValueError, match="ends in"):
        Workflow(name="bad", initial="OPEN", states=("OPEN", "SHUT"), moves=shut, final=())


def test_a_table_can_be_drawn() -> None:
    drawn = DOOR.to_mermaid().splitlines()
    assert drawn[:2] == ["stateDiagram-v2", "    [*] --> OPEN"]
    assert "    SHUT --> LOCKED: lock" in drawn
    assert drawn[-1] == "    BURNT --> [*]"
