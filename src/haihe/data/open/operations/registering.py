"""Register a developer: who it is, and what the data will be used for. Keys come after it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from haihe.base.accounts.api import Actor, Role, require
from haihe.data.open.errors import InputRefused, NotNow
from haihe.data.open.models import Developer, DeveloperEvent, DeveloperKind, UseKind
from haihe.kernel.identifiers import IdentifierError, parse_credit_code
from haihe.kernel.text import tidy

LONGEST_PURPOSE = 500
_LONGEST_NAME = 100


@dataclass(frozen=True, slots=True)
class NewDeveloper:
    """What a person tells to register; `organisation` and `credit_code` where they act for a body."""

    kind: str = DeveloperKind.PERSON
    organisation: str = ""
    credit_code: str = ""
    use: str = ""
    purpose: str = ""
    is_authorised: bool = False


def register(*, actor: Actor, new: NewDeveloper, now: datetime) -> Developer:
    """Register the person who is signed in, once. Raises: NotPermitted, NotNow, InputRefused."""
    require(actor, Role.CITIZEN)
    if actor.user_id is None:
        raise InputRefused(_("请先登录。"))
    purpose = tidy(new.purpose.replace("\x00", ""))
    if new.use not in UseKind.values or not 1 <= len(purpose) <= LONGEST_PURPOSE:
        raise InputRefused(_("请选择用途，并写明打算怎样使用数据，不超过 %(n)s 个字。") % {"n": LONGEST_PURPOSE})
    organisation, credit_code = _body(new)
    row = Developer(
        user=actor.user_id,
        name=actor.name,
        kind=new.kind,
        organisation=organisation,
        credit_code=credit_code,
        use=new.use,
        purpose=purpose,
        registered_at=now,
    )
    try:
        with transaction.atomic():
            row.save(force_insert=True)
            note(row, actor, "register", now=now, words=purpose)
    except IntegrityError:
        raise NotNow(_("您已经登记过了。")) from None
    return row


def note(
    row: Developer, actor: Actor, name: str, *, now: datetime, words: str = "", facts: dict[str, Any] | None = None
) -> None:
    """Write one line of a developer's history."""
    part = "HOLDER" if actor.user_id == row.user else "AUTHORITY"
    DeveloperEvent.objects.create(
        developer=row,
        at=now,
        name=name,
        part=part,
        actor_id=actor.user_id,
        actor_name=actor.name,
        words=words,
        facts=facts or {},
    )


def _body(new: NewDeveloper) -> tuple[str, str]:
    """Return the body's name and code, both "" for somebody who acts for themselves."""
    if new.kind == DeveloperKind.PERSON:
        return "", ""
    name = tidy(new.organisation.replace("\x00", ""))
    if new.kind != DeveloperKind.ORGANISATION or not 2 <= len(name) <= _LONGEST_NAME:
        raise InputRefused(_("请选择以个人还是以单位的名义，单位要写明全称。"))
    if not new.is_authorised:
        raise InputRefused(_("请确认您得到该单位的授权。"))
    try:
        return name, parse_credit_code(new.credit_code)
    except IdentifierError as wrong:
        raise InputRefused(wrong.message_zh) from None
