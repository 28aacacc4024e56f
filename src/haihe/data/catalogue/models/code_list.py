"""Code lists (代码表): which values an item may have, and what each means."""

from typing import ClassVar

from django.db import models
from django.db.models import Q


class CodeList(models.Model):
    """A list by its slug, such as `sex`; `standard` is where it comes from, `owner` who keeps it (empty: the city)."""

    slug = models.SlugField(max_length=48, unique=True)
    title = models.CharField(max_length=64)
    standard = models.CharField(max_length=64, blank=True)
    owner = models.CharField(max_length=12, blank=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["slug"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=Q(slug__regex=r"^[a-z][a-z0-9-]*$"), name="code_list_slug_form"),
        ]

    def __str__(self) -> str:
        return f"{self.title} ({self.slug})"


class CodeListVersion(models.Model):
    """The codes from one day on; never changed. `codes` are pairs of code and title, in order."""

    code_list = models.ForeignKey(CodeList, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    codes = models.JSONField()
    at = models.DateTimeField()
    by = models.CharField(max_length=64)

    class Meta:
        ordering: ClassVar[list[str]] = ["code_list", "number"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["code_list", "number"], name="code_list_version_once"),
        ]

    def __str__(self) -> str:
        return f"{self.code_list_id} {self.number}"
