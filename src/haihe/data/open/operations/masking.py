"""Decide what is done with a column before it is opened, and why."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from haihe.base.accounts.api import Actor, Role, require
from haihe.data.open.errors import InputRefused
from haihe.data.open.masking import usable
from haihe.data.open.models import MaskDecision, MaskMethod
from haihe.data.open.operations.recording import locked, make_move
from haihe.kernel.text import tidy

_LONGEST: int = 300


def mask(*, actor: Actor, slug: str, column: str, method: str, reason: str, reason_en: str = "", now: datetime) -> None:
    """Decide for one column, or decide anew; the reason is told to everybody.

    Raises: NotFound, NotPermitted, NotNow, InputRefused.
    """
    with transaction.atomic():
        row = locked(actor, slug)
        require(actor, Role.STEWARD, organisation=row.owner)
        found = next((one for one in row.open_columns if one.name == column), None)
        reason, reason_en = tidy(reason.replace("\x00", "")), tidy(reason_en.replace("\x00", ""))
        if found is None:
            raise InputRefused(_("没有信息项 %(name)s。") % {"name": column[:64]})
        if method not in MaskMethod.values or not usable(method, found):
            raise InputRefused(_("这种处理方式不适用于“%(column)s”，请换一种。") % {"column": found.title})
        if not 1 <= len(reason) <= _LONGEST or len(reason_en) > _LONGEST:
            raise InputRefused(_("请写明理由，不超过 %(n)s 个字；理由会向社会公开。") % {"n": _LONGEST})
        told = {"method": method, "reason": reason, "reason_en": reason_en}
        MaskDecision.objects.update_or_create(
            dataset=row, column=column, defaults=told | {"decided_by": actor.name, "decided_at": now}
        )
        make_move(row, actor, "change", now=now, facts={"column": column, "method": method})


def unmask(*, actor: Actor, slug: str, column: str, now: datetime) -> None:
    """Take a decision back. Raises: NotFound, NotPermitted, NotNow."""
    with transaction.atomic():
        row = locked(actor, slug)
        require(actor, Role.STEWARD, organisation=row.owner)
        row.masks.filter(column=column).delete()
        make_move(row, actor, "change", now=now, facts={"column": column, "method": ""})
