"""The actor: who does something, passed into every operation and query."""

from dataclasses import dataclass
from uuid import UUID


class NotPermitted(Exception):
    """The actor holds no role that allows this; views turn it into 403, or 404 where existence is a secret."""


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts. Passed into every operation and query; `roles` are (role, organisation code) pairs valid now."""

    user_id: UUID | None
    name: str
    roles: frozenset[tuple[str, str]] = frozenset()
    subject_key: bytes | None = None

    @property
    def is_signed_in(self) -> bool:
        return self.user_id is not None

    def has(self, role: str, organisation: str | None = None) -> bool:
        """True if the actor holds the role, in that organisation where one is given."""
        return any(r == role and (organisation is None or o == organisation) for r, o in self.roles)

    def organisations(self, *roles: str) -> frozenset[str]:
        """Codes of the organisations in which the actor holds one of the roles (any role where none is given)."""
        return frozenset(o for r, o in self.roles if o and (not roles or r in roles))


SYSTEM = Actor(user_id=None, name="SYSTEM", roles=frozenset({("SYSTEM", "")}))
SIGNED_OUT = Actor(user_id=None, name="")


def require(actor: Actor, *roles: str, organisation: str | None = None) -> None:
    """Raise NotPermitted unless the actor holds one of the roles (in the organisation) or is SYSTEM."""
    if actor is SYSTEM or any(actor.has(role, organisation) for role in roles):
        return
    raise NotPermitted(f"needs one of {', '.join(roles)} in {organisation or 'any organisation'}")
