"""Follow, follow at another pace, follow no more; a new address for one's feed."""

from datetime import datetime
from typing import Final

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from haihe.base.accounts.api import Actor
from haihe.data.following.errors import InputRefused, NotFound
from haihe.data.following.models import FeedAddress, Follow, Pace
from haihe.data.following.queries import person
from haihe.data.following.targets import Target

MOST_FOLLOWS: Final = 300


@transaction.atomic
def follow(*, actor: Actor, target: Target, pace: str, now: datetime) -> Follow:
    """Follow something, or go on following it at this pace. Raises: NotPermitted, InputRefused."""
    user = person(actor)
    if pace not in Pace.values:
        raise InputRefused(_("请选择多久告诉您一次。"))
    row = Follow.objects.filter(user=user, kind=target.kind, target=target.target).first()
    if row is None:
        if Follow.objects.filter(user=user).count() >= MOST_FOLLOWS:
            raise InputRefused(_("最多关注 %(n)s 项，请先取消一些。") % {"n": MOST_FOLLOWS})
        # Two clicks at once are one follow.
        row, _is_new = Follow.objects.get_or_create(
            user=user, kind=target.kind, target=target.target, defaults={"pace": pace, "made_at": now}
        )
    row.pace = pace
    row.save(update_fields=["pace"])
    return row


def set_pace(*, actor: Actor, follow_id: int, pace: str) -> None:
    """Raises: NotPermitted, NotFound, InputRefused."""
    if pace not in Pace.values:
        raise InputRefused(_("请选择多久告诉您一次。"))
    if not Follow.objects.filter(pk=follow_id, user=person(actor)).update(pace=pace):
        raise NotFound(follow_id)


def unfollow(*, actor: Actor, follow_id: int) -> None:
    """Raises: NotPermitted, NotFound, for what doesn't exist and for another's alike."""
    if not Follow.objects.filter(pk=follow_id, user=person(actor)).delete()[0]:
        raise NotFound(follow_id)


@transaction.atomic
def new_feed_address(*, actor: Actor, now: datetime) -> FeedAddress:
    """Give one's feed a new address; the one before ends at once. Raises: NotPermitted."""
    row, is_new = FeedAddress.objects.get_or_create(user=person(actor), defaults={"made_at": now})
    if not is_new:
        FeedAddress.objects.filter(pk=row.pk).update(serial=F("serial") + 1, made_at=now)
        row.refresh_from_db()
    return row
