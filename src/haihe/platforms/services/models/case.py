"""Cases, who has a step in them, and what happened to them.

What a person's case says about them is sealed or masked here; events can only be appended (a trigger of 0001_initial).
"""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Func, Q
from django.db.models.lookups import GreaterThanOrEqual
from django.utils.translation import gettext_lazy as _

from haihe.platforms.services.workflow import ENDED, REFUSED, UNDECIDED, CaseState


class Channel(models.TextChoices):
    """Where a case came in."""

    WINDOW = "WINDOW", _("窗口")
    PHONE = "PHONE", _("手机")


class ProvenBy(models.TextChoices):
    """What stands for a paper: the ledger's evidence, or the paper itself."""

    EVIDENCE = "EVIDENCE", _("数据核验")
    PAPER = "PAPER", _("纸质证明")


class SubjectKind(models.TextChoices):
    """Whose matter a case is."""

    PERSON = "PERSON", _("个人")
    ORGANISATION = "ORGANISATION", _("企业和其他组织")


class CaseCounter(models.Model):
    """The last number given on a day; one row per prefix and day."""

    prefix = models.CharField(max_length=6)
    day = models.DateField()
    last = models.PositiveIntegerField()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["prefix", "day"], name="case_counter_once"),
        ]

    def __str__(self) -> str:
        return f"{self.prefix}-{self.day:%Y%m%d}: {self.last}"


