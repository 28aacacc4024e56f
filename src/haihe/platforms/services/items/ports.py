"""The one search box: whoever has something to find offers a finder, and a search asks them all.

register_finder(kind, ...)    lookups, items, guides, answers, open data, bodies and places, in the order of registering
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from django.utils.functional import Promise

from haihe.base.accounts.api import Actor

type Label = str | Promise


@dataclass(frozen=True, slots=True)
class Found:
    """One thing found: what it is called, what it is, where it is. `mark` says in a word or two whose it is."""

    title: str
    says: str
    url: str
    icon: str
    mark: str = ""


@dataclass(frozen=True, slots=True)
class Finds:
    """What one finder found, best first; `more` leads to all of that kind.

    `loosely`: nothing has all that was typed. `corrected`: misspelt words, and what was looked for in their place.
    """

    rows: Sequence[Found]
    more: str = ""
    loosely: bool = False
    corrected: Mapping[str, str] = field(default_factory=dict)


type Finder = Callable[[str, str, int, Actor], Finds]
"""Takes what was typed, the reader's language, how many at most, and who asks."""


@dataclass(frozen=True, slots=True)
class Shelf:
    """The finds of one kind."""

    kind: str
    title: Label
    finds: Finds


_FINDERS: dict[str, tuple[Label, Finder]] = {}


def register_finder(kind: str, title: Label, finder: Finder) -> None:
    """Call this from `AppConfig.ready`."""
    _FINDERS[kind] = title, finder


def find_everywhere(query: str, *, language: str, limit: int, actor: Actor) -> list[Shelf]:
    """Return the shelves that hold something: those that have all that was typed before those that have a part."""
    shelves = [Shelf(kind, title, finder(query, language, limit, actor)) for kind, (title, finder) in _FINDERS.items()]
    return sorted((shelf for shelf in shelves if shelf.finds.rows), key=lambda shelf: shelf.finds.loosely)
