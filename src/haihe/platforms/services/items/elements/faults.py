"""What is wrong with an item's rows: in which cell, and what to do about it. Pages and sheets tell the same."""

import json
import re
import unicodedata
from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Final

import msgspec
from django.utils.translation import gettext as _

from haihe.city import api as city
from haihe.platforms.services.items import reading
from haihe.platforms.services.items.definition import ItemDefinition
from haihe.platforms.services.items.elements import rules
from haihe.platforms.services.items.elements.columns import ITEM, LONGEST_CELL, LONGEST_JSON, TABLES, Column
from haihe.platforms.services.items.elements.flat import Rows, raw_of, split
from haihe.platforms.services.items.elements.rules import Fault

__all__ = ["Fault", "Unsound", "faults_of", "item_of"]

MOST_ROWS: Final = 60
_MOST_DIGITS: Final = 5
_AMOUNT_CEILING: Final = Decimal(10) ** 12
_UNSEEN: Final = frozenset({"Cc", "Cs", "Cn"})
_LONGEST: Final = {"name.zh": 100, "name.en": 200, "summary.zh": 1000, "summary.en": 1000, "slug": 64}


class Unsound(ValueError):
    """These rows are no item (yet); `faults` say where and why."""

    def __init__(self, faults: list[Fault]) -> None:
        super().__init__("; ".join(fault.reason for fault in faults))
        self.faults = faults


def item_of(rows: Rows, *, version: int) -> ItemDefinition:
    """Return the item that the rows tell. Raises: Unsound."""
    if found := [*_cells(rows), *_amounts_of_rows(rows)] or [*rules.crossed(rows), *_strangers(rows)]:
        raise Unsound(found)
    try:
        item = msgspec.convert(raw_of(rows) | {"version": version}, ItemDefinition, strict=False)
    except (msgspec.ValidationError, ValueError) as wrong:
        raise Unsound([_whatever(str(wrong))]) from wrong
    if found := [_whatever(complaint) for complaint in reading.lacking(item)]:
        raise Unsound(found)
    return item


def faults_of(rows: Rows) -> list[Fault]:
    """Return what is wrong; nothing where the rows tell a sound item."""
    try:
        item_of(rows, version=1)
    except Unsound as unsound:
        return unsound.faults
    return []


def _whatever(complaint: str) -> Fault:
    """A rule that has no sentence of its own still says where one has to look."""
    return Fault(ITEM, 0, "", _("这里还不对，请核对或者联系管理员：%(what)s") % {"what": complaint})


def _cells(rows: Rows) -> Iterator[Fault]:
    for table in TABLES:
        for number, row in enumerate(rows.get(table.key, ())):
            for column in table.columns:
                if reason := _cell(column, row.get(column.name, "")):
                    yield Fault(table.key, number, column.name, reason)


def _cell(column: Column, cell: str) -> str:
    if not cell:
        return _("“%(heading)s”必须填写。") % {"heading": column.heading} if column.required else ""
    most = LONGEST_JSON if column.kind == "json" else _LONGEST.get(column.name, LONGEST_CELL)
    if len(cell) > most:
        return _("最多 %(most)s 个字，现在有 %(now)s 个，请写短一些。") % {"most": most, "now": len(cell)}
    if any(unicodedata.category(sign) in _UNSEEN for sign in cell.replace("\n", "")):
        return _("这里含有看不见的字符，请删去后重新填写。")
    check = _CHECKS.get(column.kind)
    return check(column, cell) if check else ""


def _number(_column: Column, cell: str) -> str:
    is_number = cell.isascii() and cell.isdigit() and len(cell) <= _MOST_DIGITS
    return "" if is_number else _("请填写整数，如 3。")


def _amount(_column: Column, cell: str) -> str:
    try:
        is_amount = 0 < Decimal(cell) < _AMOUNT_CEILING
    except InvalidOperation:
        is_amount = False
    return "" if is_amount else _("请填写金额，如 12000 或 12000.50。")


def _day(_column: Column, cell: str) -> str:
    try:
        date.fromisoformat(cell)
    except ValueError:
        return _("“%(value)s”不是日期，请写成 2026-11-23 的样子。") % {"value": cell[:20]}
    return ""


def _choice(column: Column, cell: str) -> str:
    return _among(column, [cell])


def _several(column: Column, cell: str) -> str:
    return _among(column, split(cell))


def _among(column: Column, chosen: list[str]) -> str:
    known = dict(column.options)
    stray = next((one for one in chosen if one not in known), None)
    if stray is None:
        return ""
    told = {"value": stray[:40], "values": "、".join(map(str, known.values()))}
    return _("“%(value)s”不在可选的值中：%(values)s。") % told


def _json(_column: Column, cell: str) -> str:
    try:
        is_object = isinstance(json.loads(cell), dict)
    except (ValueError, RecursionError):
        is_object = False
    return "" if is_object else _('请写成 JSON 对象，如 {"max": 50}。')


_CHECKS: Final[dict[str, Callable[[Column, str], str]]] = {
    "number": _number,
    "amount": _amount,
    "day": _day,
    "choice": _choice,
    "several": _several,
    "json": _json,
}


def _amounts_of_rows(rows: Rows) -> Iterator[Fault]:
    if len(rows.get(ITEM, ())) != 1:
        yield Fault(ITEM, 0, "", _("一个事项的基本信息只有一行。"))
    for table in TABLES:
        if len(rows.get(table.key, ())) > MOST_ROWS * (1 + (table.key == "form")):
            yield Fault(table.key, MOST_ROWS, "", _("行数太多，请合并或者删减。"))


def _strangers(rows: Rows) -> Iterator[Fault]:
    """Name departments that the city doesn't have."""
    codes = [(ITEM, 0, "authority", rows[ITEM][0]["authority"])]
    codes += [("verify", number, "source", row["source"]) for number, row in enumerate(rows.get("verify", ()))]
    for table, number, column, code in codes:
        if not re.fullmatch(r"[0-9A-Za-z]{6,12}", code) or city.organisation(code) is None:
            yield Fault(table, number, column, _("机构名录里没有“%(code)s”，请核对编码。") % {"code": code[:20]})
