"""The demo's plan of the year: what departments promised, kept, postponed and dropped."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any, Final

from django.utils import timezone

from haihe.data.open import api as open_data
from haihe.data.participation.models import PlanEntry
from haihe.data.participation.workflow import PlanState

_KINDS: Final = (
    PlanState.PUBLISHED,
    PlanState.PUBLISHED,
    PlanState.PREPARING,
    PlanState.PUBLISHED,
    PlanState.PLANNED,
    PlanState.POSTPONED,
    PlanState.PUBLISHED,
    PlanState.DROPPED,
)
_REASONS: Final = {
    PlanState.POSTPONED: "系统改造推迟，数据要到改造后才完整。",
    PlanState.DROPPED: "与另一部门的数据重复，由对方开放。",
}


def entries(requests: list[dict[str, Any]], told: Mapping[str, Any], *, now: datetime) -> list[PlanEntry]:
    """Return what requests brought into the plan, and what departments planned by themselves."""
    today = timezone.localdate(now)
    owners: dict[str, list[str]] = {}
    for info in open_data.datasets_of(""):
        owners.setdefault(info.owner, []).append(info.slug)
    own = [(owner, title) for title in told["titles"] for owner in told["owners"]]
    made = [_own(owner, title, place, owners.get(owner, []), today, now) for place, (owner, title) in enumerate(own)]
    return [*made, *(_asked(one, today, now) for one in requests if one["state"] in ("ACCEPTED", "FULFILLED"))]


def _own(owner: str, title: str, place: int, slugs: list[str], today: date, now: datetime) -> PlanEntry:
    state = _KINDS[place % len(_KINDS)]
    if state == PlanState.PUBLISHED and not slugs:
        state = PlanState.PREPARING
    is_done = state in (PlanState.PUBLISHED, PlanState.DROPPED)
    due = today + timedelta(days=-150 + place * 4 if is_done else 6 + place * 3)
    if place == _LATE:
        due = today - timedelta(days=12)
    row = _entry(owner, title, state, due, now)
    if state == PlanState.PUBLISHED:
        row.published_on = due + timedelta(days=9 if place % 5 == 1 else -3)
        row.dataset = slugs[place % len(slugs)]
    if state == PlanState.POSTPONED:
        row.promised_on = due - timedelta(days=60)
    return row


_LATE: Final = 10
"""The one that is late, for everybody to see."""


def _asked(one: Mapping[str, Any], today: date, now: datetime) -> PlanEntry:
    if one["state"] == "FULFILLED":
        row = _entry(one["owner"], one["title"], PlanState.PUBLISHED, today - timedelta(days=30), now)
        row.published_on, row.dataset = today - timedelta(days=35), one["dataset"]
        return row
    return _entry(one["owner"], one["title"], PlanState.PLANNED, today + timedelta(days=25), now)


def _entry(owner: str, title: str, state: PlanState, due: date, now: datetime) -> PlanEntry:
    return PlanEntry(
        year=timezone.localdate(now).year,
        owner=owner,
        title=title,
        promised_on=due,
        due_on=due,
        state=state,
        reason=_REASONS.get(state, ""),
        created_at=now - timedelta(days=200),
        updated_at=now - timedelta(days=20),
    )
