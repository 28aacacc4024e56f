"""How long snapshots are kept: the owner decides for its register, the operator for all others."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from haihe.base.accounts.api import Actor, NotPermitted, Role, require
from haihe.data.exchange.ownership import owner_of
from haihe.data.exchange.versions.keeping import Retention
from haihe.data.exchange.versions.models import LEAST_DAYS, MOST_DAYS, SnapshotRetention

MOST_NEWEST, MOST_MONTHS = 100, 120


class RetentionRefused(ValueError):
    """Outside of what is allowed. `message` says what is."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


@transaction.atomic
def set_retention(*, actor: Actor, resource: str, retention: Retention, now: datetime) -> None:
    """Set how long the snapshots of a resource, or with "" of all others, are kept.

    Raises: NotPermitted, RetentionRefused.
    """
    if resource:
        require(actor, Role.STEWARD, organisation=owner_of(resource))
    elif not actor.has(Role.OPERATOR):
        raise NotPermitted("the city's retention")
    if not LEAST_DAYS <= retention.keep_days <= MOST_DAYS:
        raise RetentionRefused(_("天数应在 %(least)s 至 %(most)s 之间。") % {"least": LEAST_DAYS, "most": MOST_DAYS})
    if not 1 <= retention.keep_newest <= MOST_NEWEST or not 0 <= retention.keep_months <= MOST_MONTHS:
        raise RetentionRefused(
            _("至少保留最近 1 份、至多 %(newest)s 份；月末版本至多保留 %(months)s 个月。")
            % {"newest": MOST_NEWEST, "months": MOST_MONTHS}
        )
    SnapshotRetention.objects.update_or_create(
        resource=resource,
        defaults={
            "keep_days": retention.keep_days,
            "keep_newest": retention.keep_newest,
            "keep_months": retention.keep_months,
            "set_by": actor.user_id,
            "set_name": actor.name,
            "set_at": now,
        },
    )
