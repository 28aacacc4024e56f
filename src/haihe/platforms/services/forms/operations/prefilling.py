"""Fill in what registers know already, once per draft and person, before they are asked to type it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Final
from uuid import UUID

import msgspec
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from haihe.base.accounts.api import Actor
from haihe.platforms.services.forms import ports
from haihe.platforms.services.forms.accounts import ACTING, SELF
from haihe.platforms.services.forms.cleaning import clean_row, holds
from haihe.platforms.services.forms.content import Content, KnownValue
from haihe.platforms.services.forms.errors import DraftNotFound, FormsError
from haihe.platforms.services.forms.fields import Prefill
from haihe.platforms.services.forms.operations.saving import keep
from haihe.platforms.services.forms.ports import Offer
from haihe.platforms.services.forms.queries import Standing, draft_for, standing
from haihe.platforms.services.forms.together import chosen

_ASKED: Final = "prefill"
_FORM: Final = "form:"
LONGEST_STATEMENT: Final = 200
APPLICANT_NUMBER: Final = "applicant_id_number"
"""The field of the shared section `person` that says whose matter it is."""


def prefill(*, actor: Actor, draft_id: UUID, now: datetime) -> bool:
    """Ask for what the form may know of the one who signed in; return True if something was filled in.

    Nobody else's data is asked for: not at the window before the person is known, nor before somebody who may act for
    another has said that the matter is their own. The question goes out before anything is locked; it is in the ledger
    before it is answered. Raises: DraftNotFound.
    """
    found = standing(actor, draft_for(actor, draft_id, now=now), today=timezone.localdate(now))
    if found.person is None:
        return False
    return _ask(actor, found, found.person.id_number, found.person.name, now)


def prefill_for(*, actor: Actor, draft_id: UUID, id_number: str, name: str, now: datetime) -> bool:
    """Ask, as `prefill` does, for somebody who stands at a window and agreed to it, which the caller has written down.

    Only where the form says that the matter is theirs. Raises: DraftNotFound.
    """
    found = standing(actor, draft_for(actor, draft_id, now=now), today=timezone.localdate(now))
    if found.draft.channel != ports.WINDOW or found.values.get(APPLICANT_NUMBER) != id_number:
        return False
    return _ask(actor, found, id_number, name, now)


def _ask(actor: Actor, found: Standing, id_number: str, name: str, now: datetime) -> bool:
    wanted, asker = wanted_of(found), ports.prefiller()
    if not wanted or asker is None or not found.draft.is_open:
        return False
    known = dict[str, KnownValue]()
    for offer, names in _askers(found):
        asked = {own: wanted[whole] for own, whole in names.items() if whole in wanted and whole not in known}
        told = (
            asker.ask(
                asked,
                authority=offer.authority,
                item=offer.slug,
                id_number=id_number,
                name=name,
                case=case_of(found.draft.pk),
                now=now,
            )
            if asked
            else {}
        )
        item = offer.slug if found.offer.shares else ""
        for own, one in told.items():
            known[names[own]] = KnownValue(one.value, one.source, one.as_of, one.evidence, item=item)
    return _fill_in(actor, found.draft.pk, known, now)


def _askers(found: Standing) -> list[tuple[Offer, Mapping[str, str]]]:
    """Return for whom registers are asked, each with its fields as the form calls them: its authority has the grant."""
    if not found.offer.shares:
        return [(found.offer, {field.name: field.name for field in found.offer.form.fields})]
    return [(share.offer, share.names) for share in chosen(found.offer.shares, found.values)]


def case_of(draft_id: UUID) -> str:
    """Return under what number a use of data for a draft stands in the ledger."""
    return f"{_FORM}{draft_id}"


def draft_of(case: str) -> UUID | None:
    """Return the draft that such a number means; `None` where it means something else."""
    if not case.startswith(_FORM):
        return None
    try:
        return UUID(case.removeprefix(_FORM))
    except ValueError:
        return None


def wanted_of(found: Standing) -> dict[str, Prefill]:
    """Return what may be asked for now: nothing a second time, or against the person's will, or of somebody else."""
    form, content = found.offer.form, found.content
    if _ASKED in content.seen or not content.asks or not _is_own_matter(found):
        return {}
    of_whom = {whole for _offer, names in _askers(found) for whole in names.values()}
    fields = [field for field in form.fields if field.prefill and field.name in of_whom]
    return {field.name: field.prefill for field in fields if field.prefill and field.name not in content.raw}


def _is_own_matter(found: Standing) -> bool:
    asked = found.offer.form.asked
    may_act = any(field.name == ACTING and holds(conditions, found.values) for conditions, field in asked)
    return not may_act or found.values.get(ACTING) == SELF


@transaction.atomic
def _fill_in(actor: Actor, draft_id: UUID, known: Mapping[str, KnownValue], now: datetime) -> bool:
    today = timezone.localdate(now)
    draft = draft_for(actor, draft_id, now=now, lock=True)
    found = standing(actor, draft, today=today)
    if not draft.is_open or _ASKED in found.content.seen:
        return False
    fits = {name: value for name, each in known.items() if (value := _fitting(found, name, each, now)) is not None}
    told = {name: msgspec.structs.replace(known[name], value=value) for name, value in fits.items()}
    content = found.content.with_raw(fits | found.content.raw).with_seen(_ASKED)
    keep(draft, msgspec.structs.replace(content, known=content.known | told), now=now)
    return bool(fits)


def _fitting(found: Standing, name: str, known: KnownValue, now: datetime) -> object:
    """Return the register's value as the form would read it; None where the form asks for something else."""
    field = found.offer.form.field(name)
    raw = (
        str(known.value) if isinstance(known.value, int | float) and not isinstance(known.value, bool) else known.value
    )
    return clean_row([(("",), field)], {name: raw}, today=timezone.localdate(now)).values.get(name)


def report_value(*, actor: Actor, draft_id: UUID, field: str, statement: str, now: datetime) -> str:
    """Have the source look into a value that the person corrected; return the report's number.

    A second report of the same value is the first one. Raises: DraftNotFound, FormsError.
    """
    found = standing(actor, draft_for(actor, draft_id, now=now), today=timezone.localdate(now))
    corrections = ports.corrections()
    if not found.draft.is_open or field not in found.content.corrected(found.values) or corrections is None:
        raise DraftNotFound
    known = found.content.known[field]
    if known.correction:
        return known.correction
    told = statement.strip()[:LONGEST_STATEMENT]
    if not told:
        raise FormsError(_("请写明实际情况，来源部门才能核实。"))
    number = corrections(actor=actor, evidence=known.evidence, statement=told, now=now)
    _remember(actor, draft_id, field, number, now)
    return number


@transaction.atomic
def _remember(actor: Actor, draft_id: UUID, field: str, number: str, now: datetime) -> None:
    draft = draft_for(actor, draft_id, now=now, lock=True)
    content: Content = standing(actor, draft, today=timezone.localdate(now)).content
    if field in content.known and draft.is_open:
        kept = msgspec.structs.replace(content.known[field], correction=number)
        keep(draft, msgspec.structs.replace(content, known=content.known | {field: kept}), now=now)
