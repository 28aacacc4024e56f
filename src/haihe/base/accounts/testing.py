"""Accounts for tests: people with the roles asked for."""

from haihe.base.accounts.actor import Actor
from haihe.base.accounts.api import actor_for
from haihe.base.accounts.models import Membership, User


def make_user(username: str, *memberships: tuple[str, str], password: str | None = None) -> User:
    """Make a user with (role, organisation code) memberships that are valid from now on."""
    user = User.objects.create_user(username, password, name=username, is_synthetic=password is None)
    for role, organisation in memberships:
        Membership.objects.create(user=user, role=role, organisation=organisation)
    return user


def make_actor(username: str, *memberships: tuple[str, str]) -> Actor:
    """Make a user and return the actor."""
    make_user(username, *memberships)
    return actor_for(username)
