"""What every write to a draft shares: it is found and locked for somebody who may, and written down."""

from datetime import datetime
from typing import Any
from uuid import UUID

from haihe.base.accounts.api import Actor, NotPermitted
from haihe.platforms.services.items.errors import ItemNotFound
from haihe.platforms.services.items.models import ItemDraft, ItemEvent
from haihe.platforms.services.items.queries import parts_on
from haihe.platforms.services.items.workflow import Part

LONGEST_WORDS = 500


def locked_draft(actor: Actor, pk: UUID, *parts: Part) -> ItemDraft:
    """Return the draft, locked. Raises: ItemNotFound (whose reader it isn't), NotPermitted (a reader's other part)."""
    row = ItemDraft.objects.select_for_update().filter(pk=pk).first()
    held = parts_on(actor, row.authority) if row else frozenset()
    if row is None or not held:
        raise ItemNotFound
    if parts and held.isdisjoint(parts):
        raise NotPermitted(f"{'/'.join(parts)} on {row.slug}")
    return row


def kept(row: ItemDraft) -> dict[str, str]:
    """Return the cells that a draft's own record settles."""
    return {"slug": row.slug, "authority": row.authority, "version": str(row.base) if row.base else ""}


def record(
    row: ItemDraft,
    actor: Actor,
    *,
    name: str,
    source: str,
    part: Part,
    now: datetime,
    clause: str = "",
    words: str = "",
    facts: dict[str, Any] | None = None,
) -> ItemEvent:
    """Write down what happened."""
    return ItemEvent.objects.create(
        slug=row.slug,
        draft=row.pk,
        at=now,
        name=name,
        source=source,
        target=row.state,
        part=part,
        organisation=row.authority,
        actor_id=actor.user_id,
        actor_name=actor.name,
        clause=clause,
        words=words,
        facts=facts or {},
    )
