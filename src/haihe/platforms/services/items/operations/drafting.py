"""Begin, edit and hand in drafts of items. Only a steward of the item's authority does."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from haihe.base.accounts.api import Actor, NotPermitted
from haihe.platforms.services.items import reading
from haihe.platforms.services.items.elements import flat
from haihe.platforms.services.items.elements.columns import ITEM, TABLES, table
from haihe.platforms.services.items.elements.flat import Rows
from haihe.platforms.services.items.errors import DraftRefused, ItemNotFound
from haihe.platforms.services.items.models import ItemDraft, ItemVersion
from haihe.platforms.services.items.operations.recording import kept, locked_draft, record
from haihe.platforms.services.items.queries import may_write, newest_version, open_draft
from haihe.platforms.services.items.workflow import DraftKind, Part


@transaction.atomic
def begin_draft(*, actor: Actor, slug: str, now: datetime, from_release: bool = False) -> UUID:
    """Begin a draft from the newest version, or from the file of this release; return the open one if there is.

    Raises: ItemNotFound (also for who isn't the item's steward).
    """
    newest = newest_version(slug)
    if newest is None or not may_write(actor, newest.authority):
        raise ItemNotFound
    if (draft := open_draft(slug)) is not None:
        return draft.pk
    item = reading.shipped_item(slug) if from_release else newest.definition
    if item is None:
        raise ItemNotFound
    rows = flat.rows_of(item)
    return _begin(actor, rows, newest, now=now, shipped=item.version if from_release else None).pk


@transaction.atomic
def begin_new_item(*, actor: Actor, rows: Rows, now: datetime) -> UUID:
    """Begin a draft of an item that isn't there yet. Raises: NotPermitted, DraftRefused (it is there)."""
    item = rows[ITEM][0]
    if not may_write(actor, item["authority"]):
        raise NotPermitted(f"draft an item of {item['authority']}")
    if newest_version(item["slug"]) is not None or open_draft(item["slug"]) is not None:
        raise DraftRefused(_("已经有这个事项了，请改它，或者换一个标识。"))
    return _begin(actor, rows, None, now=now).pk


@transaction.atomic
def begin_retirement(*, actor: Actor, slug: str, reason: str, from_day: date, now: datetime) -> UUID:
    """Propose that an item ends on a day. Raises: ItemNotFound, DraftRefused."""
    newest = newest_version(slug)
    if newest is None or not may_write(actor, newest.authority):
        raise ItemNotFound
    if open_draft(slug) is not None:
        raise DraftRefused(_("这个事项有没办完的草稿，请先办完或者放弃它。"))
    if not reason.strip():
        raise DraftRefused(_("请写明理由。"))
    draft = _begin(actor, {}, newest, now=now, kind=DraftKind.RETIREMENT)
    draft.reason, draft.in_force_from = reason.strip()[:500], from_day
    draft.save(update_fields=["reason", "in_force_from"])
    return draft.pk


@transaction.atomic
def save_table(
    *, actor: Actor, draft: UUID, key: str, rows: Iterable[Mapping[str, str]], revision: int, now: datetime
) -> None:
    """Keep what was typed into one table, sound or not; it is judged when handed in.

    Raises: ItemNotFound, DraftRefused (somebody else saved meanwhile, or it isn't a draft any more).
    """
    row = locked_draft(actor, draft, Part.STEWARD)
    if not row.is_editable or row.is_retirement:
        raise DraftRefused(_("这份草稿已经提交，请先撤回再改。"))
    if row.revision != revision:
        raise DraftRefused(_("这份草稿刚被别人改过，请刷新页面后再改。"))
    taken = flat.filled_rows(rows, table(key))
    replace_rows(row, {**row.rows, key: _settled(row, key, taken)}, now=now)


@transaction.atomic
def redraft(*, actor: Actor, rows: Rows, now: datetime) -> tuple[UUID, bool]:
    """Bring in a whole item: a draft of it is begun or changed. Return which, and whether that changed anything.

    Raises: NotPermitted, DraftRefused (handed in already, or to be retired).
    """
    item = rows[ITEM][0]
    newest, draft = newest_version(item["slug"]), open_draft(item["slug"])
    owner = draft.authority if draft else newest.authority if newest else item["authority"]
    if not may_write(actor, owner):
        raise NotPermitted(f"draft an item of {owner}")
    if draft is None:
        if newest is not None and _same(rows, flat.rows_of(newest.definition)):
            return UUID(int=0), False
        return (
            _begin(actor, rows, newest, now=now).pk if newest else begin_new_item(actor=actor, rows=rows, now=now)
        ), True
    if not draft.is_editable or draft.is_retirement:
        raise DraftRefused(_("这个事项的草稿已经提交，请先撤回再导入。"))
    row = locked_draft(actor, draft.pk, Part.STEWARD)
    if _same(rows, row.rows):
        return row.pk, False
    replace_rows(row, {**rows, ITEM: _settled(row, ITEM, rows[ITEM])}, now=now)
    return row.pk, True


def replace_rows(row: ItemDraft, rows: Rows, *, now: datetime) -> None:
    row.rows, row.revision, row.changed_at = rows, row.revision + 1, now
    row.title = (rows[ITEM][0].get("name.zh") or row.slug)[:200]
    row.save(update_fields=["rows", "revision", "changed_at", "title"])


def _begin(
    actor: Actor,
    rows: Rows,
    newest: ItemVersion | None,
    *,
    now: datetime,
    shipped: int | None = None,
    kind: DraftKind = DraftKind.CHANGE,
) -> ItemDraft:
    if actor.user_id is None:
        raise NotPermitted("draft an item while signed out")
    item = rows[ITEM][0] if rows else None
    draft = ItemDraft.objects.create(
        slug=newest.slug if newest else rows[ITEM][0]["slug"],
        title=item["name.zh"] if item else newest.definition.name.zh if newest else "",
        authority=newest.authority if newest else rows[ITEM][0]["authority"],
        kind=kind,
        rows=rows,
        base=newest.version if newest else 0,
        shipped=shipped,
        author=actor.user_id,
        author_name=actor.name,
        begun_at=now,
        changed_at=now,
    )
    record(draft, actor, name="begin", source="", part=Part.STEWARD, now=now)
    return draft


def _settled(row: ItemDraft, key: str, taken: list[flat.Row]) -> list[flat.Row]:
    """Keep what can't be changed by typing: whose item it is, and its name in addresses."""
    if key != ITEM:
        return taken
    first = taken[0] if taken else {column.name: "" for column in TABLES[0].columns}
    return [{**first, **kept(row)}]


def _same(rows: Rows, other: Rows) -> bool:
    return flat.without_version(rows) == flat.without_version(other)
