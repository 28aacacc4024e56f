"""Asking for a grant to go on, in one step: the same again, from the moment in which the old one ends."""

from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

from django.utils.translation import gettext as _

from haihe.base.accounts.api import Actor, Role, require
from haihe.data.sharing.errors import AlreadyOpen, NotNow
from haihe.data.sharing.models import Grant
from haihe.data.sharing.operations.requesting import hand_in, same_again
from haihe.data.sharing.queries.access import grant_for
from haihe.data.sharing.workflow import OPEN_REQUESTS, RENEW_DAYS, GrantState, RequestState


def renew_grant(
    *, actor: Actor, grant_id: UUID, token: UUID, now: datetime, months: int = 0, quota_per_day: int = 0
) -> UUID:
    """Hand a request to one's own office head that says what the grant's own said; return its id.

    `months` and `quota_per_day` are the old request's where they are 0. Raises: as `request_sharing`, and NotNow.
    """
    grant = grant_for(actor, grant_id)
    require(actor, Role.STEWARD, organisation=grant.organisation)
    check_renewable(grant, token=token, now=now)
    application = same_again(grant.request, token=token)
    application = replace(
        application,
        duration_months=months or application.duration_months,
        quota_per_day=quota_per_day or application.quota_per_day,
    )
    return hand_in(actor, application, now=now, renews=grant)


def is_renewable(grant: Grant, *, now: datetime) -> bool:
    """True while it is time to ask."""
    in_time = timedelta(0) < grant.valid_until - now <= timedelta(days=RENEW_DAYS)
    return grant.state == GrantState.ACTIVE and in_time


def check_renewable(grant: Grant, *, token: UUID, now: datetime) -> None:
    """Raises: NotNow, AlreadyOpen. A form sent twice (of one `token`) is let through, to find its own request."""
    if grant.state != GrantState.ACTIVE or grant.valid_until <= now:
        raise NotNow(_("只有有效的授权可以续期；已停止的请另行申请。"))
    if grant.valid_until - now > timedelta(days=RENEW_DAYS):
        raise NotNow(_("到期前 %(n)s 天起可以申请续期。") % {"n": RENEW_DAYS})
    asked = grant.renewals.filter(state__in=(*OPEN_REQUESTS, RequestState.APPROVED)).exclude(token=token).first()
    if asked is not None:
        raise AlreadyOpen(_("已经申请续期：%(number)s。") % {"number": asked.number}, number=asked.number)
