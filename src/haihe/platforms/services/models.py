"""Cases, what was asked for each paper, and the events of a case.

What a person's case says about them is sealed or masked here; the rule that a saved paper rests on evidence is a
constraint, and events can only be appended (a trigger of 0001_initial).
"""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Func, Q
from django.db.models.lookups import GreaterThanOrEqual
from django.utils.translation import gettext_lazy as _

from haihe.kernel.answers import Answer
from haihe.platforms.services.workflow import ENDED, REFUSED, UNDECIDED, CaseState


class Channel(models.TextChoices):
    """Where a case came in."""

    WINDOW = "WINDOW", _("窗口")
    PHONE = "PHONE", _("手机")


class ProvenBy(models.TextChoices):
    """What stands for a paper: the ledger's evidence, or the paper itself."""

    EVIDENCE = "EVIDENCE", _("数据核验")
    PAPER = "PAPER", _("纸质证明")


class AskState(models.TextChoices):
    """How one ask ended. LOST: cut off and not in the ledger, so it was asked anew."""

    INTENDED = "INTENDED", _("正在核验")
    ANSWERED = "ANSWERED", _("已答复")
    UNREACHABLE = "UNREACHABLE", _("连接不上")
    REFUSED = "REFUSED", _("未获授权")
    LOST = "LOST", _("已中断")


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
    `sealed_form` holds what was filled in, under the context `case-form:<number>`. `on_behalf_of` names the company.
    `sealed_applicant` holds name and identity number under the context `case:<number>`; everything else about the
    person is masked. `token` is the form's: a form sent twice opens one case.
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
    on_behalf_of = models.CharField(max_length=120, blank=True, db_default="")
    state = models.CharField(max_length=24, choices=CaseState, default=CaseState.SUBMITTED)
    token = models.UUIDField()
    opened_by = models.UUIDField()
    opened_name = models.CharField(max_length=64)
    opened_at = models.DateTimeField()
    informed_at = models.DateTimeField()
    due_at = models.DateTimeField(null=True, blank=True)
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

    class Meta:
        ordering: ClassVar[list[str]] = ["-opened_at", "-id"]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["subject_key", "-opened_at"], name="case_by_subject"),
            models.Index(fields=["organisation", "state", "-opened_at"], name="case_by_desk"),
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


class Company(models.Model):
    """A company that a case registers here: its name is kept for it from the check until the case ends.

    `closed_by` is the case that struck it off again.
    """

    case = models.OneToOneField(Case, on_delete=models.PROTECT, related_name="company")
    name = models.CharField(max_length=120)
    credit_code = models.CharField(max_length=18, unique=True)
    division = models.CharField(max_length=12, blank=True)
    registered_at = models.DateTimeField(null=True, blank=True)
    told_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.ForeignKey(Case, on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["name"], condition=Q(closed_at=None), name="company_name_once"),
        ]

    def __str__(self) -> str:
        return f"{self.credit_code} {self.name}"


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
