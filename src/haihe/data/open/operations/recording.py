"""Locks, moves and lines of history that every write of the platform shares."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from haihe.base.accounts.api import Actor, NotPermitted
from haihe.data.open.errors import InputRefused, NotNow
from haihe.data.open.models import Dataset, DatasetEvent
from haihe.data.open.queries import dataset_for, parts_on
from haihe.data.open.telling import tell_of_move
from haihe.data.open.workflow import DATASET, NEEDS_WORDS
from haihe.kernel.text import tidy
from haihe.kernel.workflow import ForbiddenMove, Move

LONGEST_WORDS = 500


def locked(actor: Actor, slug: str) -> Dataset:
    """Return the dataset locked for this transaction. Raises: NotFound."""
    row = dataset_for(actor, slug)
    return Dataset.objects.select_for_update().get(pk=row.pk)


def make_move(
    row: Dataset, actor: Actor, name: str, *, now: datetime, words: str = "", facts: dict[str, Any] | None = None
) -> Move:
    """Make one move on a row that the caller locked, save it, write it down and tell whom it concerns.

    Raises: NotNow, NotPermitted, InputRefused (words missing).
    """
    try:
        move = DATASET.move(row.state, name)
    except ForbiddenMove:
        raise NotNow(_("状态已经变化，请刷新页面后再操作。")) from None
    parts = sorted(parts_on(actor, row) & set(move.roles))
    if not parts:
        raise NotPermitted(f"{name} on {row.slug}")
    words = tidy(words.replace("\x00", ""))
    if name in NEEDS_WORDS and not words:
        raise InputRefused(_("请写明理由。"))
    if len(words) > LONGEST_WORDS:
        raise InputRefused(_("请不要超过 %(n)s 个字。") % {"n": LONGEST_WORDS})
    source, row.state, row.updated_at = row.state, move.target, now
    row.save()
    event = DatasetEvent.objects.create(
        dataset=row,
        at=now,
        name=name,
        source=source,
        target=row.state,
        part=parts[0],
        organisation=row.owner if parts[0].startswith("OWNER") else "",
        actor_id=actor.user_id,
        actor_name=actor.name,
        clause=move.clause,
        words=words,
        facts=facts or {},
    )
    tell_of_move(row, event)
    return move
