"""The tables of schema.sql, for reading. Django manages neither: nothing may empty or alter them, tests included."""

from typing import ClassVar

from django.db import models


class Record(models.Model):
    """One use of personal data, or its refusal. Only `seq` and `body` are written; the rest is read from body."""

    seq = models.BigIntegerField(primary_key=True)
    body = models.TextField()
    evidence = models.UUIDField(unique=True)
    at = models.DateTimeField()
    kind = models.TextField()
    consumer = models.TextField(null=True)  # noqa: DJ001 - null is what the body says
    service = models.TextField(null=True)  # noqa: DJ001 - null is what the body says
    answer = models.TextField(null=True)  # noqa: DJ001 - null is what the body says
    subject = models.TextField(null=True)  # noqa: DJ001 - null is what the body says

    class Meta:
        managed = False
        db_table = "ledger_record"
        ordering: ClassVar[list[str]] = ["-seq"]

    def __str__(self) -> str:
        return str(self.evidence)


class Batch(models.Model):
    """A sealed batch: the signed header, and which records are in it."""

    number = models.BigIntegerField(primary_key=True)
    header = models.TextField()
    signature = models.TextField()
    public_key = models.TextField()
    members = models.BinaryField()
    first_seq = models.BigIntegerField()
    last_seq = models.BigIntegerField()
    size = models.BigIntegerField()
    previous = models.TextField()

    class Meta:
        managed = False
        db_table = "ledger_batch"
        ordering: ClassVar[list[str]] = ["number"]

    def __str__(self) -> str:
        return str(self.number)


class AuditRun(models.Model):
    """One audit of the whole ledger and what it found; `report` holds the findings as the page shows them."""

    started_at = models.DateTimeField()
    finished_at = models.DateTimeField()
    is_clean = models.BooleanField()
    report = models.JSONField()

    class Meta:
        ordering: ClassVar[list[str]] = ["-id"]

    def __str__(self) -> str:
        return f"{self.started_at:%Y-%m-%d %H:%M}: {'clean' if self.is_clean else 'altered'}"
