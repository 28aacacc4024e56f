"""Linkage runs, the pairs that people look at, and what they say. Values are sealed, links lie in a file by lines."""

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from haihe.data.matching.review.workflow import LinkageRunState, LinkageStep, PairState


class LinkageRun(models.Model):
    """One linkage of two registers as they stood.

    `roles` says which field of each side is the name, the birthday and so on; `weights` is the model it was weighed by,
    `curve` what that expects of each threshold, `effects` what each would do to the rows (`deciding.Effect`).
    `linked`, `in_review` and the rest add up to `left_rows`.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    number = models.CharField(max_length=24, unique=True)
    organisation = models.CharField(max_length=12, db_index=True)
    purpose = models.CharField(max_length=64)
    legal_basis = models.CharField(max_length=200)
    left_resource = models.CharField(max_length=32)
    right_resource = models.CharField(max_length=32)
    roles = models.JSONField(default=dict)
    state = models.CharField(max_length=16, choices=LinkageRunState, default=LinkageRunState.QUEUED)
    asked_by = models.UUIDField(null=True, blank=True)
    asked_name = models.CharField(max_length=64)
    queued_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    inputs = models.JSONField(default=list)
    weights = models.TextField(blank=True)
    is_learnt = models.BooleanField(default=False)
    curve = models.JSONField(default=list)
    effects = models.JSONField(default=list, db_default=[])
    link_bits = models.FloatField(default=5.0)
    review_bits = models.FloatField(default=-1.0, db_default=-1.0)
    step = models.CharField(max_length=8, choices=LinkageStep, blank=True, default="", db_default="")
    left_rows = models.BigIntegerField(default=0)
    right_rows = models.BigIntegerField(default=0)
    linked = models.BigIntegerField(default=0)
    in_review = models.BigIntegerField(default=0)
    folder = models.CharField(max_length=200, blank=True)
    expires_at = models.DateTimeField(null=True, blank=True)
    outcome = models.TextField(blank=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["-queued_at", "-number"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=Q(state__in=LinkageRunState.values), name="linkage_run_state_known"),
            models.CheckConstraint(
                condition=Q(left_rows__gte=F("linked") + F("in_review")), name="linkage_run_rows_add_up"
            ),
        ]

    def __str__(self) -> str:
        return self.number


class LinkagePair(models.Model):
    """Two records that the machine leaves to people. `sealed` holds both sides' values, opened one pair at a time."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    run = models.ForeignKey(LinkageRun, on_delete=models.PROTECT, related_name="pairs")
    left_line = models.BigIntegerField()
    right_line = models.BigIntegerField()
    left_subject = models.BinaryField(null=True, blank=True)
    right_subject = models.BinaryField(null=True, blank=True)
    bits = models.FloatField()
    levels = models.JSONField(default=dict)
    state = models.CharField(max_length=16, choices=PairState, default=PairState.OPEN)
    sealed = models.BinaryField(null=True, blank=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["-bits", "left_line", "right_line"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["run", "left_line", "right_line"], name="linkage_pair_once"),
            models.CheckConstraint(condition=Q(state__in=PairState.values), name="linkage_pair_state_known"),
        ]
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["run", "state"], name="linkage_pair_queue")]

    def __str__(self) -> str:
        return f"{self.run} {self.left_line}-{self.right_line}"


class Verdict(models.Model):
    """What one person said of a pair, once: `same` or not, None where they aren't sure.

    `settles` is an approver's, where the two before didn't agree.
    """

    pair = models.ForeignKey(LinkagePair, on_delete=models.PROTECT, related_name="verdicts")
    by = models.UUIDField()
    by_name = models.CharField(max_length=64)
    at = models.DateTimeField()
    same = models.BooleanField(null=True)
    settles = models.BooleanField(default=False)
    words = models.TextField(blank=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["id"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["pair", "by"], name="linkage_verdict_one_each")
        ]

    def __str__(self) -> str:
        said = "unsure" if self.same is None else "same" if self.same else "apart"
        return f"{self.pair}: {said}"
