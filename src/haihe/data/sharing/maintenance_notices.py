"""What the desks hear of a provider's maintenance: that it comes, and that it ended before its time."""

from datetime import datetime
from typing import Final

from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext

from haihe.base.accounts.api import Role
from haihe.base.notices import api as notices
from haihe.base.notices.api import Desk, Facts
from haihe.data.sharing import wording
from haihe.data.sharing.models import Maintenance
from haihe.data.sharing.queries.maintenance import kept_waiting

_ANNOUNCED: Final = "sharing.maintenance"
_ENDED: Final = "sharing.maintenance_ended"


def tell_announced(row: Maintenance, *, now: datetime) -> int:
    """Tell each department that it keeps waiting, once; return how many desks were told."""
    return _tell(row, _ANNOUNCED, {"serves_on": row.serves_on}, now=now)


def tell_ended(row: Maintenance, *, now: datetime) -> int:
    """Tell the same desks that it is over, or won't be; return how many were told."""
    return _tell(row, _ENDED, {"began": row.starts_at <= now}, now=now)


def _tell(row: Maintenance, kind: str, more: dict[str, bool], *, now: datetime) -> int:
    desks = [Desk(role, code) for code in kept_waiting(row) for role in (Role.STEWARD, Role.APPROVER)]
    facts = more | {
        "owner": row.owner,
        "service": row.service.title if row.service else "",
        "starts_at": row.starts_at.isoformat(),
        "ends_at": row.ends_at.isoformat(),
    }
    path = reverse("sharing:maintenance")
    return len(notices.tell(to=desks, kind=kind, key=f"{kind}:{row.pk}", facts=facts, path=path, now=now))


@notices.words(_ANNOUNCED)
def _say_announced(facts: Facts) -> str:
    if facts["serves_on"]:
        return gettext(
            "%(owner)s将于 %(start)s 至 %(end)s 维护%(what)s：部门接口停止答复，由名册答复的服务照常。"
        ) % _said(facts)
    return gettext("%(owner)s将于 %(start)s 至 %(end)s 维护%(what)s：其间不答复，请提前安排办件。") % _said(facts)


@notices.words(_ENDED)
def _say_ended(facts: Facts) -> str:
    if facts["began"]:
        return gettext("%(owner)s提前结束了%(what)s的维护，网关已恢复答复。") % _said(facts)
    return gettext("%(owner)s取消了 %(start)s 至 %(end)s 对%(what)s的维护。") % _said(facts)


def _said(facts: Facts) -> dict[str, str]:
    title = facts["service"]
    return {
        "owner": wording.organisation_name(facts["owner"]),
        "what": gettext("服务“%(title)s”") % {"title": title} if title else gettext("全部共享服务"),
        "start": _moment(facts["starts_at"]),
        "end": _moment(facts["ends_at"]),
    }


def _moment(text: str) -> str:
    moment = parse_datetime(text)
    return timezone.localtime(moment).strftime("%Y-%m-%d %H:%M") if moment else text
