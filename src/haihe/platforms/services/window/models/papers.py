"""Papers that a clerk asked for although nobody needs to bring them: each is told at once and counted."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from haihe.platforms.services.window.models.halls import Hall
from haihe.platforms.services.window.models.tickets import QueueTicket


class FlagKind(models.TextChoices):
    """Why nobody needs to bring the paper."""

    DATA = "DATA", _("数据能证明")
    CERTIFICATE = "CERTIFICATE", _("电子证照能证明")
    NOT_LISTED = "NOT_LISTED", _("不在材料清单里")


class PaperFlag(models.Model):
    """One paper asked for needlessly. Without a `reason` the clerk let it be; with one it was insisted on."""

    ticket = models.ForeignKey(QueueTicket, on_delete=models.PROTECT, null=True, blank=True, related_name="flags")
    hall = models.ForeignKey(Hall, on_delete=models.PROTECT, related_name="flags")
    at = models.DateTimeField(db_index=True)
    kind = models.CharField(max_length=12, choices=FlagKind)
    item_slug = models.SlugField(max_length=64)
    authority = models.CharField(max_length=12)
    paper = models.SlugField(max_length=64, blank=True)
    paper_name = models.CharField(max_length=80)
    resource = models.CharField(max_length=32, blank=True)
    source = models.CharField(max_length=12, blank=True)
    clerk = models.UUIDField()
    clerk_name = models.CharField(max_length=64)
    reason = models.CharField(max_length=300, blank=True)
    insisted_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["-at"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=Q(insisted_at=None, reason="") | (Q(insisted_at__isnull=False) & ~Q(reason="")),
                name="paper_flag_insisted_with_reason",
            ),
            models.UniqueConstraint(
                fields=["ticket", "item_slug", "paper", "paper_name"], name="paper_flag_once_per_visit"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.item_slug}: {self.paper_name}"
