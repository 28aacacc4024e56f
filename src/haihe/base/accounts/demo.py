"""The demo's persons: accounts without a password, entered by one click and only in demo mode."""

from collections.abc import Iterable
from datetime import datetime
from typing import Protocol

from django.db import transaction

from haihe.base.accounts.identity import seal_id_number
from haihe.base.accounts.models import Membership, User
from haihe.kernel.keyring import Keyring


class Person(Protocol):
    """What is taken from a person of the cast (`city.cast.CastPerson`, a storey higher)."""

    @property
    def username(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def id_number(self) -> str | None: ...
    @property
    def memberships(self) -> tuple[tuple[str, str], ...]: ...


@transaction.atomic
def plant(people: Iterable[Person], *, now: datetime, keyring: Keyring) -> list[User]:
    """Make or renew the accounts of these synthetic people with the memberships told; may be called again."""
    return [_plant_person(person, now=now, keyring=keyring) for person in people]


def _plant_person(person: Person, *, now: datetime, keyring: Keyring) -> User:
    user = User.objects.filter(username=person.username).first() or User(username=person.username)
    user.name, user.is_synthetic, user.is_active = person.name, True, True
    if user.has_usable_password():
        # Another one each time would sign out whoever came in since the last time.
        user.set_unusable_password()
    if person.id_number:
        seal_id_number(user, person.id_number, keyring=keyring)
    user.save()
    for role, organisation in person.memberships:
        Membership.objects.get_or_create(
            user=user, role=role, organisation=organisation, defaults={"valid_from": now, "valid_until": None}
        )
    return user
