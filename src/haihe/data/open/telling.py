"""Which desks hear of what happens to a dataset, and in which words."""

from typing import Final

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from haihe.base.accounts.api import Role
from haihe.base.notices import api as notices
from haihe.base.notices.api import Desk, Facts
from haihe.data.open.models import Dataset, DatasetEvent
from haihe.data.open.workflow import TOLD, Part

_MOVED: Final = "open.moved"
HAPPENED: Final[dict[str, str | Promise]] = {
    "propose": _("提出开放"),
    "pass_gate": _("通过开放检查，等待发布"),
    "fail_gate": _("没有通过开放检查"),
    "change": _("修改说明或者脱敏方式"),
    "send_back": _("退回修改"),
    "publish": _("已发布"),
    "renew": _("数据有更新"),
    "hold_back": _("新版数据没有通过检查，旧版继续提供"),
    "suspend": _("暂停开放"),
    "resume": _("恢复开放"),
    "withdraw": _("已撤回"),
    "lapse": _("随目录条目下线"),
}


def tell_of_move(row: Dataset, event: DatasetEvent) -> None:
    """Tell the desks that the table names for this move."""
    parts = TOLD.get(event.name, ())
    if parts:
        notices.tell(
            to=[_desk(row, part) for part in parts],
            kind=_MOVED,
            key=f"{_MOVED}:{event.pk}",
            facts={"title": row.title, "move": event.name},
            path=reverse("open:desk-dataset", args=[row.slug]),
            now=event.at,
        )


@notices.words(_MOVED)
def _say_moved(facts: Facts) -> str:
    told = {"title": facts["title"], "happened": HAPPENED.get(facts["move"], facts["move"])}
    return gettext("数据开放：“%(title)s”%(happened)s。") % told


def _desk(row: Dataset, part: Part) -> Desk:
    if part == Part.AUTHORITY:
        return Desk(Role.OPERATOR)
    return Desk(Role.STEWARD if part == Part.OWNER_STEWARD else Role.APPROVER, row.owner)
