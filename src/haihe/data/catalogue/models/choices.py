"""What the elements of an entry may be: values as they are stored, labels as 编制指南 and the law name them."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class SharingType(models.TextChoices):
    """共享类型 (art. 14)."""

    UNCONDITIONAL = "UNCONDITIONAL", _("无条件共享")
    CONDITIONAL = "CONDITIONAL", _("有条件共享")
    REFUSED = "REFUSED", _("不予共享")


class SharingForm(models.TextChoices):
    """共享方式 (art. 22)."""

    SERVICE = "SERVICE", _("服务接口")
    BATCH = "BATCH", _("批量交换")
    FILE = "FILE", _("文件下载")


class Format(models.TextChoices):
    """信息资源格式."""

    FILE = "FILE", _("电子文件")
    SPREADSHEET = "SPREADSHEET", _("电子表格")
    DATABASE = "DATABASE", _("数据库")
    GRAPHIC = "GRAPHIC", _("图形图像")
    STREAM = "STREAM", _("流媒体")
    SELF_DESCRIBING = "SELF_DESCRIBING", _("自描述格式")
    SERVICE = "SERVICE", _("服务接口")


class UpdateCycle(models.TextChoices):
    """更新周期."""

    REALTIME = "REALTIME", _("实时")
    DAILY = "DAILY", _("每日")
    WEEKLY = "WEEKLY", _("每周")
    MONTHLY = "MONTHLY", _("每月")
    QUARTERLY = "QUARTERLY", _("每季度")
    YEARLY = "YEARLY", _("每年")


class Category(models.TextChoices):
    """信息资源分类: the top of the classification path; `Resource.subject_area` is the rest of it."""

    BASE = "BASE", _("基础信息资源")
    THEME = "THEME", _("主题信息资源")
    DEPARTMENT = "DEPARTMENT", _("部门信息资源")


class Grade(models.TextChoices):
    """数据分级."""

    GENERAL = "GENERAL", _("一般数据")
    IMPORTANT = "IMPORTANT", _("重要数据")
    CORE = "CORE", _("核心数据")


class DataType(models.TextChoices):
    """Type of a data item, by the letters of the guide (C N Y D T L M G B I F)."""

    TEXT = "C", _("字符型")
    NUMERIC = "N", _("数值型")
    CURRENCY = "Y", _("货币型")
    DATE = "D", _("日期型")
    DATETIME = "T", _("日期时间型")
    LOGICAL = "L", _("逻辑型")
    MEMO = "M", _("备注型")
    GENERAL = "G", _("通用型")
    DOUBLE = "B", _("双精度型")
    INTEGER = "I", _("整型")
    FLOAT = "F", _("浮点型")


class Sensitivity(models.TextChoices):
    """How much harm an item can do in the wrong hands."""

    PUBLIC = "PUBLIC", _("可公开")
    INTERNAL = "INTERNAL", _("内部")
    PERSONAL = "PERSONAL", _("个人信息")
    SENSITIVE = "SENSITIVE", _("敏感个人信息")


class OpeningType(models.TextChoices):
    """开放属性: whether society may have it."""

    CLOSED = "CLOSED", _("不开放")
    CONDITIONAL = "CONDITIONAL", _("有条件开放")
    UNCONDITIONAL = "UNCONDITIONAL", _("无条件开放")


class AssessmentKind(models.TextChoices):
    """What art. 13 has assessed before an entry is handed in."""

    SECRECY = "SECRECY", _("保密审查")
    PERSONAL_INFORMATION = "PERSONAL_INFORMATION", _("个人信息保护影响评估")


class Conclusion(models.TextChoices):
    """How an assessment ended."""

    PASSED = "PASSED", _("可以编入目录")
    WITH_MEASURES = "WITH_MEASURES", _("采取措施后可以编入目录")
    FAILED = "FAILED", _("不得编入目录")


class ChangeCause(models.TextChoices):
    """Why a published entry is updated; the first two start the clock of art. 17."""

    LAW = "LAW", _("法律、法规、规章修改")
    DUTIES = "DUTIES", _("职能变化")
    OTHER = "OTHER", _("其他更新")
