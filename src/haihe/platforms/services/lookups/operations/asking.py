"""Ask a register about oneself: the try is written, the gateway asked under the city's grant, the answer kept or not.

The subject is the identity number of the account, and nothing in a request can name another. What is typed is only
compared with what the register says of that very person: a plate number that isn't theirs tells nothing, not even
whether it exists.
"""

import logging
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Final
from uuid import UUID, uuid4

from django.db import transaction

from haihe.base.accounts.api import Actor, Role, id_number_of, require
from haihe.base.keys import api as keys
from haihe.data.sharing import api as sharing
from haihe.kernel.answers import QueryAnswer
from haihe.platforms.services.lookups import limits, reading
from haihe.platforms.services.lookups.definition import LookupDefinition
from haihe.platforms.services.lookups.errors import NotRealName
from haihe.platforms.services.lookups.keeping import keep
from haihe.platforms.services.lookups.kinds import Outcome
from haihe.platforms.services.lookups.models import LookupTry, OwnLookup
from haihe.platforms.services.lookups.records import Told, Value
from haihe.platforms.services.lookups.typing_in import comparable, read_typed

logger = logging.getLogger("haihe.services")
CASE_PREFIX: Final = "ZC-"
_OUTCOMES: Final = {QueryAnswer.FOUND: Outcome.FOUND, QueryAnswer.NOT_FOUND: Outcome.ABSENT}
_BUSY: Final = frozenset({"quota-exceeded", "rate-limited"})
_ENDED: Final = frozenset(
    {
        *("no-grant", "grant-expired", "grant-suspended", "grant-terminated"),
        *("purpose-not-granted", "field-out-of-scope", "unknown-service", "credentials-missing", "key-expired"),
    }
)


def ask(*, actor: Actor, slug: str, typed: str, querier: sharing.Querier, now: datetime) -> Told:
    """Ask once about the actor. Must not run inside a transaction: the try stays, whatever becomes of the question.

    Raises: NotPermitted, LookupNotFound, NotRealName, InputRefused, TooOften, LockedOut.
    """
    require(actor, Role.CITIZEN)
    lookup = reading.lookup(slug)
    id_number = id_number_of(actor, keyring=keys.keyring())
    if actor.user_id is None or actor.subject_key is None or id_number is None:
        raise NotRealName
    wanted = read_typed(lookup.typed, typed) if lookup.typed else ""
    number = _begin(actor.user_id, lookup, now)
    case = f"{CASE_PREFIX}{now:%Y%m%d}-{number.hex[:12].upper()}"
    told = _question(lookup, id_number, actor.name, case, querier, now)
    if wanted:
        told = _held_against(told, wanted)
    return _end(actor, actor.user_id, number, told, now)


@transaction.atomic(durable=True)
def _begin(owner: UUID, lookup: LookupDefinition, now: datetime) -> UUID:
    limits.hold(owner)
    limits.check(owner, lookup.slug, is_typed=lookup.typed is not None, now=now)
    return LookupTry.objects.create(id=uuid4(), owner=owner, slug=lookup.slug, at=now).pk


def _question(
    lookup: LookupDefinition, id_number: str, name: str, case: str, querier: sharing.Querier, now: datetime
) -> Told:
    try:
        said = querier.query(
            organisation=reading.front().asker,
            service=lookup.service,
            id_number=id_number,
            name=name,
            purpose=lookup.purpose,
            case=case,
            fields=lookup.asked,
        )
    except sharing.QuestionRefused as refusal:
        slug, evidence = refusal.problem.slug, (refusal.problem.instance or "").removeprefix("urn:uuid:")
        return Told(lookup, _trouble(slug), now, evidence=evidence)
    except sharing.SourceUnreachable:
        return Told(lookup, Outcome.UNREACHABLE, now)
    return Told(
        lookup,
        _OUTCOMES.get(said.answer, Outcome.UNKNOWN),
        now,
        values=_shown(lookup, said.values),
        as_of=said.as_of,
        evidence=said.evidence,
        reason=str(said.reason or ""),
    )


def _trouble(slug: str) -> Outcome:
    """Return what a refusal means to the person, who can do nothing about a request that is malformed."""
    if slug in _BUSY:
        return Outcome.BUSY
    return Outcome.ENDED if slug in _ENDED else Outcome.UNREACHABLE


def _shown(lookup: LookupDefinition, values: Mapping[str, Value]) -> dict[str, Value]:
    """Return only what was asked for: whatever else came is nobody's business."""
    return {name: values[name] for name in lookup.asked if name in values}


def _held_against(told: Told, wanted: str) -> Told:
    """Show nothing unless the register has the very number that was typed; who has none at all is told the same."""
    if told.outcome not in (Outcome.FOUND, Outcome.ABSENT) or told.lookup.typed is None:
        return told
    if comparable(str(told.values.get(told.lookup.typed.field) or "")) == wanted:
        return told
    return replace(told, outcome=Outcome.WRONG, values={}, as_of=None)


@transaction.atomic(durable=True)
def _end(actor: Actor, owner: UUID, number: UUID, told: Told, now: datetime) -> Told:
    LookupTry.objects.filter(pk=number).update(outcome=told.outcome)
    row, _made = OwnLookup.objects.select_for_update().get_or_create(owner=owner, slug=told.lookup.slug)
    row.asked_at, row.sealed_answer, row.kept_until = now, None, None
    if told.outcome is Outcome.FOUND and told.lookup.keep_s:
        told = replace(told, kept_until=keep(row, actor, told, now=now))
    row.save()
    return told
