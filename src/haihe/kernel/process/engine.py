"""The engine: one command takes a case from one state to the next. It reads no clock, waits for nothing, keeps nothing.

The process must be sound (`structure.check`). A command that doesn't fit raises NotNow and leaves the state as it was,
so whoever runs it in a transaction with the case locked can't decide a case twice.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final

from msgspec.structs import replace

from haihe.kernel.process.clocks import Clocks
from haihe.kernel.process.conditions import Value, parse
from haihe.kernel.process.definition import Automatic, End, Fork, Gate, Join, Process, Step, Task, Wait, Way
from haihe.kernel.process.spans import due
from haihe.kernel.process.state import Clock, Happening, Kind, NotNow, Opened, Progress, State, Token
from haihe.kernel.working_time import WorkingTime

_CHINA: Final = WorkingTime()
_A_DAY: Final = timedelta(days=1)
_MOMENT: Final = timedelta(microseconds=1)
type Values = Mapping[str, Value]


def start(
    process: Process, *, now: datetime, data: Values | None = None, at: str = "", working: WorkingTime = _CHINA
) -> Progress:
    """Begin a case; with `at` at another step than the first, which no fork may have opened."""
    run = _Run(process, State(process=process.name, version=process.version, data=dict(data or {})), now, working)
    run.note(Kind.STARTED)
    run.enter(at or process.starts, ())
    return run.progress()


def complete(
    process: Process,
    state: State,
    token: int,
    *,
    now: datetime,
    choice: str = "",
    values: Values | None = None,
    working: WorkingTime = _CHINA,
) -> Progress:
    """Finish a task, or bring a program's answer. Raises: NotNow."""
    run = _Run(process, state, now, working)
    found = run.open_token(token)
    step = run.steps[found.step]
    if not isinstance(step, Task | Automatic):
        raise NotNow("NOT_OPEN", step.id)
    named = step.choices if isinstance(step, Task) else step.answers
    after = named.get(choice) if named else step.next
    if after is None or (choice and not named):
        raise NotNow("NO_SUCH_CHOICE", choice)
    run.learn(values)
    run.note(Kind.DONE, found, choice)
    run.leave(found)
    run.enter(after, found.block)
    return run.progress()


def hear(
    process: Process,
    state: State,
    event: str,
    *,
    now: datetime,
    values: Values | None = None,
    working: WorkingTime = _CHINA,
) -> Progress:
    """Let every wait that listens for the event go on. Raises: NotNow if none does."""
    run = _Run(process, state, now, working)
    waiting = [token for token in state.tokens if event in run.events_of(token)]
    if not waiting:
        raise NotNow("ENDED" if state.outcome else "NOT_HEARD", event)
    run.learn(values)
    for token in waiting:
        if run.is_at(token):
            run.note(Kind.HEARD, token, event)
            run.leave(token)
            run.enter(run.events_of(token)[event], token.block)
    return run.progress()


def wake(process: Process, state: State, *, now: datetime, working: WorkingTime = _CHINA) -> Progress:
    """Let waits go on whose time is over, end pauses that have lasted long enough, say once what is near its limit or
    late. Harmless to do at any time.
    """
    run = _Run(process, state, now, working)
    for reason, until in run.clocks.over(now):
        run.note(Kind.RESUMED, detail=reason)
        # However late this runs, the limit has run on since the pause was over, at the end of that day.
        run.clocks.resume(reason, until - _MOMENT)
    for kind, limit in run.clocks.tell(now):
        run.note(kind, detail=limit)
    for token in state.tokens:
        if run.is_at(token):
            run.look_at(token)
    return run.progress()


def next_wake(process: Process, state: State, *, now: datetime) -> datetime | None:
    """Return when the case wants to be woken; None where nothing will ever be due by itself."""
    moments: list[datetime | None] = [stopped.until for stopped in state.pauses]
    moments += [one for clock in state.clocks if not clock.ended_at for one in (clock.warn_at, _unless_late(clock))]
    moments += [_unless_late(token) for token in state.tokens]
    if any(token.due_at is None and _is_timed(process.step(token.step)) for token in state.tokens):
        # The calendar doesn't reach so far yet; it may tomorrow.
        moments.append(now + _A_DAY)
    return min((moment for moment in moments if moment is not None), default=None)


def _unless_late(one: Clock | Token) -> datetime | None:
    return None if one.late else one.due_at


def _is_timed(step: Step) -> bool:
    return isinstance(step, Wait) and step.after is not None


def pause(process: Process, state: State, reason: str, *, now: datetime, working: WorkingTime = _CHINA) -> Progress:
    """Stop the limits that this reason stops. Raises: NotNow."""
    run = _Run(process, state, now, working)
    if state.outcome:
        raise NotNow("ENDED")
    if all(reason != pause.reason for pause in process.pauses):
        raise NotNow("OTHER", reason)
    if any(reason == stopped.reason for stopped in state.pauses):
        raise NotNow("PAUSED", reason)
    run.note(Kind.PAUSED, detail=reason)
    run.clocks.pause(reason, now)
    return run.progress()


def resume(process: Process, state: State, reason: str, *, now: datetime, working: WorkingTime = _CHINA) -> Progress:
    """Let the limits run on. Raises: NotNow."""
    run = _Run(process, state, now, working)
    if all(reason != stopped.reason for stopped in state.pauses):
        raise NotNow("ENDED" if state.outcome else "NOT_PAUSED", reason)
    run.note(Kind.RESUMED, detail=reason)
    run.clocks.resume(reason, now)
    return run.progress()


