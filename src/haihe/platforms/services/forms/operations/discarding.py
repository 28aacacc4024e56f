"""Throw a draft away, with its files; by its owner, or once nobody went on with it."""

from datetime import datetime
from functools import partial
from uuid import UUID

from django.db import transaction

from haihe.base.accounts.api import Actor
from haihe.platforms.services.forms.errors import DraftNotFound
from haihe.platforms.services.forms.models import Draft, DraftState
from haihe.platforms.services.forms.queries import draft_for
from haihe.platforms.services.forms.shelf import forget

_AT_A_TIME = 200


@transaction.atomic
def discard(*, actor: Actor, draft_id: UUID, now: datetime) -> None:
    """Raises: DraftNotFound, also for a draft that was sent."""
    draft = draft_for(actor, draft_id, now=now, lock=True)
    if not draft.is_open:
        raise DraftNotFound
    remove(draft)


@transaction.atomic
def expire(*, now: datetime) -> int:
    """Remove drafts that nobody went on with; return how many."""
    stale = Draft.objects.select_for_update(skip_locked=True).filter(state=DraftState.OPEN, expires_at__lte=now)
    rows = list(stale.order_by("expires_at")[:_AT_A_TIME])
    for draft in rows:
        remove(draft)
    return len(rows)


def remove(draft: Draft) -> None:
    """Delete a draft with its files, those that arrived in part included; whoever calls has locked it."""
    uploads = [upload.pk for upload in draft.uploads.all()]
    uploads += draft.partial_uploads.values_list("pk", flat=True)
    draft.delete()
    transaction.on_commit(partial(_forget, uploads))


def _forget(uploads: list[UUID]) -> None:
    for upload in uploads:
        forget(upload)
