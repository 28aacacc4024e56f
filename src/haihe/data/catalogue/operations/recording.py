"""Locks, and lines of history, that every write of the catalogue shares."""

from datetime import datetime
from typing import Any

from haihe.base.accounts.api import Actor
from haihe.data.catalogue.models import Resource, ResourceEvent
from haihe.data.catalogue.queries import resource_for
from haihe.data.catalogue.telling import tell_of_move
from haihe.data.catalogue.workflow import ResourceState

LONGEST_WORDS = 1000


def locked(actor: Actor, code: str) -> Resource:
    """Raises: ResourceNotFound."""
    row = resource_for(actor, code)
    return Resource.objects.select_for_update().get(pk=row.pk)


def record(
    row: Resource,
    actor: Actor,
    *,
    name: str,
    source: str,
    part: str,
    clause: str,
    now: datetime,
    words: str = "",
    target: str = "",
    facts: dict[str, Any] | None = None,
) -> ResourceEvent:
    """Write the line and tell those whom the move concerns. What concerns a revision carries its states and `facts`."""
    event = ResourceEvent.objects.create(
        resource=row,
        at=now,
        name=name,
        source=source,
        target=target or row.state,
        part=part,
        organisation=row.owner if part.startswith("OWNER") else "",
        actor_id=actor.user_id,
        actor_name=actor.name,
        clause=clause,
        words=words,
        facts=facts or {},
    )
    tell_of_move(row, event)
    return event


def is_draft(row: Resource) -> bool:
    return row.state == ResourceState.DRAFT
