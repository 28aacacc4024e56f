"""What the two sheets look like. Headings follow the elements of 编制指南; lists are chosen by their Chinese labels."""

from dataclasses import dataclass
from typing import Final

from django.db.models import TextChoices
from django.utils.translation import override

from haihe.data.catalogue.models import (
    Category,
    DataType,
    Format,
    Grade,
    Sensitivity,
    SharingForm,
    SharingType,
    UpdateCycle,
)

RESOURCES: Final = "资源"
ITEMS: Final = "信息项"
NOTES: Final = "填写说明"
YES, NO = "是", "否"
BETWEEN: Final = "、"
"""Stands between several values in one cell."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its heading, the field it fills, and what may stand in it. `width` is in characters."""

    heading: str
    field: str
    note: str
    choices: type[TextChoices] | None = None
    required: bool = False
    several: bool = False
    width: int = 16

    def labels(self) -> dict[str, str]:
        """Return the value of each label. Labels are Chinese whatever language is spoken: the file is the same."""
        with override("zh-hans"):
            return {str(label): value for value, label in self.choices.choices} if self.choices else {}


RESOURCE_COLUMNS: Final = (
    Column("信息资源名称", "title", "不超过 100 个字，同一单位内不重复", required=True, width=28),
    Column("信息资源摘要", "abstract", "不超过 2000 个字：有什么、用来做什么", required=True, width=40),
    Column("提供方机构编码", "owner", "机构名录中的编码，如 120012", required=True),
    Column("提供方统一社会信用代码", "provider_code", "18 位，可不填", width=22),
    Column("资源分类", "category", "从列表中选择", Category, required=True),
    Column("分类细目", "subject_area", "如 社会保障", required=True),
    Column("数据分级", "grade", "从列表中选择", Grade, required=True),
    Column("信息资源格式", "format", "从列表中选择", Format, required=True),
    Column("更新周期", "update_cycle", "从列表中选择", UpdateCycle, required=True),
    Column("共享类型", "sharing_type", "从列表中选择", SharingType, required=True),
    Column("共享方式", "sharing_forms", "一种或几种，用顿号分开；不予共享的不填", SharingForm, several=True, width=24),
    Column("共享范围", "sharing_scope", "有条件共享的必填（第15条）", width=24),
    Column("使用用途", "sharing_purpose", "有条件共享的必填（第15条）", width=24),
    Column("不予共享理由", "refusal_reason", "不予共享的必填（第15条）", width=24),
    Column("不予共享依据", "refusal_basis", "不予共享的必填：法律、行政法规或者国务院决定（第15条）", width=24),
)
ITEM_COLUMNS: Final = (
    Column("信息资源名称", "resource", "与“资源”表中的名称相同", required=True, width=28),
    Column("信息项名称", "title", "不超过 64 个字", required=True, width=20),
    Column("字段名", "name", "小写字母、数字和下划线，字母开头", required=True, width=20),
    Column("数据类型", "data_type", "从列表中选择", DataType, required=True),
    Column("长度", "length", "整数，可不填"),
    Column("敏感程度", "sensitivity", "从列表中选择", Sensitivity, required=True),
    Column("可识别个人", "is_identifying", "是或否；不填为否"),
)
SHEETS: Final = {RESOURCES: RESOURCE_COLUMNS, ITEMS: ITEM_COLUMNS}
