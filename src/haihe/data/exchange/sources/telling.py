"""The owner's stewards hear of a source that fails again and again."""

from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext

from haihe.base.accounts.api import Role
from haihe.base.notices import api as notices
from haihe.base.notices.api import Desk, Facts
from haihe.data.exchange.sources.models import Source, SourceRun

_FAILS = "exchange.source_fails"


def tell_failing(source: Source, run: SourceRun, *, now: datetime) -> None:
    """Tell the owner's stewards; once for each row of failures."""
    notices.tell(
        to=[Desk(Role.STEWARD, source.owner)],
        kind=_FAILS,
        key=f"{_FAILS}:{source.pk}:{run.pk}",
        facts={"title": source.title, "times": source.failures},
        path=reverse("exchange:source", args=[source.pk]),
        now=now,
    )


@notices.words(_FAILS)
def _say_fails(facts: Facts) -> str:
    return gettext("数据源“%(title)s”连续 %(times)s 次没有取到可用的数据，上一份数据仍在服务，请查看原因。") % {
        "title": facts["title"],
        "times": facts["times"],
    }
