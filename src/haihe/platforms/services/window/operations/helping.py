"""Act for somebody who can't or won't do it alone (帮办代办): nothing begins before their consent is written down."""

import json
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID, uuid4

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from haihe.base.accounts.api import Actor, NotPermitted, Role, require
from haihe.base.keys import api as keys
from haihe.kernel.identifiers import IdentifierError, parse_id_number
from haihe.kernel.masking import mask_name
from haihe.kernel.text import normalise
from haihe.platforms.services.forms import api as forms
from haihe.platforms.services.items.api import ItemNotFound, version_in_force
from haihe.platforms.services.window import telling
from haihe.platforms.services.window.errors import InputRefused, NotFound, NotNow
from haihe.platforms.services.window.models import Assistance, Consent

VALID_FOR: Final = timedelta(days=7)
HELPERS: Final = (Role.CLERK, Role.FIELD_WORKER)
_LONGEST_NAME, _LONGEST_PLACE = 50, 120


@dataclass(frozen=True, slots=True)
class Agreed:
    """Who agreed to be helped in what, where and how; `witness` stands for a signature that wasn't given."""

    name: str
    id_number: str = field(repr=False)
    item: str
    place: str
    consent: str
    witness: str = ""


@transaction.atomic
def agree(*, actor: Actor, agreed: Agreed, now: datetime) -> Assistance:
    """Write the consent down; it holds for one item and a week. Raises: NotPermitted, InputRefused."""
    require(actor, *HELPERS)
    if actor.user_id is None:
        raise NotPermitted("a helper is a person")
    id_number, name, place = _person(agreed)
    if agreed.consent not in Consent.values:
        raise InputRefused("consent", _("请选择本人是怎样同意的。"))
    witness = normalise(agreed.witness)[:_LONGEST_NAME]
    if agreed.consent != Consent.SIGNED and not witness:
        raise InputRefused("witness", _("没有本人签字的，请写明见证人或录音编号。"))
    key = keys.keyring().subject_key(id_number)
    if key == actor.subject_key:
        raise InputRefused("id_number", _("自己的事请用自己的账号办理。"))
    try:
        item = version_in_force(agreed.item, on=timezone.localdate(now)).definition
    except ItemNotFound:
        raise InputRefused("item", _("没有这个事项，请重新选择要办什么。")) from None
    made = Assistance(
        id=uuid4(),
        helper=actor.user_id,
        helper_name=actor.name,
        organisation=min(actor.organisations(*HELPERS), default=""),
        person_key=key,
        masked_name=mask_name(name),
        item_slug=item.slug,
        authority=item.authority,
        place=place,
        consent=agreed.consent,
        witness=witness,
        agreed_at=now,
        valid_until=now + VALID_FOR,
    )
    plain = json.dumps({"name": name, "id_number": id_number}, ensure_ascii=False).encode()
    made.sealed_person = keys.keyring().seal(plain, context=made.seal_context)
    made.save(force_insert=True)
    telling.tell_helped(made, now=now)
    return made


@transaction.atomic
def begin_help(*, actor: Actor, assistance_id: UUID, now: datetime) -> UUID:
    """Begin the form with the person filled in, once; return the draft. Raises: NotFound, NotNow."""
    mine = _locked(actor, assistance_id, now)
    if mine.draft is not None:
        return mine.draft
    kept = json.loads(keys.keyring().open(bytes(mine.sealed_person), context=mine.seal_context))
    said = {"applicant_name": kept["name"], "applicant_id_number": kept["id_number"], "acting_for": "SELF"}
    try:
        mine.draft = forms.begin_for(actor=actor, slug=mine.item_slug, said=said, now=now)
    except forms.DraftNotFound:
        raise NotNow(_("这个事项不能在窗口填表，请帮本人在手机上办理。")) from None
    mine.save(update_fields=["draft"])
    return mine.draft


@transaction.atomic
def end_help(*, actor: Actor, assistance_id: UUID, now: datetime) -> None:
    """End it: by the helper, or by the person, who takes the consent back. Raises: NotFound, NotNow."""
    rows = Assistance.objects.select_for_update(of=("self",)).filter(pk=assistance_id)
    one = rows.first()
    is_helper = one is not None and actor.user_id is not None and one.helper == actor.user_id
    is_person = one is not None and actor.subject_key is not None and bytes(one.person_key) == actor.subject_key
    if one is None or not (is_helper or is_person):
        raise NotFound
    if one.ended_at is not None:
        raise NotNow(_("这次帮办已经结束。"))
    one.ended_at = now
    one.save(update_fields=["ended_at"])


def _locked(actor: Actor, assistance_id: UUID, now: datetime) -> Assistance:
    mine = Assistance.objects.select_for_update(of=("self",)).filter(pk=assistance_id).first()
    if mine is None or mine.helper != actor.user_id:
        raise NotFound
    if mine.ended_at is not None or mine.valid_until <= now:
        raise NotNow(_("本人的同意已经收回或过期，请重新取得同意。"))
    return mine


def _person(agreed: Agreed) -> tuple[str, str, str]:
    try:
        id_number = parse_id_number(agreed.id_number).value
    except IdentifierError as wrong:
        raise InputRefused("id_number", wrong.message_zh) from wrong
    name, place = normalise(agreed.name), normalise(agreed.place)[:_LONGEST_PLACE]
    if not 0 < len(name) <= _LONGEST_NAME:
        raise InputRefused("name", _("请填写身份证上的姓名。"))
    if not place:
        raise InputRefused("place", _("请写明在哪里帮办，例如大厅或社区的名称。"))
    return id_number, name, place
