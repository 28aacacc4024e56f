"""Move a draft as workflow.py lets it; what is approved becomes a version, or the item's end."""

from datetime import date, datetime
from typing import Final
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from haihe.base.accounts.api import Actor, NotPermitted
from haihe.base.outbox import api as outbox
from haihe.kernel.workflow import ForbiddenMove, Move
from haihe.platforms.services.items.elements import faults
from haihe.platforms.services.items.errors import DraftRefused
from haihe.platforms.services.items.indexing import index_items
from haihe.platforms.services.items.models import ItemDraft, ItemRetirement, ItemVersion
from haihe.platforms.services.items.operations.loading import version_of
from haihe.platforms.services.items.operations.recording import LONGEST_WORDS, locked_draft, record
from haihe.platforms.services.items.queries import is_code_of_another, newest_version, parts_on
from haihe.platforms.services.items.telling import tell_of_move
from haihe.platforms.services.items.workflow import DRAFT, NEEDS_WORDS, Part

ITEM_CHANGED: Final = "services.item_changed"
"""Announced when a version was approved or an item is to end: {"slug", "in_force_from"}."""


@transaction.atomic
def move_draft(*, actor: Actor, draft: UUID, name: str, now: datetime, words: str = "") -> None:
    """Make one move of the workflow.

    Raises: ItemNotFound, NotPermitted (also: one's own draft can't be decided), DraftRefused.
    """
    row = locked_draft(actor, draft)
    move = _allowed(row, actor, name)
    words = words.strip()[:LONGEST_WORDS]
    if name in NEEDS_WORDS and not words:
        raise DraftRefused(_("请写明理由。"))
    if name in ("submit", "approve"):
        row.in_force_from = _checked(row, name, today=timezone.localdate(now))
    source, row.state, row.changed_at = row.state, move.target, now
    if name == "approve" and row.in_force_from is not None:
        _approve(row, from_day=row.in_force_from, now=now)
    row.save()
    part = min(parts_on(actor, row.authority) & {Part(role) for role in move.roles})
    event = record(row, actor, name=name, source=source, part=part, now=now, clause=move.clause, words=words)
    tell_of_move(row, event)


def _allowed(row: ItemDraft, actor: Actor, name: str) -> Move:
    try:
        move = DRAFT.move(row.state, name)
    except ForbiddenMove:
        raise DraftRefused(_("这份草稿的状态已经变化，请刷新页面后再操作。")) from None
    if parts_on(actor, row.authority).isdisjoint(move.roles):
        raise NotPermitted(f"{name} on {row.slug}")
    if move.roles == (Part.APPROVER,) and row.author == actor.user_id:
        raise DraftRefused(_("自己起草的，由另一个人审批。"))
    return move


def _checked(row: ItemDraft, name: str, *, today: date) -> date:
    """Judge what is handed in or approved; return from which day it holds. Raises: DraftRefused."""
    newest = newest_version(row.slug)
    number = newest.version if newest else 0
    if name == "submit":
        row.base = number
    elif row.base != number:
        raise DraftRefused(_("提交之后这个事项有了新版本，请退回，对照后重新提交。"))
    day = row.in_force_from if row.is_retirement else _sound(row)
    if day is None or day < today:
        raise DraftRefused(_("生效日期已经过去，请改为今天或以后。"))
    if newest is not None and day < newest.in_force_from:
        raise DraftRefused(_("生效日期不能早于现有版本的生效日期。"))
    return day


def _sound(row: ItemDraft) -> date:
    """Return from which day the item that the rows tell is in force. Raises: DraftRefused."""
    try:
        item = faults.item_of(row.rows, version=row.base + 1)
    except faults.Unsound as unsound:
        told = {"n": len(unsound.faults), "first": unsound.faults[0].reason}
        raise DraftRefused(_("还有 %(n)s 处要改正，第一处：%(first)s") % told) from unsound
    if is_code_of_another(item.code, slug=row.slug):
        raise DraftRefused(_("实施编码 %(code)s 已经用于另一个事项。") % {"code": item.code})
    return item.in_force_from


def _approve(row: ItemDraft, *, from_day: date, now: datetime) -> None:
    if row.is_retirement:
        ItemRetirement.objects.create(slug=row.slug, version=row.base, from_day=from_day, reason=row.reason, at=now)
    else:
        row.version = _new_version(row)
    outbox.announce(ITEM_CHANGED, {"slug": row.slug, "in_force_from": from_day.isoformat()})


def _new_version(row: ItemDraft) -> ItemVersion:
    version = version_of(faults.item_of(row.rows, version=row.base + 1))
    version.is_local, version.shipped = True, row.shipped
    version.save()
    index_items([version])
    return version
