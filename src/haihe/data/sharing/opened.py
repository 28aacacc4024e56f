"""The port to the room of open data, which stands above: what of it may be applied for, and where its pages are.

Sharing knows how applications move, not what a dataset is. The room above registers itself when it is ready.
"""

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class OpenedThing:
    """A conditional dataset as an application needs it: `columns` are names with titles, as they are offered now."""

    slug: str
    title: str
    resource: str
    owner: str
    condition: str
    columns: tuple[tuple[str, str], ...]


class OpenedThings(Protocol):
    """What the room above answers."""

    def offered(self, slug: str) -> OpenedThing | None:
        """Return the conditional dataset while it is open, None otherwise."""
        ...

    def path_of(self, number: str) -> str:
        """Return the address of an application's page."""
        ...


_REGISTERED: list[OpenedThings] = []


def register(things: OpenedThings) -> None:
    """Take the room's answers from now on."""
    _REGISTERED[:] = [things]


def offered(slug: str) -> OpenedThing | None:
    return _REGISTERED[0].offered(slug) if _REGISTERED else None


def path_of(number: str) -> str:
    return _REGISTERED[0].path_of(number) if _REGISTERED else ""
