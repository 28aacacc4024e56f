"""Rate once. Who handled it doesn't; nobody has to; and what was said stays."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from haihe.base.accounts.api import Actor
from haihe.base.outbox import api as outbox
from haihe.kernel.text import tidy
from haihe.platforms.services.ratings.counting import COLUMNS, count
from haihe.platforms.services.ratings.errors import AlreadyRated, Expired, HandlerRates, InputRefused
from haihe.platforms.services.ratings.models import Channel, Invitation, Rating
from haihe.platforms.services.ratings.operations.opening import open_low_rating
from haihe.platforms.services.ratings.tags import fitting
from haihe.platforms.services.ratings.workflow import Level

RATED = "services.rated"
LONGEST_WORDS = 500


@dataclass(frozen=True, slots=True)
class Said:
    """What somebody ticked and wrote. Reasons that don't fit the level are left out."""

    level: int
    tags: Sequence[str] = ()
    words: str = ""


@transaction.atomic
def rate(*, actor: Actor, invitation: UUID, said: Said, channel: Channel, now: datetime) -> Rating:
    """Keep what was said. That the actor may rate this (own case, link, terminal) was found out before.

    Raises: AlreadyRated, Expired, HandlerRates, InputRefused.
    """
    row = Invitation.objects.select_for_update().get(pk=invitation)
    if row.used_at is not None:
        raise AlreadyRated
    if row.expires_at <= now:
        raise Expired
    if actor.user_id is not None and actor.user_id in row.handlers:
        raise HandlerRates
    if said.level not in Level.values:
        raise InputRefused("level", _("请选一个满意程度。"))
    words = tidy(said.words.replace("\x00", ""))
    if len(words) > LONGEST_WORDS:
        raise InputRefused("words", _("意见请不要超过 500 个字。"))
    made = Rating.objects.create(
        invitation=row,
        level=said.level,
        tags=fitting(said.tags, level=said.level),
        words=words,
        channel=channel,
        rated_at=now,
    )
    row.used_at = now
    row.save(update_fields=["used_at"])
    count(row, COLUMNS[Level(said.level)], at=now)
    if made.is_low:
        open_low_rating(made, now=now)
    outbox.announce(
        RATED,
        {"item": row.item_slug, "organisation": row.organisation, "window": row.window, "level": int(said.level)},
    )
    return made
