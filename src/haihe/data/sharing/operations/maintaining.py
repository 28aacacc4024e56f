"""Announcing when a provider works on its systems, and ending it before its time; its users are told of both."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from haihe.base.accounts.api import Actor, NotPermitted
from haihe.data.sharing.errors import InputRefused, NotNow
from haihe.data.sharing.maintenance_notices import tell_announced, tell_ended
from haihe.data.sharing.models import Maintenance, Service, ServiceKind
from haihe.data.sharing.models.maintenance import LONGEST
from haihe.data.sharing.queries.access import service_for
from haihe.data.sharing.queries.maintenance import maintenance_for, may_maintain
from haihe.kernel.text import tidy

LONGEST_REASON = 100
FARTHEST = timedelta(days=90)
_SLACK = timedelta(minutes=1)
"""Forms know no seconds: "now" may be the minute that has begun."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Announcement:
    """`service` "" stands for all services of the owner. What is answered from our own index may serve on."""

    owner: str
    starts_at: datetime
    ends_at: datetime
    reason: str
    token: UUID
    service: str = ""
    serves_on: bool = False


@transaction.atomic
def announce_maintenance(*, actor: Actor, announcement: Announcement, now: datetime) -> UUID:
    """Have the gateway refuse meanwhile, and tell the users now; the same form twice is one announcement.

    Raises: NotFound, NotPermitted, NotNow, InputRefused.
    """
    if actor.user_id is None or not may_maintain(actor, announcement.owner):
        raise NotPermitted(f"announce_maintenance of {announcement.owner}")
    same = Maintenance.objects.filter(token=announcement.token, owner=announcement.owner).first()
    if same is not None:
        return same.pk
    service = _service(actor, announcement)
    reason = tidy(announcement.reason)
    if not 1 <= len(reason) <= LONGEST_REASON:
        raise InputRefused(_("请写明维护的原因，不超过 %(n)s 个字。") % {"n": LONGEST_REASON}, field="reason")
    _check_times(announcement, now)
    _check_others(announcement, service)
    row = Maintenance.objects.create(
        token=announcement.token,
        owner=announcement.owner,
        service=service,
        starts_at=announcement.starts_at,
        ends_at=announcement.ends_at,
        reason=reason,
        serves_on=announcement.serves_on,
        announced_by=actor.user_id,
        announced_name=actor.name,
        announced_at=now,
    )
    tell_announced(row, now=now)
    return row.pk


@transaction.atomic
def end_maintenance(*, actor: Actor, maintenance_id: UUID, now: datetime) -> None:
    """Let the gateway answer again, or never stop. Raises: NotFound, NotPermitted, NotNow."""
    found = maintenance_for(actor, maintenance_id)
    row = Maintenance.objects.select_for_update(of=("self",)).select_related("service").get(pk=found.pk)
    if actor.user_id is None or not may_maintain(actor, row.owner):
        raise NotPermitted(f"end_maintenance of {row.owner}")
    if row.is_over(now):
        raise NotNow(_("维护已经结束。"))
    row.ended_at, row.ended_by, row.ended_name = now, actor.user_id, actor.name
    row.save(update_fields=["ended_at", "ended_by", "ended_name"])
    tell_ended(row, now=now)


def _service(actor: Actor, announcement: Announcement) -> Service | None:
    # Locked, so that of two announcements at once the second sees the first.
    theirs = Service.objects.select_for_update().filter(owner=announcement.owner)
    if not announcement.service:
        if not theirs:
            raise InputRefused(_("该单位还没有开通共享服务，不需要公告维护。"), field="what")
        return None
    service = theirs.filter(pk=service_for(actor, announcement.service).pk).first()
    if service is None:
        raise InputRefused(_("这个服务不是该单位提供的，请重新选择。"), field="what")
    if announcement.serves_on and service.kind != ServiceKind.PROXY:
        raise InputRefused(_("这个服务由名册答复；其间照常的，不需要公告维护。"), field="serves_on")
    return service


def _check_times(announcement: Announcement, now: datetime) -> None:
    starts_at, ends_at = announcement.starts_at, announcement.ends_at
    if starts_at < now - _SLACK:
        raise InputRefused(_("开始的时间已经过去，请从现在或者以后开始。"), field="starts_at")
    if starts_at > now + FARTHEST:
        raise InputRefused(_("请在开始前 %(n)s 天之内公告。") % {"n": FARTHEST.days}, field="starts_at")
    if ends_at <= max(starts_at, now):
        raise InputRefused(_("结束的时间应当晚于开始的时间。"), field="ends_at")
    if ends_at - starts_at > LONGEST:
        hours = {"n": int(LONGEST.total_seconds()) // 3600}
        raise InputRefused(_("一次维护不超过 %(n)s 小时；更久的请办理停止备案。") % hours, field="ends_at")


def _check_others(announcement: Announcement, service: Service | None) -> None:
    """Raise NotNow if something announced for the same is not over by then."""
    others = Maintenance.objects.filter(
        Q(service=service) | Q(service__isnull=True),
        owner=announcement.owner,
        ended_at__isnull=True,
        starts_at__lt=announcement.ends_at,
        ends_at__gt=announcement.starts_at,
    )
    if others.exists():
        raise NotNow(_("这段时间已经公告了维护，请先提前结束原来的公告。"))
