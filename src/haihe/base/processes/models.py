"""Versions of processes, cases on their way, what is open on each, and what happened."""

from functools import cached_property
from typing import ClassVar

import msgspec
from django.db import models
from django.db.models import Q
from uuid_utils.compat import uuid7

from haihe.kernel.process.definition import Process
from haihe.kernel.process.state import Kind, State


class StepKind(models.TextChoices):
    """Who is waited for at an open step."""

    TASK = "TASK", "人工"
    AUTOMATIC = "AUTOMATIC", "自动"
    WAIT = "WAIT", "等待"


class ProcessVersion(models.Model):
    """One version of a process, as it will stay: cases hold on to it."""

    name = models.CharField(max_length=60)
    version = models.PositiveIntegerField()
    document = models.JSONField()
    published_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["name", "version"], name="process_version_once"),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.version}"

    @cached_property
    def process(self) -> Process:
        return msgspec.convert(self.document, Process)


class ProcessCase(models.Model):
    """Where one case stands. `wake_at`: when it next has something to do by itself."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    version = models.ForeignKey(ProcessVersion, on_delete=models.PROTECT, related_name="cases")
    state = models.JSONField()
    outcome = models.CharField(max_length=40, blank=True)
    wake_at = models.DateTimeField(null=True, blank=True)
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=Q(outcome="", ended_at=None) | (~Q(outcome="") & Q(ended_at__isnull=False)),
                name="process_case_ends_with_an_outcome",
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["wake_at"], condition=Q(wake_at__isnull=False), name="process_case_wake"),
        ]

    def __str__(self) -> str:
        return f"{self.version} {self.id}"

    @property
    def stands(self) -> State:
        return msgspec.convert(self.state, State)


class OpenStep(models.Model):
    """A step that a case is at: a person's task, or what a program or time has to bring. Gone once it is left.

    `by` is the process's word for who does it; `assignee` is the person who took it or was given it.
    """

    case = models.ForeignKey(ProcessCase, on_delete=models.CASCADE, related_name="open_steps")
    number = models.PositiveIntegerField()
    step = models.CharField(max_length=60)
    kind = models.CharField(max_length=9, choices=StepKind)
    by = models.CharField(max_length=60, blank=True)
    assignee = models.UUIDField(null=True, blank=True)
    since = models.DateTimeField()
    due_at = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveIntegerField(default=0)
    try_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["case", "number"], name="open_step_once"),
            models.CheckConstraint(condition=Q(kind__in=StepKind.values), name="open_step_kind_known"),
            models.CheckConstraint(condition=~Q(kind="AUTOMATIC") | Q(try_at__isnull=False), name="open_step_is_tried"),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["by", "due_at"], condition=Q(kind="TASK"), name="open_step_tasks"),
            models.Index(fields=["assignee", "due_at"], condition=Q(assignee__isnull=False), name="open_step_own"),
            models.Index(fields=["try_at"], condition=Q(kind="AUTOMATIC"), name="open_step_tries"),
        ]

    def __str__(self) -> str:
        return f"{self.case_id} {self.number} {self.step}"


class ProcessEvent(models.Model):
    """One thing that happened to a case. `number` counts from 1 in each case, without gaps."""

    case = models.ForeignKey(ProcessCase, on_delete=models.PROTECT, related_name="events")
    number = models.PositiveIntegerField()
    kind = models.CharField(max_length=8, choices=[(kind.value, kind.value) for kind in Kind])
    at = models.DateTimeField()
    step = models.CharField(max_length=60, blank=True)
    token = models.PositiveIntegerField(default=0)
    detail = models.CharField(max_length=400, blank=True)
    actor_id = models.UUIDField(null=True, blank=True)
    actor_name = models.CharField(max_length=64, blank=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["case", "number"], name="process_event_once"),
        ]

    def __str__(self) -> str:
        return f"{self.case_id} {self.number} {self.kind}"
