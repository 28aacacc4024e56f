"""Associations: registered by the data centre, joined by members; they bundle needs and confirm what came of them."""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from haihe.base.accounts.api import Actor, Role, require
from haihe.base.numbering.api import next_number
from haihe.data.participation.errors import InputRefused, NotFound
from haihe.data.participation.models import Association, AssociationMember, Bundle, DataRequest
from haihe.data.participation.operations.following import look_after
from haihe.data.participation.operations.recording import allowed, make_move, record, words_for
from haihe.data.participation.persons import shown_name, signed_in
from haihe.data.participation.queries import association, bundle_called
from haihe.data.participation.telling import tell_members
from haihe.data.participation.texts import line, paragraphs
from haihe.data.participation.workflow import REQUESTS_FOR_ALL, Part

_CODE: Final = re.compile(r"XH[0-9]{4}")
_MOST_BUNDLED: Final = 30
_MOST_MEMBERS: Final = 100_000


@dataclass(frozen=True, slots=True, kw_only=True)
class NewAssociation:
    """What the data centre writes down of an association."""

    code: str
    name: str
    trade: str
    about: str
    name_en: str = ""


def register_association(*, actor: Actor, new: NewAssociation, now: datetime) -> str:
    """Let an association take part; its clerks are given the role ASSOCIATION in its code. Return the code.

    Raises: NotPermitted, InputRefused.
    """
    require(actor, Role.OPERATOR)
    if not _CODE.fullmatch(new.code):
        raise InputRefused(_("协会代码是 XH 加四位数字，例如 XH0001。"))
    told = {
        "name": line(new.name, longest=64, label=_("协会名称")),
        "name_en": line(new.name_en, longest=128, label=_("英文名称"), required=False),
        "trade": line(new.trade, longest=60, label=_("行业")),
        "about": paragraphs(new.about, longest=1000, label=_("简介")),
    }
    with transaction.atomic():
        if Association.objects.filter(code=new.code).exists() or Association.objects.filter(name=told["name"]).exists():
            raise InputRefused(_("这个代码或者名称已经登记过了。"))
        Association.objects.create(code=new.code, since=timezone.localdate(now), **told)
    return new.code


def join(*, actor: Actor, code: str, now: datetime) -> None:
    """Become a member: the association's confirmations come from now on. Raises: NotFound, NotPermitted."""
    row, person = association(code), signed_in(actor)
    AssociationMember.objects.update_or_create(
        association=row,
        user_id=person,
        defaults={"name": shown_name(actor), "left_at": None},
        create_defaults={"name": shown_name(actor), "since": now},
    )


def leave(*, actor: Actor, code: str, now: datetime) -> None:
    """Be a member no longer. Raises: NotFound, NotPermitted."""
    person = signed_in(actor)
    association(code).members.filter(user_id=person, left_at=None).update(left_at=now)


def remove_member(*, actor: Actor, code: str, member: int, now: datetime) -> None:
    """The association strikes somebody off. Raises: NotFound, NotPermitted."""
    row = _mine(actor, code)
    if not row.members.filter(pk=member, left_at=None).update(left_at=now):
        raise NotFound(str(member))


def bundle(
    *, actor: Actor, code: str, title: str, words: str, members_behind: int, numbers: list[str], now: datetime
) -> str:
    """Put needs together in the association's name; it follows them from now on. Return the bundle's number.

    Raises: NotFound, NotPermitted, InputRefused.
    """
    row = _mine(actor, code)
    told = line(title, longest=60, label=_("标题"))
    told_words = paragraphs(words, longest=2000, label=_("协会的话"))
    if not 1 <= members_behind <= _MOST_MEMBERS:
        raise InputRefused(_("请写明多少家会员有这个需求，至少 1 家。"))
    with transaction.atomic():
        made = Bundle.objects.create(
            number=next_number("HJ", Bundle.objects.all(), now),
            association=row,
            title=told,
            words=told_words,
            members_behind=members_behind,
            created_at=now,
        )
        record(made, actor, "bundle", now=now, target=made.state, part=Part.ASSOCIATION)
        _put_in(made, numbers)
        look_after(made, now=now)
    return made.number


def add_to_bundle(*, actor: Actor, number: str, numbers: list[str], now: datetime) -> None:
    """Take further requests into a bundle. Raises: NotFound, NotPermitted, NotNow, InputRefused."""
    with transaction.atomic():
        row = _locked(number)
        move = allowed(row, actor, "add")
        _put_in(row, numbers)
        make_move(row, actor, move, now=now)
        look_after(row, now=now)


def confirm(*, actor: Actor, number: str, words: str, now: datetime) -> None:
    """Tell the members what came of it: the loop is closed. Raises: NotFound, NotPermitted, NotNow, InputRefused."""
    with transaction.atomic():
        row = _locked(number)
        move = allowed(row, actor, "confirm")
        row.confirmation, row.confirmed_at = words_for(row, "confirm", words), now
        make_move(row, actor, move, now=now, words=row.confirmation)
        tell_members(row, now=now)


def _put_in(row: Bundle, numbers: list[str]) -> None:
    wanted = set(numbers)
    found = list(DataRequest.objects.filter(number__in=wanted, state__in=REQUESTS_FOR_ALL).only("pk"))
    if not found or len(found) != len(wanted):
        raise InputRefused(_("请勾选要汇集的需求。"))
    if row.requests.count() + len(found) > _MOST_BUNDLED:
        raise InputRefused(_("一次最多汇集 %(n)s 个需求。") % {"n": _MOST_BUNDLED})
    row.requests.add(*found)


def _mine(actor: Actor, code: str) -> Association:
    row = association(code)
    require(actor, Role.ASSOCIATION, organisation=row.code)
    return row


def _locked(number: str) -> Bundle:
    return Bundle.objects.select_for_update(of=("self",)).get(pk=bundle_called(number).pk)
