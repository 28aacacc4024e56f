"""Is a process sound? What could get stuck, run for ever or be left behind is told before any case begins.

Ways that run side by side are held in blocks: what a fork opens meets at its join, and nothing jumps into a block or
out of it, except to an end. So a join can count what it waits for, and every case can reach an end; the reasons are
those of sound workflow nets (van der Aalst, 1998), had more cheaply from the block structure.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain

from haihe.kernel.process.conditions import ConditionRefused, parse
from haihe.kernel.process.definition import Automatic, End, Fork, Gate, Join, Process, Step, Task, Wait, Way

type Block = tuple[tuple[str, str], ...]
"""The forks that a step is in, outermost first, each with the step that its way begins with."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One fault. `step` is where; `code` is what, see `MEANING`."""

    step: str
    code: str
    detail: str = ""


MEANING = {
    "TWICE": "two steps have this name",
    "UNKNOWN": "there is no such step",
    "UNREACHED": "nothing leads here",
    "ENDLESS": "no end can be reached from here",
    "NO_WAY": "nothing follows",
    "TWO_WAYS": "either one step follows, or each choice names its own",
    "NO_LAST_WAY": "the last way of a gate has no condition, and only that one",
    "NO_SURE_WAY": "one way of a fork at least has no condition",
    "SAME_WAY": "two ways of a fork lead to the same step",
    "CONDITION": "not a condition",
    "NO_TIME": "a wait has a time and the step after it, or events",
    "NOT_A_JOIN": "a fork names its join",
    "JOINED_TWICE": "two forks name this join",
    "CROSSED": "ways meet here that run side by side, or one that is in a block and one that isn't",
    "OTHER_JOIN": "this join isn't that of the fork which opened the way here",
    "RUNS_AWAY": "a circle in which nobody is waited for",
    "NO_SUCH_LIMIT": "a pause stops a limit that isn't there",
    "NEVER_ENDS": "the limit ends where its case can't come",
}


def check(process: Process) -> tuple[Problem, ...]:
    """Return all faults; none where the process is sound."""
    faults = tuple(chain(_named(process), *(_step(process, step) for step in process.steps)))
    if faults:
        return faults
    return tuple(chain(_reached(process), _blocks(process), _circles(process), _times(process)))


def blocks(process: Process) -> dict[str, Block]:
    """Return for each step of a sound process the forks that it is in."""
    return _walk(process)[0]


def _named(process: Process) -> Iterator[Problem]:
    names = [step.id for step in process.steps]
    yield from (Problem(name, "TWICE") for name in dict.fromkeys(names) if names.count(name) > 1)
    known = set(names)
    for step in process.steps:
        yield from (Problem(step.id, "UNKNOWN", way) for way in step.ways if way not in known)
    if process.starts not in known:
        yield Problem(process.starts, "UNKNOWN")
    for limit in process.limits:
        yield from (Problem(name, "UNKNOWN", limit.name) for name in (limit.starts, limit.ends) if name not in known)
    for way_out in process.ways_out:
        yield from (Problem(name, "UNKNOWN", way_out.name) for name in way_out.until if name not in known)


def _step(process: Process, step: Step) -> Iterator[Problem]:
    match step:
        case Task(next=after, choices=named) | Automatic(next=after, answers=named):
            if bool(after) == bool(named):
                yield Problem(step.id, "TWO_WAYS" if after else "NO_WAY")
        case Wait(next=after, after=time, events=named):
            if bool(after) != bool(time) or not (after or named):
                yield Problem(step.id, "NO_TIME")
        case Gate(ways_out=ways):
            yield from _conditions(step.id, ways)
            if ways[-1].when or not all(way.when for way in ways[:-1]):
                yield Problem(step.id, "NO_LAST_WAY")
        case Fork():
            yield from _fork(process, step)
        case _:
            return


def _fork(process: Process, fork: Fork) -> Iterator[Problem]:
    yield from _conditions(fork.id, fork.ways_out)
    if all(way.when for way in fork.ways_out):
        yield Problem(fork.id, "NO_SURE_WAY")
    if len({way.next for way in fork.ways_out}) < len(fork.ways_out):
        yield Problem(fork.id, "SAME_WAY")
    if not any(isinstance(step, Join) and step.id == fork.join for step in process.steps):
        yield Problem(fork.id, "NOT_A_JOIN", fork.join)
    if sum(isinstance(step, Fork) and step.join == fork.join for step in process.steps) > 1:
        yield Problem(fork.join, "JOINED_TWICE")


def _conditions(step: str, ways: tuple[Way, ...]) -> Iterator[Problem]:
    for way in ways:
        try:
            if way.when:
                parse(way.when)
        except ConditionRefused as refused:
            yield Problem(step, "CONDITION", str(refused))


def _reached(process: Process) -> Iterator[Problem]:
    forward = {step.id: set(step.ways) for step in process.steps}
    backward: dict[str, set[str]] = {step.id: set() for step in process.steps}
    for name, ways in forward.items():
        for way in ways:
            backward[way].add(name)
    reached = _closure({process.starts}, forward)
    ending = _closure({step.id for step in process.steps if isinstance(step, End)}, backward)
    yield from (Problem(step.id, "UNREACHED") for step in process.steps if step.id not in reached)
    yield from (Problem(step.id, "ENDLESS") for step in process.steps if step.id in reached - ending)


def _closure(start: set[str], ways: dict[str, set[str]]) -> set[str]:
    found, new = set[str](), start
    while new:
        found |= new
        new = set().union(*(ways[name] for name in new)) - found
    return found


def _blocks(process: Process) -> Iterator[Problem]:
    yield from _walk(process)[1]


def _walk(process: Process) -> tuple[dict[str, Block], list[Problem]]:
    """Follow all ways from the start and note in which blocks each step is."""
    steps = {step.id: step for step in process.steps}
    joins = {step.id: step.join for step in process.steps if isinstance(step, Fork)}
    found: dict[str, Block] = {process.starts: ()}
    problems: list[Problem] = []
    open_steps = [process.starts]
    while open_steps:
        name = open_steps.pop()
        for way in steps[name].ways:
            block = found[name] if not isinstance(steps[name], Fork) else (*found[name], (name, way))
            if isinstance(steps[way], Join):
                if not block or joins[block[-1][0]] != way:
                    problems.append(Problem(way, "OTHER_JOIN", name))
                    continue
                block = block[:-1]
            if way not in found:
                found[way] = block
                open_steps.append(way)
            elif found[way] != block and not isinstance(steps[way], End):
                # An end may be reached from anywhere: it ends the whole case.
                problems.append(Problem(way, "CROSSED", name))
    return found, problems


def _circles(process: Process) -> Iterator[Problem]:
    instant = {step.id: step for step in process.steps if isinstance(step, Gate | Fork | Join)}
    forward = {name: {way for way in step.ways if way in instant} for name, step in instant.items()}
    yield from (Problem(name, "RUNS_AWAY") for name in instant if name in _closure(forward[name], forward))


def _times(process: Process) -> Iterator[Problem]:
    limits = {limit.name for limit in process.limits}
    forward = {step.id: set(step.ways) for step in process.steps}
    for pause in process.pauses:
        yield from (Problem(name, "NO_SUCH_LIMIT", pause.reason) for name in pause.stops if name not in limits)
    for limit in process.limits:
        if limit.ends not in _closure({limit.starts}, forward):
            yield Problem(limit.ends, "NEVER_ENDS", limit.name)
