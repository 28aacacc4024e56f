"""What the two sheets look like. Headings follow the elements of 编制指南; lists are chosen by their Chinese labels."""

from dataclasses import dataclass
from typing import Final, Literal

from django.db.models import TextChoices
from django.utils.translation import override

from haihe.data.catalogue.models import (
    AssessmentKind,
    Category,
    Conclusion,
    DataType,
    Format,
    Grade,
    OpeningType,
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
    """One column: its heading, the field it fills, and what may stand in it. `width` is in characters.

    A column that is `new` came after departments had the template; files without it are taken in too, and leave what it
    is about alone. `field` is "kind.part" for a part of an assessment.
    """

    heading: str
    field: str
    note: str
    choices: type[TextChoices] | None = None
    required: bool = False
    several: bool = False
    width: int = 16
    new: bool = False
    kind: Literal["text", "number", "yes", "day", "list"] = "text"
    empty: str = ""
    """The value where nothing is chosen."""

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
    Column("分类代码", "classification", "编制指南的类、项、目、细目，如 203002；填写后以此为准", new=True),
    Column("关键词", "keywords", "最多 10 个，用顿号分开", width=24, new=True, kind="list"),
    Column("数源部门编码", "source_department", "由别的部门采集的，填它的机构编码（第19条）", new=True),
    Column("关联资源代码", "related", "如 120012/000001，用顿号分开", width=24, new=True, kind="list"),
    Column("是否开放", "opening_type", "从列表中选择；不填为不开放", OpeningType, new=True, empty=OpeningType.CLOSED),
    Column("开放条件", "opening_condition", "有条件开放的必填", width=24, new=True),
    *(
        column
        for kind, name in ((AssessmentKind.SECRECY, "保密审查"), (AssessmentKind.PERSONAL_INFORMATION, "个人信息评估"))
        for column in (
            Column(f"{name}人", f"{kind}.assessor", "提交前填写（第13条）", new=True),
            Column(f"{name}日期", f"{kind}.assessed_on", "如 2026-11-23", new=True, kind="day"),
            Column(f"{name}结论", f"{kind}.conclusion", "从列表中选择", Conclusion, new=True, width=24),
            Column(f"{name}措施", f"{kind}.measures", "需要采取措施的写明", width=24, new=True),
        )
    ),
)
ITEM_COLUMNS: Final = (
    Column("信息资源名称", "resource", "与“资源”表中的名称相同", required=True, width=28),
    Column("信息项名称", "title", "不超过 64 个字", required=True, width=20),
    Column("字段名", "name", "小写字母、数字和下划线，字母开头", required=True, width=20),
    Column("数据类型", "data_type", "从列表中选择", DataType, required=True),
    Column("长度", "length", "整数，可不填", kind="number"),
    Column("敏感程度", "sensitivity", "从列表中选择", Sensitivity, required=True),
    Column("可识别个人", "is_identifying", "是或否；不填为否", kind="yes"),
    Column("单位", "unit", "如 元/月", new=True),
    Column("代码表", "code_list", "代码表的标识，如 sex；见“代码表”页面", new=True),
    Column("必填", "is_required", "是或否；不填为否", new=True, kind="yes"),
    Column("说明", "description", "不超过 300 个字", width=28, new=True),
    Column("信息项共享类型", "sharing_type", "与资源不同时选择", SharingType, new=True),
)
SHEETS: Final = {RESOURCES: RESOURCE_COLUMNS, ITEMS: ITEM_COLUMNS}
