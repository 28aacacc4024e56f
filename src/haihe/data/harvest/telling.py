"""Who hears of the end of a run that needs somebody, and in which words."""

from datetime import datetime
from typing import Final

from django.urls import reverse
from django.utils.translation import gettext

from haihe.base.accounts.api import Role
from haihe.base.notices import api as notices
from haihe.base.notices.api import Desk, Facts
from haihe.data.harvest.models import HarvestRun
from haihe.data.harvest.wording import problem_told
from haihe.data.harvest.workflow import CENTRE, RunState

_FAILED: Final = "harvest.failed"
_HELD: Final = "harvest.held"


def tell_of_end(run: HarvestRun, *, now: datetime) -> None:
    """Tell the data centre of a run that failed or waits for it."""
    kind = {RunState.FAILED: _FAILED, RunState.HELD: _HELD}.get(RunState(run.state))
    if kind and not run.is_dry:
        notices.tell(
            to=[Desk(Role.STEWARD, CENTRE), Desk(Role.OPERATOR)],
            kind=kind,
            key=f"{kind}:{run.pk}:{run.pages}",
            facts={"title": run.catalogue.title, "problem": run.problem, "detail": run.detail, "gone": run.gone},
            path=reverse("harvest:run", args=[run.catalogue.slug, run.pk]),
            now=now,
        )


@notices.words(_FAILED)
def _say_failed(facts: Facts) -> str:
    told = {"title": facts["title"], "why": problem_told(facts["problem"], facts["detail"])}
    return gettext("远端目录“%(title)s”没有采集完：%(why)s") % told


@notices.words(_HELD)
def _say_held(facts: Facts) -> str:
    return gettext("远端目录“%(title)s”有 %(gone)s 个数据集消失，请确认是否下架。") % facts
