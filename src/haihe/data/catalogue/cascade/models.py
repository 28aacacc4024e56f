"""Nodes, what passed between them and us, and the entries of others that stand here."""

import uuid
from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import F, Q, Value
from django.db.models.functions import Concat
from django.utils.translation import gettext_lazy as _

from haihe.base.history.api import HistoryEvent


class Direction(models.TextChoices):
    """Where a node stands."""

    LOWER = "LOWER", _("下级：我们收录它的目录")
    UPPER = "UPPER", _("上级：我们向它报送目录")


class Language(models.TextChoices):
    """What we ask a node for."""

    JSON = "JSON", _("JSON（本系统格式）")
    DCAT = "DCAT", _("DCAT（RDF 的 Turtle 格式）")


class RunKind(models.TextChoices):
    """Who moved the pages."""

    PULL = "PULL", _("拉取")
    FILE = "FILE", _("文件导入")
    RECEIVED = "RECEIVED", _("收到报送")
    PUSH = "PUSH", _("向上报送")
    RECEIPT = "RECEIPT", _("收到回执")


class RunState(models.TextChoices):
    """How far an exchange is."""

    RUNNING = "RUNNING", _("进行中")
    STAGED = "STAGED", _("待确认收录")
    DONE = "DONE", _("已完成")
    FAILED = "FAILED", _("失败")
    DROPPED = "DROPPED", _("已放弃")


class Change(models.TextChoices):
    """What an entry would change here."""

    NEW = "NEW", _("新增")
    CHANGED = "CHANGED", _("变更")
    SAME = "SAME", _("相同")
    GONE = "GONE", _("下线")
    REJECTED = "REJECTED", _("不收")


class CatalogueNode(models.Model):
    """Another installation. `prefix` begins all codes that it may hand in; `since` is how far we know its catalogue.

    `sealed_token` is what we show to it; of what it shows to us only `token_hash` is kept. With `is_automatic`, what
    passes the checks is taken in without an operator's look.
    """

    slug = models.CharField(max_length=16, unique=True)
    name = models.CharField(max_length=64)
    direction = models.CharField(max_length=8, choices=Direction)
    division = models.CharField(max_length=12, blank=True)
    prefix = models.CharField(max_length=3)
    base_url = models.CharField(max_length=200, blank=True)
    language = models.CharField(max_length=8, choices=Language, default=Language.JSON)
    sealed_token = models.BinaryField(null=True, blank=True)
    token_hash = models.CharField(max_length=64, blank=True)
    is_automatic = models.BooleanField(default=False)
    enabled = models.BooleanField(default=True)
    since = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar[list[str]] = ["direction", "slug"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=Q(slug__regex=r"^[a-z][a-z0-9-]{1,15}$"), name="node_slug_form"),
            models.CheckConstraint(condition=Q(prefix__regex=r"^12[0A-HJ-NP-Z]$"), name="node_prefix_form"),
            models.CheckConstraint(
                condition=Q(base_url__regex=r"^(https?://[^/?#@]+(/[^?#]*)?)?$"), name="node_address"
            ),
            models.UniqueConstraint(
                fields=["prefix"], condition=Q(direction=Direction.LOWER), name="node_one_lower_per_prefix"
            ),
        ]

    def __str__(self) -> str:
        return self.slug

    @property
    def seal_context(self) -> str:
        return f"catalogue-node:{self.slug}"


class ExchangeRun(models.Model):
    """One exchange with a node, page by page; `cursor` is where it goes on after a break."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    node = models.ForeignKey(CatalogueNode, on_delete=models.PROTECT, related_name="runs")
    kind = models.CharField(max_length=16, choices=RunKind)
    state = models.CharField(max_length=16, choices=RunState, default=RunState.RUNNING)
    is_full = models.BooleanField(default=True)
    since = models.DateTimeField(null=True, blank=True)
    as_of = models.DateTimeField(null=True, blank=True)
    cursor = models.CharField(max_length=100, blank=True)
    pages = models.PositiveIntegerField(default=0)
    new = models.PositiveIntegerField(default=0)
    changed = models.PositiveIntegerField(default=0)
    same = models.PositiveIntegerField(default=0)
    gone = models.PositiveIntegerField(default=0)
    rejected = models.PositiveIntegerField(default=0)
    problem = models.CharField(max_length=500, blank=True)
    by = models.CharField(max_length=64)
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["-started_at"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=Q(state__in=RunState.values), name="exchange_run_state_known"),
            models.UniqueConstraint(
                fields=["node"],
                condition=Q(state__in=(RunState.RUNNING, RunState.STAGED), kind__in=("PULL", "FILE", "RECEIVED")),
                name="exchange_one_open_per_node",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.node_id} {self.kind} {self.state}"


class StagedEntry(models.Model):
    """What a run brings of one entry, before it is taken in: the difference that the operator sees."""

    run = models.ForeignKey(ExchangeRun, on_delete=models.CASCADE, related_name="staged")
    code = models.CharField(max_length=32)
    title = models.CharField(max_length=100, blank=True)
    change = models.CharField(max_length=16, choices=Change)
    fields = ArrayField(models.CharField(max_length=32), default=list, blank=True)
    reason = models.CharField(max_length=300, blank=True)
    content = models.JSONField(null=True, blank=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["change", "code"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["run", "code"], condition=~Q(change=Change.REJECTED), name="staged_entry_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.change}"


class NodeEntry(models.Model):
    """An entry of a node below, as it says it; `code` is the node's slug, ":" and the entry's own code.

    `found` and `ranked` are what search looks into, as in our own entries. `gone_at` since the node withdrew it.
    """

    node = models.ForeignKey(CatalogueNode, on_delete=models.PROTECT, related_name="entries")
    code = models.CharField(max_length=49, unique=True)
    local_code = models.CharField(max_length=32)
    title = models.CharField(max_length=100)
    owner = models.CharField(max_length=12)
    owner_name = models.CharField(max_length=100)
    category = models.CharField(max_length=16)
    sharing_type = models.CharField(max_length=16)
    update_cycle = models.CharField(max_length=16)
    opening_type = models.CharField(max_length=16)
    classification = models.CharField(max_length=16, blank=True)
    content = models.JSONField()
    code_lists = models.JSONField(default=dict)
    modified_at = models.DateTimeField()
    taken_at = models.DateTimeField()
    gone_at = models.DateTimeField(null=True, blank=True)
    found = SearchVectorField(default="")
    ranked = SearchVectorField(default="")

    class Meta:
        ordering: ClassVar[list[str]] = ["code"]
        indexes: ClassVar[list[models.Index]] = [GinIndex(fields=["found"], name="node_entry_found")]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["node", "local_code"], name="node_entry_once"),
            models.CheckConstraint(
                condition=Q(code__endswith=Concat(Value(":"), F("local_code"))), name="node_entry_code_of_its_node"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.title}"


class NodeEvent(HistoryEvent):
    """One line of a node's history."""

    node = models.ForeignKey(CatalogueNode, on_delete=models.PROTECT, related_name="events")
