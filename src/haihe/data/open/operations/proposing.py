"""Propose a catalogue entry for opening, and describe it while it isn't published."""

import re
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from django.db import transaction
from django.utils.translation import gettext as _

from haihe.base.accounts.api import Actor, Role, require
from haihe.city import api as city
from haihe.data.catalogue import api as catalogue
from haihe.data.open.columns import OpenColumn, kind_of, written
from haihe.data.open.errors import InputRefused, NotFound
from haihe.data.open.models import Dataset, DatasetEvent, Licence
from haihe.data.open.operations.recording import locked, make_move
from haihe.data.open.topics import topics
from haihe.data.open.workflow import Part
from haihe.kernel.text import tidy

_SLUG: Final = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_LONGEST_SLUG: Final = 80
_ADDRESSES_OF_THE_DESK: Final = frozenset({"new", "applications", "harvest"})
"""What stands below /open/desk/ beside datasets: one of this name couldn't be reached there."""
_CLOSED: Final = "CLOSED"


@dataclass(frozen=True, slots=True, kw_only=True)
class NewDataset:
    """What the steward tells besides what the catalogue says. `columns_en` are the columns' English titles by name."""

    slug: str
    title_en: str
    summary_en: str
    topic: str
    licence: str
    has_api: bool = False
    key: tuple[str, ...] = ()
    least_group: int = 5
    columns_en: dict[str, str] = field(default_factory=dict)


def propose(*, actor: Actor, code: str, new: NewDataset, now: datetime) -> str:
    """Begin a dataset of a published entry that may be opened; return its slug.

    Raises: NotFound, NotPermitted, InputRefused.
    """
    entry = catalogue.resource(code, actor=actor)
    if entry is None or entry.state != "PUBLISHED":
        raise NotFound(code)
    require(actor, Role.STEWARD, organisation=entry.owner)
    if entry.opening_type == _CLOSED:
        raise InputRefused(_("目录中这个资源不开放；要开放，请先更新目录条目的开放属性。"))
    told = _told(entry, new)
    with transaction.atomic():
        if Dataset.objects.filter(code=code).exists():
            raise InputRefused(_("这个资源已经是数据集了。"))
        if Dataset.objects.filter(slug=new.slug).exists():
            raise InputRefused(_("这个英文名称已经有人用了，请换一个。"))
        row = Dataset(code=code, proposed_by=actor.user_id, created_at=now, updated_at=now, **told)
        index(row, entry)
        row.save()
        DatasetEvent.objects.create(
            dataset=row,
            at=now,
            name="propose",
            target=row.state,
            part=Part.OWNER_STEWARD,
            organisation=row.owner,
            actor_id=actor.user_id,
            actor_name=actor.name,
        )
    return row.slug


def describe(*, actor: Actor, slug: str, new: NewDataset, now: datetime) -> None:
    """Tell anew what a dataset is, before it is published; it has to pass the gate again.

    Raises: NotFound, NotPermitted, NotNow, InputRefused.
    """
    with transaction.atomic():
        row = locked(actor, slug)
        entry = catalogue.resource(row.code, actor=actor)
        if entry is None or new.slug != row.slug:
            raise NotFound(slug)
        for name, value in _told(entry, new).items():
            setattr(row, name, value)
        index(row, entry)
        make_move(row, actor, "change", now=now)


def columns_of(entry: catalogue.ResourceEntry, titles_en: dict[str, str]) -> tuple[OpenColumn, ...]:
    """Return the entry's items as columns."""
    return tuple(
        OpenColumn(
            name=item.name,
            title=item.title,
            title_en=tidy(titles_en.get(item.name, ""))[:100],
            kind=kind_of(item.name, item.data_type),
            unit=item.unit,
            code_list=item.code_list,
            description=item.description,
            sensitivity="PERSONAL" if item.is_identifying else item.sensitivity,
        )
        for item in entry.items
    )


def index(row: Dataset, entry: catalogue.ResourceEntry) -> None:
    """Put the vectors that the search looks into; the caller saves."""
    owner, topic = city.organisation(row.owner), topics()[row.topic]
    row.found, row.ranked = catalogue.document(
        codes=(row.code, row.slug),
        title=row.title,
        subject=topic.zh,
        items=[column["title"] for column in row.columns],
        abstract=f"{row.summary} {row.title_en}",
        owner=(owner.name, owner.short_name) if owner else (),
        keywords=entry.keywords,
    )


def _told(entry: catalogue.ResourceEntry, new: NewDataset) -> dict[str, Any]:
    columns = columns_of(entry, new.columns_en)
    _check(new, columns)
    return {
        "slug": new.slug,
        "title": entry.title,
        "title_en": tidy(new.title_en)[:160],
        "summary": entry.abstract,
        "summary_en": tidy(new.summary_en)[:3000],
        "owner": entry.owner,
        "topic": new.topic,
        "keywords": list(entry.keywords),
        "opening_type": entry.opening_type,
        "opening_condition": entry.opening_condition,
        "grade": entry.grade,
        "licence": new.licence,
        "update_cycle": entry.update_cycle,
        "has_api": new.has_api,
        "columns": written(columns),
        "key": list(new.key),
        "least_group": new.least_group,
    }


def _check(new: NewDataset, columns: tuple[OpenColumn, ...]) -> None:
    if len(new.slug) > _LONGEST_SLUG or not _SLUG.fullmatch(new.slug):
        raise InputRefused(_("英文名称只用小写字母、数字和连字符，例如 primary-schools。"))
    if new.slug in _ADDRESSES_OF_THE_DESK:
        raise InputRefused(_("这个英文名称已被工作台的页面占用，请换一个。"))
    if new.topic not in topics():
        raise InputRefused(_("请选择主题。"))
    if new.licence not in ("", *Licence.values):
        raise InputRefused(_("请选择开放许可。"))
    if not 3 <= new.least_group <= 100:
        raise InputRefused(_("最小人数应在 3 到 100 之间。"))
    if unknown := set(new.key) - {column.name for column in columns}:
        raise InputRefused(_("没有信息项 %(name)s。") % {"name": min(unknown)[:64]})
