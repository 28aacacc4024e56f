"""The opening plan: entries come, are worked on, published, postponed or dropped, each with its reason."""

import uuid
from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Final

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from haihe.base.accounts.api import SYSTEM, Actor, Role, require
from haihe.data.open import api as open_data
from haihe.data.participation.errors import InputRefused, NotNow
from haihe.data.participation.models import PlanEntry
from haihe.data.participation.operations.deciding import fulfil_from_plan, refuse_from_plan
from haihe.data.participation.operations.entering import (
    FURTHEST_YEARS,
    announce_change,
    checked_code,
    entry_for,
    open_slug,
)
from haihe.data.participation.operations.recording import allowed, make_move, record, words_for
from haihe.data.participation.queries import plan_entry
from haihe.data.participation.texts import line
from haihe.data.participation.workflow import OPEN_PLAN, RefusalGround
from haihe.kernel.workflow import Move


def add_entry(*, actor: Actor, owner: str, title: str, code: str, due_on: date | None, now: datetime) -> uuid.UUID:
    """Put something into the plan of a department. Raises: NotPermitted, InputRefused."""
    require(actor, Role.STEWARD, Role.APPROVER, organisation=owner)
    with transaction.atomic():
        told = line(title, longest=100, label=_("计划开放什么"))
        if due_on and PlanEntry.objects.filter(year=due_on.year, owner=owner, title=told).exists():
            raise InputRefused(_("今年的计划里已经有这一项。"))
        return entry_for(actor, owner=owner, title=told, code=code, due_on=due_on, now=now).pk


def link_entry(*, actor: Actor, pk: uuid.UUID, code: str, now: datetime) -> None:
    """Say which entry of the catalogue it is; its dataset's publication then ends it. Raises: NotFound and as above."""
    with transaction.atomic():
        row = _locked(pk)
        require(actor, Role.STEWARD, organisation=row.owner)
        if row.state not in OPEN_PLAN:
            raise NotNow(_("状态已经变化，请刷新页面后再操作。"))
        row.code, row.updated_at = checked_code(actor, row.owner, code), now
        row.save()
        record(row, actor, "link", now=now, facts={"code": row.code})
        if slug := open_slug(row.owner, row.code):
            _publish(row, SYSTEM, slug, now)


def move_entry(
    *,
    actor: Actor,
    pk: uuid.UUID,
    name: str,
    now: datetime,
    words: str = "",
    due_on: date | None = None,
    dataset: str = "",
    ground: str = "",
) -> None:
    """Make one move of an entry: prepare, publish (`dataset`), postpone (`due_on`), drop (`ground`).

    Raises: NotFound, NotPermitted, NotNow, InputRefused.
    """
    with transaction.atomic():
        row = _locked(pk)
        move = allowed(row, actor, name)
        told = words_for(row, name, words)
        if name == "publish":
            _publish(row, actor, _checked_dataset(row, dataset), now)
            return
        _MAKE.get(name, _nothing)(row, told, due_on, ground, now)
        _make(row, actor, move, told, now)
        if name == "drop":
            refuse_from_plan(row, ground, now=now)


def dataset_published(slug: str, *, now: datetime) -> int:
    """A dataset was published: entries of its catalogue entry are kept now. Return how many. Harmless to run twice."""
    found = open_data.datasets_named([slug]).get(slug)
    if found is None or not found.is_open:
        return 0
    with transaction.atomic():
        rows = PlanEntry.objects.select_for_update().filter(code=found.code, state__in=OPEN_PLAN).order_by("pk")
        waiting = list(rows)
        for row in waiting:
            _publish(row, SYSTEM, slug, now)
    return len(waiting)


def _publish(row: PlanEntry, actor: Actor, slug: str, now: datetime) -> None:
    row.dataset, row.published_on = slug, timezone.localdate(now)
    _make(row, actor, allowed(row, actor, "publish"), "", now)
    fulfil_from_plan(row, now=now)


def _postpone(row: PlanEntry, words: str, due_on: date | None, ground: str, now: datetime) -> None:
    if due_on is None or due_on <= max(row.due_on, timezone.localdate(now)) or due_on.year > row.year + FURTHEST_YEARS:
        raise InputRefused(_("请写明推迟到哪一天，要晚于原来的日期。"))
    row.reason, row.due_on = words, due_on


def _drop(row: PlanEntry, words: str, due_on: date | None, ground: str, now: datetime) -> None:
    if ground not in RefusalGround.values:
        raise InputRefused(_("请选择法律规定的理由。"))
    row.reason = words


def _nothing(row: PlanEntry, words: str, due_on: date | None, ground: str, now: datetime) -> None:
    """A move that changes nothing but the state."""


_MAKE: Final[Mapping[str, Callable[[PlanEntry, str, date | None, str, datetime], None]]] = {
    "postpone": _postpone,
    "drop": _drop,
}


def _make(row: PlanEntry, actor: Actor, move: Move, words: str, now: datetime) -> None:
    make_move(row, actor, move, now=now, words=words)
    announce_change(row, now)


def _checked_dataset(row: PlanEntry, slug: str) -> str:
    found = open_data.datasets_named([slug]).get(slug)
    if found is None or not found.is_open or found.owner != row.owner:
        raise InputRefused(_("请选择本部门已经开放的数据集。"))
    return found.slug


def _locked(pk: uuid.UUID) -> PlanEntry:
    return PlanEntry.objects.select_for_update().get(pk=plan_entry(pk).pk)
