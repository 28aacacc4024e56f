"""An answer shown again to the same person without asking anew: sealed in their own row, and never beyond its grant.

Whether the grant still stands is looked up each time: a kept answer of a suspended or ended grant, of a service that
stopped, or whose masks its owner changed, is as if it weren't there.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

import msgspec

from haihe.base.accounts.api import Actor
from haihe.base.keys import api as keys
from haihe.data.sharing import api as sharing
from haihe.kernel.keyring import KeyringError
from haihe.platforms.services.lookups.definition import LookupDefinition
from haihe.platforms.services.lookups.kinds import Outcome
from haihe.platforms.services.lookups.models import OwnLookup
from haihe.platforms.services.lookups.reading import front
from haihe.platforms.services.lookups.records import Told, Value

_ACTIVE = "ACTIVE"


class _Kept(msgspec.Struct, frozen=True):
    """What is sealed: whose it is, by which rules it was masked, and what was told."""

    subject: bytes
    rules: str
    values: dict[str, str | int | None]
    as_of: datetime | None
    evidence: str


def keep(row: OwnLookup, actor: Actor, told: Told, *, now: datetime) -> datetime | None:
    """Put the answer into the person's row, which the caller saves; return until when, None where it mayn't be kept."""
    lookup = told.lookup
    until = _granted_until(lookup, now=now)
    if until is None or actor.subject_key is None:
        return None
    kept = _Kept(actor.subject_key, _rules_of(lookup), dict(told.values), told.as_of, told.evidence)
    row.kept_until = min(now + timedelta(seconds=lookup.keep_s), until)
    row.sealed_answer = keys.keyring().seal(msgspec.json.encode(kept), context=row.seal_context)
    return row.kept_until


def kept_answer(actor: Actor, lookup: LookupDefinition, *, now: datetime) -> Told | None:
    """Return the actor's own answer that may still be shown; None where they must ask anew."""
    if actor.user_id is None or actor.subject_key is None or not lookup.keep_s:
        return None
    row = OwnLookup.objects.filter(owner=actor.user_id, slug=lookup.slug, kept_until__gt=now).first()
    if row is None or row.sealed_answer is None or row.asked_at is None:
        return None
    until = _granted_until(lookup, now=now)
    kept = _opened(row)
    if until is None or kept is None or (kept.subject, kept.rules) != (actor.subject_key, _rules_of(lookup)):
        return None
    values: Mapping[str, Value] = kept.values
    return Told(
        lookup,
        Outcome.FOUND,
        row.asked_at,
        values=values,
        as_of=kept.as_of,
        evidence=kept.evidence,
        is_kept=True,
        kept_until=row.kept_until,
    )


def _opened(row: OwnLookup) -> _Kept | None:
    try:
        plain = keys.keyring().open(bytes(row.sealed_answer or b""), context=row.seal_context)
        return msgspec.json.decode(plain, type=_Kept)
    except (KeyringError, msgspec.DecodeError):
        return None


def _granted_until(lookup: LookupDefinition, *, now: datetime) -> datetime | None:
    """Return until when a grant in force gives all that the lookup asks; None where none does."""
    ends = [
        grant.valid_until
        for grant in sharing.grants_for(front().asker, lookup.service)
        if grant.state == _ACTIVE
        and grant.valid_from <= now < grant.valid_until
        and lookup.purpose in grant.purposes
        and set(lookup.asked) <= set(grant.fields)
    ]
    service = sharing.service(lookup.service)
    return max(ends, default=None) if service is not None and service.enabled else None


def _rules_of(lookup: LookupDefinition) -> str:
    """Return a digest of the masks that the owner has laid over the fields by now."""
    rules: dict[str, Any] = sharing.field_rules(lookup.service)
    told = {name: rules.get(name) for name in lookup.asked}
    return sha256(msgspec.json.encode(told, order="sorted")).hexdigest()
