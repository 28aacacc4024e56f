"""Items' versions, never edited, so that a case keeps what it was promised (by a trigger); and how they are found."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import Q

from haihe.platforms.services.items import definition
from haihe.platforms.services.items.kinds import Handling, ItemChannel, Kind
from haihe.platforms.services.items.texts import Text


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


class ItemEntry(models.Model):
    """How a version is found and listed: what a list shows of it, and the lexemes of its words.

    Made from the version, and made anew when the search changes (`indexing`).
    """

    version = models.OneToOneField(ItemVersion, on_delete=models.CASCADE, related_name="entry")
    code = models.CharField(max_length=24)
    authority = models.CharField(max_length=12)
    title = models.CharField(max_length=200)
    title_en = models.CharField(max_length=300)
    summary = models.CharField(max_length=1000)
    summary_en = models.CharField(max_length=1000)
    kind = models.CharField(max_length=16, choices=Kind)
    handling = models.CharField(max_length=8, choices=Handling)
    topics = ArrayField(models.CharField(max_length=32))
    objects_kind = ArrayField(models.CharField(max_length=20))
    channels = ArrayField(models.CharField(max_length=8))
    promised_days = models.PositiveSmallIntegerField()
    visits = models.PositiveSmallIntegerField()
    found = SearchVectorField(default="")
    ranked = SearchVectorField(default="")

    class Meta:
        ordering: ClassVar[list[str]] = ["code"]
        indexes: ClassVar[list[models.Index]] = [GinIndex(fields=["found"], name="item_entry_found")]

    def __str__(self) -> str:
        return f"{self.code} {self.title}"

    @property
    def name(self) -> Text:
        return Text(zh=self.title, en=self.title_en)

    @property
    def told(self) -> Text:
        return Text(zh=self.summary, en=self.summary_en)

    @property
    def is_online(self) -> bool:
        return ItemChannel.PHONE in self.channels
