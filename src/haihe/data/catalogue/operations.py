"""Writes of the catalogue: one verb, one transaction, one line of history."""

from datetime import datetime

from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from haihe.base.accounts.api import Actor, NotPermitted, Role, require
from haihe.data.catalogue.checks import check_entry
from haihe.data.catalogue.errors import EntryRefused, NotNow
from haihe.data.catalogue.models import DataItem, Resource, ResourceEvent
from haihe.data.catalogue.queries import parts_on, resource_for
from haihe.data.catalogue.records import NewResource
from haihe.data.catalogue.search.indexing import index
from haihe.data.catalogue.workflow import NEEDS_WORDS, PUBLICATION_CLOCK, RESOURCE, ResourceState
from haihe.kernel.workflow import ForbiddenMove, Move

_LOCK_SPACE = 0x43415441
_LONGEST_WORDS = 1000


@transaction.atomic
def register_resource(*, actor: Actor, entry: NewResource, now: datetime) -> str:
    """Write a draft and return its code, the owner's next. Raises: NotPermitted, EntryRefused."""
    require(actor, Role.STEWARD, organisation=entry.owner)
    entry = check_entry(entry)
    row = Resource(code=_next_code(entry.owner), owner=entry.owner, registered_by=actor.user_id, created_at=now)
    _fill(row, entry, now)
    _record(row, actor, name="register", source="", part="OWNER_STEWARD", clause="政务数据共享条例 第12条", now=now)
    return row.code


@transaction.atomic
def revise_resource(*, actor: Actor, code: str, entry: NewResource, now: datetime) -> None:
    """Replace what a draft says. Raises: ResourceNotFound, NotPermitted, NotNow, EntryRefused."""
    row = _locked(actor, code)
    require(actor, Role.STEWARD, organisation=row.owner)
    if row.state != ResourceState.DRAFT:
        raise NotNow(_("只有草稿可以修改；已注册的资源请先退回草稿。"))
    if entry.owner != row.owner:
        raise EntryRefused(_("不能更换资源的提供方。"), field="owner")
    _fill(row, check_entry(entry), now)
    _record(row, actor, name="edit", source=row.state, part="OWNER_STEWARD", clause="政务数据共享条例 第12条", now=now)


def move_resource(*, actor: Actor, code: str, name: str, now: datetime, words: str = "") -> None:
    """Make one move of the workflow. Raises: ResourceNotFound, NotPermitted, NotNow, EntryRefused (words missing)."""
    with transaction.atomic():
        row = _locked(actor, code)
        move = _allowed_move(actor, row, name)
        words = words.strip()[:_LONGEST_WORDS]
        if name in NEEDS_WORDS and not words:
            raise EntryRefused(_("请写明理由。"), field="words")
        source, row.state = row.state, move.target
        _keep_times(row, move, now)
        row.save()
        part = min(parts_on(actor, row) & set(move.roles))
        _record(row, actor, name=name, source=source, part=part, clause=move.clause, now=now, words=words)


def submit(*, actor: Actor, code: str, now: datetime) -> None:
    """Hand the draft to the department's head, or the registered entry to the data centre; as `move_resource`."""
    row = resource_for(actor, code)
    name = "submit" if row.state == ResourceState.DRAFT else "submit_for_publication"
    move_resource(actor=actor, code=code, name=name, now=now)


def approve(*, actor: Actor, code: str, now: datetime) -> None:
    """Register, as the department's head; as `move_resource`."""
    move_resource(actor=actor, code=code, name="approve", now=now)


def publish(*, actor: Actor, code: str, now: datetime) -> None:
    """Announce to all, as the data centre; as `move_resource`."""
    move_resource(actor=actor, code=code, name="publish", now=now)


def _locked(actor: Actor, code: str) -> Resource:
    row = resource_for(actor, code)
    return Resource.objects.select_for_update().get(pk=row.pk)


def _allowed_move(actor: Actor, row: Resource, name: str) -> Move:
    try:
        move = RESOURCE.move(row.state, name)
    except ForbiddenMove:
        raise NotNow(_("这个资源的状态已经变化，请刷新页面后再操作。")) from None
    if parts_on(actor, row).isdisjoint(move.roles):
        raise NotPermitted(f"{name} on {row.code}")
    return move


def _keep_times(row: Resource, move: Move, now: datetime) -> None:
    row.updated_at = now
    row.due_on = PUBLICATION_CLOCK.due(timezone.localdate(now)) if move.clock_working_days else None
    if move.target == ResourceState.PUBLISHED:
        row.published_at = now


def _next_code(owner: str) -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, hashtext(%s))", [_LOCK_SPACE, owner])
    last = Resource.objects.filter(owner=owner).order_by("-code").values_list("code", flat=True).first()
    return f"{owner}/{int(last.rpartition('/')[2]) + 1 if last else 1:06}"


def _fill(row: Resource, entry: NewResource, now: datetime) -> None:
    for name in NewResource.__dataclass_fields__:
        if name not in {"items", "owner"}:
            setattr(row, name, getattr(entry, name))
    row.sharing_forms = list(entry.sharing_forms)
    row.updated_at = now
    index(row, [item.title for item in entry.items])
    row.save()
    row.items.all().delete()
    rows = [
        DataItem(
            resource=row,
            position=position,
            name=item.name,
            title=item.title,
            data_type=item.data_type,
            length=item.length,
            sensitivity=item.sensitivity,
            is_identifying=item.is_identifying,
        )
        for position, item in enumerate(entry.items, 1)
    ]
    DataItem.objects.bulk_create(rows)


def _record(
    row: Resource, actor: Actor, *, name: str, source: str, part: str, clause: str, now: datetime, words: str = ""
) -> None:
    ResourceEvent.objects.create(
        resource=row,
        at=now,
        name=name,
        source=source,
        target=row.state,
        part=part,
        organisation=row.owner if part.startswith("OWNER") else "",
        actor_id=actor.user_id,
        actor_name=actor.name,
        clause=clause,
        words=words,
    )
