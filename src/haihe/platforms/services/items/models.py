"""Items' versions, never edited, so that a case keeps what it was promised (by a trigger); and how they are found.

Drafts of versions to come, retirements, and what happened to each.
"""

from functools import cached_property
from typing import ClassVar
from uuid import uuid4

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import Q

from haihe.base.history.api import HistoryEvent
from haihe.platforms.services.items import definition
from haihe.platforms.services.items.kinds import Handling, ItemChannel, Kind
from haihe.platforms.services.items.texts import Text
from haihe.platforms.services.items.workflow import OPEN, DraftKind, DraftState


class ItemVersion(models.Model):
    """One version of an item. Its table has the name under which cases kept it before items had a room of their own.

    `is_local`: approved here; `shipped` is then the version of the file that it took up, if any. A version that came
    with a release has the number of its file.
    """

    slug = models.SlugField(max_length=64)
    version = models.PositiveIntegerField()
    content = models.JSONField()
    digest = models.CharField(max_length=64)
    authority = models.CharField(max_length=12)
    in_force_from = models.DateField()
    loaded_at = models.DateTimeField(auto_now_add=True)
    is_local = models.BooleanField(default=False, db_default=False)
    shipped = models.PositiveIntegerField(null=True)

    class Meta:
        db_table = "services_itemversion"
        ordering: ClassVar[list[str]] = ["slug", "-version"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["slug", "version"], name="item_version_once"),
            models.CheckConstraint(condition=Q(version__gte=1), name="item_version_positive"),
        ]

    def __str__(self) -> str:
        return f"{self.slug} v{self.version}"

    @cached_property
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


class ItemDraft(models.Model):
    """What an item is to say next, or that it is to end. `rows` are its elements as cells (`elements.flat`).

    `base` is the newest version that there was when it was handed in; `revision` grows with each save, so that nobody
    overwrites another's. `version` is what became of it.
    """

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    slug = models.SlugField(max_length=64)
    title = models.CharField(max_length=200)
    authority = models.CharField(max_length=12)
    kind = models.CharField(max_length=12, choices=DraftKind, default=DraftKind.CHANGE)
    state = models.CharField(max_length=12, choices=DraftState, default=DraftState.DRAFT)
    rows = models.JSONField(default=dict)
    base = models.PositiveIntegerField(default=0)
    shipped = models.PositiveIntegerField(null=True)
    in_force_from = models.DateField(null=True)
    reason = models.CharField(max_length=500, blank=True)
    revision = models.PositiveIntegerField(default=1)
    author = models.UUIDField()
    author_name = models.CharField(max_length=64)
    begun_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    version = models.OneToOneField(ItemVersion, on_delete=models.PROTECT, null=True, related_name="draft")

    class Meta:
        ordering: ClassVar[list[str]] = ["-changed_at"]
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["authority", "state"], name="item_draft_desk")]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["slug"], condition=Q(state__in=OPEN), name="item_draft_one_open"),
        ]

    def __str__(self) -> str:
        return f"{self.slug} {self.state}"

    @property
    def is_open(self) -> bool:
        return self.state in OPEN

    @property
    def is_editable(self) -> bool:
        return self.state == DraftState.DRAFT

    @property
    def is_retirement(self) -> bool:
        return self.kind == DraftKind.RETIREMENT


class ItemRetirement(models.Model):
    """From which day an item is no longer offered. A version newer than `version` brings it back."""

    slug = models.SlugField(max_length=64)
    version = models.PositiveIntegerField()
    from_day = models.DateField()
    reason = models.CharField(max_length=500)
    at = models.DateTimeField()

    class Meta:
        ordering: ClassVar[list[str]] = ["slug", "-version"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["slug", "version"], name="item_retired_once"),
        ]

    def __str__(self) -> str:
        return f"{self.slug} ended {self.from_day}"


class ItemEvent(HistoryEvent):
    """One line of an item's history: who drafted, handed in, sent back, approved, ended it."""

    slug = models.SlugField(max_length=64)
    draft = models.UUIDField(null=True)

    class Meta(HistoryEvent.Meta):
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["slug", "-at"], name="item_event_of_item")]


class ItemSheetImport(models.Model):
    """A workbook of items with the worker: the file until it is done, how far it got, and what became of it."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    username = models.CharField(max_length=64)
    user = models.UUIDField()
    name = models.CharField(max_length=120)
    file = models.BinaryField(null=True)
    total = models.PositiveIntegerField(default=0)
    done = models.PositiveIntegerField(default=0)
    result = models.JSONField(null=True)
    created_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["-created_at"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=Q(finished_at__isnull=True, file__isnull=False)
                | Q(finished_at__isnull=False, file__isnull=True, result__isnull=False),
                name="item_sheet_keeps_the_file_until_done",
            ),
        ]

    def __str__(self) -> str:
        return self.name
