"""What the desks hear when an entry is retired: since when its services are silent, and what ended with it."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext, ngettext

from haihe.base.accounts.api import Role
from haihe.base.notices import api as notices
from haihe.base.notices.api import Desk, Facts
from haihe.data.catalogue import api as catalogue
from haihe.data.sharing.models import Grant, Service

_USER: Final = "sharing.retired"
_OWNER: Final = "sharing.retired_own"
_DESKS: Final = (Role.STEWARD, Role.APPROVER)


def tell_retired(
    resource: str, *, services: Sequence[Service], grants: Sequence[Grant], requests: int, now: datetime
) -> None:
    """Tell each department that held a grant what it lost, and the owner what stopped. Applicants hear of their
    requests by the requests' own moves."""
    told: dict[str, Any] = {
        "title": catalogue.resource_titles({resource})[resource],
        "on": timezone.localdate(now).isoformat(),
    }
    key = f"{resource}:{now.isoformat()}"
    for user, count in Counter(grant.organisation for grant in grants).items():
        first = next(grant for grant in grants if grant.organisation == user)
        path = reverse("sharing:grant", args=[first.pk]) if count == 1 else reverse("sharing:grants") + "?show=held"
        _tell(user, _USER, f"{_USER}:{key}", told | {"grants": count}, path, now)
    if services:
        counts = {"services": len(services), "grants": len(grants), "requests": requests}
        path = reverse("catalogue:resource", args=[resource])
        _tell(services[0].owner, _OWNER, f"{_OWNER}:{key}", told | counts, path, now)


def _tell(organisation: str, kind: str, key: str, facts: dict[str, Any], path: str, now: datetime) -> None:
    desks = [Desk(role, organisation) for role in _DESKS]
    notices.tell(to=desks, kind=kind, key=key, facts=facts, path=path, now=now)


@notices.words(_USER)
def _say_user(facts: Facts) -> str:
    count = int(facts["grants"])
    return ngettext(
        "资源“%(title)s”于 %(day)s 下线：它的服务停止答复，本单位的 %(n)s 项授权终止。办事请改收材料。",
        "资源“%(title)s”于 %(day)s 下线：它的服务停止答复，本单位的 %(n)s 项授权终止。办事请改收材料。",
        count,
    ) % (_said(facts) | {"n": count})


@notices.words(_OWNER)
def _say_owner(facts: Facts) -> str:
    return gettext(
        "本单位的资源“%(title)s”于 %(day)s 下线：停止服务 %(services)s 个，终止授权 %(grants)s 项，"
        "终结申请 %(requests)s 件；使用部门已收到通知。"
    ) % (_said(facts) | {name: facts[name] for name in ("services", "grants", "requests")})


def _said(facts: Facts) -> dict[str, object]:
    day = parse_date(str(facts["on"]))
    return {"title": facts["title"], "day": f"{day:%Y-%m-%d}" if day else facts["on"]}
