"""One case from acceptance to its end: gate, ways side by side, join, notice; clocks, pauses, ways out."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from msgspec.structs import replace

from haihe.kernel.process import engine
from haihe.kernel.process.definition import Process, Step, Time, Wait
from haihe.kernel.process.state import Kind, NotNow, Progress, State
from haihe.kernel.process.testing import OPENING
from haihe.kernel.working_time import CHINA_TIME

MONDAY = datetime(2026, 11, 23, 10, 0, tzinfo=CHINA_TIME)


def begun(**data: int) -> State:
    return engine.start(OPENING, now=MONDAY, data=data).state


def at(state: State, step: str) -> int:
    return next(token.number for token in state.tokens if token.step == step)


def done(state: State, step: str, choice: str = "", *, now: datetime = MONDAY) -> State:
    return engine.complete(OPENING, state, at(state, step), choice=choice, now=now).state


def licensed(**data: int) -> State:
    return done(done(begun(**data), "accept", "complete"), "examine", "licence")


def steps(state: State) -> set[str]:
    return {token.step for token in state.tokens}


def test_after_the_licence_departments_act_side_by_side() -> None:
    assert steps(licensed(staff=3)) == {"seal", "tax", "staff-insurance"}
    assert steps(licensed(staff=0)) == {"seal", "tax"}


def test_the_last_one_to_be_done_lets_the_case_go_on() -> None:
    state = done(licensed(staff=1), "staff-insurance")
    state = done(state, "tax", "doubtful")
    state = done(state, "seal")
    assert steps(state) == {"all-done", "tax-by-hand"}

    assert steps(done(state, "tax-by-hand")) == {"notice"}


def noticed() -> State:
    return done(done(licensed(staff=0), "seal"), "tax", "registered")


def test_a_notice_ends_when_its_time_is_over() -> None:
    state = noticed()
    due = datetime(2026, 12, 14, tzinfo=CHINA_TIME)
    assert state.tokens[0].due_at == due
    assert engine.wake(OPENING, state, now=due - timedelta(seconds=1)).state == state

    progress = engine.wake(OPENING, state, now=due)

    assert progress.state.outcome == "OPENED"
    assert [one.kind for one in progress.happened] == [Kind.TIMED, Kind.ENDED]


def test_an_objection_heard_before_leads_elsewhere() -> None:
    progress = engine.hear(OPENING, noticed(), "objection", now=MONDAY)

    assert steps(progress.state) == {"examine-objection"}
    assert done(progress.state, "examine-objection", "upheld").outcome == "REFUSED"


def test_a_task_is_due_by_office_hours() -> None:
    late = datetime(2026, 11, 27, 16, 30, tzinfo=CHINA_TIME)

    state = engine.start(OPENING, now=late).state

    # One hour on Friday, three on Monday morning.
    assert state.tokens[0].due_at == datetime(2026, 11, 30, 12, 0, tzinfo=CHINA_TIME)


def test_a_limit_runs_over_several_steps() -> None:
    state = done(begun(), "accept", "complete")
    assert state.clocks[0].due_at == datetime(2026, 11, 25, tzinfo=CHINA_TIME)

    later = MONDAY + timedelta(hours=2)
    state = done(done(done(state, "examine", "licence"), "seal"), "tax", "registered", now=later)

    assert state.clocks[0].ended_at == later


def test_a_pause_stops_the_limit_and_gives_back_what_was_left() -> None:
    state = done(begun(), "accept", "complete")
    paused = engine.pause(OPENING, state, "supplement", now=MONDAY).state
    assert (paused.clocks[0].due_at, paused.clocks[0].left) == (None, 1)

    resumed = engine.resume(OPENING, paused, "supplement", now=MONDAY + timedelta(days=2)).state

    assert resumed.clocks[0].due_at == datetime(2026, 11, 27, tzinfo=CHINA_TIME)
    assert resumed.pauses == ()


def test_a_pause_lasts_as_long_as_it_may() -> None:
    paused = engine.pause(OPENING, done(begun(), "accept", "complete"), "supplement", now=MONDAY).state

    woken = engine.wake(OPENING, paused, now=MONDAY + timedelta(days=8)).state

    assert woken.pauses == ()
    assert woken.clocks[0].due_at == datetime(2026, 12, 2, tzinfo=CHINA_TIME)


def test_an_applicant_may_withdraw_until_the_decision() -> None:
    progress = engine.leave_by(OPENING, begun(), "withdraw", now=MONDAY)

    assert progress.state.outcome == "WITHDRAWN"
    assert [one.kind for one in progress.happened] == [Kind.LEFT, Kind.DROPPED, Kind.ENDED]
    with pytest.raises(NotNow, match="TOO_LATE"):
        engine.leave_by(OPENING, licensed(staff=0), "withdraw", now=MONDAY)


def refused() -> State:
    return done(done(begun(), "accept", "complete"), "examine", "refusal")


@pytest.mark.parametrize(
    ("reason", "command"),
    [
        ("ENDED", lambda: engine.complete(OPENING, refused(), 1, now=MONDAY)),
        ("ENDED", lambda: engine.hear(OPENING, refused(), "objection", now=MONDAY)),
        ("ENDED", lambda: engine.pause(OPENING, refused(), "supplement", now=MONDAY)),
        ("ENDED", lambda: engine.resume(OPENING, refused(), "supplement", now=MONDAY)),
        ("ENDED", lambda: engine.leave_by(OPENING, refused(), "withdraw", now=MONDAY)),
        ("NOT_OPEN", lambda: engine.complete(OPENING, begun(), 99, now=MONDAY)),
        ("NOT_OPEN", lambda: engine.complete(OPENING, noticed(), at(noticed(), "notice"), now=MONDAY)),
        ("NO_SUCH_CHOICE", lambda: engine.complete(OPENING, begun(), 1, choice="perhaps", now=MONDAY)),
        ("NO_SUCH_CHOICE", lambda: engine.complete(OPENING, begun(), 1, now=MONDAY)),
        ("NOT_HEARD", lambda: engine.hear(OPENING, begun(), "objection", now=MONDAY)),
        ("OTHER", lambda: engine.pause(OPENING, begun(), "holiday", now=MONDAY)),
        ("NOT_PAUSED", lambda: engine.resume(OPENING, begun(), "supplement", now=MONDAY)),
        ("OTHER", lambda: engine.leave_by(OPENING, begun(), "elsewhere", now=MONDAY)),
    ],
)
def test_what_does_not_fit_is_refused(reason: str, command: Callable[[], Progress]) -> None:
    with pytest.raises(NotNow) as refusal:
        command()

    assert refusal.value.reason == reason


def test_a_task_is_done_once() -> None:
    first = begun()
    second = done(first, "accept", "complete")

    with pytest.raises(NotNow, match="NOT_OPEN"):
        engine.complete(OPENING, second, at(first, "accept"), choice="complete", now=MONDAY)


def test_a_case_stays_with_its_version() -> None:
    with pytest.raises(ValueError, match="company-example 1 in company-example 2"):
        engine.wake(replace(OPENING, version=2), begun(), now=MONDAY)


def test_beyond_the_calendar_nothing_is_due_until_the_calendar_goes_on() -> None:
    state = engine.start(OPENING, now=datetime(2199, 1, 1, tzinfo=UTC)).state

    assert state.tokens[0].due_at is None


TWO_DAYS = replace(OPENING, limits=(replace(OPENING.limits[0], within=Time(count=2), warn=1),))


def told(process: Process, state: State, now: datetime) -> list[tuple[Kind, str, str]]:
    return [(one.kind, one.step, one.detail) for one in engine.wake(process, state, now=now).happened]


def test_what_is_near_its_limit_or_late_is_said_once() -> None:
    state = engine.start(TWO_DAYS, now=MONDAY).state
    state = engine.complete(TWO_DAYS, state, 1, choice="complete", now=MONDAY).state
    # Within two days: in the last of them it is yellow, after it red.
    warn, due = datetime(2026, 11, 24, tzinfo=CHINA_TIME), datetime(2026, 11, 26, tzinfo=CHINA_TIME)
    assert engine.next_wake(TWO_DAYS, state, now=MONDAY) == warn

    assert told(TWO_DAYS, state, warn) == [(Kind.WARNED, "", "one-day")]
    state = engine.wake(TWO_DAYS, state, now=warn).state
    assert told(TWO_DAYS, state, warn) == []
    assert engine.next_wake(TWO_DAYS, state, now=warn) == due

    assert told(TWO_DAYS, state, due) == [(Kind.LATE, "", "one-day")]
    state = engine.wake(TWO_DAYS, state, now=due).state
    assert told(TWO_DAYS, state, due + timedelta(days=9)) == []
    assert engine.next_wake(TWO_DAYS, state, now=due) is None


def test_a_late_task_is_said_to_be_late_once_and_can_still_be_done() -> None:
    noon = datetime(2026, 11, 23, 15, 30, tzinfo=CHINA_TIME)
    assert told(OPENING, begun(), noon) == [(Kind.LATE, "accept", "")]

    state = engine.wake(OPENING, begun(), now=noon).state

    assert told(OPENING, state, noon) == []
    assert steps(done(state, "accept", "complete", now=noon)) == {"examine"}


def test_a_case_that_waits_beyond_the_calendar_is_looked_at_each_day() -> None:
    steps_here = tuple(in_working_days(step) for step in OPENING.steps)
    process = replace(OPENING, steps=steps_here, limits=(), pauses=())
    last = datetime(2198, 1, 1, tzinfo=CHINA_TIME)
    state = engine.start(process, now=last, data={"staff": 0}).state
    for step, choice in (("accept", "complete"), ("examine", "licence"), ("seal", ""), ("tax", "registered")):
        state = engine.complete(process, state, at(state, step), choice=choice, now=last).state

    assert engine.next_wake(process, state, now=last) == last + timedelta(days=1)


def in_working_days(step: Step) -> Step:
    return replace(step, after=Time(count=20)) if isinstance(step, Wait) else step
