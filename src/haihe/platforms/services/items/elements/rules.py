"""Rules between the cells of an item, each told at the cell where one would put it right."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from django.utils.translation import gettext as _

from haihe.kernel.process import conditions
from haihe.platforms.services.forms import api as forms
from haihe.platforms.services.items.elements.columns import FIELD, ITEM
from haihe.platforms.services.items.elements.flat import Row, Rows, raw_of
from haihe.platforms.services.items.kinds import KIND_LETTERS, Handling, Kind, Proof

_SLUG: Final = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_PREFIX: Final = re.compile(r"[A-Z]{2,6}")
_MOST_COPIES: Final = 9


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong in which cell: the table's key, the row from 0, the column's name ("" for the whole row)."""

    table: str
    row: int
    column: str
    reason: str


def crossed(rows: Rows) -> Iterator[Fault]:
    """Tell what contradicts itself; every cell is well-formed by then."""
    item = rows[ITEM][0]
    for check in (_names, _times, _visits, _amount):
        yield from check(item)
    yield from _languages(rows)
    yield from _lacking(rows)
    yield from _papers(rows)
    yield from _verified(rows)
    yield from _form(rows)


def _at(column: str, reason: str) -> Fault:
    return Fault(ITEM, 0, column, reason)


def _names(item: Row) -> Iterator[Fault]:
    if not _SLUG.fullmatch(item["slug"]):
        yield _at("slug", _("标识只能有小写英文、数字和连字符。"))
    if not _PREFIX.fullmatch(item["case_prefix"]):
        yield _at("case_prefix", _("案号前缀是二到六个大写字母。"))
    letters = KIND_LETTERS[Kind(item["kind"])]
    if not re.fullmatch(rf"{re.escape(item['authority'])}-{letters}-[0-9]{{4}}", item["code"]):
        told = {"example": f"{item['authority']}-{letters}-0001"}
        yield _at("code", _("实施编码应为实施主体编码、类型字母和四位序号，如 %(example)s。") % told)


def _times(item: Row) -> Iterator[Fault]:
    promised, statutory = int(item["promised_days"]), int(item["statutory_days"])
    if promised > statutory:
        yield _at("promised_days", _("承诺时限不能长于法定时限。"))
    if item["handling"] == Handling.INSTANT and promised > 1:
        yield _at("promised_days", _("即办件的承诺时限是 0 或 1 个工作日。"))


def _visits(item: Row) -> Iterator[Fault]:
    for name in ("window", "phone"):
        if int(item[f"visits.{name}"]) > int(item["visits.before"]):
            yield _at(f"visits.{name}", _("现在的跑动次数不能多于原先的。"))


def _amount(item: Row) -> Iterator[Fault]:
    least, most = item["amount.min_yuan"], item["amount.max_yuan"]
    cells = (least, most, *(item[f"amount.{name}.{lang}"] for name in ("label", "note") for lang in ("zh", "en")))
    if any(cells) and not all(cells):
        yield _at("amount.min_yuan", _("金额的上下限、名称和说明要么都填，要么都不填。"))
    elif least and Decimal(least) > Decimal(most):
        yield _at("amount.max_yuan", _("金额上限不能小于下限。"))


def _languages(rows: Rows) -> Iterator[Fault]:
    """A text that need not be there is there in both languages or in none."""
    pairs = [(ITEM, "visits.told"), ("form", "label")]
    for key, name in pairs:
        for number, row in enumerate(rows.get(key, ())):
            if bool(row[f"{name}.zh"]) != bool(row[f"{name}.en"]):
                missing = "en" if row[f"{name}.zh"] else "zh"
                yield Fault(key, number, f"{name}.{missing}", _("中文和英文要么都填，要么都不填。"))


def _lacking(rows: Rows) -> Iterator[Fault]:
    for key in ("legal_basis", "conditions", "papers", "form"):
        if not rows.get(key):
            yield Fault(key, 0, "", _("至少要有一行。"))


def _papers(rows: Rows) -> Iterator[Fault]:
    papers = rows.get("papers", [])
    counted = Counter(row["slug"] for row in papers)
    for number, row in enumerate(papers):
        if not _SLUG.fullmatch(row["slug"]) or counted[row["slug"]] > 1:
            yield Fault("papers", number, "slug", _("标识只能有小写英文、数字和连字符，同一事项内不重复。"))
        if not 1 <= int(row["copies"]) <= _MOST_COPIES:
            yield Fault("papers", number, "copies", _("份数是 1 到 9。"))
        if row["saves_papers"] not in ("", "0", "1"):
            yield Fault("papers", number, "saves_papers", _("核验一份材料最多少交一份：填 0 或 1。"))


def _verified(rows: Rows) -> Iterator[Fault]:
    papers, asked = rows.get("papers", []), Counter(row["paper"] for row in rows.get("verify", []))
    proven = {row["slug"] for row in papers if row["proof"] == Proof.VERIFY}
    for number, row in enumerate(papers):
        if row["slug"] in proven and not asked[row["slug"]]:
            yield Fault("papers", number, "proof", _("请在“数据核验”里写清这份材料向谁问什么。"))
    for number, row in enumerate(rows.get("verify", [])):
        if row["paper"] not in proven or asked[row["paper"]] > 1:
            reason = _("“申请材料”里没有这份免提交方式为数据核验的材料，或者写了两行。")
            yield Fault("verify", number, "paper", reason)


def _form(rows: Rows) -> Iterator[Fault]:
    for number, row in enumerate(rows.get("form", [])):
        if row["part"] == FIELD and not (row["type"] and row["label.zh"]):
            yield Fault("form", number, "type", _("栏目要有类型和标题。"))
    try:
        asked = {field.name for field in forms.parse(raw_of(rows)["form"]).fields}
    except (forms.FormError, ValueError) as wrong:
        yield Fault("form", 0, "", _("表单不能用：%(what)s") % {"what": wrong})
        return
    for number, row in enumerate(rows.get("papers", [])):
        yield from _paper_when(number, row, asked)


def _paper_when(number: int, row: Row, asked: set[str]) -> Iterator[Fault]:
    try:
        names = conditions.parse(row["when"]).names if row["when"] else frozenset()
    except conditions.ConditionRefused as wrong:
        yield Fault("papers", number, "when", _("条件不能用：%(what)s") % {"what": wrong})
        return
    if strays := sorted(names - asked):
        told = {"names": "、".join(strays)}
        yield Fault("papers", number, "when", _("条件里的“%(names)s”不是申请表单的栏目。") % told)