def leave_by(process: Process, state: State, way_out: str, *, now: datetime, working: WorkingTime = _CHINA) -> Progress:
    """End the case by one of the process's ways out. Raises: NotNow, also when it is too late for that."""
    run = _Run(process, state, now, working)
    if state.outcome:
        raise NotNow("ENDED")
    found = next((one for one in process.ways_out if one.name == way_out), None)
    if found is None:
        raise NotNow("OTHER", way_out)
    if not set(found.until).isdisjoint(state.passed):
        raise NotNow("TOO_LATE", way_out)
    run.note(Kind.LEFT, detail=way_out)
    run.end(found.outcome)
    return run.progress()


class _Run:
    """The state while one command is carried out."""

    def __init__(self, process: Process, state: State, now: datetime, working: WorkingTime) -> None:
        if (state.process, state.version) != (process.name, process.version):
            raise ValueError(f"a case of {state.process} {state.version} in {process.name} {process.version}")
        self.steps: dict[str, Step] = {step.id: step for step in process.steps}
        self.clocks = Clocks(process, state, working)
        self._state, self._now, self._working = state, now, working
        self._tokens = {token.number: token for token in state.tokens}
        self._passed = dict.fromkeys(state.passed)
        self._data, self._outcome, self._number = dict(state.data), state.outcome, state.next_number
        self._happened: list[Happening] = []

    def progress(self) -> Progress:
        after = State(
            process=self._state.process,
            version=self._state.version,
            tokens=tuple(self._tokens.values()),
            clocks=self.clocks.all(),
            pauses=self.clocks.pauses(),
            data=self._data,
            passed=tuple(self._passed),
            outcome=self._outcome,
            next_number=self._number,
        )
        return Progress(state=after, happened=tuple(self._happened))

    def note(self, kind: Kind, token: Token | None = None, detail: str = "") -> None:
        step, number = (token.step, token.number) if token else ("", 0)
        self._happened.append(Happening(kind=kind, at=self._now, step=step, token=number, detail=detail))

    def open_token(self, number: int) -> Token:
        """Raises: NotNow."""
        if self._outcome:
            raise NotNow("ENDED")
        if number not in self._tokens:
            raise NotNow("NOT_OPEN", str(number))
        return self._tokens[number]

    def is_at(self, token: Token) -> bool:
        return token.number in self._tokens

    def look_at(self, token: Token) -> None:
        """Let a wait whose time is over go on; say of a task once that it is late."""
        step = self.steps[token.step]
        due_at = token.due_at or self._due_since(step, token.since)
        if due_at is None or due_at > self._now:
            return
        if isinstance(step, Wait) and step.next is not None:
            self.note(Kind.TIMED, token)
            self.leave(token)
            self.enter(step.next, token.block)
        elif isinstance(step, Task) and not token.late:
            self.note(Kind.LATE, token)
            self._tokens[token.number] = replace(token, late=True)

    def events_of(self, token: Token) -> Mapping[str, str]:
        step = self.steps[token.step]
        return step.events if isinstance(step, Wait) else {}

    def learn(self, values: Values | None) -> None:
        self._data |= values or {}

    def leave(self, token: Token) -> None:
        del self._tokens[token.number]
        self._passed[token.step] = None
        self.clocks.left(token.step, self._now)

    def enter(self, name: str, block: tuple[Opened, ...]) -> None:
        """Put a token on a step, and go on from steps that don't wait for anybody."""
        step = self.steps[name]
        token = Token(
            number=self._number, step=name, since=self._now, due_at=self._due_since(step, self._now), block=block
        )
        self._number += 1
        self._tokens[token.number] = token
        self.clocks.reached(name, self._now)
        match step:
            case Gate():
                self._choose(token, step)
            case Fork():
                self._fork(token, step)
            case Join():
                self._arrive(token, step)
            case End():
                self.leave(token)
                self.end(step.outcome)
            case _:
                self.note(Kind.OPENED, token)

    def end(self, outcome: str) -> None:
        for token in list(self._tokens.values()):
            self.note(Kind.DROPPED, token)
        self._tokens.clear()
        self._outcome = outcome
        self.clocks.end(self._now)
        self.note(Kind.ENDED, detail=outcome)

    def _due_since(self, step: Step, since: datetime) -> datetime | None:
        span = step.within if isinstance(step, Task) else step.after if isinstance(step, Wait) else None
        return due(span, since, self._working) if span else None

    def _holds(self, way: Way) -> bool:
        return not way.when or parse(way.when).holds(self._data)

    def _choose(self, token: Token, gate: Gate) -> None:
        way = next(way for way in gate.ways_out if self._holds(way))
        self.note(Kind.CHOSEN, token, way.next)
        self.leave(token)
        self.enter(way.next, token.block)

    def _fork(self, token: Token, fork: Fork) -> None:
        ways = [way for way in fork.ways_out if self._holds(way)]
        self.note(Kind.FORKED, token, " ".join(way.next for way in ways))
        self.leave(token)
        for way in ways:
            # A way that leads to an end at once has ended the others with it.
            if not self._outcome:
                self.enter(way.next, (*token.block, Opened(fork=token.number, ways=len(ways))))

    def _arrive(self, token: Token, join: Join) -> None:
        opened = token.block[-1]
        here = [one for one in self._tokens.values() if one.step == join.id and one.block[-1:] == (opened,)]
        if len(here) < opened.ways:
            return
        self.note(Kind.JOINED, token)
        for one in here:
            self.leave(one)
        self.enter(join.next, token.block[:-1])
