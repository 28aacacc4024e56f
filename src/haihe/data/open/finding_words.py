"""What a finding of the gate means, and what to do about it: sentences for people, in their language."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import msgspec
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from haihe.data.open.gate.findings import NEVER_KEPT, Code, Finding, Severity
from haihe.data.open.wording import in_english

type Text = str | Promise

_HIDE: Final = lazy("对这一列脱敏（整列不开放、以“*”代替或者只留首尾），或者在来源处去掉。")
_KEEP: Final = lazy("确属依法公开的，写明理由后保留；否则对这一列脱敏。")

_SAYS: Final[Mapping[Code, tuple[Text, Text]]] = {
    Code.ID_NUMBER: (lazy("有居民身份证号码"), _HIDE),
    Code.OLD_ID_NUMBER: (lazy("有 15 位的旧身份证号码"), _HIDE),
    Code.SOLE_TRADER: (lazy("有个体工商户的统一社会信用代码，能对应到经营者本人"), _KEEP),
    Code.MOBILE: (lazy("有手机号码"), _HIDE),
    Code.LANDLINE: (lazy("有固定电话，请确认是单位公开的电话"), _KEEP),
    Code.EMAIL: (lazy("有个人电子邮箱"), _KEEP),
    Code.BANK_CARD: (lazy("有银行卡号"), _HIDE),
    Code.PLATE: (lazy("有机动车号牌"), _KEEP),
    Code.ADDRESS: (lazy("有详细到门牌的住址"), lazy("地址只保留到街道，或者对这一列脱敏；单位地址写明理由后保留。")),
    Code.NAME: (lazy("有自然人的姓名"), _KEEP),
    Code.COLUMN_GRADED: (lazy("目录登记为个人信息"), _HIDE),
    Code.RARE_COMBINATION: (
        lazy("几个特征合起来能认出个别人"),
        lazy("去掉其中一列，或者把日期改为年份、把数字改为区间，使每种组合不少于最小人数。"),
    ),
    Code.SMALL_GROUP: (lazy("统计人数太小，能推出个别人"), lazy("设为“小于最小人数的不显示”，或者合并统计口径。")),
    Code.GRADE: (
        lazy("数据分级不允许这样开放"),
        lazy("一般数据可以无条件开放，重要数据只能有条件开放，核心数据不得开放；请先更正目录。"),
    ),
    Code.LICENCE: (lazy("没有合适的开放许可"), lazy("无条件开放的选公共许可，有条件开放的选“按开放协议使用”。")),
    Code.METADATA: (lazy("说明不完整"), lazy("补齐这一项，再重新检查。")),
    Code.EMPTY: (lazy("没有数据行"), lazy("请先报送数据。")),
}
_FIELDS: Final[Mapping[str, Text]] = {
    "title": lazy("中文名称（至少 4 个字）"),
    "title_en": lazy("英文名称"),
    "summary": lazy("摘要（至少 20 个字）"),
    "publisher": lazy("提供部门"),
    "topic": lazy("主题"),
    "keywords": lazy("关键词"),
    "update_cycle": lazy("更新周期"),
    "columns": lazy("信息项"),
}


@dataclass(frozen=True, slots=True)
class FindingTold:
    """One finding as people read it."""

    title: str
    what_to_do: Text
    column: str
    count: int
    percent: int
    samples: tuple[str, ...]
    is_blocking: bool
    can_be_kept: bool
    can_be_masked: bool


def told(findings: list[dict[str, Any]], titles: Mapping[str, str]) -> tuple[FindingTold, ...]:
    """Say stored findings, those that stand in the way first. `titles` are the columns' by name."""
    read = msgspec.convert(findings, list[Finding])
    ordered = sorted(read, key=lambda one: one.severity is not Severity.BLOCK)
    return tuple(_one(finding, titles) for finding in ordered)


def _one(finding: Finding, titles: Mapping[str, str]) -> FindingTold:
    title, what_to_do = _SAYS[finding.code]
    column = titles.get(finding.column, finding.column)
    return FindingTold(
        title=_title(finding, str(title), column, titles),
        what_to_do=what_to_do,
        column=finding.column,
        count=finding.count,
        percent=round(100 * finding.confidence),
        samples=finding.samples,
        is_blocking=finding.severity is Severity.BLOCK,
        can_be_kept=bool(finding.column) and finding.code not in NEVER_KEPT,
        can_be_masked=bool(finding.column),
    )


def _title(finding: Finding, title: str, column: str, titles: Mapping[str, str]) -> str:
    if finding.column:
        return f"“{column}” {title}" if in_english() else f"“{column}”{title}"
    if finding.code is Code.METADATA:
        name = finding.detail.removeprefix("column:")
        field = _FIELDS.get(finding.detail) or _("“%(column)s”的英文名称") % {"column": titles.get(name, name)}
        return _told(title, field)
    if finding.code is Code.RARE_COMBINATION:
        return _told(title, finding.detail)
    return title


def _told(what: str, detail: Text) -> str:
    return f"{what}: {detail}" if in_english() else f"{what}：{detail}"
