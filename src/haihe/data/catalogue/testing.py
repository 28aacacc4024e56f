"""Entries for tests, here and in the rooms above: the relief register as the story has it."""

import uuid
from dataclasses import replace
from datetime import UTC, date, datetime

from django.utils import timezone

from haihe.base.accounts.api import Actor
from haihe.base.keys import api as keys
from haihe.city import cast
from haihe.city.testing import load_departments
from haihe.data.catalogue import operations
from haihe.data.catalogue.demo.entries import RELIEF_REGISTER
from haihe.data.catalogue.operations.code_lists import load_standard_lists
from haihe.data.catalogue.records import NewAssessment, NewResource

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
RELIEF = "120012/000001"
ASSESSED = tuple(
    NewAssessment(kind=kind, assessor="数据安全工作组", assessed_on=date(2026, 11, 2))
    for kind in ("SECRECY", "PERSONAL_INFORMATION")
)
"""What art. 13 wants before an entry is handed in."""


def cast_actor(username: str) -> Actor:
    """Return a person of the cast as an actor, without an account behind it."""
    person = cast.person(username)
    key = keys.keyring().subject_key(person.id_number) if person.id_number else None
    return Actor(uuid.uuid5(uuid.NAMESPACE_OID, username), person.name, frozenset(person.memberships), key)


def publish_entry(entry: NewResource = RELIEF_REGISTER, *, until: str = "publish", now: datetime = NOW) -> str:
    """Take an entry of 民政局 through its life up to and with the move `until`; return its code."""
    load_departments()
    load_standard_lists(now=now)
    today = timezone.localdate(now)
    assessed = [replace(each, assessed_on=min(each.assessed_on, today)) for each in entry.assessments or ASSESSED]
    entry = replace(entry, assessments=tuple(assessed))
    steward, head, centre = cast_actor("steward_mzj"), cast_actor("approver_mzj"), cast_actor("operator")
    code = operations.register_resource(actor=steward, entry=entry, now=now)
    steps = [(steward, "submit"), (head, "approve"), (steward, "submit_for_publication"), (centre, "publish")]
    for who, name in steps if until != "register" else []:
        operations.move_resource(actor=who, code=code, name=name, now=now)
        if name == until:
            break
    return code
