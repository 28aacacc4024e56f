"""Certificates, what happened to them, and how often strangers checked them.

`sealed_document` is the signed document under the context `certificate:<number>`; `shown` holds what a stranger may
see, masked already, so that checking a certificate opens nothing.
"""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from haihe.base.history.api import HistoryEvent
from haihe.platforms.services.certificates.workflow import ENDABLE, CertificateState, ProposalState


class Certificate(models.Model):
    """One certificate of one holder. `keeper_key` is the person in whose wallet an organisation's certificate lies.

    `code_serial` counts the check codes it has had: with a new one, the old ones open nothing.
    """

    number = models.CharField(max_length=40, unique=True)
    kind = models.SlugField(max_length=64)
    issuer = models.CharField(max_length=12)
    holder_kind = models.CharField(max_length=16)
    subject_key = models.BinaryField(max_length=16)
    keeper_key = models.BinaryField(max_length=16, null=True, blank=True)
    masked_holder = models.CharField(max_length=120)
    masked_number = models.CharField(max_length=18, blank=True)
    shown = models.JSONField(default=dict)
    sealed_document = models.BinaryField()
    state = models.CharField(max_length=12, choices=CertificateState, default=CertificateState.VALID)
    code_serial = models.PositiveIntegerField(default=1)
    case_number = models.CharField(max_length=24, blank=True)
    issued_on = models.DateField()
    issued_at = models.DateTimeField()
    valid_until = models.DateField(null=True, blank=True)
    replaced_by = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="replaces")

    objects: ClassVar[models.Manager["Certificate"]] = models.Manager()

    class Meta:
        ordering: ClassVar[list[str]] = ["-issued_at", "-id"]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["subject_key", "kind"], name="certificate_by_holder"),
            models.Index(fields=["keeper_key"], condition=Q(keeper_key__isnull=False), name="certificate_by_keeper"),
            models.Index(fields=["issuer", "-issued_at"], name="certificate_by_issuer"),
            models.Index(fields=["valid_until"], condition=Q(state__in=ENDABLE), name="certificate_by_term"),
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["kind", "case_number", "subject_key"],
                condition=~Q(case_number=""),
                name="certificate_once_per_case",
            ),
            models.CheckConstraint(condition=Q(state__in=CertificateState.values), name="certificate_state_known"),
            models.CheckConstraint(
                condition=Q(valid_until__isnull=True) | Q(valid_until__gte=F("issued_on")), name="certificate_term"
            ),
        ]

    def __str__(self) -> str:
        return self.number


class CertificateEvent(HistoryEvent):
    """One thing that happened to a certificate."""

    certificate = models.ForeignKey(Certificate, on_delete=models.PROTECT, related_name="events")

    class Meta:
        ordering: ClassVar[list[str]] = ["id"]


class CertificateProposal(models.Model):
    """That somebody of the issuer would suspend or revoke a certificate; another one of them decides.

    VOID: it went another way before anybody decided."""

    certificate = models.ForeignKey(Certificate, on_delete=models.PROTECT, related_name="proposals")
    move = models.CharField(max_length=12)
    reason = models.CharField(max_length=500)
    state = models.CharField(max_length=12, choices=ProposalState, default=ProposalState.OPEN)
    proposed_by = models.UUIDField()
    proposed_name = models.CharField(max_length=64)
    proposed_at = models.DateTimeField()
    decided_by = models.UUIDField(null=True, blank=True)
    decided_name = models.CharField(max_length=64, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["-id"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["certificate"], condition=Q(state=ProposalState.OPEN), name="certificate_proposal_one_open"
            ),
            models.CheckConstraint(
                condition=Q(state__in=(ProposalState.OPEN, ProposalState.VOID), decided_by__isnull=True)
                | Q(state__in=(ProposalState.CONFIRMED, ProposalState.REFUSED), decided_by__isnull=False)
                & ~Q(decided_by=F("proposed_by")),
                name="certificate_proposal_decided_by_another",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.move} {self.certificate_id}"


class CertificateLook(models.Model):
    """How often strangers checked a certificate on a day, by QR code or typed code; who they were isn't kept."""

    certificate = models.ForeignKey(Certificate, on_delete=models.CASCADE, related_name="looks")
    on = models.DateField()
    way = models.CharField(max_length=8)
    times = models.PositiveIntegerField(default=0)

    class Meta:
        ordering: ClassVar[list[str]] = ["-on", "way"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["certificate", "on", "way"], name="certificate_look_by_day"),
        ]

    def __str__(self) -> str:
        return f"{self.on} {self.way}: {self.times}"


class CertificateUse(models.Model):
    """That a certificate stands for a paper of a case; `found` False where the person holds none that does.

    `holds` is how it was at the last check: when the case was opened, and again when it was accepted.
    """

    case_number = models.CharField(max_length=24)
    paper = models.CharField(max_length=64)
    certificate = models.ForeignKey(Certificate, on_delete=models.PROTECT, null=True, blank=True, related_name="uses")
    holds = models.BooleanField()
    checked_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar[list[str]] = ["id"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["case_number", "paper"], name="certificate_use_once_per_paper"),
            models.CheckConstraint(
                condition=Q(holds=False) | Q(certificate__isnull=False), name="certificate_use_holds_by_one"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.case_number} {self.paper}"


class WrongCode(models.Model):
    """One wrong code (or one being checked). Both keys are keyed hashes; see `guarding.py`."""

    number_key = models.CharField(max_length=32)
    address_key = models.CharField(max_length=32)
    at = models.DateTimeField()

    class Meta:
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["number_key", "at"], name="wrong_code_number"),
            models.Index(fields=["address_key", "at"], name="wrong_code_address"),
        ]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M:%S}"
