"""Datasets that aren't the city's and yet are found beside its own: a room above registers where they come from."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class External:
    """A dataset of another portal, in plain text. `url` is its page here, `origin` the portal that it is from."""

    title: str
    summary: str
    url: str
    origin: str
    publisher: str
    licence: str
    formats: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the reader of the list asked for."""

    q: str = ""
    topic: str = ""
    owner: str = ""
    limit: int = 5


@dataclass(frozen=True, slots=True)
class Beside:
    """Some of what matches, how many there are in all, and where all of them are."""

    rows: Sequence[External] = ()
    total: int = 0
    url: str = ""


type Finder = Callable[[Wanted], Beside]
_FINDERS: Final[list[Finder]] = []


def register_beside(finder: Finder) -> None:
    """Let a room above tell of datasets of others."""
    if finder not in _FINDERS:
        _FINDERS.append(finder)


def beside(wanted: Wanted) -> Beside:
    """Return the first that has something to say."""
    return next((found for finder in _FINDERS if (found := finder(wanted)).total), Beside())
