"""Fill in what registers know already, once per draft and person, before they are asked to type it."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

import msgspec
from django.db import transaction
from django.utils import timezone

from haihe.base.accounts.api import Actor
from haihe.platforms.services.forms import ports
from haihe.platforms.services.forms.cleaning import clean_row
from haihe.platforms.services.forms.content import KnownValue
from haihe.platforms.services.forms.fields import Prefill
from haihe.platforms.services.forms.operations.saving import keep
from haihe.platforms.services.forms.ports import Known
from haihe.platforms.services.forms.queries import Standing, draft_for, standing

_ASKED = "prefill"


def prefill(*, actor: Actor, draft_id: UUID, now: datetime) -> bool:
    """Ask for what the form may know of the one who signed in; return True if something was filled in.

    Nobody else's data is asked for: not at the window before the person is known, nor of one who acts for another. The
    question goes out before anything is locked; it is in the ledger before it is answered. Raises: DraftNotFound.
    """
    today = timezone.localdate(now)
    found = standing(actor, draft_for(actor, draft_id, now=now), today=today)
    wanted = _wanted(found)
    asker = ports.prefiller()
    if not wanted or asker is None or found.person is None or not found.draft.is_open:
        return False
    known = asker.ask(
        wanted,
        authority=found.offer.authority,
        item=found.offer.slug,
        id_number=found.person.id_number,
        name=found.person.name,
        case=f"form:{found.draft.pk}",
    )
    return _fill_in(actor, draft_id, known, now)


def _wanted(found: Standing) -> dict[str, Prefill]:
    if _ASKED in found.content.seen:
        return {}
    form = found.offer.form
    return {field.name: field.prefill for field in form.fields if field.prefill and field.name not in found.content.raw}


@transaction.atomic
def _fill_in(actor: Actor, draft_id: UUID, known: Mapping[str, Known], now: datetime) -> bool:
    today = timezone.localdate(now)
    draft = draft_for(actor, draft_id, now=now, lock=True)
    found = standing(actor, draft, today=today)
    if not draft.is_open or _ASKED in found.content.seen:
        return False
    fits = {name: value for name, each in known.items() if (value := _fitting(found, name, each, now)) is not None}
    told = {name: KnownValue(fits[name], known[name].source, known[name].as_of, known[name].evidence) for name in fits}
    content = found.content.with_raw(fits | found.content.raw).with_seen(_ASKED)
    keep(draft, msgspec.structs.replace(content, known=content.known | told), now=now)
    return bool(fits)


def _fitting(found: Standing, name: str, known: Known, now: datetime) -> object:
    """Return the register's value as the form would read it; None where the form asks for something else."""
    field = found.offer.form.field(name)
    raw = (
        str(known.value) if isinstance(known.value, int | float) and not isinstance(known.value, bool) else known.value
    )
    return clean_row([(("",), field)], {name: raw}, today=timezone.localdate(now)).values.get(name)
