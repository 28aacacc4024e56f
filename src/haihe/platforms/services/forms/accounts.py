"""What a real-name sign-in says, put in place of what anybody could type."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from haihe.base.accounts.api import Actor, id_number_of
from haihe.base.keys import api as keys
from haihe.platforms.services.forms.definition import Form
from haihe.platforms.services.forms.fields import Account
from haihe.platforms.services.forms.ports import PHONE

SELF: Final = "SELF"
ACTING: Final = "acting_for"
_OF_WHO_ACTS: Final = frozenset({"agent", "legal-person"})
"""Sections whose account fields are about the one who acts, whoever the matter is about."""


@dataclass(frozen=True, slots=True)
class Person:
    """A person as they signed in."""

    name: str
    id_number: str = field(repr=False)


def person_of(actor: Actor) -> Person | None:
    """Return the citizen's own name and number; None for whoever signed in without one."""
    id_number = id_number_of(actor, keyring=keys.keyring())
    return Person(actor.name, id_number) if id_number else None


def account_fields(form: Form, raw: Mapping[str, Any]) -> dict[str, Account]:
    """Return the fields that are about the one who signed in, given whom they said they act for."""
    acts_for_self = raw.get(ACTING, SELF) == SELF
    return {
        field.name: field.account
        for section in form.sections
        for field in section.fields
        if field.account is not None and (acts_for_self or section.name in _OF_WHO_ACTS)
    }


def with_account(form: Form, raw: Mapping[str, Any], *, channel: str, person: Person | None) -> dict[str, Any]:
    """Return what was typed with the account's own fields set; at the window the clerk types them."""
    if channel != PHONE or person is None:
        return dict(raw)
    told = {Account.NAME: person.name, Account.ID_NUMBER: person.id_number}
    return dict(raw) | {name: told[kind] for name, kind in account_fields(form, raw).items()}
