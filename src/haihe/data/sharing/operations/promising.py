"""Promising to be faster than the law, as the authority for the city, as a department's head for its data."""

from datetime import datetime

from django.utils.translation import gettext as _

from haihe.base.accounts.api import Actor, NotPermitted
from haihe.data.catalogue import api as catalogue
from haihe.data.sharing.errors import InputRefused
from haihe.data.sharing.models import ClockPolicy
from haihe.data.sharing.queries.clocks import may_promise_for
from haihe.data.sharing.workflow import CLOCKS, ClockName
from haihe.kernel.text import tidy

_LONGEST_REASON = 500


def set_clock(
    *,
    actor: Actor,
    clock: str,
    owner: str,
    working_days: int | None,
    reason: str,
    now: datetime,
    resource: str = "",
) -> None:
    """Promise so many working days for clocks that start from now on; None takes the promise back.

    `owner` "" is the whole city, `resource` "" all of the owner's. Raises: NotPermitted, InputRefused.
    """
    if actor.user_id is None or owner not in may_promise_for(actor):
        raise NotPermitted(f"set_clock for {owner or 'the city'}")
    reason = tidy(reason)
    if not 1 <= len(reason) <= _LONGEST_REASON:
        raise InputRefused(_("请写明理由，不超过 %(n)s 个字。") % {"n": _LONGEST_REASON}, field="reason")
    _check_days(clock, working_days)
    _check_resource(owner, resource)
    ClockPolicy.objects.create(
        clock=clock,
        owner=owner,
        resource=resource,
        working_days=working_days,
        reason=reason,
        set_by=actor.user_id,
        set_name=actor.name,
        set_at=now,
    )


def _check_days(clock: str, working_days: int | None) -> None:
    if clock not in ClockName.values:
        raise InputRefused(_("请选择一项期限。"), field="clock")
    ceiling = CLOCKS[ClockName(clock)].ceiling
    if working_days is not None and not 1 <= working_days <= ceiling:
        message = _("期限应为 1 至 %(n)s 个工作日：可以比条例规定的快，不能更慢。") % {"n": ceiling}
        raise InputRefused(message, field="working_days")


def _check_resource(owner: str, resource: str) -> None:
    if not resource:
        return
    entry = catalogue.resource(resource)
    if entry is None or entry.owner != owner:
        raise InputRefused(_("没有找到本单位的这项资源，请核对资源代码。"), field="resource")
