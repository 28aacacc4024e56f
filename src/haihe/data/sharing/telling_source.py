"""The authority hears of an interface that waits for its confirmation anew, since its owner changed where it lies."""

from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext

from haihe.base.accounts.api import Role
from haihe.base.notices import api as notices
from haihe.base.notices.api import Desk, Facts
from haihe.data.sharing.models import Service

_WAITS = "sharing.source_waits"


def tell_source_waits(row: Service, *, version: int, now: datetime) -> None:
    """Tell the operators' desk; it is told once for each version."""
    path = reverse("sharing:service", args=[row.slug])
    facts = {"title": row.title, "slug": row.slug}
    key = f"{_WAITS}:{row.pk}:{version}"
    notices.tell(to=[Desk(Role.OPERATOR)], kind=_WAITS, key=key, facts=facts, path=path, now=now)


@notices.words(_WAITS)
def _say_waits(facts: Facts) -> str:
    return gettext("服务“%(title)s”的提供部门改了接口地址，确认之前不答复，请核对后确认。") % {"title": facts["title"]}
