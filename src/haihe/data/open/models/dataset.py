"""Datasets, and what happened to them."""

import uuid
from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from haihe.base.history.api import HistoryEvent
from haihe.data.open.columns import OpenColumn, read_columns
from haihe.data.open.wording import either
from haihe.data.open.workflow import DatasetState


class OpeningType(models.TextChoices):
    """开放属性 of a dataset: what is closed never becomes one."""

    UNCONDITIONAL = "UNCONDITIONAL", _("无条件开放")
    CONDITIONAL = "CONDITIONAL", _("有条件开放")


class Licence(models.TextChoices):
    """Under what the data may be used, by SPDX name; AGREEMENT: by what was agreed with the one who gets them."""

    CC_BY = "CC-BY-4.0", _("知识共享 署名 4.0")
    CC0 = "CC0-1.0", _("知识共享 公共领域贡献")
    MULAN = "MulanOWL-BY-1.0", _("木兰开放作品许可协议 署名")
    AGREEMENT = "AGREEMENT", _("按开放协议使用")


LICENCE_ADDRESSES = {
    Licence.CC_BY: "https://creativecommons.org/licenses/by/4.0/",
    Licence.CC0: "https://creativecommons.org/publicdomain/zero/1.0/",
    Licence.MULAN: "https://license.coscl.org.cn/MulanOWLBYv1",
}


class Dataset(models.Model):
    """One catalogue resource that is opened; `code` is the entry's, `slug` its name in addresses.

    `columns` are open (columns.py), `key` names those that tell one row from another. `rows` is of the version that
    serves. `found` and `ranked` are what the catalogue's search looks into.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    code = models.CharField(max_length=32, unique=True)
    slug = models.SlugField(max_length=80, unique=True)
    title = models.CharField(max_length=100)
    title_en = models.CharField(max_length=160, blank=True)
    summary = models.TextField(max_length=2000)
    summary_en = models.TextField(max_length=3000, blank=True)
    owner = models.CharField(max_length=12, db_index=True)
    topic = models.CharField(max_length=32, db_index=True)
    keywords = ArrayField(models.CharField(max_length=20), blank=True, default=list)
    opening_type = models.CharField(max_length=16, choices=OpeningType)
    opening_condition = models.CharField(max_length=500, blank=True)
    grade = models.CharField(max_length=16)
    licence = models.CharField(max_length=24, choices=Licence, blank=True)
    update_cycle = models.CharField(max_length=16)
    has_api = models.BooleanField(default=False)
    columns = models.JSONField()
    key = ArrayField(models.CharField(max_length=64), blank=True, default=list)
    least_group = models.PositiveSmallIntegerField(default=5)
    state = models.CharField(max_length=16, choices=DatasetState, default=DatasetState.DRAFT)
    rows = models.BigIntegerField(default=0)
    proposed_by = models.UUIDField(null=True, blank=True)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    published_at = models.DateTimeField(null=True, blank=True)
    found = SearchVectorField(default="")
    ranked = SearchVectorField(default="")

    class Meta:
        ordering: ClassVar[list[str]] = ["code"]
        indexes: ClassVar[list[models.Index]] = [
            GinIndex(fields=["found"], name="dataset_found"),
            models.Index(fields=["-published_at"], name="dataset_newest"),
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=Q(code__startswith=F("owner")), name="dataset_code_is_its_owners"),
            models.CheckConstraint(condition=Q(slug__regex=r"^[a-z0-9]+(-[a-z0-9]+)*$"), name="dataset_slug_form"),
            models.CheckConstraint(condition=Q(state__in=DatasetState.values), name="dataset_state_known"),
            models.CheckConstraint(
                condition=Q(opening_type=OpeningType.UNCONDITIONAL, opening_condition="")
                | Q(opening_type=OpeningType.CONDITIONAL) & ~Q(opening_condition=""),
                name="dataset_says_its_condition",
            ),
            models.CheckConstraint(
                condition=Q(state__in=(DatasetState.DRAFT, DatasetState.CHECKED))
                | Q(published_at__isnull=False) & Q(licence__in=Licence.values),
                name="dataset_published_under_a_licence",
            ),
            models.CheckConstraint(condition=Q(least_group__gte=3), name="dataset_groups_hide_people"),
        ]

    def __str__(self) -> str:
        return f"{self.slug} {self.title}"

    @property
    def local_title(self) -> str:
        return either(self.title, self.title_en)

    @property
    def local_summary(self) -> str:
        return either(self.summary, self.summary_en)

    @property
    def open_columns(self) -> tuple[OpenColumn, ...]:
        return read_columns(self.columns)

    @property
    def is_open(self) -> bool:
        return self.state == DatasetState.PUBLISHED

    @property
    def is_free(self) -> bool:
        """True where everybody may have the rows; of a conditional dataset rows go to grants alone, on every face."""
        return self.is_open and self.opening_type == OpeningType.UNCONDITIONAL


class DatasetEvent(HistoryEvent):
    """One line of a dataset's history; appended, never changed."""

    dataset = models.ForeignKey(Dataset, on_delete=models.PROTECT, related_name="events")
