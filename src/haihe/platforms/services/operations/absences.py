"""An officer is away: a colleague takes their steps, from a day until a day, or until the absence is ended."""

from datetime import date, datetime, timedelta
from typing import Final
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from haihe.base.accounts.api import Actor, NotPermitted, Role, colleagues
from haihe.platforms.services.errors import InputRefused, NotNow
from haihe.platforms.services.models import Absence
from haihe.platforms.services.telling import tell_deputy

LONGEST: Final = timedelta(days=365)


@transaction.atomic
def declare_absence(
    *, actor: Actor, organisation: str, person: UUID, deputy: UUID, from_day: date, until_day: date, now: datetime
) -> None:
    """Say that an officer is away and who stands in: the officer themselves, or an approver of the body.

    Raises: NotPermitted, InputRefused.
    """
    heads = actor.has(Role.APPROVER, organisation)
    if not (heads or (actor.user_id == person and actor.has(Role.CLERK, organisation))):
        raise NotPermitted("officers speak for themselves, approvers for their body")
    staff = {one.user_id: one for one in colleagues(organisation, Role.CLERK, Role.APPROVER, now=now)}
    away, stands_in = staff.get(person), staff.get(deputy)
    if away is None or stands_in is None or person == deputy:
        raise InputRefused("deputy", _("请选择本单位的另一位同事。"))
    if not away.roles & stands_in.roles:
        raise InputRefused("deputy", _("接替的同事要有同样的岗位，窗口人员由窗口人员接替，审批人由审批人接替。"))
    today = timezone.localdate(now)
    if not today <= from_day <= until_day <= today + LONGEST:
        raise InputRefused("until_day", _("请选今天起一年之内的日期，结束日期不早于开始日期。"))
    if _open(organisation).filter(person=person, from_day__lte=until_day, until_day__gte=from_day).exists():
        raise InputRefused("from_day", _("这几天已经登记过了，请先结束原来的登记。"))
    row = Absence.objects.create(
        organisation=organisation,
        person=person,
        person_name=away.name,
        deputy=deputy,
        deputy_name=stands_in.name,
        from_day=from_day,
        until_day=until_day,
        said_by=actor.user_id or person,
        said_name=actor.name,
        said_at=now,
    )
    tell_deputy(row, now=now)


@transaction.atomic
def end_absence(*, actor: Actor, absence: int, now: datetime) -> None:
    """End an absence early: whoever is away, or an approver of the body. Raises: NotNow, NotPermitted."""
    row = Absence.objects.select_for_update().filter(pk=absence, ended_at=None).first()
    if row is None or not (actor.organisations(Role.CLERK, Role.APPROVER) & {row.organisation}):
        raise NotNow(_("没有这条登记，或已经结束。"))
    if actor.user_id != row.person and not actor.has(Role.APPROVER, row.organisation):
        raise NotPermitted("officers speak for themselves, approvers for their body")
    row.ended_at = now
    row.save(update_fields=["ended_at"])


def stand_in_for(to: Actor, organisation: str, *, now: datetime) -> Actor:
    """Return who takes a step that is given to an officer: they themselves, or whoever stands in for them now."""
    today, nobody = timezone.localdate(now), UUID(int=0)
    away = _open(organisation).filter(person=to.user_id or nobody, from_day__lte=today, until_day__gte=today).first()
    if away is None:
        return to
    staff = colleagues(organisation, Role.CLERK, Role.APPROVER, now=now)
    return next((one for one in staff if one.user_id == away.deputy), to)


def covered_by(actor: Actor, *, on: date) -> dict[UUID, str]:
    """Return for whom the actor stands in on a day, with their names."""
    if actor.user_id is None:
        return {}
    rows = Absence.objects.filter(deputy=actor.user_id, ended_at=None, from_day__lte=on, until_day__gte=on)
    return dict(rows.filter(organisation__in=actor.organisations()).values_list("person", "person_name"))


def absences_of(actor: Actor, *, on: date) -> list[Absence]:
    """Return the absences, now or to come, in the actor's bodies."""
    bodies = actor.organisations(Role.CLERK, Role.APPROVER)
    rows = Absence.objects.filter(organisation__in=bodies, ended_at=None, until_day__gte=on)
    return list(rows.order_by("from_day", "pk")[:200])


def _open(organisation: str) -> QuerySet[Absence]:
    return Absence.objects.filter(organisation=organisation, ended_at=None)
