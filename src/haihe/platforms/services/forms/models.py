"""Drafts of applications, what was uploaded to them, what was asked before, and who may act for whom.

What a draft says is sealed under `form-draft:<id>`; the name of an upload and the file itself under `form-upload:<id>`.
Nothing about a person is readable here.
"""

from typing import ClassVar
from uuid import uuid4

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class DraftState(models.TextChoices):
    """Open until it is handed over. A discarded or expired draft is no row any more."""

    OPEN = "OPEN", _("草稿")
    SENT = "SENT", _("已提交")


class Scan(models.TextChoices):
    """What a virus scanner said."""

    CLEAN = "CLEAN", _("已检查，未发现病毒")
    UNSCANNED = "UNSCANNED", _("未做病毒检查")


class Draft(models.Model):
    """One application being filled in. `revision` grows with each change, so that no device overwrites another's."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    item_slug = models.SlugField(max_length=64)
    item_version = models.PositiveIntegerField()
    channel = models.CharField(max_length=8)
    owner = models.UUIDField()
    organisation = models.CharField(max_length=12, blank=True)
    sealed_content = models.BinaryField()
    revision = models.PositiveIntegerField(default=1)
    state = models.CharField(max_length=8, choices=DraftState, default=DraftState.OPEN)
    begun_at = models.DateTimeField()
    saved_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True, blank=True)
    case_number = models.CharField(max_length=24, blank=True)
    case_url = models.CharField(max_length=200, blank=True)
    receipt = models.JSONField(null=True, blank=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["-saved_at"]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["owner", "item_slug"], name="draft_by_owner"),
            models.Index(fields=["expires_at"], condition=Q(state="OPEN"), name="draft_expiring"),
            models.Index(fields=["case_number"], condition=~Q(case_number=""), name="draft_by_case"),
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["owner", "item_slug"],
                condition=Q(state="OPEN", channel="PHONE"),
                name="draft_one_open_per_item",
            ),
            models.CheckConstraint(
                condition=Q(state="SENT", sent_at__isnull=False, receipt__isnull=False) & ~Q(case_number="")
                | Q(state="OPEN", sent_at__isnull=True, receipt__isnull=True, case_number=""),
                name="draft_sent_with_receipt",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.item_slug} {self.id}"

    @property
    def seal_context(self) -> str:
        return f"form-draft:{self.pk}"

    @property
    def is_open(self) -> bool:
        return self.state == DraftState.OPEN


class Upload(models.Model):
    """One file of a draft, later of its case. `kind` is what its content is, whatever its name says."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    draft = models.ForeignKey(Draft, on_delete=models.CASCADE, related_name="uploads")
    field = models.CharField(max_length=48)
    sealed_name = models.BinaryField()
    kind = models.CharField(max_length=8)
    size_bytes = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    scan = models.CharField(max_length=12, choices=Scan)
    uploaded_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar[list[str]] = ["uploaded_at", "id"]

    def __str__(self) -> str:
        return f"{self.field} {self.kind} {self.size_bytes}"

    @property
    def seal_context(self) -> str:
        return f"form-upload:{self.pk}"


class PartialUpload(models.Model):
    """A file that arrives in parts; once it is whole, it is judged like any other and is the `Upload` of the same id.

    `received_bytes` lie sealed on the shelf. `finished_at`: all is there, and somebody judges it. The name is sealed
    under `form-partial:<id>`.
    """

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    draft = models.ForeignKey(Draft, on_delete=models.CASCADE, related_name="partial_uploads")
    field = models.CharField(max_length=48)
    sealed_name = models.BinaryField()
    size_bytes = models.PositiveIntegerField()
    received_bytes = models.PositiveIntegerField(default=0)
    begun_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["expires_at"], name="partial_upload_expiring")]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=Q(received_bytes__lte=models.F("size_bytes")), name="partial_upload_within_its_size"
            )
        ]

    def __str__(self) -> str:
        return f"{self.field} {self.received_bytes} of {self.size_bytes}"

    @property
    def seal_context(self) -> str:
        return f"form-partial:{self.pk}"


class PaperCheck(models.Model):
    """What registers said of a person's papers for one item before they began, because they wished it; for a day.

    The answers are sealed under `form-papers:<id>`.
    """

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    owner = models.UUIDField()
    item_slug = models.SlugField(max_length=64)
    sealed_answers = models.BinaryField()
    asked_at = models.DateTimeField()
    expires_at = models.DateTimeField()

    class Meta:
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["expires_at"], name="paper_check_expiring")]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["owner", "item_slug"], name="paper_check_one_per_item")
        ]

    def __str__(self) -> str:
        return f"{self.item_slug} {self.asked_at:%Y-%m-%d}"

    @property
    def seal_context(self) -> str:
        return f"form-papers:{self.pk}"


class Delegation(models.Model):
    """One citizen lets another act for them, in all matters or in one item, until a day, revocable.

    The names of both are sealed together under `form-delegation:<id>`.
    """

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    giver_key = models.BinaryField(max_length=16)
    holder_key = models.BinaryField(max_length=16)
    sealed_names = models.BinaryField()
    relation = models.CharField(max_length=16)
    item_slug = models.SlugField(max_length=64, blank=True)
    given_at = models.DateTimeField()
    valid_until = models.DateField()
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["-given_at"]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["holder_key", "giver_key"], name="delegation_by_holder"),
            models.Index(fields=["giver_key"], name="delegation_by_giver"),
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=~Q(giver_key=models.F("holder_key")), name="delegation_to_somebody_else"),
        ]

    def __str__(self) -> str:
        return f"{self.relation} until {self.valid_until}"

    @property
    def seal_context(self) -> str:
        return f"form-delegation:{self.pk}"
