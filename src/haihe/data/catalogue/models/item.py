"""The items of an entry, and rows that show what they look like."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from haihe.data.catalogue.models.choices import DataType, Sensitivity, SharingType
from haihe.data.catalogue.models.code_list import CodeList
from haihe.data.catalogue.models.resource import Resource

MOST_SAMPLES = 5


class DataItem(models.Model):
    """One field of a resource. `name` is its name in files and interfaces, `title` the one people read.

    `sharing_type` is empty where the item is shared as the resource is.
    """

    resource = models.ForeignKey(Resource, on_delete=models.CASCADE, related_name="items")
    position = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=64)
    title = models.CharField(max_length=64)
    data_type = models.CharField(max_length=1, choices=DataType)
    length = models.PositiveIntegerField(null=True, blank=True)
    unit = models.CharField(max_length=20, blank=True, default="", db_default="")
    code_list = models.ForeignKey(
        CodeList, on_delete=models.PROTECT, to_field="slug", db_column="code_list", null=True, blank=True
    )
    is_required = models.BooleanField(default=False, db_default=False)
    description = models.CharField(max_length=300, blank=True, default="", db_default="")
    sensitivity = models.CharField(max_length=16, choices=Sensitivity)
    is_identifying = models.BooleanField(default=False)
    sharing_type = models.CharField(max_length=16, choices=SharingType, blank=True, default="", db_default="")

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
            models.CheckConstraint(
                condition=Q(sharing_type__in=("", *SharingType.values)), name="data_item_sharing_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title} ({self.name})"


class SampleRow(models.Model):
    """One made-up row: text by item name. Shown masked by the items' sensitivity (samples.py)."""

    resource = models.ForeignKey(Resource, on_delete=models.CASCADE, related_name="samples")
    position = models.PositiveSmallIntegerField()
    values = models.JSONField()

    class Meta:
        ordering: ClassVar[list[str]] = ["position"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["resource", "position"], name="sample_row_in_order"),
            models.CheckConstraint(condition=Q(position__range=(1, MOST_SAMPLES)), name="sample_rows_are_few"),
        ]

    def __str__(self) -> str:
        return f"{self.resource_id} {self.position}"
