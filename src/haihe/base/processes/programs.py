"""What components bring along: programs that do automatic steps, and ears for what happens to their cases."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from haihe.kernel.process.conditions import Value
from haihe.kernel.process.state import Happening, State


@dataclass(frozen=True, slots=True)
class Answer:
    """What a program found: one of the step's answers, and values for the case."""

    answer: str = ""
    values: Mapping[str, Value] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Work:
    """An automatic step that is to be done. `case` and `number` name it for ever: what is done twice must be one."""

    case: UUID
    number: int
    data: Mapping[str, Value]
    attempt: int


class NotYet(Exception):
    """The program can't answer now; it is asked again later."""


type Program = Callable[[Work], Answer]


type Ear = Callable[[UUID, Sequence[Happening], State], None]
"""Hears what happened to a case, in the transaction in which it does; what it raises undoes that."""

_PROGRAMS: dict[str, Program] = {}
_EARS: dict[str, Ear] = {}


class TwoOfThem(ValueError):
    """A name stands for two programs, or a process has two ears."""


def register(name: str, program: Program) -> None:
    """Name the program that does the automatic steps of that name. Raises: TwoOfThem."""
    _set(_PROGRAMS, name, program)


def listen(process: str, ear: Ear) -> None:
    """Have a component hear what happens to the cases of its process. Raises: TwoOfThem."""
    _set(_EARS, process, ear)


def program(name: str) -> Program | None:
    return _PROGRAMS.get(name)


def ear_of(process: str) -> Ear | None:
    return _EARS.get(process)


def _set[T](known: dict[str, T], name: str, one: T) -> None:
    if known.setdefault(name, one) is not one:
        raise TwoOfThem(name)
