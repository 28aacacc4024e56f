"""Items' versions. Never edited, so that a case keeps what it was promised (a trigger holds it)."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from haihe.platforms.services.items import definition


class ItemVersion(models.Model):
    """One version of an item. Its table has the name under which cases kept it before items had a room of their own."""

    slug = models.SlugField(max_length=64)
    version = models.PositiveIntegerField()
    content = models.JSONField()
    digest = models.CharField(max_length=64)
    authority = models.CharField(max_length=12)
    in_force_from = models.DateField()
    loaded_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        db_table = "services_itemversion"
        ordering: ClassVar[list[str]] = ["slug", "-version"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["slug", "version"], name="item_version_once"),
            models.CheckConstraint(condition=Q(version__gte=1), name="item_version_positive"),
        ]

    def __str__(self) -> str:
        return f"{self.slug} v{self.version}"

    @property
    def definition(self) -> definition.ItemDefinition:
        return definition.from_json(self.content)
