"""Nodes, what was issued to them, what they are to fetch, and every transfer with its end."""

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from haihe.base.history.api import HistoryEvent


class Level(models.TextChoices):
    """On which level of the network a node stands."""

    DEPARTMENT = "DEPARTMENT", _("市级部门")
    DISTRICT = "DISTRICT", _("区")
    STREET = "STREET", _("街道（乡镇）")


class NodeState(models.TextChoices):
    """Where a node stands; the moves between states are in workflow.py."""

    INVITED = "INVITED", _("待接入")
    JOINED = "JOINED", _("已接入")
    REVOKED = "REVOKED", _("已吊销")


class DispatchState(models.TextChoices):
    WAITING = "WAITING", _("待下发")
    SENT = "SENT", _("已到前置机")
    DELIVERED = "DELIVERED", _("已送达")
    FAILED = "FAILED", _("未送达")


class TransferState(models.TextChoices):
    ARRIVING = "ARRIVING", _("传输中")
    ARRIVED = "ARRIVED", _("已到达")
    TAKEN = "TAKEN", _("已接收")
    REFUSED = "REFUSED", _("未接收")
    ABANDONED = "ABANDONED", _("已放弃")


ENDED = (TransferState.TAKEN, TransferState.REFUSED, TransferState.ABANDONED)


class Node(models.Model):
    """One node. `name` stands in subjects and certificates and never changes; `parent` is the node it stands below.

    What it last said of itself is in `seen_at` and the fields after it, as of then.
    """

    name = models.CharField(primary_key=True, max_length=32)
    title = models.CharField(max_length=100)
    organisation = models.CharField(max_length=12, db_index=True)
    level = models.CharField(max_length=16, choices=Level)
    parent = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="children")
    state = models.CharField(max_length=16, choices=NodeState, default=NodeState.INVITED)
    created_at = models.DateTimeField()
    code_sha256 = models.CharField(max_length=64, blank=True)
    code_expires_at = models.DateTimeField(null=True, blank=True)
    joined_at = models.DateTimeField(null=True, blank=True)
    sealing_key = models.BinaryField(null=True, blank=True)
    orders = models.PositiveIntegerField(default=1)

    seen_at = models.DateTimeField(null=True, blank=True)
    round_trip_ms = models.FloatField(null=True, blank=True)
    version = models.CharField(max_length=32, blank=True)
    orders_in_force = models.PositiveIntegerField(default=0)
    up_messages = models.PositiveBigIntegerField(default=0)
    up_bytes = models.PositiveBigIntegerField(default=0)
    up_oldest_at = models.DateTimeField(null=True, blank=True)
    down_messages = models.PositiveBigIntegerField(default=0)
    down_bytes = models.PositiveBigIntegerField(default=0)
    disk_free_bytes = models.PositiveBigIntegerField(null=True, blank=True)
    trouble = models.CharField(max_length=200, blank=True, default="", db_default="")
    takes_changes = models.BooleanField(default=False, db_default=False)

    class Meta:
        ordering: ClassVar[list[str]] = ["name"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=Q(state__in=NodeState.values), name="node_state_known"),
            models.CheckConstraint(condition=Q(level__in=Level.values), name="node_level_known"),
            models.CheckConstraint(
                condition=Q(code_sha256="", code_expires_at__isnull=True)
                | (~Q(code_sha256="") & Q(code_expires_at__isnull=False)),
                name="node_code_expires",
            ),
            models.UniqueConstraint(fields=["code_sha256"], condition=~Q(code_sha256=""), name="node_code_once"),
        ]

    def __str__(self) -> str:
        return self.name


class NodeKey(models.Model):
    """Credentials issued to a node: a NATS user and a certificate. Renewing them adds a row; the newest one counts."""

    node = models.ForeignKey(Node, on_delete=models.PROTECT, related_name="keys")
    user = models.CharField(max_length=60, db_index=True)
    issued_at = models.DateTimeField()
    claims_expire_at = models.DateTimeField()
    certificate_serial = models.CharField(max_length=40)
    certificate_expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["-issued_at", "-id"]

    def __str__(self) -> str:
        return f"{self.node_id} {self.certificate_serial}"


class NodeEvent(HistoryEvent):
    """One line of a node's history."""

    node = models.ForeignKey(Node, on_delete=models.PROTECT, related_name="events")


