"""Versions of rules and mappings, what was found out about each run, and what became of it."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class RuleState(models.TextChoices):
    DRAFT = "DRAFT", _("草稿")
    CONFIRMED = "CONFIRMED", _("已确认")


class RuleBasis(models.TextChoices):
    """What a version was made from."""

    CATALOGUE = "CATALOGUE", _("按目录信息项生成")
    VERSION = "VERSION", _("由上一版修改")


class RuleVersion(models.Model):
    """The rules of one resource from one confirmation on; a trigger keeps confirmed ones as they are.

    `contents` is a RuleSet (ruleset.py). The newest confirmed one counts; at most one draft waits for confirmation.
    """

    resource = models.CharField(max_length=64)
    owner = models.CharField(max_length=12)
    number = models.PositiveIntegerField()
    state = models.CharField(max_length=16, choices=RuleState, default=RuleState.DRAFT)
    basis = models.CharField(max_length=16, choices=RuleBasis)
    contents = models.JSONField()
    made_at = models.DateTimeField()
    made_by = models.CharField(max_length=64)
    confirmed_at = models.DateTimeField(null=True, blank=True)
    confirmed_by = models.CharField(max_length=64, blank=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["resource", "-number"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["resource", "number"], name="rule_version_once"),
            models.UniqueConstraint(
                fields=["resource"], condition=Q(state=RuleState.DRAFT), name="rule_version_one_draft"
            ),
            models.CheckConstraint(
                condition=Q(state=RuleState.DRAFT, confirmed_at__isnull=True)
                | Q(state=RuleState.CONFIRMED, confirmed_at__isnull=False),
                name="rule_version_confirmed_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.resource} {self.number} {self.state}"
