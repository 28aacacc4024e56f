"""Tie the cases together that one form opened: each goes its own way, and their life event shows them on one page."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db import transaction

from haihe.base.accounts.api import Actor, NotPermitted
from haihe.platforms.services.models import Case, Channel, LifeEvent, LifeEventCase
from haihe.platforms.services.operations.opening import next_number

PREFIX: Final = "YJS"
"""Of 一件事."""


@transaction.atomic
def bind_cases(*, actor: Actor, bundle: str, cases: Sequence[str], channel: Channel, token: UUID, now: datetime) -> str:
    """Return the number of the life event; the same form again is the same one. Raises: NotPermitted.

    Only cases that the actor has just opened are tied together, and none a second time.
    """
    if actor.user_id is None:
        raise NotPermitted("a life event is set going by a person")
    if earlier := LifeEvent.objects.filter(opened_by=actor.user_id, token=token).first():
        return earlier.number
    free = Case.objects.filter(number__in=cases, opened_by=actor.user_id, in_life_event=None)
    rows = free.in_bulk(field_name="number")
    if not cases or len(rows) != len(set(cases)):
        raise NotPermitted("these aren't cases that the actor has just opened")
    event = LifeEvent.objects.create(
        number=next_number(PREFIX, now),
        bundle=bundle,
        channel=channel,
        token=token,
        opened_by=actor.user_id,
        opened_at=now,
    )
    LifeEventCase.objects.bulk_create(
        LifeEventCase(event=event, case=rows[number], place=place) for place, number in enumerate(cases)
    )
    return event.number


def take_place_in_life_event(before: Case, after: Case) -> None:
    """Put the case that goes on after a refusal fell where the refused one stood, within the caller's transaction."""
    LifeEventCase.objects.filter(case=before).update(case=after)
