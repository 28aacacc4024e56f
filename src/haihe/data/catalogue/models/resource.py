"""Entries of the catalogue, and what happened to them.

The sharing rules of art. 14–15 are constraints: no condition on what is shared unconditionally, scope and purpose where
it is conditional, reason and legal basis where it is refused.
"""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import F, Q, Value
from django.db.models.functions import Concat

from haihe.base.history.api import HistoryEvent
from haihe.data.catalogue.models.choices import (
    Category,
    Format,
    Grade,
    OpeningType,
    SharingForm,
    SharingType,
    UpdateCycle,
)
from haihe.data.catalogue.workflow import ResourceState


class Resource(models.Model):
    """One entry. `code` is the owner's code, "/" and six digits; `provider_code` the provider's unified credit code.

    `classification` is a code of classification/tree.txt, or of a department; with `guide_serial` it makes the code of
    编制指南. `source_department` is the 数源部门 of art. 19; empty where it is the owner. `related` are codes of other
    entries. `found` and `ranked` are what search looks into (search/document.py).
    """

    code = models.CharField(max_length=32, unique=True)
    title = models.CharField(max_length=100)
    abstract = models.TextField(max_length=2000)
    owner = models.CharField(max_length=12, db_index=True)
    provider_code = models.CharField(max_length=18, blank=True)
    category = models.CharField(max_length=16, choices=Category)
    subject_area = models.CharField(max_length=50)
    classification = models.CharField(max_length=16, blank=True, default="", db_default="")
    guide_serial = models.PositiveIntegerField(null=True, blank=True)
    source_department = models.CharField(max_length=12, blank=True, default="", db_default="")
    keywords = ArrayField(models.CharField(max_length=20), blank=True, default=list, db_default=Value([]))
    related = ArrayField(models.CharField(max_length=32), blank=True, default=list, db_default=Value([]))
    grade = models.CharField(max_length=16, choices=Grade)
    format = models.CharField(max_length=16, choices=Format)
    update_cycle = models.CharField(max_length=16, choices=UpdateCycle)
    sharing_type = models.CharField(max_length=16, choices=SharingType)
    sharing_forms = ArrayField(models.CharField(max_length=16, choices=SharingForm), default=list)
    sharing_scope = models.CharField(max_length=500, blank=True)
    sharing_purpose = models.CharField(max_length=500, blank=True)
    refusal_reason = models.CharField(max_length=500, blank=True)
    refusal_basis = models.CharField(max_length=500, blank=True)
    opening_type = models.CharField(
        max_length=16, choices=OpeningType, default=OpeningType.CLOSED, db_default=OpeningType.CLOSED.value
    )
    opening_condition = models.CharField(max_length=500, blank=True, default="", db_default="")
    state = models.CharField(max_length=24, choices=ResourceState, default=ResourceState.DRAFT)
    registered_by = models.UUIDField(null=True)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    published_at = models.DateTimeField(null=True, blank=True)
    due_on = models.DateField(null=True, blank=True)
    overdue_told_at = models.DateTimeField(null=True, blank=True)
    found = SearchVectorField(default="")
    ranked = SearchVectorField(default="")

    class Meta:
        ordering: ClassVar[list[str]] = ["code"]
        indexes: ClassVar[list[models.Index]] = [
            GinIndex(fields=["found"], name="resource_found"),
            models.Index(fields=["-published_at"], name="resource_newest"),
            models.Index(fields=["due_on"], condition=Q(due_on__isnull=False), name="resource_due"),
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=Q(code__regex=r"^12[0A-HJ-NP-Z][0-9]{3}/[0-9]{6}$"), name="resource_code_form"
            ),
            models.CheckConstraint(
                condition=Q(code__startswith=Concat(F("owner"), Value("/"))), name="resource_code_is_its_owners"
            ),
            models.CheckConstraint(condition=Q(state__in=ResourceState.values), name="resource_state_known"),
            models.CheckConstraint(
                condition=Q(sharing_type=SharingType.UNCONDITIONAL, refusal_reason="", refusal_basis="")
                & Q(sharing_scope="", sharing_purpose="")
                | Q(sharing_type=SharingType.CONDITIONAL, refusal_reason="", refusal_basis="")
                & ~Q(sharing_scope="")
                & ~Q(sharing_purpose="")
                | Q(sharing_type=SharingType.REFUSED, sharing_scope="", sharing_purpose="")
                & ~Q(refusal_reason="")
                & ~Q(refusal_basis=""),
                name="resource_sharing_says_what_the_law_asks",
            ),
            models.CheckConstraint(
                condition=Q(sharing_type=SharingType.REFUSED, sharing_forms__len=0)
                | ~Q(sharing_type=SharingType.REFUSED) & Q(sharing_forms__len__gte=1),
                name="resource_shared_in_some_form",
            ),
            models.CheckConstraint(
                condition=~Q(state=ResourceState.PUBLISHED) | Q(published_at__isnull=False),
                name="resource_published_when",
            ),
            models.CheckConstraint(
                condition=Q(opening_type=OpeningType.CONDITIONAL) & ~Q(opening_condition="")
                | Q(opening_type__in=(OpeningType.CLOSED, OpeningType.UNCONDITIONAL), opening_condition=""),
                name="resource_opening_says_its_condition",
            ),
            models.CheckConstraint(
                condition=Q(classification="", guide_serial__isnull=True)
                | Q(classification__regex=r"^[1-3][0-9]{5,15}$", guide_serial__isnull=False, guide_serial__gte=1),
                name="resource_guide_code_form",
            ),
            models.UniqueConstraint(fields=["classification", "guide_serial"], name="resource_guide_code_once"),
            models.CheckConstraint(
                condition=Q(source_department__regex=r"^(12[0A-HJ-NP-Z][0-9]{3,9})?$"),
                name="resource_source_department_form",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.title}"

    @property
    def guide_code(self) -> str:
        """The code of 编制指南: classification, "/" and serial; empty for an entry without classification."""
        return f"{self.classification}/{self.guide_serial:05}" if self.guide_serial else ""


class ResourceEvent(HistoryEvent):
    """One line of an entry's history; what concerns a revision names it in `facts`."""

    resource = models.ForeignKey(Resource, on_delete=models.PROTECT, related_name="events")
