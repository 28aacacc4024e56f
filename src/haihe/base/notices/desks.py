"""To whom a notice goes."""

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Desk:
    """All who hold a role in an organisation, now or later; without an organisation, all who hold the role anywhere."""

    role: str
    organisation: str = ""


@dataclass(frozen=True, slots=True)
class Person:
    """One user."""

    user_id: UUID


type Address = Desk | Person
