"""Who approves hears of an export that waits, and who asked hears what was decided; no word of whom it is about."""

from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext

from haihe.base.accounts.api import Role
from haihe.base.notices import api as notices
from haihe.base.notices.api import Desk, Facts, Person
from haihe.data.matching.privacy.models import ResultExport

_ASKED, _DECIDED = "matching.export_asked", "matching.export_decided"


def tell_approvers(row: ResultExport, *, now: datetime) -> None:
    notices.tell(
        to=[Desk(Role.APPROVER, row.run.organisation)],
        kind=_ASKED,
        key=f"{_ASKED}:{row.number}",
        facts={"number": row.number, "by": row.asked_name},
        path=reverse("privacy:export", args=[row.number]),
        now=now,
    )


def tell_asker(row: ResultExport, *, now: datetime) -> None:
    notices.tell(
        to=[Person(row.asked_by)],
        kind=_DECIDED,
        key=f"{_DECIDED}:{row.number}",
        facts={"number": row.number, "state": row.state},
        path=reverse("privacy:export", args=[row.number]),
        now=now,
    )


@notices.words(_ASKED)
def _say_asked(facts: Facts) -> str:
    told = {"number": facts["number"], "by": facts["by"]}
    return gettext("%(by)s 申请导出比对结果（%(number)s），有的分组少于 5 人，请另一人批准。") % told


@notices.words(_DECIDED)
def _say_decided(facts: Facts) -> str:
    if facts["state"] == "READY":
        return gettext("导出 %(number)s 已批准，7 天内可以下载。") % {"number": facts["number"]}
    return gettext("导出 %(number)s 没有批准，请看理由。") % {"number": facts["number"]}
