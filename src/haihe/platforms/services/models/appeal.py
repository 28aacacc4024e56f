"""Reviews of refusals, by somebody else than who decided."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from haihe.platforms.services.models.case import Case
from haihe.platforms.services.workflow import APPEAL_ANSWERED, APPEAL_GOES_ON, APPEAL_OPEN, AppealState


class Appeal(models.Model):
    """The applicant asks to have a refusal looked at again: once for each decision.

    `decided_by` is who refused, and so may not review. `renewed` is the case that took the refused one's place.
    """

    case = models.OneToOneField(Case, on_delete=models.PROTECT, related_name="appeal")
    organisation = models.CharField(max_length=12)
    state = models.CharField(max_length=12, choices=AppealState, default=AppealState.FILED)
    statement = models.CharField(max_length=1000)
    decided_by = models.UUIDField()
    filed_at = models.DateTimeField()
    due_at = models.DateTimeField(null=True, blank=True)
    late_at = models.DateTimeField(null=True, blank=True)
    reviewer = models.UUIDField(null=True, blank=True)
    reviewer_name = models.CharField(max_length=64, blank=True)
    taken_at = models.DateTimeField(null=True, blank=True)
    reason = models.CharField(max_length=1000, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    renewed = models.OneToOneField(Case, on_delete=models.PROTECT, null=True, blank=True, related_name="renews")

    class Meta:
        indexes: ClassVar[list[models.Index]] = [
            models.Index(
                fields=["organisation", "due_at"], condition=Q(state__in=APPEAL_OPEN), name="appeal_open_by_desk"
            ),
            models.Index(fields=["organisation", "-closed_at"], name="appeal_by_desk"),
            models.Index(
                fields=["due_at"], condition=Q(state__in=APPEAL_OPEN, late_at__isnull=True), name="appeal_to_be_late"
            ),
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=Q(state__in=AppealState.values), name="appeal_state_known"),
            models.CheckConstraint(condition=~Q(reviewer=F("decided_by")), name="appeal_reviewed_by_somebody_else"),
            models.CheckConstraint(
                condition=Q(state__in=APPEAL_OPEN, closed_at__isnull=True)
                | (~Q(state__in=APPEAL_OPEN) & Q(closed_at__isnull=False)),
                name="appeal_closed_once",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=APPEAL_ANSWERED) | (Q(reviewer__isnull=False) & ~Q(reason="")),
                name="appeal_answered_by_a_person_with_reason",
            ),
            models.CheckConstraint(
                condition=Q(state__in=APPEAL_GOES_ON, renewed__isnull=False)
                | (~Q(state__in=APPEAL_GOES_ON) & Q(renewed__isnull=True)),
                name="appeal_goes_on_in_a_case",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.case_id} {self.state}"
