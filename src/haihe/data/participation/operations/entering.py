"""Put something into the plan: by a department's own will, or because a request was accepted."""

from datetime import date, datetime
from typing import Final

from django.utils import timezone
from django.utils.translation import gettext as _

from haihe.base.accounts.api import Actor
from haihe.data.catalogue import api as catalogue
from haihe.data.open import api as open_data
from haihe.data.participation.errors import InputRefused, NotNow
from haihe.data.participation.events import PLAN_CHANGED, announce
from haihe.data.participation.models import PlanEntry
from haihe.data.participation.operations.recording import record
from haihe.data.participation.telling import path_of
from haihe.data.participation.workflow import OPEN_PLAN

FURTHEST_YEARS: Final = 2


def entry_for(actor: Actor, *, owner: str, title: str, code: str, due_on: date | None, now: datetime) -> PlanEntry:
    """Return the open entry of that title, or put one into the plan; within the caller's transaction."""
    today = timezone.localdate(now)
    if due_on is None or not today <= due_on <= date(today.year + FURTHEST_YEARS, 12, 31):
        raise InputRefused(_("请写明计划开放的日期，从今天起、不晚于后年年底。"))
    code = checked_code(actor, owner, code)
    if open_slug(owner, code):
        raise InputRefused(_("这个代码的数据集已经开放，不用再列入计划；请直接用它答复。"))
    told = {"code": code, "promised_on": due_on, "due_on": due_on, "created_at": now, "updated_at": now}
    # Locked: it must not end between now and the moment at which a request hangs on it.
    row, is_new = PlanEntry.objects.select_for_update().get_or_create(
        year=due_on.year, owner=owner, title=title, defaults=told
    )
    if not is_new:
        if row.state not in OPEN_PLAN:
            raise NotNow(_("计划里已有同名的一项，已经办结；请改用已开放的数据集答复。"))
        return row
    record(row, actor, "plan", now=now, target=row.state)
    announce_change(row, now)
    return row


def announce_change(row: PlanEntry, now: datetime) -> None:
    """Tell neighbours how an entry stands now."""
    announce(
        PLAN_CHANGED,
        name=str(row.pk),
        title=row.title,
        state=row.state,
        owner=row.owner,
        datasets=[row.dataset],
        path=path_of(row),
        now=now,
    )


def open_slug(owner: str, code: str) -> str:
    """Return under which name a resource is open already; "" if it isn't."""
    return next((one.slug for one in open_data.datasets_of(owner) if code and one.code == code), "")


def checked_code(actor: Actor, owner: str, code: str) -> str:
    """Return the code of an entry of the department that may be opened; "" for none. Raises: InputRefused."""
    code = code.replace("\x00", "").strip()
    if not code:
        return ""
    entry = catalogue.resource(code, actor=actor) if len(code) <= 32 else None
    if entry is None or entry.owner != owner:
        raise InputRefused(_("本部门的目录里没有这个代码，请核对；还没有登记的可以不填。"))
    if entry.opening_type == "CLOSED":
        raise InputRefused(_("目录中这个资源不开放；要开放，请先更新目录条目的开放属性。"))
    return entry.code
