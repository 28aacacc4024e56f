"""What was read of conditional datasets: one row for each answer, written before the answer is given."""

import uuid
from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _


class ReadKind(models.TextChoices):
    """In what way rows were read."""

    ROWS = "rows", _("分页读取")
    GROUPS = "groups", _("分组统计")
    EXPORT = "export", _("整份下载")


class ConditionalRead(models.Model):
    """One answer out of a conditional dataset: who, with which key, under which grant, which columns, how many rows.

    `dataset` is a slug; `grant` the number of the application that the grant came of. Rows only come: whoever answers
    keeps them on its own disk first, and then here.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    at = models.DateTimeField()
    dataset = models.CharField(max_length=80)
    version = models.CharField(max_length=24)
    grant = models.CharField(max_length=24)
    key = models.UUIDField()
    holder = models.CharField(max_length=100)
    what = models.CharField(max_length=12, choices=ReadKind)
    columns = ArrayField(models.CharField(max_length=64))
    rows = models.BigIntegerField()

    class Meta:
        db_table = "open_data_read"
        ordering: ClassVar[list[str]] = ["-at"]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["dataset", "-at"], name="open_data_read_of_dataset"),
            models.Index(fields=["grant", "-at"], name="open_data_read_of_grant"),
        ]

    def __str__(self) -> str:
        return f"{self.dataset} {self.at:%Y-%m-%d %H:%M}"