class Case(models.Model):
    """One application under one version of an item, on its way through the item's process.

    `process_case` is None for cases that began before there were processes, or that an older version has moved since.
    `sealed_form` holds what was filled in, in its newest version, under the context `case-form:<number>`.
    The case is filed under whose matter it is: `subject_key` and the masked name and number are that person's, or the
    company's, whose name is also in `on_behalf_of`. Who acts in their place has `actor_key`, `relation` (FAMILY,
    GUARDIAN …) and what that `rests_on`; the head of a company that an agent acts for has `representative_key`.
    `sealed_applicant` holds the name and identity number that data is asked about, under the context `case:<number>`:
    the person's, or whoever acts for a company. `token` is the form's: a form sent twice opens one case.
    """

    number = models.CharField(max_length=24, unique=True)
    item = models.ForeignKey("services_items.ItemVersion", on_delete=models.PROTECT, related_name="cases")
    item_slug = models.SlugField(max_length=64)
    organisation = models.CharField(max_length=12, db_index=True)
    subject_key = models.BinaryField(max_length=16)
    sealed_applicant = models.BinaryField()
    masked_name = models.CharField(max_length=64)
    masked_id_number = models.CharField(max_length=18)
    channel = models.CharField(max_length=8, choices=Channel)
    amount_yuan = models.DecimalField(max_digits=12, decimal_places=2, null=True, blank=True)
    process_case = models.OneToOneField("processes.ProcessCase", on_delete=models.PROTECT, null=True, blank=True)
    sealed_form = models.BinaryField(null=True, blank=True)
    form_version = models.PositiveSmallIntegerField(default=1, db_default=1)
    on_behalf_of = models.CharField(max_length=120, blank=True, db_default="")
    subject_kind = models.CharField(max_length=12, choices=SubjectKind, default=SubjectKind.PERSON, db_default="PERSON")
    actor_key = models.BinaryField(max_length=16, null=True, blank=True)
    actor_masked_name = models.CharField(max_length=64, blank=True, db_default="")
    relation = models.CharField(max_length=24, blank=True, db_default="")
    rests_on = models.CharField(max_length=48, blank=True, db_default="")
    representative_key = models.BinaryField(max_length=16, null=True, blank=True)
    state = models.CharField(max_length=24, choices=CaseState, default=CaseState.SUBMITTED)
    token = models.UUIDField()
    opened_by = models.UUIDField()
    opened_name = models.CharField(max_length=64)
    opened_at = models.DateTimeField()
    informed_at = models.DateTimeField()
    due_at = models.DateTimeField(null=True, blank=True)
    escalated_at = models.DateTimeField(null=True, blank=True)
    warned_at = models.DateTimeField(null=True, blank=True)
    basis = models.CharField(max_length=8, choices=ProvenBy, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.UUIDField(null=True, blank=True)
    decided_name = models.CharField(max_length=64, blank=True)
    decision_reason = models.CharField(max_length=500, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    papers_saved = models.PositiveSmallIntegerField(default=0)
    trips_saved = models.PositiveSmallIntegerField(default=0)
    evidence = ArrayField(models.UUIDField(), default=list)
    seen_at = models.DateTimeField(null=True, blank=True)
    is_under_notice = models.BooleanField(default=False, db_default=False)

    class Meta:
        ordering: ClassVar[list[str]] = ["-opened_at", "-id"]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["subject_key", "-opened_at"], name="case_by_subject"),
            models.Index(
                fields=["actor_key", "-opened_at"], condition=Q(actor_key__isnull=False), name="case_by_actor"
            ),
            models.Index(
                fields=["representative_key", "-opened_at"],
                condition=Q(representative_key__isnull=False),
                name="case_by_representative",
            ),
            models.Index(fields=["organisation", "state", "-opened_at"], name="case_by_desk"),
            models.Index(fields=["organisation", "-opened_at", "-id"], name="case_by_desk_newest"),
            models.Index(
                fields=["organisation", "due_at", "opened_at", "id"],
                condition=Q(state__in=UNDECIDED),
                name="case_queue",
            ),
            models.Index(
                fields=["due_at"],
                condition=Q(state__in=UNDECIDED, escalated_at__isnull=True, due_at__isnull=False),
                name="case_to_escalate",
            ),
            models.Index(
                fields=["organisation", "due_at"],
                condition=Q(state__in=UNDECIDED, escalated_at__isnull=False),
                name="case_escalated",
            ),
            models.Index(fields=["item_slug"], condition=Q(state=CaseState.APPROVED), name="case_approved_by_item"),
            models.Index(
                fields=["item_slug", "-closed_at"], condition=Q(state=CaseState.CLOSED), name="case_closed_by_item"
            ),
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["opened_by", "token"], name="case_once_per_form"),
            models.UniqueConstraint(
                fields=["item_slug", "subject_key"],
                condition=Q(state__in=UNDECIDED),
                name="case_one_undecided_per_person",
            ),
            models.CheckConstraint(condition=Q(number__regex=r"^[A-Z]{2,6}-[0-9]{8}-[0-9]{6,}$"), name="case_number"),
            models.CheckConstraint(condition=Q(state__in=CaseState.values), name="case_state_known"),
            models.CheckConstraint(condition=Q(amount_yuan__gt=0), name="case_amount_positive"),
            models.CheckConstraint(
                condition=Q(state__in=ENDED, closed_at__isnull=False)
                | (~Q(state__in=ENDED) & Q(closed_at__isnull=True)),
                name="case_ends_once",
            ),
            models.CheckConstraint(
                condition=(Q(state__in=UNDECIDED) & Q(decided_at__isnull=True))
                | (~Q(state__in=UNDECIDED) & Q(decided_at__isnull=False)),
                name="case_decided_once",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=REFUSED) | (Q(decided_by__isnull=False) & ~Q(decision_reason="")),
                name="case_refused_by_a_person_with_reason",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=(CaseState.APPROVED, CaseState.CLOSED)) | ~Q(basis=""),
                name="case_approved_on_something",
            ),
            models.CheckConstraint(
                condition=Q(trips_saved=0) | Q(papers_saved__gt=0), name="case_trip_saved_by_a_paper_saved"
            ),
            models.CheckConstraint(
                condition=Q(
                    GreaterThanOrEqual(
                        Func(F("evidence"), function="cardinality", output_field=models.IntegerField()),
                        F("papers_saved"),
                    )
                ),
                name="case_evidence_per_saved_paper",
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def is_undecided(self) -> bool:
        return self.state in UNDECIDED


class CaseParty(models.Model):
    """A body that has, or had, a step in the case: its clerks and approvers may know of it.

    The clerks of the body that handles the case need no row here.
    """

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="parties")
    organisation = models.CharField(max_length=12)
    since = models.DateTimeField()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["case", "organisation"], name="case_party_once"),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["organisation", "case"], name="case_party_by_desk"),
        ]

    def __str__(self) -> str:
        return f"{self.case_id} {self.organisation}"


class CaseEvent(models.Model):
    """One thing that happened to a case; appended, never changed. `facts` feed the sentence in wording.py."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="events")
    at = models.DateTimeField()
    name = models.CharField(max_length=32)
    source = models.CharField(max_length=24, blank=True)
    target = models.CharField(max_length=24, blank=True)
    actor_kind = models.CharField(max_length=8)
    actor_name = models.CharField(max_length=64)
    clause = models.CharField(max_length=120, blank=True)
    facts = models.JSONField(default=dict)

    class Meta:
        ordering: ClassVar[list[str]] = ["id"]

    def __str__(self) -> str:
        return f"{self.name} {self.target}"
