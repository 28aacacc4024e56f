"""Let somebody act for one, and take it back."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final
from uuid import UUID, uuid4

import msgspec
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from haihe.base.accounts.api import Actor, Role, require, user_with
from haihe.base.keys import api as keys
from haihe.base.notices.api import Person
from haihe.kernel.identifiers import IdentifierError, parse_id_number
from haihe.kernel.masking import mask_name
from haihe.kernel.text import normalise
from haihe.platforms.services.forms import ports
from haihe.platforms.services.forms.accounts import person_of
from haihe.platforms.services.forms.errors import DraftNotFound, FormsError
from haihe.platforms.services.forms.models import Delegation
from haihe.platforms.services.forms.telling import tell_of_delegation

LONGEST: Final = timedelta(days=366)
_MOST_OPEN: Final = 10
_LONGEST_NAME: Final = 50


class Names(msgspec.Struct, frozen=True):
    """Who let whom; sealed with the row."""

    giver: str
    holder: str


@dataclass(frozen=True, slots=True)
class DelegationInfo:
    """A delegation as one of the two may see it: the other's name, and what may still be done with it."""

    id: UUID
    other: str
    relation: str
    valid_until: date
    is_given: bool
    is_open: bool
    item: str = ""


@transaction.atomic
def delegate(
    *,
    actor: Actor,
    holder_name: str,
    holder_id_number: str,
    relation: str,
    valid_until: date,
    now: datetime,
    item: str = "",
) -> UUID:
    """Let a member of the family act for the actor until a day, in all matters or in one item. Both are told.

    Raises: FormsError, NotPermitted.
    """
    require(actor, Role.CITIZEN)
    giver, today = person_of(actor), timezone.localdate(now)
    if giver is None:
        raise FormsError(_("请先实名登录，再授权。"))
    holder, name = _holder(holder_id_number, holder_name)
    if holder == giver.id_number:
        raise FormsError(_("不能授权给自己。"))
    if not today <= valid_until <= today + LONGEST:
        raise FormsError(_("授权期限请选今天到一年之内的日期。"))
    offer = ports.offer(item, on=today) if item else None
    if item and (offer is None or offer.shares):
        raise FormsError(_("没有这个事项，请重新选择。"))
    ring = keys.keyring()
    made = Delegation(
        id=uuid4(),
        giver_key=ring.subject_key(giver.id_number),
        holder_key=ring.subject_key(holder),
        relation=relation,
        item_slug=item,
        given_at=now,
        valid_until=valid_until,
    )
    rows = Delegation.objects.select_for_update().filter(giver_key=made.giver_key, revoked_at__isnull=True)
    if len(rows.filter(valid_until__gte=today)) >= _MOST_OPEN:
        raise FormsError(_("同时有效的授权最多 10 份，请先撤销不用的。"))
    made.sealed_names = ring.seal(msgspec.json.encode(Names(giver.name, name)), context=made.seal_context)
    made.save(force_insert=True)
    _tell(made, is_given=True, now=now)
    return made.pk


@transaction.atomic
def revoke(*, actor: Actor, delegation_id: UUID, now: datetime) -> None:
    """Take a delegation back; what was sent before stays. Either of the two may. Raises: DraftNotFound."""
    found = Delegation.objects.select_for_update().filter(pk=delegation_id, revoked_at__isnull=True).first()
    if found is None or actor.subject_key not in (bytes(found.giver_key), bytes(found.holder_key)):
        raise DraftNotFound
    found.revoked_at = now
    found.save(update_fields=["revoked_at"])
    _tell(found, is_given=False, now=now)


def delegations_of(actor: Actor, *, now: datetime) -> list[DelegationInfo]:
    """Return what the actor gave and holds, newest first."""
    if actor.subject_key is None:
        return []
    given = Delegation.objects.filter(giver_key=actor.subject_key)
    rows = (given | Delegation.objects.filter(holder_key=actor.subject_key)).order_by("-given_at")[:50]
    return [_info(row, actor.subject_key, timezone.localdate(now)) for row in rows]


def _info(row: Delegation, me: bytes, today: date) -> DelegationInfo:
    names = msgspec.json.decode(keys.keyring().open(bytes(row.sealed_names), context=row.seal_context), type=Names)
    is_given = bytes(row.giver_key) == me
    is_open = row.revoked_at is None and row.valid_until >= today
    # Whoever is let act knows the name from the person; whoever gave it typed it.
    other = names.holder if is_given else mask_name(names.giver)
    return DelegationInfo(row.pk, other, row.relation, row.valid_until, is_given, is_open, _name_of(row, today))


def _name_of(row: Delegation, today: date) -> str:
    offer = ports.offer(row.item_slug, on=today) if row.item_slug else None
    return str(offer.name) if offer else row.item_slug


def _holder(id_number: str, name: str) -> tuple[str, str]:
    try:
        number = parse_id_number(id_number).value
    except IdentifierError as wrong:
        raise FormsError(wrong.message_zh) from wrong
    plain = normalise(name)
    if not 0 < len(plain) <= _LONGEST_NAME:
        raise FormsError(_("请填写代办人的姓名。"))
    return number, plain


def _tell(row: Delegation, *, is_given: bool, now: datetime) -> None:
    found = [user_with(bytes(key), now=now) for key in (row.giver_key, row.holder_key)]
    people = [Person(user_id) for user_id in found if user_id]
    if people:
        path = reverse("services_forms:delegations")
        tell_of_delegation(key=str(row.pk), people=people, path=path, is_given=is_given, now=now)
