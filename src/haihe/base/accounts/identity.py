"""A citizen's identity number: kept keyed (to find records of use) and sealed (to fill a form), never plain."""

from datetime import datetime
from uuid import UUID

from haihe.base.accounts.actor import Actor
from haihe.base.accounts.models import Membership, Role, User
from haihe.kernel.identifiers import parse_id_number
from haihe.kernel.keyring import Keyring


def seal_id_number(user: User, id_number: str, *, keyring: Keyring) -> None:
    """Put the identity number into the user's columns; the caller saves. Raises: IdentifierError."""
    value = parse_id_number(id_number).value
    user.subject_key = keyring.subject_key(value)
    user.sealed_id_number = keyring.seal(value.encode(), context=_context(user))


def id_number_of(actor: Actor, *, keyring: Keyring) -> str | None:
    """Open the actor's own identity number, to fill in their own form; None where none was given."""
    user = User.objects.filter(pk=actor.user_id).first() if actor.user_id else None
    if user is None or user.sealed_id_number is None:
        return None
    return keyring.open(bytes(user.sealed_id_number), context=_context(user)).decode()


def user_with(subject_key: bytes, *, now: datetime) -> UUID | None:
    """Return the account of the person whose number this key is of; None where they have none."""
    held = Membership.objects.filter(role=Role.CITIZEN, valid_from__lte=now).exclude(valid_until__lte=now)
    users = User.objects.filter(subject_key=subject_key, is_active=True, pk__in=held.values("user_id"))
    return users.values_list("pk", flat=True).first()


def _context(user: User) -> str:
    return f"accounts-id-number:{user.pk}"
