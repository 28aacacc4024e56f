"""Making, mending and confirming the rules of a resource: only stewards of its owner do."""

import hashlib
import json
from datetime import datetime
from typing import Any

from django.db import transaction

from haihe.base.accounts.api import SYSTEM, Actor, NotPermitted, Role
from haihe.data.catalogue import api as catalogue
from haihe.data.exchange.ownership import owner_of
from haihe.data.exchange.quality import rulebook
from haihe.data.exchange.quality.models import RuleBasis, RuleState, RuleVersion
from haihe.data.exchange.quality.proposing import propose
from haihe.data.exchange.quality.ruleset import RuleSet
from haihe.data.exchange.quality.workflow import RULES
from haihe.data.exchange.rules import NoRules


class NoSuchRules(LookupError):
    """There are no such rules, or not for this actor."""


class ChangedMeanwhile(Exception):
    """What was confirmed isn't what the draft says now."""


def propose_rules(actor: Actor, resource: str, *, now: datetime) -> RuleVersion:
    """Make a draft from the catalogue's items, in place of one that waits.

    Raises: NotPermitted, NoSuchRules (no such entry), NothingToPropose.
    """
    _require_steward(actor, resource)
    entry = catalogue.resource(resource, actor=actor)
    if entry is None:
        raise NoSuchRules(resource)
    return _draft(actor, resource, propose(entry, catalogue.codes_of), RuleBasis.CATALOGUE, now)


def begin_draft(actor: Actor, resource: str, *, now: datetime) -> RuleVersion:
    """Make a draft of what counts now, to mend; one that waits is returned as it is.

    Raises: NotPermitted, NoSuchRules.
    """
    _require_steward(actor, resource)
    if (waiting := rulebook.draft_of(resource)) is not None:
        return waiting
    try:
        ruleset = rulebook.ruleset_of(resource)
    except NoRules:
        raise NoSuchRules(resource) from None
    return _draft(actor, resource, ruleset, RuleBasis.VERSION, now)


@transaction.atomic
def edit_draft(actor: Actor, resource: str, ruleset: RuleSet, *, now: datetime) -> RuleVersion:
    """Put other rules into the draft. Raises: NotPermitted, NoSuchRules."""
    _require_steward(actor, resource)
    version = _locked_draft(resource)
    RULES.move(version.state, "edit")
    version.contents = rulebook.written(ruleset)
    version.made_at, version.made_by = now, actor.name
    version.save(update_fields=["contents", "made_at", "made_by"])
    return version


@transaction.atomic
def confirm_draft(actor: Actor, resource: str, *, seen: str, now: datetime) -> RuleVersion:
    """Make the draft count from now on. `seen` is the digest of what the steward looked at.

    Raises: NotPermitted, NoSuchRules, ChangedMeanwhile.
    """
    _require_steward(actor, resource)
    version = _locked_draft(resource)
    if digest_of(version.contents) != seen:
        raise ChangedMeanwhile
    version.state = RULES.move(version.state, "confirm").target
    version.confirmed_at, version.confirmed_by = now, actor.name
    version.save(update_fields=["state", "confirmed_at", "confirmed_by"])
    return version


@transaction.atomic
def drop_draft(actor: Actor, resource: str) -> None:
    """Throw the draft away. Raises: NotPermitted, NoSuchRules."""
    _require_steward(actor, resource)
    _locked_draft(resource).delete()


def digest_of(contents: Any) -> str:
    """Return what a steward confirms: a digest of the rules, whatever order the database keeps them in."""
    return hashlib.sha256(json.dumps(contents, sort_keys=True).encode()).hexdigest()


@transaction.atomic
def _draft(actor: Actor, resource: str, ruleset: RuleSet, basis: RuleBasis, now: datetime) -> RuleVersion:
    contents = rulebook.written(ruleset)
    made = {"basis": basis, "contents": contents, "made_at": now, "made_by": actor.name}
    last = RuleVersion.objects.select_for_update().filter(resource=resource).first()
    if last is not None and last.state == RuleState.DRAFT:
        for name, value in made.items():
            setattr(last, name, value)
        last.save(update_fields=list(made))
        return last
    number = last.number + 1 if last else 1
    return RuleVersion.objects.create(resource=resource, owner=owner_of(resource), number=number, **made)


def _locked_draft(resource: str) -> RuleVersion:
    version = RuleVersion.objects.select_for_update().filter(resource=resource, state=RuleState.DRAFT).first()
    if version is None:
        raise NoSuchRules(resource)
    return version


def _require_steward(actor: Actor, resource: str) -> None:
    if actor is not SYSTEM and not actor.has(Role.STEWARD, owner_of(resource)):
        raise NotPermitted("rules belong to the owner's stewards")
