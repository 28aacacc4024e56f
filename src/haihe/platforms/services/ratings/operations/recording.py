"""Append what happened to a low rating."""

from datetime import datetime

from haihe.base.accounts.api import Actor
from haihe.platforms.services.ratings.models import LowRating, LowRatingEvent
from haihe.platforms.services.ratings.workflow import Part


def record(
    low: LowRating,
    name: str,
    *,
    actor: Actor,
    part: Part,
    source: str,
    now: datetime,
    clause: str = "",
    words: str = "",
) -> None:
    """Officers stand there by name; the rater without one, and the system as such."""
    is_officer = part in (Part.SUPERVISOR, Part.JUDGE)
    LowRatingEvent.objects.create(
        low_rating=low,
        at=now,
        name=name,
        source=source,
        target=low.state,
        part=part,
        organisation=low.organisation,
        actor_id=actor.user_id if is_officer else None,
        actor_name=actor.name if is_officer else "",
        clause=clause,
        words=words,
    )
