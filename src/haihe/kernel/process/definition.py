"""What a process is: steps that name the step after them. One file, one version; a case stays with its version.

Times are working days or hours by China's calendar unless they say otherwise.
"""

import re
import tomllib
from collections.abc import Iterable, Mapping
from typing import Annotated, Final, Literal

import msgspec

from haihe.kernel.process.conditions import Value

_NAMED: Final = re.compile(r"\{([a-z][a-z0-9_]*)\}")

type Name = Annotated[str, msgspec.Meta(pattern=r"^[a-z][a-z0-9]*(-[a-z0-9]+)*$", max_length=60)]
"""Steps, choices and events are named in words with hyphens."""
type Count = Annotated[int, msgspec.Meta(ge=1, le=3650)]


class Part(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """A part of a process; an unknown key in the file is an error, not a surprise."""


class Words(Part, frozen=True):
    """What people read, in both languages."""

    zh: Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
    en: Annotated[str, msgspec.Meta(min_length=1, max_length=400)]


class Time(Part, frozen=True):
    """A span. `working_days` and `days` end with the day's end, `working_hours` and `hours` to the second."""

    count: Count
    unit: Literal["working_days", "working_hours", "days", "hours"] = "working_days"


class StepPart(Part, frozen=True):
    """What every step has."""

    id: Name
    title: Words

    @property
    def ways(self) -> tuple[str, ...]:
        """The steps that may follow, each once."""
        raise NotImplementedError


class Task(StepPart, frozen=True, tag="task", tag_field="kind"):
    """Something that a person does. With `choices` the person chooses what comes next, else it is `next`.

    `by` names a role or a body; what it means is the matter of who runs the process. `{name}` in it stands for a value
    of the case, so that one process serves whichever body an item names.
    """

    by: Annotated[str, msgspec.Meta(min_length=1, max_length=60)]
    next: Name | None = None
    choices: dict[Name, Name] = {}
    within: Time | None = None

    def taken_by(self, data: Mapping[str, Value]) -> str:
        """Return who does it in a case that knows these values; what it doesn't know stays as it is written."""
        return _NAMED.sub(lambda found: str(data.get(found[1], found[0])), self.by)

    @property
    def asks_for(self) -> frozenset[str]:
        """The values of a case that say who does it."""
        return frozenset(_NAMED.findall(self.by))

    @property
    def ways(self) -> tuple[str, ...]:
        return _distinct((*([self.next] if self.next else []), *self.choices.values()))


class Automatic(StepPart, frozen=True, tag="automatic", tag_field="kind"):
    """Something that a program does, by its name, such as asking a register. Its answers lead on as choices do."""

    does: Name
    next: Name | None = None
    answers: dict[Name, Name] = {}

    @property
    def ways(self) -> tuple[str, ...]:
        return _distinct((*([self.next] if self.next else []), *self.answers.values()))


class Way(Part, frozen=True):
    """One way out of a gate or fork, open where its condition holds; without one it is always open."""

    next: Name
    when: str = ""
    says: Words | None = None


class Gate(StepPart, frozen=True, tag="gate", tag_field="kind"):
    """The first way whose condition holds is taken; the last one has none."""

    ways_out: Annotated[tuple[Way, ...], msgspec.Meta(min_length=2, max_length=20)]

    @property
    def ways(self) -> tuple[str, ...]:
        return _distinct(way.next for way in self.ways_out)


class Fork(StepPart, frozen=True, tag="fork", tag_field="kind"):
    """All ways whose condition holds are taken side by side, and meet at the join."""

    join: Name
    ways_out: Annotated[tuple[Way, ...], msgspec.Meta(min_length=2, max_length=20)]

    @property
    def ways(self) -> tuple[str, ...]:
        return _distinct(way.next for way in self.ways_out)


class Join(StepPart, frozen=True, tag="join", tag_field="kind"):
    """Goes on when every way that its fork opened has come here."""

    next: Name

    @property
    def ways(self) -> tuple[str, ...]:
        return (self.next,)


class Wait(StepPart, frozen=True, tag="wait", tag_field="kind"):
    """Waits for a time, or for one of several events to be heard before that (公示期间的异议)."""

    next: Name | None = None
    after: Time | None = None
    events: dict[Name, Name] = {}

    @property
    def ways(self) -> tuple[str, ...]:
        return _distinct((*([self.next] if self.next else []), *self.events.values()))


class End(StepPart, frozen=True, tag="end", tag_field="kind"):
    """The case ends with an outcome, also where other ways are still open: a case is decided once."""

    outcome: Annotated[str, msgspec.Meta(pattern=r"^[A-Z][A-Z0-9_]*$", max_length=40)]

    @property
    def ways(self) -> tuple[str, ...]:
        return ()


type Step = Task | Automatic | Gate | Fork | Join | Wait | End


class Limit(Part, frozen=True):
    """A legal or promised time over several steps (承诺时限), from when `starts` is reached until `ends` is left.

    Pauses that name it stop it. `warn` is how much of it is left when the lamp turns yellow. `counts` names the value
    of a case that says how many of the unit this one was promised; without such a value, `within` holds.
    """

    name: Name
    title: Words
    starts: Name
    ends: Name
    within: Time
    clause: Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
    warn: Count | None = None
    counts: Annotated[str, msgspec.Meta(pattern=r"^([a-z][a-z0-9_]*)?$", max_length=60)] = ""


class Pause(Part, frozen=True):
    """A reason for which limits stop (特别程序、补正), with the clause that allows it."""

    reason: Name
    title: Words
    stops: tuple[Name, ...]
    clause: Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
    at_most: Time | None = None


class WayOut(Part, frozen=True):
    """An end that may be called for while certain steps haven't been passed: a withdrawal, a termination."""

    name: Name
    title: Words
    outcome: Annotated[str, msgspec.Meta(pattern=r"^[A-Z][A-Z0-9_]*$", max_length=40)]
    by: Annotated[str, msgspec.Meta(min_length=1, max_length=60)]
    until: tuple[Name, ...] = ()


class Process(Part, frozen=True):
    """A whole process. `starts` names the first step."""

    name: Name
    version: Annotated[int, msgspec.Meta(ge=1)]
    title: Words
    starts: Name
    steps: Annotated[tuple[Step, ...], msgspec.Meta(min_length=1, max_length=300)]
    limits: tuple[Limit, ...] = ()
    pauses: tuple[Pause, ...] = ()
    ways_out: tuple[WayOut, ...] = ()

    def step(self, name: str) -> Step:
        """Raises: KeyError."""
        for step in self.steps:
            if step.id == name:
                return step
        raise KeyError(name)


class ProcessRefused(ValueError):
    """A file isn't a process; the message says where and why."""


def read_process(text: str) -> Process:
    """Read a process from TOML. It may still be unsound: see `structure.check`. Raises: ProcessRefused."""
    try:
        return msgspec.convert(tomllib.loads(text), Process)
    except (tomllib.TOMLDecodeError, msgspec.ValidationError) as error:
        raise ProcessRefused(str(error)) from error


def _distinct(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(names))
