"""Targets, plans, deliveries and their moves. Receipts are kept as they were signed."""

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class TargetKind(models.TextChoices):
    """Where rows are delivered."""

    DATABASE = "database", _("数据库表")
    FOLDER = "folder", _("文件夹")
    SFTP = "sftp", _("SFTP 文件夹")
    NODE_TABLE = "node_table", _("前置机旁的数据库表")
    NODE_FOLDER = "node_folder", _("前置机的文件夹")


class DeliveryTarget(models.Model):
    """A consumer's own table or folder. The secret lies sealed, and is shown to nobody."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organisation = models.CharField(max_length=12, db_index=True)
    title = models.CharField(max_length=100)
    kind = models.CharField(max_length=16, choices=TargetKind)
    settings = models.JSONField(default=dict)
    sealed_secret = models.BinaryField()
    created_by = models.UUIDField(null=True, blank=True)
    created_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar[list[str]] = ["-created_at"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=Q(kind__in=TargetKind.values), name="delivery_target_kind_known"),
        ]

    def __str__(self) -> str:
        return f"{self.title} ({self.kind})"

    @property
    def is_at_a_node(self) -> bool:
        return self.kind in (TargetKind.NODE_TABLE, TargetKind.NODE_FOLDER)

    @property
    def seal_context(self) -> str:
        return f"delivery-target:{self.id}"


class Difference(models.TextChoices):
    """What a renewed grant lets out otherwise than the one before."""

    COLUMNS = "COLUMNS", _("列")
    ROWS = "ROWS", _("行的范围")


class DeliveryPlan(models.Model):
    """What goes where: under one grant the rows of its resource into one target, anew with every snapshot.

    `within` is the beginning of the division whose rows the consumer gets, by rule; empty for all rows. With `changes`
    only what changed is delivered where that is possible. A plan whose grant has ended stays as long as its rows are to
    be taken away.

    A renewal goes on with the plan: `grant` is then the new one, `first_grant` the one that keys of rows are made from.
    Where it lets out other columns or rows, the plan is `held` once the old grant ends, until a steward has `accepted`
    that renewal.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    grant = models.UUIDField(db_index=True)
    organisation = models.CharField(max_length=12, db_index=True)
    owner = models.CharField(max_length=12, db_index=True)
    resource = models.CharField(max_length=64, db_index=True)
    target = models.ForeignKey(DeliveryTarget, on_delete=models.PROTECT, related_name="plans")
    within = models.CharField(max_length=12, blank=True)
    changes = models.BooleanField(default=False, db_default=False)
    first_grant = models.UUIDField(null=True, blank=True)
    held = models.CharField(max_length=8, choices=Difference, blank=True, default="", db_default="")
    accepted = models.UUIDField(null=True, blank=True)
    created_by = models.UUIDField(null=True, blank=True)
    created_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["-created_at"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            # Two plans into one table would take away each other's rows.
            models.UniqueConstraint(fields=["target"], condition=Q(ended_at=None), name="delivery_plan_one_per_target"),
        ]

    def __str__(self) -> str:
        return f"{self.resource} → {self.organisation}"

    @property
    def key_grant(self) -> uuid.UUID:
        """The grant that keys of rows are made from: they stay the same when it is renewed."""
        return self.first_grant or self.grant


class DeliveryKind(models.TextChoices):
    """What a delivery does at the target."""

    PUT = "PUT", _("交付")
    REMOVE = "REMOVE", _("清除")


class DeliveryState(models.TextChoices):
    """Where a delivery stands; the moves between states are in workflow.py."""

    WAITING = "WAITING", _("等待交付")
    RECORDED = "RECORDED", _("正在交付")
    DONE = "DONE", _("已完成")
    GIVEN_UP = "GIVEN_UP", _("未能完成")
    CANCELLED = "CANCELLED", _("已取消")


OPEN_STATES = (DeliveryState.WAITING, DeliveryState.RECORDED)


class DataDelivery(models.Model):
    """One delivery of one snapshot under one grant, or the removal of what was delivered; has its effect at the target
    once.

    `rows` and `digest` are what it brings, fixed with the ledger records (`evidence`) before anything leaves;
    `receipt` is what was read back afterwards, signed by this installation.

    `changes` says of a delivery of changes alone: the snapshot that is at the target (`base`), its `sequence` since the
    last whole one, its `upserts` and `deletes`; `rows` and `digest` are then of what is to be found. `shape` tells
    deliveries apart that let out other columns, or the same under other rules. Where changes didn't fit, the whole
    comes: `evidence_before` counts the records that were made of the changes.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    number = models.CharField(max_length=32, unique=True)
    plan = models.ForeignKey(DeliveryPlan, on_delete=models.PROTECT, related_name="deliveries")
    kind = models.CharField(max_length=8, choices=DeliveryKind, default=DeliveryKind.PUT)
    grant = models.UUIDField(null=True, blank=True)
    snapshot = models.CharField(max_length=40, blank=True)
    state = models.CharField(max_length=16, choices=DeliveryState, default=DeliveryState.WAITING)
    columns = models.JSONField(default=list)
    rows = models.BigIntegerField(null=True, blank=True)
    digest = models.CharField(max_length=64, blank=True)
    evidence = models.JSONField(default=list)
    evidence_before = models.PositiveIntegerField(default=0, db_default=0)
    changes = models.JSONField(default=dict, db_default={})
    shape = models.CharField(max_length=64, blank=True, default="", db_default="")
    created_at = models.DateTimeField()
    tries = models.PositiveSmallIntegerField(default=0)
    next_try_at = models.DateTimeField(null=True, blank=True)
    fault = models.CharField(max_length=32, blank=True)
    receipt = models.TextField(blank=True)
    signature = models.CharField(max_length=128, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["-created_at", "-number"]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["next_try_at"], condition=Q(state__in=OPEN_STATES), name="data_delivery_waiting"),
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=Q(state__in=DeliveryState.values), name="data_delivery_state_known"),
            models.UniqueConstraint(
                fields=["plan", "snapshot", "grant"],
                condition=Q(kind=DeliveryKind.PUT),
                name="delivery_once_per_grant",
                nulls_distinct=False,
            ),
            models.UniqueConstraint(
                fields=["plan"], condition=Q(kind=DeliveryKind.REMOVE), name="delivery_removed_once_per_plan"
            ),
            models.CheckConstraint(
                condition=~Q(state=DeliveryState.DONE) | ~Q(receipt="") & ~Q(signature=""),
                name="delivery_done_receipted",
            ),
            models.CheckConstraint(
                condition=Q(state__in=OPEN_STATES, finished_at__isnull=True)
                | ~Q(state__in=OPEN_STATES) & Q(finished_at__isnull=False),
                name="delivery_ends_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.state}"

    @property
    def is_open(self) -> bool:
        return self.state in OPEN_STATES

    @property
    def under(self) -> uuid.UUID:
        """The grant under which it leaves."""
        return self.grant or self.plan.grant

    @property
    def was_widened(self) -> bool:
        """Whether changes alone were tried first, and didn't fit."""
        return self.moves.filter(name="widen").exists()


class DeliveryMove(models.Model):
    """One step in a delivery's life; appended, never changed. `by` is empty for what the system did by itself."""

    delivery = models.ForeignKey(DataDelivery, on_delete=models.CASCADE, related_name="moves")
    name = models.CharField(max_length=32)
    target = models.CharField(max_length=16, choices=DeliveryState)
    fault = models.CharField(max_length=32, blank=True)
    at = models.DateTimeField()
    by = models.CharField(max_length=64, blank=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["id"]

    def __str__(self) -> str:
        return f"{self.name} → {self.target}"
