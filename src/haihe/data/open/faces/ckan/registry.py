"""The actions that are known here, by name."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from haihe.data.open.faces.askers import Asker
from haihe.data.open.faces.calls import CallRefused, take_call
from haihe.data.open.faces.ckan.asking import Asked
from haihe.data.open.faces.ckan.errors import TooManyRequests, Unavailable


@dataclass(frozen=True, slots=True)
class Scene:
    """What an action is answered with besides its parameters; `base` is the portal's address without a slash."""

    asker: Asker
    base: str
    now: datetime
    limits: dict[str, str] = field(default_factory=dict)
    """Headers that tell what is left of the asker's allowance, once a call was taken."""

    def take_call(self) -> None:
        """Count one question for rows. Raises: TooManyRequests, Unavailable."""
        try:
            self.limits.update(take_call(self.asker, now=self.now).headers)
        except CallRefused as refused:
            kind = Unavailable if refused.problem == "unavailable" else TooManyRequests
            raise kind(refused.zh, refused.en, headers=refused.headers) from None


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
