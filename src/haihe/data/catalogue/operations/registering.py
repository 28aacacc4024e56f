"""Write drafts: a new entry with its two codes, or what a draft says instead."""

from datetime import datetime

from django.db import connection, transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from haihe.base.accounts.api import Actor, Role, require
from haihe.data.catalogue.checks import check_entry
from haihe.data.catalogue.errors import EntryRefused, NotNow
from haihe.data.catalogue.models import Assessment, DataItem, Resource, SampleRow
from haihe.data.catalogue.operations.recording import is_draft, locked, record
from haihe.data.catalogue.records import CHILDREN, LISTS, NewResource
from haihe.data.catalogue.search.indexing import index

_LOCK_SPACE = 0x43415441
_ART_12 = "政务数据共享条例 第12条"


@transaction.atomic
def register_resource(*, actor: Actor, entry: NewResource, now: datetime) -> str:
    """Write a draft and return its code, the owner's next. Raises: NotPermitted, EntryRefused."""
    require(actor, Role.STEWARD, organisation=entry.owner)
    entry = check_entry(entry, today=timezone.localdate(now))
    row = Resource(code=_next_code(entry.owner), owner=entry.owner, registered_by=actor.user_id, created_at=now)
    write_entry(row, entry, now)
    record(row, actor, name="register", source="", part="OWNER_STEWARD", clause=_ART_12, now=now)
    return row.code


@transaction.atomic
def revise_resource(*, actor: Actor, code: str, entry: NewResource, now: datetime) -> None:
    """Replace what a draft says. Raises: ResourceNotFound, NotPermitted, NotNow, EntryRefused."""
    row = locked(actor, code)
    require(actor, Role.STEWARD, organisation=row.owner)
    if not is_draft(row):
        raise NotNow(_("只有草稿可以修改；已注册的资源请先退回草稿，已发布的请更新。"))
    if entry.owner != row.owner:
        raise EntryRefused(_("不能更换资源的提供方。"), field="owner")
    write_entry(row, check_entry(entry, code=code, today=timezone.localdate(now)), now)
    record(row, actor, name="edit", source=row.state, part="OWNER_STEWARD", clause=_ART_12, now=now)


def write_entry(row: Resource, entry: NewResource, now: datetime) -> None:
    """Put a checked entry into its tables, whatever stood there before."""
    if entry.classification != row.classification:
        row.guide_serial = _next_serial(entry.classification)
    for name in NewResource.__dataclass_fields__:
        if name not in {*CHILDREN, "owner"}:
            setattr(row, name, list(getattr(entry, name)) if name in LISTS else getattr(entry, name))
    row.updated_at = now
    index(row, [item.title for item in entry.items])
    row.save()
    for child in CHILDREN:
        getattr(row, child).all().delete()
    DataItem.objects.bulk_create(_items(row, entry))
    Assessment.objects.bulk_create(
        Assessment(resource=row, **{name: getattr(each, name) for name in type(each).__dataclass_fields__})
        for each in entry.assessments
    )
    SampleRow.objects.bulk_create(
        SampleRow(resource=row, position=position, values=values) for position, values in enumerate(entry.samples, 1)
    )


def _items(row: Resource, entry: NewResource) -> list[DataItem]:
    return [
        DataItem(
            resource=row,
            position=position,
            code_list_id=item.code_list or None,
            **{name: getattr(item, name) for name in type(item).__dataclass_fields__ if name != "code_list"},
        )
        for position, item in enumerate(entry.items, 1)
    ]


def _next_code(owner: str) -> str:
    _lock(owner)
    last = Resource.objects.filter(owner=owner).order_by("-code").values_list("code", flat=True).first()
    return f"{owner}/{int(last.rpartition('/')[2]) + 1 if last else 1:06}"


def _next_serial(classification: str) -> int:
    _lock(f"guide {classification}")
    last = Resource.objects.filter(classification=classification).aggregate(last=Max("guide_serial"))["last"]
    return (last or 0) + 1


def _lock(what: str) -> None:
    """Numbers are given one after the other; held until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, hashtext(%s))", [_LOCK_SPACE, what])
