"""How long records of use are kept: the authority may make it longer than the law's three years (art. 29)."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from haihe.base.accounts.api import Actor, NotPermitted, Role
from haihe.data.sharing.errors import InputRefused
from haihe.data.sharing.models import UsageRetention
from haihe.data.sharing.models.usage import LONGEST_RETENTION_MONTHS, RETENTION_FLOOR_MONTHS
from haihe.data.sharing.queries.usage import retention_months
from haihe.kernel.text import tidy

_LONGEST_REASON = 500


@transaction.atomic
def set_retention(*, actor: Actor, months: int, reason: str, now: datetime) -> None:
    """Keep records of use for so many months from now on; what is in force already changes nothing.

    Raises: NotPermitted, InputRefused (less than the law, or no reason).
    """
    if actor.user_id is None or not actor.has(Role.OPERATOR):
        raise NotPermitted("only the authority says how long records of use are kept")
    if not RETENTION_FLOOR_MONTHS <= months <= LONGEST_RETENTION_MONTHS:
        told = {"least": RETENTION_FLOOR_MONTHS, "most": LONGEST_RETENTION_MONTHS}
        raise InputRefused(_("应为 %(least)s 至 %(most)s 个月：不少于条例规定的三年。") % told, field="months")
    reason = tidy(reason)
    if not 1 <= len(reason) <= _LONGEST_REASON:
        raise InputRefused(_("请写明理由，不超过 %(n)s 个字。") % {"n": _LONGEST_REASON}, field="reason")
    if months != retention_months():
        UsageRetention.objects.create(
            months=months, reason=reason, set_by=actor.user_id, set_name=actor.name, set_at=now
        )
