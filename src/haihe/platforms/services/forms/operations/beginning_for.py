"""Begin a form with what is known already: by the ID cards on the counter, or by what was chosen on a page."""

from collections.abc import Mapping
from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from haihe.base.accounts.api import Actor
from haihe.platforms.services.forms import ports
from haihe.platforms.services.forms.errors import DraftNotFound
from haihe.platforms.services.forms.operations.beginning import begin
from haihe.platforms.services.forms.operations.saving import save_sections
from haihe.platforms.services.forms.ports import WINDOW, Offer
from haihe.platforms.services.forms.queries import draft_for


@transaction.atomic
def begin_for(
    *,
    actor: Actor,
    slug: str,
    said: Mapping[str, object],
    now: datetime,
    channel: str = WINDOW,
    asks: bool = True,
) -> UUID:
    """Begin a draft, or go on with the open one, and fill in those fields of `said` that the item's form has.

    Raises: DraftNotFound, NotPermitted, FormsError.
    """
    draft = begin(actor=actor, slug=slug, channel=channel, now=now, asks=asks)
    offer = offer_of(slug, on=timezone.localdate(now))
    if offer is None:
        raise DraftNotFound
    filled = {
        section.name: {field.name: said[field.name] for field in section.fields if field.name in said}
        for section in offer.form.sections
    }
    filled = {name: values for name, values in filled.items() if values}
    if filled:
        revision = draft_for(actor, draft, now=now).revision
        save_sections(actor=actor, draft_id=draft, revision=revision, said=filled, now=now)
    return draft


def offer_of(slug: str, *, on: date) -> Offer | None:
    """Return the item as its form needs to know it; None where none is in force or it has no form."""
    return ports.offer(slug, on=on)
