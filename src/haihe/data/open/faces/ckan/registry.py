"""The actions that are known here, by name."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from haihe.data.open.faces.askers import Asker
from haihe.data.open.faces.ckan.asking import Asked


@dataclass(frozen=True, slots=True)
class Scene:
    """What an action is answered with besides its parameters; `base` is the portal's address without a slash."""

    asker: Asker
    base: str
    now: datetime


type Run = Callable[[Asked, Scene], Any]


@dataclass(frozen=True, slots=True)
class Action:
    """`reads`: it changes nothing, so that an address may ask for it too."""

    name: str
    run: Run
    reads: bool

    @property
    def help(self) -> str:
        return (self.run.__doc__ or "").strip()


ACTIONS: Final[dict[str, Action]] = {}


def reads(run: Run) -> Run:
    """Register an action that changes nothing, under the function's name. Its docstring is its help."""
    return _register(run, reads=True)


def writes(run: Run) -> Run:
    """Register an action of publishers."""
    return _register(run, reads=False)


def _register(run: Run, *, reads: bool) -> Run:
    ACTIONS[run.__name__] = Action(run.__name__, run, reads)
    return run