class NodeFeed(models.Model):
    """What a node is to fetch for a resource. `connection` names secrets that lie at the node and nowhere else.

    `anew` counts how often it was told to begin from the start; `watermark` is how far it is read in what is published.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    node = models.ForeignKey(Node, on_delete=models.PROTECT, related_name="feeds")
    resource = models.CharField(max_length=64)
    connector = models.CharField(max_length=32)
    settings = models.JSONField(default=dict)
    connection = models.CharField(max_length=32, blank=True)
    every_s = models.PositiveIntegerField()
    enabled = models.BooleanField(default=True)
    anew = models.PositiveIntegerField(default=0)
    watermark = models.TextField(null=True, blank=True)  # noqa: DJ001 - none is not an empty one
    created_at = models.DateTimeField()
    trouble = models.CharField(max_length=200, blank=True)
    told_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["node", "resource"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=Q(every_s__gte=1), name="node_feed_rests"),
        ]

    def __str__(self) -> str:
        return f"{self.node_id} {self.resource}"


class Transfer(models.Model):
    """One file on its way from a node. The id is the sender's, so that however often it comes it counts once.

    `watermark` is where the node goes on after it.
    """

    id = models.UUIDField(primary_key=True, editable=False)
    node = models.ForeignKey(Node, on_delete=models.PROTECT, related_name="transfers")
    feed = models.ForeignKey(NodeFeed, on_delete=models.PROTECT, null=True, blank=True, related_name="transfers")
    state = models.CharField(max_length=16, choices=TransferState, default=TransferState.ARRIVING)
    filename = models.CharField(max_length=255, blank=True)
    format = models.CharField(max_length=32, blank=True)
    size_bytes = models.PositiveBigIntegerField(default=0)
    begun_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    run = models.UUIDField(null=True, blank=True)
    watermark = models.TextField(null=True, blank=True)  # noqa: DJ001 - none is not an empty one
    reason = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["-begun_at", "-id"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=Q(state__in=TransferState.values), name="transfer_state_known"),
            models.CheckConstraint(
                condition=Q(state__in=ENDED, ended_at__isnull=False) | (~Q(state__in=ENDED) & Q(ended_at__isnull=True)),
                name="transfer_ends_once",
            ),
            models.CheckConstraint(
                condition=~Q(state=TransferState.TAKEN) | Q(run__isnull=False), name="transfer_taken_has_run"
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["node", "-begun_at"], name="transfer_by_node"),
            models.Index(fields=["state"], condition=~Q(state__in=ENDED), name="transfer_under_way"),
        ]

    def __str__(self) -> str:
        return f"{self.node_id} {self.id} {self.state}"


class Dispatch(models.Model):
    """One file on its way to a node. `target` is the folder below the node's `files` where it is put.

    The file lies sealed at the centre until the node's receipt has come; `sha256` is of its content. Where it holds the
    rows of a delivery, `delivery` is that one's number, `slip` the signed order, and `receipt` what the node signed;
    `heard_at` is when the delivery took note of a failure. `trouble` says why the node still waits with it.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    node = models.ForeignKey(Node, on_delete=models.PROTECT, related_name="dispatches")
    state = models.CharField(max_length=16, choices=DispatchState, default=DispatchState.WAITING)
    filename = models.CharField(max_length=200)
    target = models.CharField(max_length=200, blank=True)
    sha256 = models.CharField(max_length=64)
    size_bytes = models.PositiveBigIntegerField()
    created_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    reason = models.CharField(max_length=200, blank=True)
    delivery = models.CharField(max_length=32, blank=True, default="", db_default="")
    slip = models.BinaryField(null=True, blank=True)
    receipt = models.BinaryField(null=True, blank=True)
    heard_at = models.DateTimeField(null=True, blank=True)
    trouble = models.CharField(max_length=200, blank=True, default="", db_default="")

    class Meta:
        ordering: ClassVar[list[str]] = ["created_at", "id"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=Q(state__in=DispatchState.values), name="dispatch_state_known"),
            models.CheckConstraint(
                condition=Q(state__in=["DELIVERED", "FAILED"], ended_at__isnull=False)
                | Q(state__in=["WAITING", "SENT"], ended_at__isnull=True),
                name="dispatch_ends_once",
            ),
            models.UniqueConstraint(
                fields=["delivery"], condition=~Q(delivery="") & Q(heard_at=None), name="dispatch_once_per_delivery"
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["node", "created_at"], condition=Q(state="WAITING"), name="dispatch_waiting"),
            models.Index(fields=["node"], condition=Q(ended_at=None), name="dispatch_open"),
        ]

    def __str__(self) -> str:
        return f"{self.node_id} {self.filename} {self.state}"
