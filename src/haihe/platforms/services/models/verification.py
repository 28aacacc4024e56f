"""What data says about the papers of a case, and each question that was put to a source.

That a saved paper rests on evidence is a constraint.
"""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from haihe.kernel.answers import Answer
from haihe.platforms.services.models.case import Case, ProvenBy


class AskState(models.TextChoices):
    """How one ask ended. LOST: cut off and not in the ledger, so it was asked anew."""

    INTENDED = "INTENDED", _("正在核验")
    ANSWERED = "ANSWERED", _("已答复")
    UNREACHABLE = "UNREACHABLE", _("连接不上")
    REFUSED = "REFUSED", _("未获授权")
    LOST = "LOST", _("已中断")


class Verification(models.Model):
    """What data says about one paper of a case: the last answer, and when the source is asked again.

    `trouble` is why the last ask had no answer (SOURCE_UNREACHABLE or a problem's slug); an answer clears it.
    `corrected_at` is when the source was heard to have corrected the answer after the case rested on it.
    """

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="verifications")
    paper = models.CharField(max_length=64)
    service = models.CharField(max_length=64)
    resource = models.CharField(max_length=64)
    attempts = models.PositiveIntegerField(default=0)
    asked_at = models.DateTimeField(null=True, blank=True)
    next_ask_at = models.DateTimeField(null=True, blank=True)
    answer = models.CharField(max_length=8, blank=True)
    reason = models.CharField(max_length=32, blank=True)
    trouble = models.CharField(max_length=64, blank=True)
    as_of = models.DateTimeField(null=True, blank=True)
    evidence = models.UUIDField(null=True, blank=True)
    proven_by = models.CharField(max_length=8, choices=ProvenBy, blank=True)
    paper_accepted_at = models.DateTimeField(null=True, blank=True)
    paper_accepted_name = models.CharField(max_length=64, blank=True)
    paper_note = models.CharField(max_length=500, blank=True)
    correction = models.CharField(max_length=64, blank=True)
    correction_at = models.DateTimeField(null=True, blank=True)
    corrected_at = models.DateTimeField(null=True, blank=True)
    reviewed_at = models.DateTimeField(null=True, blank=True)
    review_note = models.CharField(max_length=500, blank=True, db_default="")

    class Meta:
        ordering: ClassVar[list[str]] = ["id"]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(
                fields=["case"],
                condition=Q(corrected_at__isnull=False, reviewed_at__isnull=True),
                name="verification_to_review",
            ),
            models.Index(fields=["next_ask_at"], condition=Q(next_ask_at__isnull=False), name="verification_due"),
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["case", "paper"], name="verification_once_per_paper"),
            models.CheckConstraint(
                condition=Q(answer="", evidence__isnull=True) | (~Q(answer="") & Q(evidence__isnull=False)),
                name="verification_answer_has_evidence",
            ),
            models.CheckConstraint(
                condition=~Q(proven_by=ProvenBy.EVIDENCE) | Q(answer=Answer.MATCH.value),
                name="verification_proven_by_match",
            ),
            models.CheckConstraint(
                condition=~Q(proven_by=ProvenBy.PAPER) | Q(paper_accepted_at__isnull=False),
                name="verification_proven_by_paper_in_hand",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.paper}: {self.answer or self.trouble or '-'}"


class Ask(models.Model):
    """One question put to a source. Written before it is asked, so that a crash can't lose what was answered."""

    verification = models.ForeignKey(Verification, on_delete=models.PROTECT, related_name="asks")
    attempt = models.PositiveIntegerField()
    state = models.CharField(max_length=12, choices=AskState, default=AskState.INTENDED)
    intended_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, blank=True)
    answer = models.CharField(max_length=8, blank=True)
    reason = models.CharField(max_length=32, blank=True)
    problem = models.CharField(max_length=64, blank=True)
    as_of = models.DateTimeField(null=True, blank=True)
    evidence = models.UUIDField(null=True, blank=True, unique=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["attempt"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["verification", "attempt"], name="ask_once_per_attempt"),
            models.UniqueConstraint(
                fields=["verification"], condition=Q(state=AskState.INTENDED), name="ask_one_at_a_time"
            ),
            models.CheckConstraint(
                condition=Q(state=AskState.ANSWERED, evidence__isnull=False, answer__in=[a.value for a in Answer])
                | (~Q(state=AskState.ANSWERED) & Q(evidence__isnull=True, answer="")),
                name="ask_answered_with_evidence",
            ),
        ]

    def __str__(self) -> str:
        return f"#{self.attempt} {self.state}"
