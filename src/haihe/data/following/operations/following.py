"""Follow, follow at another pace, follow no more; a new address for one's feed."""

from datetime import datetime
from typing import Final

from django.db import transaction
from django.db.models import F, QuerySet
from django.utils.translation import gettext as _

from haihe.base.accounts.api import Actor
from haihe.data.following.errors import InputRefused, NotFound
from haihe.data.following.models import FeedAddress, Follow, FollowKind, Pace
from haihe.data.following.queries import person
from haihe.data.following.targets import Target

MOST_FOLLOWS: Final = 300
MOST_SEARCHES: Final = 20
"""Each is looked through again with every new version of every dataset."""
LONGEST_TARGET: Final = 300


@transaction.atomic
def follow(*, actor: Actor, target: Target, pace: str, now: datetime) -> Follow:
    """Follow something, or go on following it at this pace. Raises: NotPermitted, InputRefused."""
    user = person(actor)
    if pace not in Pace.values:
        raise InputRefused(_("请选择多久告诉您一次。"))
    if len(target.target) > LONGEST_TARGET:
        raise InputRefused(_("查找条件太长，请少写几个字再关注。"))
    mine, what = Follow.objects.filter(user=user), {"kind": target.kind, "target": target.target}
    if not mine.filter(**what).exists():
        _check_room(mine, target.kind)
    # Two clicks at once are one follow.
    row, _is_new = Follow.objects.update_or_create(
        user=user, **what, defaults={"pace": pace}, create_defaults={"pace": pace, "made_at": now}
    )
    return row


def _check_room(mine: "QuerySet[Follow]", kind: str) -> None:
    if mine.count() >= MOST_FOLLOWS:
        raise InputRefused(_("最多关注 %(n)s 项，请先取消一些。") % {"n": MOST_FOLLOWS})
    if kind == FollowKind.SEARCH and mine.filter(kind=kind).count() >= MOST_SEARCHES:
        raise InputRefused(_("最多关注 %(n)s 个查找条件，请先取消一些。") % {"n": MOST_SEARCHES})


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
