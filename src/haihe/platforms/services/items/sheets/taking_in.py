"""Make drafts of the items of a workbook: what is sound and the steward's, the rest told cell by cell."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from django.utils.translation import gettext as _

from haihe.base.accounts.api import Actor, NotPermitted
from haihe.platforms.services.items import shelf
from haihe.platforms.services.items.elements import flat
from haihe.platforms.services.items.elements.columns import ITEM
from haihe.platforms.services.items.elements.faults import faults_of
from haihe.platforms.services.items.elements.flat import Row
from haihe.platforms.services.items.elements.rules import Fault
from haihe.platforms.services.items.errors import ItemsError
from haihe.platforms.services.items.operations import redraft
from haihe.platforms.services.items.sheets.reading import CellFault, NoWorkbook, Read, ReadItem

MOST_ITEMS: Final = 2000
MOST_WAITED: Final = 20
"""More items than these are taken in by the worker."""
_SHARED: Final = ("name", "note")


@dataclass(slots=True)
class Taken:
    """What became of a workbook: items by name, and what is wrong in which cell."""

    drafted: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    faults: list[CellFault] = field(default_factory=list)


def check_size(read: Read, most: int = MOST_ITEMS) -> None:
    """Raises: NoWorkbook."""
    if len(read.items) > most:
        raise NoWorkbook(_("一次最多 %(n)s 个事项；请分成几个文件。") % {"n": most})


def take_in(actor: Actor, read: Read, *, now: datetime, report: Callable[[int], None] = lambda _done: None) -> Taken:
    """Draft each item that is sound, each in a transaction of its own; taken in again, nothing changes."""
    taken = Taken(faults=list(read.faults))
    for number, item in enumerate(read.items, 1):
        _take_in(actor, read, item, taken, now)
        report(number)
    return taken


def _take_in(actor: Actor, read: Read, item: ReadItem, taken: Taken, now: datetime) -> None:
    rows = flat.complete({**item.rows, "papers": [_whole(row) for row in item.rows["papers"]]})
    faults = [*item.faults, *(read.located(item, fault) for fault in faults_of(rows))]
    if faults:
        taken.faults += faults
        return
    at = read.located(item, _row_of_item())
    try:
        _draft, is_changed = redraft(actor=actor, rows=rows, now=now)
    except NotPermitted:
        taken.faults.append(CellFault(at.sheet, at.cell, _("这是别的部门的事项，只能由它的数据专员改。")))
    except ItemsError as refused:
        taken.faults.append(CellFault(at.sheet, at.cell, refused.message))
    else:
        (taken.drafted if is_changed else taken.unchanged).append(rows[ITEM][0]["name.zh"])


def _row_of_item() -> Fault:
    return Fault(ITEM, 0, "slug", "")


def _whole(row: Row) -> Row:
    """Fill in what a shared paper of that name says, where the sheet leaves it open."""
    shared = shelf.shared_papers().get(row["slug"], {})
    filled = dict(row)
    for name in _SHARED:
        for language, text in (shared.get(name) or {}).items():
            filled[f"{name}.{language}"] = row[f"{name}.{language}"] or text
    for name in ("form", "source", "proof"):
        filled[name] = row[name] or str(shared.get(name, ""))
    return filled
