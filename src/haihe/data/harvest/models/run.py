"""Runs over a remote catalogue, and what they found of each record."""

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from haihe.data.harvest.models.catalogue import RemoteCatalogue
from haihe.data.harvest.workflow import OPEN_RUNS, RunState


class Change(models.TextChoices):
    """What a record would change, or did."""

    NEW = "NEW", _("新增")
    CHANGED = "CHANGED", _("变更")
    UNCHANGED = "UNCHANGED", _("没有变化")
    REFUSED = "REFUSED", _("不收")
    GONE = "GONE", _("已消失")


class HarvestRun(models.Model):
    """One pass over a remote catalogue. `cursor` is where the next page begins; a run that was cut off goes on there.

    `left_out` are records that the filters don't want, `told` how many the other side says there are, if it does;
    `is_steady` as long as it said the same on every page. `seen` = new + changed + unchanged + refused; the database
    holds it to that. `beats_at` is the last sign of life, `taken_up` how often it died since its last page.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    catalogue = models.ForeignKey(RemoteCatalogue, on_delete=models.PROTECT, related_name="runs")
    is_dry = models.BooleanField(default=False)
    state = models.CharField(max_length=16, choices=RunState, default=RunState.RUNNING)
    cursor = models.CharField(max_length=1000, blank=True)
    pages = models.PositiveIntegerField(default=0)
    told = models.PositiveIntegerField(null=True, blank=True)
    is_steady = models.BooleanField(default=True)
    left_out = models.PositiveIntegerField(default=0)
    seen = models.PositiveIntegerField(default=0)
    new = models.PositiveIntegerField(default=0)
    changed = models.PositiveIntegerField(default=0)
    unchanged = models.PositiveIntegerField(default=0)
    refused = models.PositiveIntegerField(default=0)
    gone = models.PositiveIntegerField(default=0)
    is_complete = models.BooleanField(default=False)
    problem = models.CharField(max_length=32, blank=True)
    detail = models.CharField(max_length=200, blank=True)
    by = models.CharField(max_length=64)
    started_at = models.DateTimeField()
    beats_at = models.DateTimeField()
    taken_up = models.PositiveSmallIntegerField(default=0)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["-started_at"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=Q(state__in=RunState.values), name="harvest_run_state_known"),
            models.UniqueConstraint(
                fields=["catalogue"],
                condition=Q(state__in=OPEN_RUNS),
                name="harvest_one_open_run",
            ),
            models.CheckConstraint(
                condition=Q(seen=F("new") + F("changed") + F("unchanged") + F("refused")), name="harvest_run_adds_up"
            ),
            models.CheckConstraint(
                condition=Q(state=RunState.FAILED) & ~Q(problem="") | ~Q(state=RunState.FAILED) & Q(problem=""),
                name="harvest_run_fails_with_a_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.catalogue_id} {self.state}"


class HarvestItem(models.Model):
    """What a run found of one record. `differences` are [field, before, after]; `reason` says why it was refused.

    Of unchanged records nothing is kept once the run has ended.
    """

    run = models.ForeignKey(HarvestRun, on_delete=models.CASCADE, related_name="items")
    remote_id = models.CharField(max_length=300)
    title = models.CharField(max_length=200, blank=True)
    change = models.CharField(max_length=16, choices=Change)
    differences = models.JSONField(default=list)
    reason = models.CharField(max_length=32, blank=True)
    detail = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["id"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["run", "remote_id"], name="harvest_item_once"),
            models.CheckConstraint(condition=Q(change__in=Change.values), name="harvest_item_change_known"),
        ]

    def __str__(self) -> str:
        return f"{self.remote_id} {self.change}"
