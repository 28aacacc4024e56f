"""What stewards hear: a delivery waits for their decision, rejects wait to be mended."""

from datetime import datetime
from typing import Final

from django.urls import reverse
from django.utils.translation import gettext

from haihe.base.accounts.api import Role
from haihe.base.notices import api as notices
from haihe.base.notices.api import Desk, Facts
from haihe.data.exchange.models import FeedRun
from haihe.data.exchange.quality.models import RejectReturn

_HELD: Final = "exchange.held"
_RETURNED: Final = "exchange.returned"


def tell_held(run: FeedRun, title: str, *, stage: str, now: datetime) -> None:
    """Tell the owner's stewards that a run waits for them, once for each time it was held."""
    facts = {"title": title, "resource": run.resource, "stage": stage}
    notices.tell(
        to=[Desk(Role.STEWARD, run.owner)],
        kind=_HELD,
        key=f"{_HELD}:{run.pk}:{stage}:{now:%Y%m%d%H%M%S}",
        facts=facts,
        path=reverse("exchange:quality-held", args=[run.pk]),
        now=now,
    )


def tell_returned(returned: RejectReturn, title: str, *, now: datetime) -> None:
    """Tell the owner's stewards that rejects wait to be mended, once for each run."""
    facts = {"title": title, "resource": returned.resource, "rows": returned.rows}
    notices.tell(
        to=[Desk(Role.STEWARD, returned.owner)],
        kind=_RETURNED,
        key=f"{_RETURNED}:{returned.run_id}",
        facts=facts,
        path=reverse("exchange:quality-return", args=[returned.run_id]),
        now=now,
    )


@notices.words(_RETURNED)
def _say_returned(facts: Facts) -> str:
    told = {"title": facts["title"], "resource": facts["resource"], "n": int(facts["rows"])}
    return gettext("%(title)s（%(resource)s）有 %(n)s 行被退回，请在数源改正后重新报送。") % told


@notices.words(_HELD)
def _say(facts: Facts) -> str:
    told = {"title": facts["title"], "resource": facts["resource"]}
    if facts["stage"] == "COLUMNS":
        said = gettext("%(title)s（%(resource)s）新收到的文件，列与约定的不同，请决定如何处理；上一份数据继续服务。")
    else:
        said = gettext("%(title)s（%(resource)s）新收到的数据与规则或上一份相差较大，请决定是否采用；上一份继续服务。")
    return said % told
