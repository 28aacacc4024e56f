"""A clerk sits down at a counter that the roster gives them, and stands up again."""

from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from haihe.base.accounts.api import Actor, NotPermitted, Role
from haihe.platforms.services.window.errors import NotFound, NotNow
from haihe.platforms.services.window.models import Sitting
from haihe.platforms.services.window.queries import serving_at, shifts_now, sitting_of


def sit_down(*, actor: Actor, counter_id: int, now: datetime) -> Sitting:
    """Open a counter. Raises: NotPermitted, NotFound where the roster says otherwise, NotNow where it is taken."""
    if actor.user_id is None or not actor.has(Role.CLERK):
        raise NotPermitted("a clerk sits at a counter")
    planned = {shift.counter_id: shift.counter for shift in shifts_now(actor, now=now, today=timezone.localdate(now))}
    if counter_id not in planned:
        raise NotFound
    try:
        with transaction.atomic():
            return Sitting.objects.create(
                counter=planned[counter_id], clerk=actor.user_id, clerk_name=actor.name, since=now
            )
    except IntegrityError:
        raise NotNow(_("这个窗口已有人在岗，或者您已在别的窗口。先离岗，再到这里上岗。")) from None


@transaction.atomic
def stand_up(*, actor: Actor, now: datetime) -> None:
    """Close the counter. Raises: NotFound, NotNow while somebody is being served."""
    sitting = sitting_of(actor)
    if sitting is None:
        raise NotFound
    mine = Sitting.objects.select_for_update(of=("self",)).get(pk=sitting.pk)
    if serving_at(sitting) is not None:
        raise NotNow(_("窗口还有一个号没有办完，办完或转出后再离岗。"))
    mine.until = now
    mine.save(update_fields=["until"])
