"""What rooms above put on the portal's pages. They register while the applications get ready.

A part of the dataset page is a template with what it shows; a door is a link on the portal's front.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.utils.functional import Promise

from haihe.base.accounts.api import Actor


@dataclass(frozen=True, slots=True)
class DatasetPart:
    """One part below a dataset: `template` finds `shown` as `part`."""

    template: str
    shown: object


@dataclass(frozen=True, slots=True)
class Door:
    """One link on the front of the portal, with what one does there."""

    label: str | Promise
    hint: str | Promise
    url_name: str
    icon: str


@dataclass(frozen=True, slots=True)
class ListAction:
    """One button beside what a list shows: a topic, a department, a search, a request."""

    label: str | Promise
    href: str
    icon: str


type ActionMaker = Callable[[str], ListAction | None]
type Maker = Callable[[Actor, str, datetime], DatasetPart | None]

_makers: dict[str, Maker] = {}
_doors: dict[str, Door] = {}
_actions: dict[str, ActionMaker] = {}


def dataset_part(name: str) -> Callable[[Maker], Maker]:
    """Register what makes a part of the dataset page, from reader, slug and time. None: no part."""

    def register(maker: Maker) -> Maker:
        _makers[name] = maker
        return maker

    return register


def list_action(name: str) -> Callable[[ActionMaker], ActionMaker]:
    """Register what makes a button beside a list, from the query that tells what it shows. None: no button."""

    def register(maker: ActionMaker) -> ActionMaker:
        _actions[name] = maker
        return maker

    return register


def list_actions(query: str) -> tuple[ListAction, ...]:
    """Return the buttons there are for what this query shows."""
    made = (maker(query) for maker in _actions.values())
    return tuple(action for action in made if action is not None)


def front_door(door: Door) -> None:
    """Put a link on the front of the portal; one whose address was given before takes its place."""
    _doors[door.url_name] = door


def dataset_parts(actor: Actor, slug: str, *, now: datetime) -> tuple[DatasetPart, ...]:
    """Return the parts there are for this reader, in the order in which their rooms registered."""
    made = (maker(actor, slug, now) for maker in _makers.values())
    return tuple(part for part in made if part is not None)


def front_doors() -> tuple[Door, ...]:
    return tuple(_doors.values())
