"""The supervisor plans who sits where, and opens or closes counters."""

from dataclasses import dataclass
from datetime import datetime

from django.core.exceptions import ObjectDoesNotExist
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from haihe.base.accounts.api import Actor, Role, actor_for
from haihe.platforms.services.window.errors import InputRefused, NotFound, NotNow
from haihe.platforms.services.window.models import Counter, Hall, Shift
from haihe.platforms.services.window.models.halls import MINUTES_OF_A_DAY

_WEEK = frozenset(range(1, 8))


@dataclass(frozen=True, slots=True)
class Plan:
    """Who is to sit at which counter, on which weekdays (1 Monday … 7 Sunday), from and until which minute."""

    counter: int
    username: str
    weekdays: frozenset[int]
    from_minute: int
    until_minute: int


@transaction.atomic
def plan_shift(*, hall: Hall, plan: Plan, now: datetime) -> Shift:
    """Put a clerk on the roster; the caller has seen that the actor runs the hall. Raises: NotFound, InputRefused."""
    counter = Counter.objects.filter(hall=hall, number=plan.counter).first()
    if counter is None:
        raise NotFound
    if not plan.weekdays or not plan.weekdays <= _WEEK:
        raise InputRefused("weekdays", _("请至少选一个星期几。"))
    if not 0 <= plan.from_minute < plan.until_minute <= MINUTES_OF_A_DAY:
        raise InputRefused("until", _("下班时间要晚于上班时间。"))
    clerk = _clerk(plan.username, now)
    if clerk is None or clerk.user_id is None or not clerk.has(Role.CLERK):
        raise InputRefused("username", _("没有这个窗口人员的账号，请核对用户名。"))
    try:
        with transaction.atomic():
            return Shift.objects.create(
                counter=counter,
                clerk=clerk.user_id,
                clerk_name=clerk.name,
                weekdays=sorted(plan.weekdays),
                from_minute=plan.from_minute,
                until_minute=plan.until_minute,
                valid_from=timezone.localdate(now),
            )
    except IntegrityError:
        raise NotNow(_("这个班次已经排过了。")) from None


@transaction.atomic
def end_shift(*, hall: Hall, shift_id: int) -> None:
    """Take a line off the roster. Raises: NotFound."""
    if not Shift.objects.filter(pk=shift_id, counter__hall=hall).delete()[0]:
        raise NotFound


@transaction.atomic
def use_counter(*, hall: Hall, number: int, is_in_use: bool) -> None:
    """Open a counter for the roster, or close it. Raises: NotFound."""
    if not Counter.objects.filter(hall=hall, number=number).update(is_in_use=is_in_use):
        raise NotFound


def _clerk(username: str, now: datetime) -> Actor | None:
    try:
        return actor_for(username, now=now)
    except ObjectDoesNotExist:
        return None
