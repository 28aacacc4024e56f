"""Entries of the catalogue, their items, and what happened to them.

The sharing rules of art. 14–15 are constraints: no condition on what is shared unconditionally, scope and purpose where
it is conditional, reason and legal basis where it is refused.
"""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import F, Q, Value
from django.db.models.functions import Concat
from django.utils.translation import gettext_lazy as _

from haihe.base.history.api import HistoryEvent
from haihe.data.catalogue.workflow import ResourceState


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


class Resource(models.Model):
    """One entry. `code` is the owner's code, "/" and six digits; `provider_code` the provider's unified credit code.

    `found` and `ranked` are what search looks into (search/document.py).
    """

    code = models.CharField(max_length=32, unique=True)
    title = models.CharField(max_length=100)
    abstract = models.TextField(max_length=2000)
    owner = models.CharField(max_length=12, db_index=True)
    provider_code = models.CharField(max_length=18, blank=True)
    category = models.CharField(max_length=16, choices=Category)
    subject_area = models.CharField(max_length=50)
    grade = models.CharField(max_length=16, choices=Grade)
    format = models.CharField(max_length=16, choices=Format)
    update_cycle = models.CharField(max_length=16, choices=UpdateCycle)
    sharing_type = models.CharField(max_length=16, choices=SharingType)
    sharing_forms = ArrayField(models.CharField(max_length=16, choices=SharingForm), default=list)
    sharing_scope = models.CharField(max_length=500, blank=True)
    sharing_purpose = models.CharField(max_length=500, blank=True)
    refusal_reason = models.CharField(max_length=500, blank=True)
    refusal_basis = models.CharField(max_length=500, blank=True)
    state = models.CharField(max_length=24, choices=ResourceState, default=ResourceState.DRAFT)
    registered_by = models.UUIDField(null=True)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    published_at = models.DateTimeField(null=True, blank=True)
    due_on = models.DateField(null=True, blank=True)
    found = SearchVectorField(default="")
    ranked = SearchVectorField(default="")

    class Meta:
        ordering: ClassVar[list[str]] = ["code"]
        indexes: ClassVar[list[models.Index]] = [GinIndex(fields=["found"], name="resource_found")]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=Q(code__regex=r"^12[0A-HJ-NP-Z][0-9]{3}/[0-9]{6}$"), name="resource_code_form"
            ),
            models.CheckConstraint(
                condition=Q(code__startswith=Concat(F("owner"), Value("/"))), name="resource_code_is_its_owners"
            ),
            models.CheckConstraint(condition=Q(state__in=ResourceState.values), name="resource_state_known"),
            models.CheckConstraint(
                condition=Q(sharing_type=SharingType.UNCONDITIONAL, refusal_reason="", refusal_basis="")
                & Q(sharing_scope="", sharing_purpose="")
                | Q(sharing_type=SharingType.CONDITIONAL, refusal_reason="", refusal_basis="")
                & ~Q(sharing_scope="")
                & ~Q(sharing_purpose="")
                | Q(sharing_type=SharingType.REFUSED, sharing_scope="", sharing_purpose="")
                & ~Q(refusal_reason="")
                & ~Q(refusal_basis=""),
                name="resource_sharing_says_what_the_law_asks",
            ),
            models.CheckConstraint(
                condition=Q(sharing_type=SharingType.REFUSED, sharing_forms__len=0)
                | ~Q(sharing_type=SharingType.REFUSED) & Q(sharing_forms__len__gte=1),
                name="resource_shared_in_some_form",
            ),
            models.CheckConstraint(
                condition=~Q(state=ResourceState.PUBLISHED) | Q(published_at__isnull=False),
                name="resource_published_when",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.title}"


class DataItem(models.Model):
    """One field of a resource. `name` is its name in files and interfaces, `title` the one people read."""

    resource = models.ForeignKey(Resource, on_delete=models.CASCADE, related_name="items")
    position = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=64)
    title = models.CharField(max_length=64)
    data_type = models.CharField(max_length=1, choices=DataType)
    length = models.PositiveIntegerField(null=True, blank=True)
    sensitivity = models.CharField(max_length=16, choices=Sensitivity)
    is_identifying = models.BooleanField(default=False)

    class Meta:
        ordering: ClassVar[list[str]] = ["position"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["resource", "name"], name="data_item_once"),
            models.UniqueConstraint(fields=["resource", "position"], name="data_item_in_order"),
            models.CheckConstraint(condition=Q(name__regex=r"^[a-z][a-z0-9_]*$"), name="data_item_name_form"),
            models.CheckConstraint(
                condition=Q(is_identifying=False) | Q(sensitivity__in=(Sensitivity.PERSONAL, Sensitivity.SENSITIVE)),
                name="data_item_identifying_is_personal",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title} ({self.name})"


class ResourceEvent(HistoryEvent):
    """One line of an entry's history."""

    resource = models.ForeignKey(Resource, on_delete=models.PROTECT, related_name="events")


# Tables of the rooms below; Django looks for a component's tables here.
from haihe.data.catalogue.needs.models import Demand, Needs, NeedsEvent, Paper  # noqa: E402, F401 - registers them
