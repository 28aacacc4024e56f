"""Register what a workbook says, each good entry as a draft of its own; a bad one is told of and holds up no other.

Taken in again, the same file changes nothing: an entry is known by its owner and title.
"""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from haihe.base.accounts.api import Actor, Role
from haihe.data.catalogue import operations
from haihe.data.catalogue.errors import CatalogueError
from haihe.data.catalogue.models import Resource
from haihe.data.catalogue.records import LISTS, NewResource, new_resource
from haihe.data.catalogue.sheets.entries import entry_of_rows
from haihe.data.catalogue.sheets.reading import Fault, Read, Row

MOST_WAITED, MOST_ENTRIES = 500, 5000
"""Of one file: as many as are registered while somebody waits, and as many as the worker takes in."""
type Report = Callable[[int], None]
"""Hears how many entries are done."""


@dataclass(slots=True)
class Taken:
    """Titles of what was registered, changed, and left as it was; and what was wrong, cell by cell."""

    new: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)


def take_in(actor: Actor, read: Read, *, now: datetime, report: Report = lambda done: None) -> Taken:
    """Register or revise drafts as this steward. Raises: CatalogueError if there are too many."""
    check_size(read, MOST_ENTRIES)
    taken, items = Taken(), _by_title(read)
    titles = defaultdict[tuple[str, str], int](int)
    for row in read.resources:
        titles[row.values.get("owner", ""), row.values.get("title", "")] += 1
    for done, row in enumerate(read.resources, 1):
        title = row.values.get("title", "")
        faults = [*row.faults, *(fault for item in items[title] for fault in item.faults)]
        if titles[row.values.get("owner", ""), title] > 1:
            faults.append(row.fault("title", _("同一单位有两行用了这个名称。")))
        if faults:
            taken.faults += faults
        else:
            _register(actor, row, items[title], taken, now)
        report(done)
    _tell_of_lost_items(read, taken)
    return taken


def check_size(read: Read, most: int) -> None:
    """Raises: CatalogueError."""
    if len(read.resources) > most:
        raise CatalogueError(_("一个文件最多 %(n)s 个资源；请分成几个文件。") % {"n": most})


def _register(actor: Actor, row: Row, items: list[Row], taken: Taken, now: datetime) -> None:
    owner = row.values["owner"]
    if not actor.has(Role.STEWARD, owner):
        # Before anything is looked up: nobody learns from a refusal what another department drafts.
        taken.faults.append(row.fault("owner", _("您不是这个单位的数据专员。")))
        return
    there = Resource.objects.filter(owner=owner, title=row.values["title"]).first()
    said = new_resource(there) if there else None
    entry = entry_of_rows(row, items, said)
    try:
        with transaction.atomic():
            if there is None:
                operations.register_resource(actor=actor, entry=entry, now=now)
            elif not _says_the_same(said, entry):
                operations.revise_resource(actor=actor, code=there.code, entry=entry, now=now)
    except CatalogueError as refused:
        taken.faults.append(row.fault(refused.field, refused.message))
    else:
        same = there is not None and _says_the_same(said, entry)
        (taken.new if there is None else taken.unchanged if same else taken.changed).append(entry.title)


def _by_title(read: Read) -> defaultdict[str, list[Row]]:
    by_title = defaultdict[str, list[Row]](list)
    for row in read.items:
        by_title[row.values.get("resource", "")].append(row)
    return by_title


def _says_the_same(said: NewResource | None, entry: NewResource) -> bool:
    """Compare, whatever the order of what has none."""
    return said is not None and _unordered(said) == _unordered(entry)


def _unordered(entry: NewResource) -> NewResource:
    lists: dict[str, Any] = {name: tuple(sorted(getattr(entry, name))) for name in LISTS}
    return replace(entry, **lists)


def _tell_of_lost_items(read: Read, taken: Taken) -> None:
    known = {row.values.get("title") for row in read.resources}
    for row in read.items:
        if row.values.get("resource") not in known:
            taken.faults += row.faults or [row.fault("resource", _("“资源”表中没有这个名称。"))]
