"""Any sound process, any order of commands."""

from datetime import datetime, timedelta

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from haihe.kernel.process import engine
from haihe.kernel.process.definition import Automatic, Join, Process, Task, Wait
from haihe.kernel.process.state import Happening, Kind, NotNow, Progress, State
from haihe.kernel.process.testing import DATA, processes
from haihe.kernel.working_time import CHINA_TIME

NOW = datetime(2026, 11, 23, 10, 0, tzinfo=CHINA_TIME)


def moved(process: Process, state: State, draw: st.DataObject) -> Progress:
    """Do any one thing that can be done."""
    open_ones = [token for token in state.tokens if not isinstance(process.step(token.step), Join)]
    token = draw.draw(st.sampled_from(open_ones))
    step = process.step(token.step)
    if isinstance(step, Wait):
        return engine.hear(process, state, "heard", now=NOW)
    assert isinstance(step, Task | Automatic)
    named = step.choices if isinstance(step, Task) else step.answers
    choice = draw.draw(st.sampled_from([*named])) if named else ""
    return engine.complete(process, state, token.number, choice=choice, now=NOW)


@given(process=processes(), data=DATA, draw=st.data())
def test_a_case_goes_on_until_it_ends_once(process: Process, data: dict[str, int], draw: st.DataObject) -> None:
    progress = engine.start(process, data=data, now=NOW)
    history: list[Happening] = list(progress.happened)
    for _ in range(40):
        state = progress.state
        if state.outcome:
            break
        assert any(not isinstance(process.step(token.step), Join) for token in state.tokens), "stuck"
        assert len({token.number for token in state.tokens}) == len(state.tokens)
        # What is stored is what was there.
        state = msgspec.json.decode(msgspec.json.encode(state), type=State)
        assert state == progress.state
        progress = moved(process, state, draw)
        history += progress.happened

    ended = [one for one in history if one.kind is Kind.ENDED]
    assert len(ended) == bool(progress.state.outcome)
    if progress.state.outcome:
        assert progress.state.tokens == ()
        assert accounted(history)
        for token in {one.token for one in history if one.token}:
            with pytest.raises(NotNow, match="ENDED"):
                engine.complete(process, progress.state, token, now=NOW)


def accounted(history: list[Happening]) -> bool:
    """Whatever was opened was done, heard, or dropped at the end: nothing got lost."""
    opened = [one.token for one in history if one.kind is Kind.OPENED]
    closed = [one.token for one in history if one.kind in {Kind.DONE, Kind.HEARD, Kind.TIMED, Kind.DROPPED}]
    return len(opened) == len(set(opened)) and set(opened) <= set(closed) and len(closed) == len(set(closed))


@given(process=processes(), data=DATA, draw=st.data())
def test_waking_a_case_early_changes_nothing(process: Process, data: dict[str, int], draw: st.DataObject) -> None:
    state = engine.start(process, data=data, now=NOW).state

    assert engine.wake(process, state, now=NOW + timedelta(days=300)).state == state
