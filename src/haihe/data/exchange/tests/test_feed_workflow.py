"""Whatever happens in whatever order, a run follows its table and ends once."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from haihe.data.exchange.models import TERMINAL_STATES, FeedRun, RunState
from haihe.data.exchange.operations.moving import move_run
from haihe.data.exchange.workflow import FEED_RUN
from haihe.kernel.workflow import ForbiddenMove

NOW = datetime(2026, 11, 23, tzinfo=UTC)
MOVES = sorted({move.name for move in FEED_RUN.moves})


def test_exactly_the_terminal_states_end_a_run() -> None:
    assert FEED_RUN.terminal == set(TERMINAL_STATES)


def test_every_state_that_is_no_end_can_fail() -> None:
    for state in set(RunState.values) - FEED_RUN.terminal:
        assert FEED_RUN.move(state, "fail").target == RunState.FAILED


@given(st.lists(st.sampled_from(MOVES), max_size=12))
def test_any_sequence_of_moves_keeps_to_the_table(names: list[str]) -> None:
    state = FEED_RUN.initial
    for name in names:
        try:
            state = FEED_RUN.move(state, name).target
        except ForbiddenMove:
            continue
        if state in FEED_RUN.terminal:
            assert not FEED_RUN.allowed(state, ["SYSTEM"])


@pytest.mark.django_db
def test_an_ended_run_moves_no_more() -> None:
    run = FeedRun.objects.create(
        resource="r", owner="o", connector="c", filename="f", submitted_name="n", received_at=NOW, as_of=NOW
    )
    move_run(run.id, "fail", now=NOW, outcome_code="INTERRUPTED", outcome="。")
    for name in MOVES:
        with pytest.raises(ForbiddenMove):
            move_run(run.id, name, now=NOW)
    run.refresh_from_db()
    assert (run.state, run.finished_at, run.outcome_code) == ("FAILED", NOW, "INTERRUPTED")
