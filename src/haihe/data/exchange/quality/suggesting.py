"""Which column of a file is likely which column of the rules: by its title and by what stands in it.

A suggestion is shown with its score and the reasons; a person confirms it. Nothing is mapped by likelihood alone.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import Final

import msgspec
from pypinyin import Style, lazy_pinyin

from haihe.data.exchange.cells import CellFault, CellParser, clean, parser_for
from haihe.data.exchange.quality.looking import Look
from haihe.data.exchange.rules import Column, Kind, RegisterSchema, fold_title

LEAST_SCORE: Final = 0.45
_LIKE = 0.5
_LEAST_CELLS = 5
_SPECIFIC = frozenset({Kind.ID_NUMBER, Kind.CREDIT_CODE, Kind.DIVISION, Kind.DATE, Kind.CODE})
_ALONE: Final = {Kind.ID_NUMBER: 0.6, Kind.CREDIT_CODE: 0.75, Kind.DIVISION: 0.6, Kind.CODE: 0.5, Kind.DATE: 0.45}
"""How much content says alone, by how rarely it is of that kind by chance."""
_SYNONYMS: Final = (
    ("姓名", "名字", "人员姓名", "xm", "name", "xingming"),
    ("证件号码", "身份证号", "身份证号码", "公民身份号码", "身份证", "证件号", "sfzh", "sfzhm", "gmsfhm", "zjhm",
     "idcard",
     "idno", "idnumber"),
    ("性别", "xb", "sex", "gender"),
    ("民族", "mz", "nation"),
    ("出生日期", "出生年月日", "生日", "csrq", "birthday", "birthdate"),
    ("统一社会信用代码", "社会信用代码", "信用代码", "tyshxydm", "uscc", "creditcode"),
    ("区划代码", "行政区划代码", "行政区划", "区划编码", "xzqh", "xzqhdm", "qhdm", "division", "areacode"),
    ("联系电话", "手机号码", "手机号", "电话", "联系方式", "lxdh", "sjh", "phone", "mobile", "tel"),
    ("地址", "住址", "详细地址", "住所", "dz", "address"),
    ("单位名称", "企业名称", "机构名称", "名称", "dwmc", "qymc", "jgmc", "orgname"),
    ("开始日期", "起始日期", "生效日期", "有效期起", "ksrq", "qsrq", "startdate", "validfrom"),
    ("截止日期", "终止日期", "结束日期", "失效日期", "有效期止", "jzrq", "jsrq", "enddate", "validuntil"),
    ("状态", "当前状态", "zt", "status", "state"),
    ("金额", "je", "amount"),
    ("备注", "说明", "bz", "remark", "note"),
)  # fmt: skip
_GROUPS: Final = {fold_title(word): group for group, words in enumerate(_SYNONYMS) for word in words}


class Why(StrEnum):
    SAME_NAME = "SAME_NAME"
    ITEM_NAME = "ITEM_NAME"
    SYNONYM = "SYNONYM"
    PINYIN = "PINYIN"
    LIKE_NAME = "LIKE_NAME"
    CONTENT = "CONTENT"
    NOT_CONTENT = "NOT_CONTENT"


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A column of the rules for one of the file; `score` and `share` (content of its kind) are 0 to 1."""

    field: str
    score: float
    why: tuple[Why, ...]
    share: float | None


def share_of_kind(column: Column, cells: Sequence[str]) -> float | None:
    """Return how much of the content is of the column's kind; None where there is too little to say."""
    filled = [cell for cell in cells if clean(cell)]
    if len(filled) < _LEAST_CELLS:
        return None
    parse = parser_for(msgspec.structs.replace(column, required=False, low=None, high=None))
    return sum(_is_read(parse, cell) for cell in filled) / len(filled)


def suggested(look: Look, schema: RegisterSchema) -> dict[str, Suggestion]:
    """Return for each title of the file the column it likely is; each column at most once, the surest first."""
    found = sorted(
        (
            (weighed.score, title, weighed)
            for title in look.titles
            for column in schema.columns
            if (weighed := weigh(title, look.cells_of(title), column)).score >= LEAST_SCORE
        ),
        key=lambda each: -each[0],
    )
    chosen: dict[str, Suggestion] = {}
    for _, title, each in found:
        if title not in chosen and each.field not in {taken.field for taken in chosen.values()}:
            chosen[title] = each
    return chosen


def weigh(title: str, cells: Sequence[str], column: Column) -> Suggestion:
    """Say how likely a column of a file is this one of the rules, and why."""
    name, why = _by_name(title, column)
    share = share_of_kind(column, cells)
    if share is None or column.kind is Kind.TEXT:
        return Suggestion(column.field, name, (why,) if why else (), share)
    if share < _LIKE:
        return Suggestion(column.field, name * share, (*([why] if why else []), Why.NOT_CONTENT), share)
    alone = _ALONE.get(column.kind, 0.3) * share
    score = min(1.0, max(name, alone) + 0.15 * share) if name else alone
    reasons = (*([why] if why else []), *([Why.CONTENT] if column.kind in _SPECIFIC or name else []))
    return Suggestion(column.field, score, reasons, share)


def _by_name(title: str, column: Column) -> tuple[float, Why | None]:
    folded = fold_title(title)
    names = [fold_title(each) for each in (column.title, *column.aliases)]
    if folded in names:
        return 1.0, Why.SAME_NAME
    if folded.replace("_", "") == column.field.replace("_", ""):
        return 0.95, Why.ITEM_NAME
    group = _GROUPS.get(folded.replace("_", ""))
    if group is not None and any(_GROUPS.get(name) == group for name in names):
        return 0.85, Why.SYNONYM
    if folded.replace("_", "") in {spelt for name in names for spelt in _spelt(name)}:
        return 0.8, Why.PINYIN
    likeness = max((_likeness(folded, name) for name in names), default=0.0)
    return (0.75 * likeness, Why.LIKE_NAME) if likeness >= _LIKE else (0.0, None)


@lru_cache(4096)
def _spelt(name: str) -> tuple[str, str]:
    """Return a title in pinyin, whole and by initials."""
    return "".join(lazy_pinyin(name)), "".join(lazy_pinyin(name, style=Style.FIRST_LETTER))


def _likeness(one: str, other: str) -> float:
    """Return Dice's coefficient of the pairs of neighbouring characters."""
    pairs = [{text[place : place + 2] for place in range(max(1, len(text) - 1))} for text in (one, other)]
    return 2 * len(pairs[0] & pairs[1]) / (len(pairs[0]) + len(pairs[1]))


def _is_read(parse: CellParser, cell: str) -> bool:
    try:
        parse(cell)
    except CellFault:
        return False
    return True
